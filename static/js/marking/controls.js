// The right control for each kind of aspect. `build` returns an object with
//   pending()  the value typed but not saved yet, or null
//   key(event) takes a key press; true when it was for this control

import { isAllowed, otherSpelling, pointsOf } from "./points.js";

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export function say(text, values) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

// aspect: from the sheet; value: what counts now, "" for nothing; save(value): keeps it.
export function build(box, aspect, value, texts, save) {
  const makers = { yes_no: yesNo, choice, judgement, deduction: counter };
  box.replaceChildren();
  box.dataset.kind = aspect.kind;
  return (makers[aspect.kind] ?? pad)(box, aspect, value, texts, save);
}

function answers(box, options, value, save, keys) {
  const group = element("div", { class: "answers", role: "group" });
  for (const [label, small, itsValue] of options) {
    group.append(
      element(
        "button",
        {
          type: "button",
          "aria-pressed": String(itsValue === value),
          onclick: () => save(itsValue),
        },
        element("span", {}, label),
        ...(small ? [element("small", {}, small)] : []),
      ),
    );
  }
  box.append(group);
  return {
    pending: () => null,
    key(event) {
      const found = keys[event.key.toLowerCase()];
      if (found !== undefined) save(found);
      return found !== undefined;
    },
  };
}

function yesNo(box, aspect, value, texts, save) {
  const now = { Y: "1", y: "1", N: "0", n: "0" }[value] ?? value;
  const options = [
    [texts.yes, say(texts.points, { points: aspect.max }), "1"],
    [texts.no, say(texts.points, { points: "0" }), "0"],
  ];
  return answers(box, options, now, save, { y: "1", n: "0", 1: "1", 0: "0" });
}

function choice(box, aspect, value, texts, save) {
  const options = aspect.options.map(([label, points]) => [
    label,
    say(texts.points, { points }),
    label,
  ]);
  return answers(box, options, value, save, {});
}

function judgement(box, aspect, value, texts, save) {
  const options = ["0", "1", "2", "3"].map((level) => [
    level,
    aspect.descriptors[Number(level)] || texts.levels[Number(level)],
    level,
  ]);
  const made = answers(box, options, value, save, { 0: "0", 1: "1", 2: "2", 3: "3" });
  box.firstChild.classList.add("answers--levels");
  return made;
}

// Faults: − and + around the count; nothing is saved until "Save" or moving on.
function counter(box, aspect, value, texts, save) {
  let typed = value;
  const reading = element("output", { class: "reading" });
  const worth = element("p", { class: "mark-worth" });
  const step = (by) => () => {
    typed = String(Math.max(0, (typed === "" ? (by > 0 ? 0 : 1) : Number(typed)) + by));
    show();
  };
  const show = () => {
    showReading(reading, aspect, typed);
    worth.textContent = worthOf(aspect, typed, texts);
  };
  box.append(
    element(
      "div",
      { class: "mark-counter" },
      element("button", { type: "button", "aria-label": texts.less, onclick: step(-1) }, "−"),
      reading,
      element("button", { type: "button", "aria-label": texts.more, onclick: step(1) }, "+"),
    ),
    worth,
    saveButton(texts, () => typed !== "" && save(typed)),
  );
  show();
  return {
    pending: () => (typed !== value && typed !== "" ? typed : null),
    key(event) {
      const by = { "+": 1, "=": 1, "-": -1 }[event.key];
      if (by) step(by)();
      else if (/^[0-9]$/.test(event.key)) {
        typed = String(Number(`${typed === value ? "" : typed}${event.key}`));
        show();
      } else if (event.key === "Enter" && typed !== "") save(typed);
      else return false;
      return true;
    },
  };
}

// The value with its unit, and under it what it is worth; a time in both its spellings.
function showReading(reading, aspect, typed) {
  const unit = typed.includes(":") ? "" : aspect.symbol;
  reading.replaceChildren(
    typed === "" ? "–" : typed,
    ...(unit ? [element("small", { class: "reading__unit" }, unit)] : []),
  );
}

