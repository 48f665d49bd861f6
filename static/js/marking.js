// The marking screen: one aspect of one work at a time. Once open it needs no network.

import { Alerts } from "./marking/alerts.js";
import { Cells } from "./marking/cells.js";
import { build, element, rangeOf, say } from "./marking/controls.js";
import { Note } from "./marking/note.js";
import { openOutbox } from "./marking/outbox.js";
import { needsComment } from "./marking/points.js";
import { Sender } from "./marking/sender.js";

const page = document.getElementById("sheet");
const at = (id) => document.getElementById(id);
const texts = JSON.parse(page.dataset.texts);
const { judge } = page.dataset;
const cells = new Cells(JSON.parse(page.dataset.sheet), judge);
const { works, aspects } = cells.sheet;
const place = { work: 0, aspect: 0 };
const STATES = { attention: "conflict" }; // state → the style that shows it
const SWIPE = 60; // px

let outbox = null;
let sender = null;
let alerts = null;
let control = null;
let problem = "";

const note = new Note(texts, {
  cell: () => cellHere(),
  aspect: () => current().aspect,
  photos: () => cells.photosOf(current().entry, current().aspect.code),
  keep: (value, isAsked) => keep(value, "mark", isAsked),
  withdraw: () => keep("", "void"),
  savePhoto,
  askForPhoto,
});

function current() {
  return { entry: works[place.work], aspect: aspects[place.aspect] };
}

function cellHere() {
  const { entry, aspect } = current();
  return cells.of(entry, aspect.code);
}

// ---- showing ---------------------------------------------------------------------------

function showState(node, state, text) {
  node.className = `mark-state mark-state--${STATES[state] ?? state}`;
  node.textContent = text;
}

function show() {
  const { entry, aspect } = current();
  const cell = cellHere();
  at("work").textContent = entry;
  at("position").textContent = say(texts.position, {
    done: place.aspect + 1,
    all: aspects.length,
  });
  at("code").textContent = aspect.code;
  at("name").textContent = aspect.name;
  const range = rangeOf(aspect, texts);
  at("facts").textContent = [say(texts.ofMax, { max: aspect.max }), range]
    .filter(Boolean)
    .join(" · ");
  at("description").textContent = aspect.description;
  showState(at("state"), cell.state, texts[cell.state]);
  showProblems(cell);
  showNotice(entry, aspect);
  control = build(at("control"), aspect, cell.value, texts, keep);
  showCount();
  note.show();
}

function showNotice(entry, aspect) {
  const { sheet } = cells;
  const isExcused = sheet.excused.includes(entry);
  const lines = [];
  if (!outbox) lines.push(texts.notReady);
  if (!sheet.open) lines.push(texts.closed);
  if (isExcused) lines.push(texts.excused);
  if (cells.has("rescores", entry, aspect.code)) lines.push(texts.rescore);
  if (cells.has("disputes", entry, aspect.code)) lines.push(texts.dispute);
  if (!isExcused && outbox) lines.push(...callsOf(cellHere(), aspect));
  if (cells.foreign) lines.push(say(texts.foreign, { count: cells.foreign }));
  at("notice").hidden = !lines.length;
  at("notice").textContent = lines.join(" ");
}

// What the mark that is there still calls for.
function callsOf(cell, aspect) {
  const calls = [];
  if (needsComment(aspect, cell.value) && !cell.comment.trim()) calls.push(texts.commentOwed);
  if (owesPhoto(cell, aspect)) calls.push(texts.photoOwed);
  return calls;
}

function owesPhoto(cell, aspect) {
  const { count } = cells.photosOf(current().entry, aspect.code);
  return aspect.photo === "required" && cell.value !== "" && !count;
}

function showCount() {
  const node = at("outbox");
  const { waiting, attention } = cells;
  if (attention) showState(node, "attention", texts.attention);
  else if (problem === "signIn" && waiting) {
    showState(node, "tablet", "");
    node.append(element("a", { href: page.dataset.login }, texts.signIn));
  } else if (waiting) {
    const count = say(texts.unsent, { count: waiting });
    showState(node, "tablet", problem ? `${count} · ${texts.offline}` : count);
  } else showState(node, problem ? "none" : "server", problem ? texts.offline : texts.allSent);
}

function showProblems(cell) {
  const box = at("attention");
  const { refused } = cells.photosOf(current().entry, current().aspect.code);
  box.hidden = !cell.problems.length && !refused.length;
  box.replaceChildren(
    ...cell.problems.map((found) => describe(found, cell)),
    ...refused.map(describePhoto),
  );
}

