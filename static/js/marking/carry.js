// Unsent marks leave the tablet by hand: as a sealed file, or as QR codes shown in a loop.
//
// Nothing is deleted and nothing is ticked off by this: the marks go on waiting, and when the
// network is back they are sent all the same. The server knows them by their ids.

import { element, say } from "./controls.js";
import { framesOf } from "./frames.js";
import { openOutbox } from "./outbox.js";
import { canSeal, seal, toBase64 } from "./seal.js";

const DONE = new Set(["delivered", "settled"]);
const MOST_PHOTOS = 5 * 1024 * 1024; // bytes of pictures in one file
const PACES = [400, 800, 1600]; // ms a code is shown; below three changes a second
const QUIET = 4; // modules of white around a code

const dialog = document.getElementById("carry");
const at = (name) => dialog.querySelector(`[data-carry="${name}"]`);
const texts = JSON.parse(dialog.dataset.texts);
let drawer = null;
const loop = { frames: [], at: 0, pace: 0, timer: 0, draw: null };

// ---- what there is to carry -------------------------------------------------------------

// One parcel for each judge and event that has something the server has not answered for good.
async function listParcels(outbox) {
  const parcels = new Map();
  const add = (kept, list) => {
    if (DONE.has(kept.state)) return;
    const id = `${kept.judge}/${kept.event}`;
    const { judge, event } = kept;
    if (!parcels.has(id)) parcels.set(id, { judge, event, marks: [], photos: [] });
    parcels.get(id)[list].push(kept);
  };
  for (const kept of await outbox.list()) add(kept, "marks");
  for (const kept of await outbox.listPhotos()) add(kept, "photos");
  const found = [...parcels.values()];
  for (const parcel of found) {
    parcel.sheet = (await outbox.readSheet(parcel.judge, parcel.event))?.data ?? null;
  }
  return found;
}

async function pack(outbox, parcel, photos) {
  const { id, seq } = await outbox.device();
  const content = {
    marks: parcel.marks.map((kept) => kept.body),
    photos: photos.map(({ mark, sha256, type, bytes }) => ({
      mark,
      sha256,
      type,
      data: toBase64(bytes),
    })),
  };
  const { event, judge, sheet } = parcel;
  return seal(content, sheet.carry_key, { event, judge, seat: sheet.seat, device: id, head: seq });
}

// As many photos as fit, oldest first; the others wait for the network.
function fitting(photos) {
  let room = MOST_PHOTOS;
  return photos.filter(({ bytes }) => {
    room -= bytes.length;
    return room >= 0;
  });
}

async function remember(outbox, parcel, photos) {
  const ids = [...parcel.marks, ...photos].map((kept) => kept.id);
  await outbox.noteCarried(ids, new Date().toISOString());
}

// ---- the dialog -------------------------------------------------------------------------

async function open() {
  stop();
  at("codes").hidden = true;
  at("list").hidden = false;
  tellJudge("");
  drawing().catch(() => (drawer = null));
  await show();
  if (!dialog.open) dialog.showModal();
}

async function show() {
  const outbox = await openOutbox();
  try {
    const parcels = await listParcels(outbox);
    const { id } = await outbox.device();
    at("device").textContent = say(texts.device, { device: id.slice(0, 8) });
    at("none").hidden = parcels.length > 0;
    at("insecure").hidden = canSeal();
    at("parcels").replaceChildren(...parcels.map(describe));
  } finally {
    outbox.db.close();
  }
}

function describe(parcel) {
  const { marks, photos, sheet } = parcel;
  const name = sheet ? `${sheet.seat} · ${sheet.name ?? ""}` : texts.unknown;
  const facts = [say(texts.marks, { count: marks.length })];
  if (photos.length) facts.push(say(texts.photos, { count: photos.length }));
  const out = [...marks, ...photos].filter((kept) => kept.carried).length;
  const isReady = canSeal() && Boolean(sheet?.carry_key);
  const box = element(
    "section",
    { class: "carry-parcel" },
    element("h3", { class: "h6" }, name),
    element("p", {}, facts.join(" · ")),
    ...(out ? [element("p", { class: "muted" }, say(texts.carried, { count: out }))] : []),
  );
  if (canSeal() && !sheet?.carry_key) box.append(element("p", {}, texts.noKey));
  if (isReady) {
    box.append(
      button(texts.saveFile, "btn-primary", () => saveFile(parcel)),
      " ",
      button(texts.showCodes, "btn-secondary", () => showCodes(parcel)),
    );
  }
  return box;
}

