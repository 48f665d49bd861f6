// A hand scanner types like a very quick keyboard, wherever the cursor is. Its keys must not
// become a mark: a control that saves at once gets a key only after the pause a hand makes,
// and what a pad took is taken back.

import { looksScanned } from "./codes.js";

const GAP = 45; // ms: hands are slower, scanners quicker
const SAFE = 3; // keys in a row that are no hand's any more

export class Burst {
  // hands: { control(), works(), scanned(text), press(event) }
  constructor(hands) {
    Object.assign(this, { hands, text: "", held: [], before: "", lastAt: -Infinity, timer: 0 });
  }

  // Returns true where the key is a scanner's or has to wait until we know.
  take(event) {
    const isQuick = event.timeStamp - this.lastAt <= GAP;
    if (event.key === "Enter") return this.end(event);
    // What a hand typed before comes first: an arrow must not carry it to the next aspect.
    if (!isQuick || event.key.length !== 1) this.release();
    if (event.key.length !== 1) return false;
    if (!this.text) this.before = this.hands.control()?.typed() ?? "";
    this.text += event.key;
    this.lastAt = event.timeStamp;
    clearTimeout(this.timer);
    if (this.isScan && this.text.length > SAFE) {
      this.timer = setTimeout(() => this.finish(), 4 * GAP);
      return true;
    }
    if (!this.hands.control()?.isInstant) return false;
    this.held.push(event);
    this.timer = setTimeout(() => this.release(), GAP);
    return true;
  }

  get isScan() {
    return looksScanned(this.text, this.hands.works());
  }

  // Enter: the end of a scan, or an ordinary key after what waits.
  end() {
    clearTimeout(this.timer);
    if (this.text.length > SAFE && this.isScan) {
      this.finish();
      return true;
    }
    this.release();
    return false;
  }

  finish() {
    const { text, before } = this;
    this.forget();
    const control = this.hands.control();
    if (control && control.typed() !== before) control.type(before);
    this.hands.scanned(text);
  }

  release() {
    const { held } = this;
    this.forget();
    for (const event of held) this.hands.press(event);
  }

  forget() {
    clearTimeout(this.timer);
    Object.assign(this, { text: "", held: [], lastAt: -Infinity });
  }
}
