// Ten digits under the thumb for a field of six: a PIN is typed without the tablet's own
// keyboard, which would cover half the screen.

export const DIGITS = 6;

export class Pad {
  // texts: { erase, clear }; done(pin) is called when the last digit is there.
  constructor(box, field, { texts, changed, done }) {
    this.field = field;
    this.changed = changed;
    this.done = done;
    const keys = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(String);
    box.replaceChildren(
      ...keys.map((key) => this.key(key, () => this.type(key))),
      this.key(texts.clear, () => this.clear(), "pad__word"),
      this.key("0", () => this.type("0")),
      this.key(texts.erase, () => this.set(field.value.slice(0, -1)), "pad__word"),
    );
    field.inputMode = "none"; // a keyboard that is plugged in still types
    field.addEventListener("input", () => this.set(field.value));
  }

  key(label, onclick, style = "pad__digit") {
    const made = document.createElement("button");
    made.type = "button";
    made.className = style;
    made.textContent = label;
    made.addEventListener("click", onclick);
    return made;
  }

  type(digit) {
    if (this.field.value.length < DIGITS) this.set(this.field.value + digit);
  }

  clear() {
    this.set("");
  }

  set(text) {
    const pin = text.replace(/[^0-9]/g, "").slice(0, DIGITS);
    this.field.value = pin;
    this.changed(pin.length);
    if (pin.length === DIGITS) this.done(pin);
  }
}
