// The screen lock of a tablet: the badge's PIN once more, also without a network.
//
// It keeps the next person at the table out of an open sheet. It is no encryption: whoever
// takes the tablet apart, or opens the browser's tools, reads what the browser holds, and
// that is work codes and marks. What is kept here of a PIN is a slow hash of it
// (PBKDF2-SHA-256); a million PINs can be tried against it by who has it and some hours.

import { Pad } from "./pad.js";

const ROUNDS = 600_000;
const TRIES = 5;
const PAUSE = 5 * 60_000; // ms
const IDLE = 10 * 60_000; // ms
const LOOK_EVERY = 5_000; // ms

const slot = (judge) => `jiangcai-pin/${judge}`;
const touchSlot = (judge) => `jiangcai-touched/${judge}`;
const lastTouch = (judge) => Number(localStorage.getItem(touchSlot(judge)) ?? 0);
const touch = (judge, at = Date.now()) => localStorage.setItem(touchSlot(judge), String(at));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// Plain http has no crypto.subtle: there the tablet cannot be locked without the server.
export function canLock() {
  return Boolean(globalThis.crypto?.subtle);
}

export function hasPin(judge) {
  return canLock() && kept(judge) !== null;
}

// Keep what is needed to know the PIN again; called right after a sign-in by badge.
export async function rememberPin(judge, pin) {
  if (!canLock()) return;
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await derive(pin, salt, ROUNDS);
  keep(judge, { salt: toText(salt), rounds: ROUNDS, key, wrong: 0, until: 0 });
  touch(judge);
}

// Ask for the PIN; resolves when it was right. Where this judge never signed in here by
// badge, or the browser cannot lock, it resolves at once with false: there was no lock.
export function askPin(judge) {
  const dialog = document.getElementById("pin-lock");
  if (!dialog || !hasPin(judge)) return Promise.resolve(false);
  if (dialog.open) return dialog.unlocked;
  dialog.unlocked = new Promise((resolve) => new Lock(dialog, judge, resolve).show());
  return dialog.unlocked;
}

// What every page with a sheet calls first: asks for the PIN when nobody has touched this
// tablet for ten minutes, or it was locked; and from then on whenever that happens.
export async function guardScreen(judge, idle = IDLE) {
  if (!hasPin(judge)) return;
  const isIdle = () => Math.abs(Date.now() - lastTouch(judge)) >= idle;
  const look = async () => {
    if (!isIdle()) return;
    touch(judge, 0); // locked: loading the page again does not open it
    await askPin(judge);
  };
  await look();
  touch(judge);
  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(
      name,
      () => {
        if (isIdle()) look();
        else if (Date.now() - lastTouch(judge) > LOOK_EVERY) touch(judge);
      },
      { capture: true },
    );
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_EVERY);
}

class Lock {
  constructor(dialog, judge, resolve) {
    this.dialog = dialog;
    this.judge = judge;
    this.resolve = resolve;
    this.texts = JSON.parse(dialog.dataset.texts);
    this.field = dialog.querySelector("input");
    this.message = dialog.querySelector("[data-message]");
    this.pad = new Pad(dialog.querySelector(".pad"), this.field, {
      texts: this.texts,
      changed: (count) => this.count(count),
      done: (pin) => this.check(pin),
    });
    // The way out of a dialog is Escape; of this one it is the PIN.
    dialog.oncancel = (event) => event.preventDefault();
    // Browsers let a second Escape pass: it is shown again.
    dialog.onclose = () => !this.isOpen || dialog.showModal();
  }

  show() {
    this.isOpen = true;
    this.dialog.showModal();
    this.pad.clear();
    this.wait();
  }

  count(count) {
    const dots = this.dialog.querySelector("[data-count]");
    dots.textContent = this.texts.digits.replace("{count}", count);
  }

  async check(pin) {
    const found = kept(this.judge);
    if (!found || found.until > Date.now() || this.isBusy) return;
    this.isBusy = true;
    this.say(this.texts.wait);
    const isRight = (await derive(pin, toBytes(found.salt), found.rounds)) === found.key;
    this.isBusy = false;
    this.pad.clear();
    if (isRight) this.open(found);
    else this.refuse(found);
  }

  open(found) {
    keep(this.judge, { ...found, wrong: 0, until: 0 });
    touch(this.judge);
    this.isOpen = false;
    clearInterval(this.timer);
    this.say("");
    this.dialog.close();
    this.resolve(true);
  }

  refuse(found) {
    const wrong = found.wrong + 1;
    const isTooMany = wrong >= TRIES;
    const until = isTooMany ? Date.now() + PAUSE : 0;
    keep(this.judge, { ...found, wrong: isTooMany ? 0 : wrong, until });
    this.say(this.texts.wrong.replace("{count}", TRIES - wrong));
    this.wait();
  }

  // Five wrong PINs make everybody wait; reloading the page does not shorten it.
  wait() {
    clearInterval(this.timer);
    const look = () => {
      const found = kept(this.judge);
      const rest = (found?.until ?? 0) - Date.now();
      // A clock that was set back must not make the wait longer.
      if (rest > PAUSE) keep(this.judge, { ...found, until: Date.now() + PAUSE });
      const isWaiting = rest > 0;
      for (const key of this.dialog.querySelectorAll(".pad button")) key.disabled = isWaiting;
      this.field.disabled = isWaiting;
      if (isWaiting) {
        this.say(this.texts.pause.replace("{minutes}", Math.ceil(Math.min(rest, PAUSE) / 60_000)));
      } else {
        clearInterval(this.timer);
        if (this.wasWaiting) this.say("");
      }
      this.wasWaiting = isWaiting;
    };
    this.timer = setInterval(look, 1000);
    look();
  }

  say(text) {
    this.message.textContent = text;
    this.message.hidden = !text;
  }
}

function kept(judge) {
  try {
    return JSON.parse(localStorage.getItem(slot(judge)));
  } catch {
    return null; // the browser keeps nothing for this page
  }
}

function keep(judge, value) {
  localStorage.setItem(slot(judge), JSON.stringify(value));
}

async function derive(pin, salt, iterations) {
  const raw = new TextEncoder().encode(pin);
  const key = await crypto.subtle.importKey("raw", raw, "PBKDF2", false, ["deriveBits"]);
  const made = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return toText(await crypto.subtle.deriveBits(made, key, 256));
}
