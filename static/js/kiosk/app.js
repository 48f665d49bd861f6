// The kiosk at a gate: scan, compare, let in or turn away, with or without a network. What is done
// goes into the outbox of the marking app's own client before the screen says so.

import { Camera } from "../marking/camera.js";
import { at, element, say } from "../marking/dom.js";
import { openOutbox } from "../marking/outbox.js";
import { Sender } from "../marking/sender.js";
import { signal, speak } from "../marking/speak.js";
import { ask } from "../tablet/ask.js";
import { Shell, canKeepPages } from "../tablet/shell.js";
import { fetchLists, fetchPhotos } from "./lists.js";
import { CHECKIN, Place } from "./place.js";
import { passageFault, ticketFault } from "./rules.js";
import { isTicketText, readTicket } from "./ticket.js";

const page = at("kiosk");
const texts = JSON.parse(page.dataset.texts);
const NOBODY = "-";
const SYNC_EVERY = 30000; // ms
const MOST_OFFERS = 8;

let outbox = null;
let sender = null;
let judge = null;
let shell = null;
let place = null;
let offset = 0; // ms the device's clock is ahead of the server's, as last seen
let problem = "";

const now = () => Date.now() - offset;
const gate = () => at("gate").value || CHECKIN;
const direction = () =>
  gate() === CHECKIN ? "in" : document.querySelector('input[name="direction"]:checked').value;
const time = (moment) => new Date(moment).toLocaleTimeString();

// ---- what lies here --------------------------------------------------------------------

async function load() {
  const lists = judge ? await outbox.listSheets(judge) : [];
  const chosen = at("event").value || localStorage.getItem("jiangcai-kiosk-event");
  const kept =
    lists.find(({ event }) => event === chosen) ??
    lists.find(({ data }) => data.is_open) ??
    lists[0];
  offer(
    at("event"),
    lists.map(({ event, data }) => [event, data.name]),
    kept?.event,
  );
  place = kept ? new Place(kept.data, await outbox.list()) : null;
  const rooms = place ? [...place.gates.values()].map(({ key, name }) => [key, name]) : [];
  offer(at("gate"), [[CHECKIN, texts.checkin], ...rooms], at("gate").value || CHECKIN);
  at("nothing").hidden = Boolean(place);
  at("work").hidden = !place;
  at("directions").hidden = gate() === CHECKIN;
  await show();
}

function offer(select, options, chosen) {
  const isSame =
    options.map(([value]) => value).join() === [...select.options].map(({ value }) => value).join();
  if (!isSame) {
    select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  }
  if (options.some(([value]) => value === chosen)) select.value = chosen;
}

async function show() {
  if (!place) return;
  const room = place.gates.get(gate());
  const present = place.count("present");
  at("inside").textContent = room
    ? say(texts.inRoom, { count: room.inside.size })
    : say(texts.present, { count: present, all: place.people.size });
  at("missing").textContent = room
    ? ""
    : say(texts.missing, { count: place.people.size - present });
  at("synced").textContent = say(texts.synced, { moment: time(place.list.made_at) });
  at("shut").hidden = place.list.is_open || gate() !== CHECKIN;
  await showQueue();
}

async function showQueue() {
  const scans = (await outbox.list()).filter((scan) => scan.judge === judge);
  const waiting = scans.filter(({ state }) => state === "waiting").length;
  const open = scans.filter(({ state }) => state === "attention");
  const [state, text] = open.length
    ? ["conflict", say(texts.attention, { count: open.length })]
    : waiting
      ? ["tablet", say(texts.unsent, { count: waiting })]
      : ["server", texts.allSent];
  at("outbox").className = `mark-state mark-state--${state}`;
  at("outbox").textContent = text;
  at("sign-in").hidden = problem !== "signIn";
  at("offline").hidden = problem !== "offline";
  at("questions").hidden = !open.length;
  at("open").replaceChildren(...open.map(describe));
  at("lately").hidden = !scans.length;
  at("last").replaceChildren(...scans.slice(-8).reverse().map(describeDone));
}

function describe(scan) {
  const { answer, body } = scan;
  const why = texts.reasons[answer?.reason] ?? texts.outcomes[answer?.reason] ?? answer?.reason;
  return element(
    "li",
    { class: "notice notice--danger" },
    element("strong", {}, `${time(body.marked_at)} ${nameOf(body.entry)} ${deedOf(body)}`),
    element("p", {}, say(texts.notTaken, { reason: why ?? "" })),
    element(
      "button",
      { type: "button", class: "btn btn-secondary", onclick: () => settle(scan.id) },
      texts.understood,
    ),
  );
}