function button(label, kind, act) {
  const onclick = async () => {
    try {
      await act();
    } catch {
      tellJudge(texts.failed);
    }
  };
  return element("button", { type: "button", class: `btn ${kind}`, onclick }, label);
}

function tellJudge(text) {
  at("status").textContent = text;
}

async function saveFile(parcel) {
  const outbox = await openOutbox();
  try {
    const photos = fitting(parcel.photos);
    const bytes = await pack(outbox, parcel, photos);
    const { id, seq } = await outbox.device();
    const name = `marks-${parcel.sheet.seat}-${id.slice(0, 8)}-${seq}.jcc`;
    download(bytes, name);
    await remember(outbox, parcel, photos);
    const left = parcel.photos.length - photos.length;
    tellJudge(
      [say(texts.saved, { name }), left ? say(texts.photosLeft, { count: left }) : ""].join(" "),
    );
  } finally {
    outbox.db.close();
  }
  await show();
}

function download(bytes, name) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = element("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// ---- codes ------------------------------------------------------------------------------

// Needed for codes only. The installed app keeps it; else it is fetched as the dialog opens, for
// later there may be no network to fetch it by.
function drawing() {
  drawer ??= import("../../vendor/qrcode/qrcode.mjs");
  return drawer;
}

async function showCodes(parcel) {
  const { qrcode } = await drawing();
  const outbox = await openOutbox();
  try {
    const frames = framesOf(await pack(outbox, parcel, []));
    if (!frames) {
      tellJudge(texts.tooMany);
      return;
    }
    Object.assign(loop, { frames, at: 0, pace: 0, draw: qrcode });
    await remember(outbox, parcel, []);
  } finally {
    outbox.db.close();
  }
  at("list").hidden = true;
  at("codes").hidden = false;
  at("seat").textContent = say(texts.run, {
    seat: parcel.sheet.seat,
    count: parcel.marks.length,
  });
  drawCode();
  play();
}

function drawCode() {
  const text = loop.frames[loop.at];
  const code = loop.draw(0, "M");
  code.addData(text, "Alphanumeric");
  code.make();
  const size = code.getModuleCount();
  const canvas = at("canvas");
  const scale = Math.max(3, Math.floor(960 / (size + 2 * QUIET)));
  canvas.width = canvas.height = (size + 2 * QUIET) * scale;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (!code.isDark(row, column)) continue;
      pen.fillRect((column + QUIET) * scale, (row + QUIET) * scale, scale, scale);
    }
  }
  const number = say(texts.frame, { at: loop.at + 1, all: loop.frames.length });
  at("number").textContent = number;
  canvas.setAttribute("aria-label", number);
  canvas.dataset.at = String(loop.at + 1);
}

function step(by) {
  const { length } = loop.frames;
  if (!length) return;
  loop.at = (loop.at + by + length) % length;
  drawCode();
}

function play() {
  clearInterval(loop.timer);
  loop.timer = setInterval(() => step(1), PACES[loop.pace]);
  at("pause").textContent = texts.pause;
}

function stop() {
  clearInterval(loop.timer);
  loop.timer = 0;
  at("pause").textContent = texts.play;
}

function stepByHand(by) {
  stop();
  step(by);
}

function slower() {
  loop.pace = (loop.pace + 1) % PACES.length;
  play();
}

// ---- hands ------------------------------------------------------------------------------

for (const opener of document.querySelectorAll("[data-open-carry]")) {
  opener.addEventListener("click", () => {
    opener.closest("dialog")?.close();
    open().catch(() => tellJudge(texts.failed));
  });
}
at("pause").addEventListener("click", () => (loop.timer ? stop() : play()));
at("back").addEventListener("click", () => stepByHand(-1));
at("forth").addEventListener("click", () => stepByHand(1));
at("slower").addEventListener("click", slower);
at("end").addEventListener("click", open);
at("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", stop);
dialog.addEventListener("keydown", (event) => {
  if (at("codes").hidden) return;
  if (event.key === "ArrowRight") stepByHand(1);
  else if (event.key === "ArrowLeft") stepByHand(-1);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