function worthOf(aspect, typed, texts) {
  const words = [];
  const time = aspect.timed ? otherSpelling(typed) : "";
  if (time)
    words.push(`= ${time}${time.includes(":") ? "" : ` ${aspect.symbol || texts.seconds}`}`);
  const points = pointsOf(aspect, typed);
  if (points !== "") words.push(say(texts.points, { points }));
  return words.join(" · ");
}

function saveButton(texts, onclick) {
  return element("button", { type: "button", class: "btn btn-primary", onclick }, texts.save);
}

// Digits under the thumb, for points, sizes and places.
function pad(box, aspect, value, texts, save) {
  let typed = value;
  let isFresh = true; // the first key replaces what was there
  const reading = element("output", { class: "reading" });
  const worth = element("p", { class: "mark-worth", role: "status" });
  const show = () => {
    showReading(reading, aspect, typed);
    worth.textContent = worthOf(aspect, typed, texts);
    worth.classList.remove("mark-worth--bad");
  };
  const press = (key) => {
    if (key === "⌫") typed = typed.slice(0, -1);
    else if (key === "±") typed = typed.startsWith("-") ? typed.slice(1) : `-${typed}`;
    else if (/[0-9]/.test(key) || !typed.includes(key) || isFresh) {
      typed = (isFresh ? "" : typed) + key;
    }
    if (typed === ".") typed = "0.";
    isFresh = false;
    show();
  };
  const keep = () => {
    const text = typed.replace(/\.$/, "");
    if (isAllowed(aspect, text)) return save(text);
    worth.textContent = say(texts.bad, { range: rangeOf(aspect, texts) });
    worth.classList.add("mark-worth--bad");
    return false;
  };
  const takesSign = !aspect.timed && (aspect.kind === "tolerance" || Number(aspect.min) < 0);
  const extra = takesSign ? "±" : aspect.timed ? ":" : "";
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "⌫"];
  box.append(
    reading,
    worth,
    element(
      "div",
      { class: "keypad" },
      ...keys.map((key) =>
        element(
          "button",
          {
            type: "button",
            "aria-label": key === "⌫" ? texts.erase : null,
            disabled: key === "." && aspect.kind === "rank",
            onclick: () => press(key),
          },
          key,
        ),
      ),
      ...(extra ? [element("button", { type: "button", onclick: () => press(extra) }, extra)] : []),
      element(
        "button",
        {
          type: "button",
          class: `keypad__save${extra ? "" : " keypad__save--wide"}`,
          onclick: keep,
        },
        texts.save,
      ),
    ),
  );
  show();
  return {
    pending: () => (typed !== value && isAllowed(aspect, typed) ? typed : null),
    key(event) {
      if (/^[0-9.]$/.test(event.key)) press(event.key);
      else if (event.key === "Backspace") press("⌫");
      else if (event.key === "-" && takesSign) press("±");
      else if (event.key === ":" && aspect.timed) press(":");
      else if (event.key === "Enter") keep();
      else return false;
      return true;
    },
  };
}

export function rangeOf(aspect, texts) {
  const { min, max, symbol } = aspect;
  if (aspect.kind === "score" && symbol) return say(texts.range, { min, max, unit: symbol });
  const range = boundsOf(aspect, texts);
  return aspect.kind === "tolerance" && symbol ? `${range} ${symbol}` : range;
}

function boundsOf(aspect, texts) {
  switch (aspect.kind) {
    case "score":
      return say(texts.between, { min: aspect.min, max: aspect.max });
    case "tolerance":
      return say(texts.limits, { lower: aspect.lower || "–", upper: aspect.upper || "–" });
    case "deduction":
      return say(texts.perFault, { points: aspect.per_fault });
    case "rank":
      return texts.place;
    default:
      return "";
  }
}
