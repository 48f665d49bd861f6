// The door for badges: find the badge (camera, scanner, address or typed code), then the PIN.
// Without this script the page is a form with two fields and works the same.

import { Camera } from "./marking/camera.js";
import { openOutbox } from "./marking/outbox.js";
import { Pad } from "./tablet/pad.js";
import { rememberPin } from "./tablet/pin.js";

const KEPT = "jiangcai-badge"; // the badge this tablet belongs to, so that a PIN is enough
const SECRET = /^[A-Z2-7]{26}$/;
const CODE = /^[2-9A-HJKMNP-TV-Z]{8}$/;

const at = (id) => document.getElementById(id);
const form = at("door");
const texts = JSON.parse(form.dataset.texts);
const { badge, pin } = form.elements;
const camera = new Camera(at("door-video"), form.dataset.reader, (text) => take(text));
let isSending = false;
const pad = new Pad(at("door-pad"), pin, {
  texts: at("door-pad").dataset,
  changed: (count) => (at("door-count").textContent = texts.digits.replace("{count}", count)),
  done: () => form.requestSubmit(),
});

function say(text) {
  at("door-message").textContent = text;
  at("door-message").hidden = !text;
}

// What was scanned or typed, as the server reads it: the text after the last "#".
function plain(text) {
  return text
    .slice(text.lastIndexOf("#") + 1)
    .replace(/[\s-]/g, "")
    .toUpperCase();
}

// Steps.

function askForBadge() {
  at("door-find").hidden = false;
  at("door-pin").hidden = true;
  badge.value = "";
  badge.focus();
}

function askForPin(text) {
  if (camera.stream) stopCamera();
  at("door-find").hidden = true;
  at("door-pin").hidden = false;
  at("door-other").hidden = false;
  at("door-found").textContent = text;
  at("door-found").hidden = false;
  pad.clear();
  pin.focus();
}

function take(text, said = texts.found) {
  const found = plain(text);
  if (!SECRET.test(found) && !CODE.test(found)) {
    say(texts.unknown);
    return false;
  }
  say("");
  badge.value = found;
  askForPin(said);
  return true;
}

// The address a tablet's own camera app opens; the fragment never goes to the server, and
// is taken out of the address so that it does not stay in the history.
function takeFragment() {
  const text = location.hash;
  if (text.length < 2) return false;
  history.replaceState(null, "", location.pathname + location.search);
  return take(text);
}

// The camera.

async function startCamera() {
  say("");
  try {
    at("door-view").hidden = false;
    await camera.start();
    at("door-camera").textContent = texts.cameraOff;
  } catch {
    stopCamera();
    say(texts.noCamera);
  }
}

function stopCamera() {
  camera.stop();
  at("door-view").hidden = true;
  at("door-camera").textContent = at("door-camera").dataset.off;
}

// Sending.

async function send() {
  isSending = true;
  say(texts.wait);
  const typed = pin.value;
  const request = {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  };
  try {
    const response = await fetch(form.action, request);
    const answer = await response.json();
    if (response.ok) await enter(answer, typed);
    else refuse(answer.message ?? answer.detail ?? answer.title);
  } catch {
    refuse(texts.noNetwork);
  } finally {
    isSending = false;
  }
}

async function enter({ judge, next }, typed) {
  if (SECRET.test(badge.value)) remember(badge.value);
  await rememberPin(judge, typed).catch(() => {}); // without it there is no screen lock
  location.assign(next);
}

function refuse(message) {
  pad.clear();
  say(message);
  pin.focus();
}

function remember(secret) {
  try {
    if (secret) localStorage.setItem(KEPT, secret);
    else localStorage.removeItem(KEPT);
  } catch {
    // The browser keeps nothing here: the badge is scanned each time.
  }
}

function known() {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

// A tablet that signed a judge out may hold marks of theirs: they are safe, and it says so.
async function tellUnsent() {
  const outbox = await openOutbox();
  const count = (await outbox.list()).filter((kept) => kept.state === "waiting").length;
  outbox.db.close();
  at("door-unsent").textContent = texts.unsent.replace("{count}", count);
  at("door-unsent").hidden = !count;
}

at("door-pad").hidden = false;
at("door-next").hidden = false;
at("door-camera").dataset.off = at("door-camera").textContent;
at("door-camera").hidden = !Camera.isThere;
at("door-no-camera").textContent = texts.needsHttps;
at("door-no-camera").hidden = Camera.isThere;
at("door-camera").addEventListener("click", () => (camera.stream ? stopCamera() : startCamera()));
at("door-next").addEventListener("click", () => take(badge.value));
at("door-other").addEventListener("click", () => {
  remember("");
  say("");
  askForBadge();
});
// A scanner types the badge and then Enter.
badge.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  take(badge.value);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!isSending && pin.value.length) send();
});
addEventListener("hashchange", takeFragment);

tellUnsent().catch(() => {}); // a browser without a store has no marks either
if (!takeFragment() && !(known() && take(known(), texts.known))) askForBadge();