function button(label, onclick) {
  return element("button", { type: "button", class: "btn btn-secondary", onclick }, label);
}

function describePhoto(found) {
  const { reason = "" } = found.answer;
  const text = say(texts.photoRefused, { reason: texts.photoReasons[reason] ?? reason });
  const settle = async (state) => {
    await outbox.notePhoto(found.id, state);
    await refresh();
    sender.wake();
  };
  return element(
    "div",
    { class: "notice notice--danger" },
    element("p", { class: "notice__text" }, text),
    button(texts.understood, () => settle("settled")),
    " ",
    button(texts.again, () => settle("waiting")),
  );
}

function describe(found, cell) {
  const { status, reason = "" } = found.answer;
  const value = found.body.value || texts.nothing;
  if (status === "conflict") {
    const now = cell.server?.value ?? "";
    return element(
      "div",
      { class: "notice notice--danger" },
      element("p", { class: "notice__text" }, texts.conflict),
      button(say(texts.keep, { value: now || texts.nothing }), () => settle(found, now)),
      " ",
      button(say(texts.take, { value }), () => settle(found, found.body.value)),
    );
  }
  const why = texts.reasons[reason.split(":")[0]] ?? (reason === "hash" ? texts.hash : reason);
  const text =
    status === "late" ? say(texts.lateMark, { value }) : say(texts.refused, { value, reason: why });
  return element(
    "div",
    { class: "notice notice--danger" },
    element("p", { class: "notice__text" }, text),
    button(texts.understood, () => put(found, "settled")),
    " ",
    ...(status === "late" ? [] : [button(texts.again, () => put(found, "waiting"))]),
  );
}

// ---- keeping ---------------------------------------------------------------------------

async function keep(value, kind = "mark", isAsked = false) {
  const { entry, aspect } = current();
  const cell = cellHere();
  const reason = note.text;
  if (kind === "mark") {
    const isSame = value === cell.value && reason === cell.comment;
    if (isSame && !cell.problems.length) return true;
    if (!isAsked && !reason && needsComment(aspect, value)) {
      note.open(say(texts.commentAsked, { value, points: aspect.comment_below }), value);
      return false;
    }
  }
  const isKept = await make({
    entry,
    aspect: aspect.code,
    kind,
    value,
    reason,
    based_on: cell.base,
  });
  if (isKept && !isAsked) askForPhoto();
  return isKept;
}

function askForPhoto() {
  if (owesPhoto(cellHere(), current().aspect)) note.open(texts.photoOwed);
}

async function make(mark) {
  try {
    await outbox.save(mark, judge, cells.sheet.event);
  } catch {
    // The value stays on the keypad; paper is the fallback, and the judge must know.
    at("notice").hidden = false;
    at("notice").textContent = texts.notSaved;
    return false;
  }
  note.forget();
  await refresh();
  sender.wake();
  return true;
}

async function savePhoto(photo) {
  const { entry, aspect } = current();
  const mark = cellHere().base;
  await outbox.savePhoto({ ...photo, mark, entry, aspect: aspect.code }, judge, cells.sheet.event);
  await refresh();
  sender.wake();
}

// The judge says which of two marks counts: a third mark, on top of the one that counts now.
async function settle(found, value) {
  const { entry, aspect } = found.body;
  const { server } = cells.of(entry, aspect);
  const isVoid = value === "";
  const comment = value === found.body.value ? found.body.reason : server?.reason;
  const mark = {
    entry,
    aspect,
    value,
    kind: isVoid ? "void" : "mark",
    reason: isVoid ? texts.conflict : (comment ?? ""),
    based_on: server?.id ?? cells.emptied.get(`${entry}/${aspect}`) ?? null,
  };
  if (!(await make(mark))) return;
  if (found.isElsewhere) cells.forgetPending(found.id);
  await put(found, "settled");
}

async function put(found, state) {
  if (!found.isElsewhere) await outbox.note([{ id: found.id, state }]);
  await refresh();
  sender.wake();
}

async function refresh() {
  await lay();
  const typed = control?.pending();
  if (typed) showStateOnly();
  else show();
}

async function lay() {
  cells.lay(await outbox.list());
  cells.layPhotos(await outbox.listPhotos());
}

// While the judge is typing, only the states change under their hands.
function showStateOnly() {
  const cell = cellHere();
  showState(at("state"), cell.state, texts[cell.state]);
  showProblems(cell);
  showCount();
  note.show();
}

