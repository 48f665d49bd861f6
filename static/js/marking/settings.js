// How this tablet is held and seen: kept on the tablet, for whoever uses it.

import { at } from "./dom.js";

const KEY = "jiangcai-hand";
const FIRST = { sun: false, left: false, auto: false, sound: true, order: "work" };

export class Settings {
  // onChange() is called after every change.
  constructor(onChange = () => {}) {
    this.onChange = onChange;
    this.now = { ...FIRST, ...read() };
    for (const name of ["sun", "left", "auto", "sound"]) {
      const box = at(`set-${name}`);
      box.checked = this.now[name];
      box.addEventListener("change", () => this.set(name, box.checked));
    }
    for (const radio of document.querySelectorAll("[name=order]")) {
      radio.checked = radio.value === this.now.order;
      radio.addEventListener("change", () => this.set("order", radio.value));
    }
    this.show();
  }

  set(name, value) {
    this.now[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.now));
    } catch {
      // A browser that keeps nothing: the choice holds until the page is left.
    }
    this.show();
    this.onChange();
  }

  show() {
    const { sun, left } = this.now;
    document.body.classList.toggle("is-sunlit", sun);
    document.body.classList.toggle("is-left", left);
    // The keys of moving on lie under the thumb; the order of reading follows.
    const bar = at("moves");
    const moves = [at("previous"), at("next")];
    if (left) bar.prepend(...moves);
    else bar.append(...moves);
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