function describeDone({ state, body }) {
  const word = { waiting: texts.onDevice, delivered: texts.onServer }[state] ?? texts.looked;
  return element(
    "li",
    { class: "kiosk-done" },
    element("span", { class: "mono" }, time(body.marked_at)),
    element("span", {}, `${nameOf(body.entry)} ${deedOf(body)}`),
    element("span", { class: "muted" }, word),
  );
}

const nameOf = (entry) => place?.people.get(entry)?.name ?? texts.nobody;

function deedOf({ value, aspect }) {
  const code = value.startsWith("refused:") ? value.slice(8) : "";
  if (code) return say(texts.turnedAway, { reason: texts.reasons[code] ?? code });
  if (aspect === CHECKIN) return texts.letIn;
  return value === "in" ? texts.wentIn : texts.wentOut;
}

async function settle(id) {
  await outbox.note([{ id, state: "settled" }]);
  await showQueue();
}

// ---- scanning --------------------------------------------------------------------------

async function take(text) {
  if (!place || !text.trim()) return;
  at("text").value = "";
  await load();
  if (isTicketText(text)) await takeTicket(text.trim());
  else offerPeople(place.find(text), text);
}

async function takeTicket(text) {
  const claim = readTicket(text, place.list);
  const fault = ticketFault(claim, { ...place, event: place.event }, now());
  const person = claim && place.people.get(claim.entry);
  if (fault) await refuseTicket(fault, person?.entry ?? claim?.entry ?? NOBODY);
  else meet(person);
}

// Kept with time and device whatever becomes of the person.
async function refuseTicket(code, entry) {
  await keep(entry, `refused:${code}`, "");
  verdict("no", texts.doNotLetIn, texts.reasons[code]);
}

function offerPeople(found, text) {
  if (found.length === 1) {
    meet(found[0]);
    return;
  }
  const isMany = found.length > 1;
  verdict("ask", isMany ? texts.several : say(texts.noneFound, { text: text.slice(0, 40) }));
  at("card").replaceChildren(
    ...found.slice(0, MOST_OFFERS).map((person) =>
      element(
        "button",
        {
          type: "button",
          class: "btn btn-outline-primary kiosk-offer",
          onclick: () => meet(person),
        },
        `${person.name} · ${person.unit}`,
      ),
    ),
  );
}

// Somebody whose ticket holds, or who was found by name: may they pass, and are they who they say?
function meet(person) {
  const passage = place.passage(person.entry, gate(), direction(), now());
  const fault = passageFault(passage);
  const isLate = gate() === CHECKIN && !fault && place.isLate(now());
  if (fault) verdict("no", texts.reasons[fault], texts.hint[fault] ?? "");
  else if (isLate) verdict("late", texts.late, texts.lateHint);
  else verdict("yes", texts.compare, "");
  at("card").replaceChildren(card(person), buttons(person, fault));
  at("card").querySelector("button")?.focus();
}

function card(person) {
  const facts = [
    [texts.unit, person.unit],
    [texts.group, person.group],
    [texts.idNumber, person.id_number],
    [texts.number, person.number],
  ];
  const photo = person.small
    ? element("img", {
        class: "compare__photo",
        src: person.small,
        alt: say(texts.photoOf, { name: person.name }),
        width: 180,
        height: 240,
      })
    : element("p", { class: "compare__photo compare__photo--none" }, texts.noPhoto);
  return element(
    "section",
    { class: "sheet compare" },
    photo,
    element(
      "div",
      {},
      element("h2", { class: "compare__name" }, person.name),
      element(
        "dl",
        { class: "facts" },
        ...facts
          .filter(([, value]) => value)
          .flatMap(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]),
      ),
    ),
  );
}

function buttons(person, fault) {
  const pass = { in: texts.goIn, out: texts.goOut }[direction()];
  const yes = element(
    "button",
    { type: "button", class: "btn btn-success", onclick: () => letPass(person) },
    gate() === CHECKIN ? texts.samePerson : pass,
  );
  const choices = element(
    "select",
    { class: "form-select", "aria-label": texts.why },
    ...texts.officer.map((code) => element("option", { value: code }, texts.reasons[code])),
  );
  const note = element("input", {
    class: "form-control",
    maxlength: "200",
    "aria-label": texts.note,
    placeholder: texts.note,
  });
  const no = element(
    "button",
    {
      type: "button",
      class: "btn btn-danger",
      onclick: () => turnAway(person, choices.value, note.value.trim()),
    },
    texts.turnAway,
  );
  const away = element("div", { class: "kiosk-away" }, choices, note, no);
  if (!fault) return element("div", { class: "kiosk-buttons" }, yes, away);
  const code = texts.reasons[fault];
  const keepIt = element(
    "button",
    {
      type: "button",
      class: "btn btn-danger",
      onclick: () => turnAway(person, fault, ""),
    },
    say(texts.keepRefusal, { reason: code }),
  );
  return element("div", { class: "kiosk-buttons" }, keepIt);
}