// ---- moving ----------------------------------------------------------------------------

async function move(by) {
  const typed = control?.pending();
  if (typed && !(await keep(typed))) return;
  const byAspect = document.querySelector("[name=order]:checked").value === "aspect";
  const size = works.length * aspects.length;
  const inner = byAspect ? works.length : aspects.length;
  const now = byAspect ? place.aspect * inner + place.work : place.work * inner + place.aspect;
  const next = (now + by + size) % size;
  const [outer, rest] = [Math.floor(next / inner), next % inner];
  go(byAspect ? rest : outer, byAspect ? outer : rest);
}

function go(work, aspect) {
  Object.assign(place, { work, aspect });
  history.replaceState(null, "", `#${works[work]}/${aspects[aspect].code}`);
  note.forget();
  show();
}

function readHash() {
  const [work, ...code] = decodeURIComponent(location.hash.slice(1)).split("/");
  const workAt = works.includes(work) ? works.indexOf(work) : firstUnfinished();
  const aspectAt = aspects.findIndex((a) => a.code === code.join("/"));
  go(workAt, aspectAt >= 0 ? aspectAt : firstGap(workAt));
}

function firstUnfinished() {
  const found = works.findIndex(
    (work) =>
      !cells.sheet.excused.includes(work) &&
      aspects.some((aspect) => cells.of(work, aspect.code).state === "none"),
  );
  return Math.max(0, found);
}

function firstGap(work) {
  const found = aspects.findIndex((a) => cells.of(works[work], a.code).state === "none");
  return Math.max(0, found);
}

function showMap() {
  at("map-body").replaceChildren(
    ...works.map((entry, work) =>
      element(
        "section",
        { class: "mark-map" },
        element("h3", { class: "h6" }, entry),
        element(
          "div",
          { class: "aspect-strip" },
          ...aspects.map((aspect, index) => mapButton(entry, aspect, work, index)),
        ),
      ),
    ),
  );
  at("map").showModal();
}

function mapButton(entry, aspect, work, index) {
  const { state } = cells.of(entry, aspect.code);
  const isHere = work === place.work && index === place.aspect;
  return element(
    "button",
    {
      type: "button",
      "data-state": STATES[state] ?? state,
      "aria-current": isHere ? "true" : null,
      title: aspect.name,
      onclick: () => {
        at("map").close();
        go(work, index);
      },
    },
    aspect.code,
    element("span", { class: "visually-hidden" }, ` ${texts[state]}`),
  );
}

// ---- hands -----------------------------------------------------------------------------

function listen() {
  at("previous").addEventListener("click", () => move(-1));
  at("next").addEventListener("click", () => move(1));
  at("open-map").addEventListener("click", showMap);
  at("open-note").addEventListener("click", () => note.open());
  addEventListener("hashchange", readHash);
  addEventListener("keydown", press);
  for (const close of document.querySelectorAll("[data-close]")) {
    close.addEventListener("click", () => close.closest("dialog").close());
  }
  listenToSwipes(document.querySelector("main"));
  addEventListener("beforeunload", (event) => {
    if (control?.pending()) event.preventDefault();
  });
}

function press(event) {
  const isElsewhere = document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey;
  if (isElsewhere || event.altKey) return;
  if (event.key === "ArrowRight") move(1);
  else if (event.key === "ArrowLeft") move(-1);
  else if (event.key === "Enter" && event.target.closest("button, a")) return;
  else if (!control?.key(event)) return;
  event.preventDefault();
}

function listenToSwipes(area) {
  let start = null;
  area.addEventListener("touchstart", ({ touches }) => (start = touches[0]), { passive: true });
  area.addEventListener("touchend", ({ changedTouches }) => {
    const end = changedTouches[0];
    const [x, y] = [end.clientX - start.clientX, end.clientY - start.clientY];
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) move(x < 0 ? 1 : -1);
  });
}

// ---- start -----------------------------------------------------------------------------

async function start() {
  listen();
  try {
    outbox = await openOutbox();
  } catch {
    readHash();
    return;
  }
  sender = new Sender(outbox, page.dataset.send, judge, (found) => {
    problem = found;
    refresh();
    if (!found) alerts?.ask();
  });
  alerts = new Alerts(page.dataset.alerts, (found) => {
    cells.alert(found);
    showNotice(current().entry, current().aspect);
    showStateOnly();
  });
  await lay();
  readHash();
  sender.wake();
}

start();
