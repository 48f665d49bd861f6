// The dialog beside a mark: the judge's comment, photos as evidence, what was given before,
// taking it back.

import { at, element, say } from "./dom.js";
import { readPhoto } from "./photo.js";
import { clock } from "./problems.js";

export class Note {
  // hands: { cell, photos, aspect, history, former, keep(value), withdraw, undo,
  // savePhoto(photo), askForPhoto }, all about the cell that is shown.
  constructor(texts, hands) {
    Object.assign(this, { texts, hands, draft: null, asked: null, isAnew: false });
    at("note-text").addEventListener("input", () => (this.draft = at("note-text").value));
    at("note-save").addEventListener("click", () => this.save(false));
    at("note-later").addEventListener("click", () => this.save(true));
    at("withdraw").addEventListener("click", () => this.withdraw());
    at("note-undo").addEventListener("click", () => this.undo());
    at("photo").addEventListener("change", () => this.takePhoto());
    at("note").addEventListener("close", () => this.closed());
    at("note-phrases").append(
      ...texts.phrases.map((text) =>
        element(
          "button",
          { type: "button", class: "btn btn-outline-secondary", onclick: () => this.say(text) },
          text,
        ),
      ),
    );
  }

  // What goes with the next mark saved here, in one line.
  get text() {
    const text = this.draft ?? (this.isAnew ? "" : this.hands.cell().comment);
    return text.replace(/\s+/g, " ").trim();
  }

  get isEdited() {
    return this.draft !== null && this.draft.trim() !== "";
  }

  forget() {
    this.draft = null;
  }

  closed() {
    Object.assign(this, { asked: null, isAnew: false });
  }

  open(ask = "", value = null) {
    this.asked = value;
    at("note-ask").hidden = !ask;
    at("note-ask").textContent = ask;
    this.show();
    if (!at("note").open) at("note").showModal();
    if (value !== null) at("note-text").focus();
  }

  // Why the judge judges anew: new words, none of the mark before.
  openAnew(value) {
    this.isAnew = true;
    this.open(this.texts.whyAnew, value);
  }

  say(text) {
    const before = this.draft?.trim();
    this.draft = before ? `${before} ${text}` : text;
    at("note-text").value = this.draft;
    at("note-save").focus();
  }

  show() {
    const { count, waiting } = this.hands.photos();
    const aspect = this.hands.aspect();
    const hasMark = this.hands.cell().value !== "";
    if (this.draft === null) at("note-text").value = this.text;
    at("note-later").hidden = this.asked === null || this.isAnew;
    at("note-save").textContent = this.isAnew ? this.texts.saveAnew : this.texts.saveNote;
    at("note-phrases").hidden = !this.isAnew;
    at("withdraw").hidden = !hasMark || this.asked !== null;
    at("note-undo").hidden = !this.hands.former() || this.asked !== null;
    at("photos").hidden = aspect.photo === "none" || this.isAnew;
    at("photo").disabled = !hasMark;
    const words = [say(this.texts.photos, { count })];
    if (waiting) words.push(say(this.texts.photosHere, { count: waiting }));
    if (!hasMark) words.push(this.texts.markFirst);
    at("photo-count").textContent = words.join(" · ");
    this.showHistory();
  }

  // This tablet's own events of the cell, the newest first.
  showHistory() {
    const { texts } = this;
    const all = this.hands.history();
    at("note-history").hidden = !all.length;
    at("note-events").replaceChildren(
      ...all.map(({ body, state }) =>
        element(
          "li",
          {},
          element("time", { datetime: body.marked_at }, clock(body.marked_at)),
          element("strong", {}, body.kind === "void" ? texts.withdrawn : body.value),
          element("span", {}, texts.eventStates[state] ?? state),
          ...(body.reason ? [element("span", {}, `“${body.reason}”`)] : []),
        ),
      ),
    );
  }

  // With a value that waits for its words, save that; else the mark that is there.
  async save(isLater) {
    const value = this.asked ?? this.hands.cell().value;
    if (this.asked !== null && !isLater && !this.text) {
      at("note-text").focus();
      return;
    }
    const isKept = value === "" || (await this.hands.keep(value));
    if (!isKept) return;
    at("note").close();
    this.hands.askForPhoto();
  }

  async withdraw() {
    if (!this.isEdited) {
      at("note-text").focus();
      return;
    }
    await this.hands.withdraw();
    at("note").close();
  }

  async undo() {
    await this.hands.undo();
    at("note").close();
  }

  async takePhoto() {
    const [file] = at("photo").files;
    at("photo").value = "";
    if (!file) return;
    try {
      await this.hands.savePhoto(await readPhoto(file));
      at("note-ask").hidden = true;
    } catch {
      at("note-ask").hidden = false;
      at("note-ask").textContent = this.texts.photoFailed;
    }
    this.show();
  }
}
