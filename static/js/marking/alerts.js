// Asks the server, while the screen is open, what the panel has to do: judge again, talk.
// Without a network nothing happens; the next answer catches up.

import { ask } from "../tablet/ask.js";

const EVERY = 30000; // ms
const PATIENCE = 20000; // ms

export class Alerts {
  // onChange(found) gets what changed: open, signed, excused, rescores, disputes. It returns
  // whether the screen took it; what it did not take is told again at the next question.
  constructor(url, onChange) {
    Object.assign(this, { url, onChange, version: "", isAsking: false, isAsked: false });
    setInterval(() => this.ask(), EVERY);
    document.addEventListener("visibilitychange", () => this.ask());
  }

  async ask() {
    if (!this.url || document.visibilityState !== "visible") return;
    // The answer that is under way may be older than what we are asked to look for.
    this.isAsked = true;
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      while (this.isAsked) {
        this.isAsked = false;
        await this.askOnce();
      }
    } finally {
      this.isAsking = false;
    }
  }

  async askOnce() {
    const url = `${this.url}?known=${encodeURIComponent(this.version)}`;
    const { data } = await ask(url, { patience: PATIENCE });
    if (!data) return; // offline, or a page of a proxy: ask again later
    const { version, ...found } = data;
    if ("disputes" in found && !(await this.onChange(found))) return;
    this.version = version;
  }
}
