// The dialog beside a mark: the judge's comment, photos as evidence, withdrawing the mark.

import { say } from "./controls.js";
import { readPhoto } from "./photo.js";

const at = (id) => document.getElementById(id);

export class Note {
  // hands: { cell, photos, aspect, keep(value, isAsked), withdraw, savePhoto(photo), askForPhoto }, all
  // about the cell that is shown.
  constructor(texts, hands) {
    Object.assign(this, { texts, hands, draft: null, asked: null });
    at("note-text").addEventListener("input", () => (this.draft = at("note-text").value));
    at("note-save").addEventListener("click", () => this.save(false));
    at("note-later").addEventListener("click", () => this.save(true));
    at("withdraw").addEventListener("click", () => this.withdraw());
    at("photo").addEventListener("change", () => this.takePhoto());
    at("note").addEventListener("close", () => (this.asked = null));
  }

  // What goes with the next mark saved here, in one line.
  get text() {
    const text = this.draft ?? this.hands.cell().comment;
    return text.replace(/\s+/g, " ").trim();
  }

  get isEdited() {
    return this.draft !== null && this.draft.trim() !== "";
  }

  forget() {
    this.draft = null;
  }

  open(ask = "", value = null) {
    this.asked = value;
    at("note-ask").hidden = !ask;
    at("note-ask").textContent = ask;
    this.show();
    if (!at("note").open) at("note").showModal();
    if (value !== null) at("note-text").focus();
  }

  show() {
    const { count, waiting } = this.hands.photos();
    const aspect = this.hands.aspect();
    const hasMark = this.hands.cell().value !== "";
    if (this.draft === null) at("note-text").value = this.hands.cell().comment;
    at("note-later").hidden = this.asked === null;
    at("withdraw").hidden = !hasMark || this.asked !== null;
    at("photos").hidden = aspect.photo === "none";
    at("photo").disabled = !hasMark;
    const words = [say(this.texts.photos, { count })];
    if (waiting) words.push(say(this.texts.photosHere, { count: waiting }));
    if (!hasMark) words.push(this.texts.markFirst);
    at("photo-count").textContent = words.join(" · ");
  }

  // With a value that waits for its comment, save that; else the mark that is there.
  async save(isLater) {
    const value = this.asked ?? this.hands.cell().value;
    if (this.asked !== null && !isLater && !this.text) {
      at("note-text").focus();
      return;
    }
    const isKept = value === "" || (await this.hands.keep(value, true));
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