async function letPass(person) {
  const fault = passageFault(place.passage(person.entry, gate(), direction(), now()));
  if (fault) return; // pressed twice
  await keep(person.entry, direction(), "");
  const isLate = place.people.get(person.entry)?.status === "late" && gate() === CHECKIN;
  verdict(isLate ? "late" : "done", say(isLate ? texts.lateKept : texts.done, person), "");
}

async function turnAway(person, code, note) {
  await keep(person.entry, `refused:${code}`, note);
  verdict("no", say(texts.refused, person), texts.reasons[code]);
}

// On the disk first; only then does the screen say so.
async function keep(entry, value, reason) {
  const scan = {
    entry,
    aspect: gate(),
    kind: "mark",
    value,
    reason,
    based_on: null,
    marked_at: new Date(now()).toISOString(),
  };
  try {
    await outbox.save(scan, judge, place.list.event);
  } catch (error) {
    verdict("no", texts.notKept, "");
    throw error;
  }
  sender.wake();
  await load();
}

function verdict(kind, title, text = "") {
  const isGood = kind === "yes" || kind === "done";
  signal(isGood, true);
  at("verdict").className = `kiosk-verdict kiosk-verdict--${kind}`;
  at("verdict").hidden = false;
  at("verdict-title").textContent = title;
  at("verdict-text").textContent = text;
  at("card").replaceChildren();
  speak([title, text].filter(Boolean).join(" "));
  if (kind === "done" || kind === "no" || kind === "late") at("text").focus();
}

// ---- the server ------------------------------------------------------------------------

async function sync() {
  const sentAt = Date.now();
  const { status, data } = await ask(page.dataset.status);
  if (status === 401) problem = "signIn";
  else if (status !== 200) problem = "offline";
  if (!data) {
    await showQueue();
    return;
  }
  problem = "";
  offset = (sentAt + Date.now()) / 2 - Date.parse(data.now);
  if (judge !== data.judge) await become(data.judge);
  await fetchLists(outbox, data).catch(() => null); // no room: the old lists stay
  await load();
  if (place && (await fetchPhotos(outbox, judge, place.list.event))) await load();
}

async function become(found) {
  judge = found;
  await outbox.setJudge(judge).catch(() => null);
  sender = new Sender(outbox, page.dataset.scans, judge, (met) => {
    problem = met;
    load().catch(() => null);
  });
  sender.wake();
}

// ---- hands -----------------------------------------------------------------------------

function listen() {
  at("scan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    take(at("text").value);
  });
  at("event").addEventListener("change", () => {
    localStorage.setItem("jiangcai-kiosk-event", at("event").value);
    clear();
    load();
  });
  at("gate").addEventListener("change", () => {
    clear();
    load();
  });
  at("directions").addEventListener("change", clear);
  at("sync").addEventListener("click", sync);
  at("update").addEventListener("click", () => shell.update(outbox));
  addEventListener("online", sync);
  // A hand scanner types wherever the cursor is: letters belong into the field.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (typing || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") return;
    at("text").focus();
  });
  listenToCamera();
}

function clear() {
  at("verdict").hidden = true;
  at("card").replaceChildren();
}

function listenToCamera() {
  const camera = new Camera(at("video"), page.dataset.jsqr, take);
  const button = at("camera");
  button.hidden = !Camera.isThere;
  button.addEventListener("click", async () => {
    if (camera.stream) camera.stop();
    else await camera.start().catch(() => verdict("ask", texts.noCamera));
    at("view").hidden = !camera.stream;
    button.textContent = camera.stream ? texts.cameraOff : texts.cameraOn;
  });
}

async function start() {
  at("insecure").hidden = canKeepPages();
  try {
    outbox = await openOutbox("jiangcai-checkin");
  } catch {
    at("no-store").hidden = false;
    return;
  }
  listen();
  const last = await outbox.judge();
  if (last) await become(last);
  await load();
  await sync();
  shell = new Shell(page.dataset.worker, (isThere) => (at("offer").hidden = !isThere));
  await shell.start();
  setInterval(sync, SYNC_EVERY);
}

start();
