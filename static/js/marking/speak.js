// Tells what happened to those who do not see it: one short sentence at a time, not each state.

import { at } from "./dom.js";

const PAUSE = 150; // ms: of several sentences in a row the last one is said
let timer = 0;

export function speak(text) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    // The same sentence twice is said twice only if it was away between.
    at("spoken").textContent = "";
    requestAnimationFrame(() => (at("spoken").textContent = text));
  }, PAUSE);
}

let sounds = null;

// A short tone and a short buzz where the tablet has them: high for yes, low and twice for no.
export function signal(isGood, hasSound) {
  navigator.vibrate?.(isGood ? 60 : [120, 80, 120]);
  if (!hasSound) return;
  try {
    sounds ??= new AudioContext();
    const now = sounds.currentTime;
    tone(isGood ? 1320 : 220, now);
    if (!isGood) tone(220, now + 0.2);
  } catch {
    // No sound here; the screen says the same.
  }
}

function tone(pitch, from) {
  const [source, volume] = [sounds.createOscillator(), sounds.createGain()];
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0.15, from);
  volume.gain.exponentialRampToValueAtTime(0.001, from + 0.15);
  source.connect(volume).connect(sounds.destination);
  source.start(from);
  source.stop(from + 0.15);
}
