// The marking screen: one aspect of one work at a time. Once open it needs no network.

import { Alerts } from "./marking/alerts.js";
import { Burst } from "./marking/burst.js";
import { Cells } from "./marking/cells.js";
import { build, rangeOf } from "./marking/controls.js";
import { at, element, say } from "./marking/dom.js";
import { Grid } from "./marking/grid.js";
import { Note } from "./marking/note.js";
import { openSheet } from "./marking/open.js";
import { openOutbox } from "./marking/outbox.js";
import { needsComment } from "./marking/points.js";
import { Problems } from "./marking/problems.js";
import { fetchNewer } from "./marking/renew.js";
import { Reporter } from "./marking/report.js";
import { Scan } from "./marking/scan.js";
import { Sender } from "./marking/sender.js";
import { Settings } from "./marking/settings.js";
import { speak } from "./marking/speak.js";
import { showState, showStrip } from "./marking/states.js";
import { formerOf, Undo, undoing } from "./marking/undo.js";
import { ask } from "./tablet/ask.js";
import { showBlock } from "./tablet/block.js";
import { guardScreen } from "./tablet/pin.js";
import { Shell } from "./tablet/shell.js";
import { wipeEvent } from "./tablet/wipe.js";

const page = at("sheet");
const texts = JSON.parse(page.dataset.texts);
const place = { work: 0, aspect: 0 };
const SWIPE = 60; // px
const LONG = 60; // characters of a name: from here on it is set smaller

let judge = "";
let cells = null;
let works = [];
let aspects = [];
let outbox = null;
let device = "";
let sender = null;
let alerts = null;
let reporter = null;
let control = null;
let problem = "";
let warned = ""; // what was typed when leaving it was warned of
const asked = new Set(); // marks that met another, of which the server was asked
let isChanged = false; // the server's sheet has changed under the judge's eyes
let remark = ""; // a word of the scanner on the work that is open

const undo = new Undo();
const settings = new Settings();

const note = new Note(texts, {
  cell: () => cellHere(),
  aspect: () => current().aspect,
  photos: () => cells.photosOf(current().entry, current().aspect.code),
  history: () => cells.historyOf(current().entry, current().aspect.code),
  former: () => formerOf(cells, current().entry, current().aspect.code),
  keep: (value) => keep(value, "mark", true),
  withdraw: () => keep("", "void"),
  undo: () => undoHere(),
  savePhoto,
  askForPhoto,
});

const grid = new Grid(texts, {
  cells: () => cells,
  place: () => place,
  go: (work, aspect) => leave(() => go(work, aspect)),
});

const scan = new Scan(texts, {
  sheet: () => cells.sheet,
  go: (work, warning) => leave(() => arriveAt(work, warning)),
  hasSound: () => settings.now.sound,
});

const burst = new Burst({
  control: () => control,
  works: () => works,
  scanned: (text) => scan.take(text),
  press,
});

const problems = new Problems(at("attention"), texts, {
  device: () => device,
  settle,
  put,
  async putPhoto(found, state) {
    await outbox.notePhoto(found.id, state);
    await refresh();
    sender.wake();
  },
});

function current() {
  return { entry: works[place.work], aspect: aspects[place.aspect] };
}

function cellHere() {
  const { entry, aspect } = current();
  return cells.of(entry, aspect.code);
}

// ---- showing ---------------------------------------------------------------------------

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
  at("question").classList.toggle("mark-head__text--long", aspect.name.length > LONG);
  showStateOnly();
  showNotice(entry, aspect);
  control = build(at("control"), aspect, cell.value, texts, give);
  warned = "";
}

function showNotice(entry, aspect) {
  const { sheet } = cells;
  const lines = remark ? [remark] : [];
  if (!outbox) lines.push(texts.notReady);
  if (isChanged) lines.push(texts.changed);
  if (!sheet.open) lines.push(texts.closed);
  if (cells.isExcused(entry)) lines.push(texts.excused);
  if (outbox) lines.push(...cells.callsOf(entry, aspect).map((call) => texts.callTexts[call]));
  if (cells.foreign) lines.push(say(texts.foreign, { count: cells.foreign }));
  at("notice").hidden = !lines.length;
  at("notice").textContent = lines.join(" ");
}

function showCount() {
  const node = at("outbox");
  const { waiting, waitingPhotos, attention } = cells;
  const count = say(waitingPhotos ? texts.photosToo : texts.unsent, {
    count: waiting,
    photos: waitingPhotos,
  });
  if (attention) {
    const words = waiting ? `${texts.attention} · ${count}` : texts.attention;
    showState(node, "attention", words);
  } else if (problem === "signIn" && waiting) {
    showState(node, "tablet", "");
    node.append(element("a", { href: page.dataset.login }, `${texts.signIn} (${waiting})`));
  } else if (waiting) {
    showState(node, "tablet", problem ? `${count} · ${texts.offline}` : count);
  } else showState(node, problem ? "none" : "server", problem ? texts.offline : texts.allSent);
}

function showUndo() {
  const last = undo.last(cells);
  at("undo").disabled = !last;
  at("undo-what").textContent = last
    ? say(texts.undoTo, {
        aspect: last.aspect,
        value: last.value || "–",
        former: last.former.value || "–",
      })
    : texts.undoEmpty;
}

function showWork() {
  const given = showStrip(at("strip-signs"), cells, current().entry, aspects, place.aspect);
  at("strip-count").textContent = say(texts.given, { done: given, all: aspects.length });
}

// While the judge is typing, only the states change under their hands.
function showStateOnly() {
  const { entry, aspect } = current();
  const cell = cellHere();
  showState(at("state"), cell.state, texts[cell.state]);
  problems.show(cell, cells.photosOf(entry, aspect.code).refused);
  showCount();
  showWork();
  showUndo();
  note.show();
}

// ---- keeping ---------------------------------------------------------------------------

// A value from the control; by: "tap", "key", "enter" or "save".
async function give(value, by) {
  const isKept = await keep(value);
  const isOneTap = by === "tap" || by === "save";
  if (isKept && !at("note").open && (by === "enter" || (isOneTap && settings.now.auto))) {
    await move(1);
  }
  return isKept;
}

async function keep(value, kind = "mark", isAsked = false) {
  const { entry, aspect } = current();
  const cell = cellHere();
  const reason = note.text;
  if (kind === "mark" && !isAsked) {
    const isAnew = cells.asksWhy(entry, aspect.code);
    const isSame = value === cell.value && reason === cell.comment;
    if (isSame && !isAnew && !cell.problems.length) return true;
    if (mustExplain(value, isAnew, reason)) return false;
  }
  const hand = control; // the judge may go on meanwhile
  const isKept = await make({
    entry,
    aspect: aspect.code,
    kind,
    value,
    reason,
    based_on: cell.base,
  });
  if (isKept) hand?.saved(value);
  if (isKept && !isAsked) askForPhoto();
  return isKept;
}

// Ask for the words a mark needs before it is saved; true where they are still to come.
function mustExplain(value, isAnew, reason) {
  const { aspect } = current();
  if (isAnew && !note.isEdited) note.openAnew(value);
  else if (!reason && needsComment(aspect, value)) {
    note.open(say(texts.commentAsked, { value, points: aspect.comment_below }), value);
  } else return false;
  return true;
}

function askForPhoto() {
  const { entry, aspect } = current();
  if (cells.owesPhoto(entry, aspect)) note.open(texts.callTexts.photo);
}

async function make(mark, { isUndoing = false } = {}) {
  let kept = null;
  const store = () =>
    outbox.save(mark, judge, cells.sheet.event).then(
      (found) => Boolean((kept = found)),
      () => false,
    );
  // The value stays on the keypad; paper is the fallback, and the judge must know.
  if (!(await store()) && !(await showBlock(mark, store))) return false;
  if (!isUndoing) undo.note(kept);
  note.forget();
  await refresh();
  sender.wake();
  const value = mark.value || texts.withdrawn;
  speak(say(texts.savedHere, { aspect: mark.aspect, value }));
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
  if (!(await make(mark, { isUndoing: true }))) return;
  if (found.isElsewhere) cells.forgetPending(found.id);
  await put(found, "settled");
}

async function put(found, state) {
  if (!found.isElsewhere) await outbox.note([{ id: found.id, state }]);
  await refresh();
  sender.wake();
}

async function undoLast() {
  const last = cells && undo.last(cells);
  if (!last) return;
  if (await takeBack(last)) undo.forget();
  show();
}

async function undoHere() {
  const { entry, aspect } = current();
  const former = formerOf(cells, entry, aspect.code);
  if (former) await takeBack({ entry, aspect: aspect.code, former });
  show();
}

async function takeBack(what) {
  const isKept = await make(undoing(cells, what, texts.undone), { isUndoing: true });
  if (isKept) {
    go(
      works.indexOf(what.entry),
      aspects.findIndex((aspect) => aspect.code === what.aspect),
    );
    const value = what.former.value || texts.none;
    speak(say(texts.undoneNow, { entry: what.entry, aspect: what.aspect, value }));
  }
  return isKept;
}

async function refresh() {
  await lay();
  // What is being typed may be no value yet, as "3:" of "3:25": it stays under the hands.
  if (control?.isTouched()) showStateOnly();
  else show();
}

// Of a mark that met another the receipt tells only the value: ask when and where it was made.
async function learn() {
  const met = cells.events.filter(
    (kept) =>
      kept.state === "attention" && kept.answer?.status === "conflict" && !asked.has(kept.id),
  );
  if (!met.length) return;
  for (const kept of met) asked.add(kept.id);
  const { data } = await ask(page.dataset.state, { judge });
  if (data?.event !== cells.sheet.event) return;
  take(data);
  await refresh();
}

async function lay() {
  cells.lay(await outbox.list());
  cells.layPhotos(await outbox.listPhotos());
}

// ---- moving ----------------------------------------------------------------------------

// Leave the aspect in hand: what is typed is saved first, what cannot be is told once.
async function leave(then) {
  const typed = control?.pending();
  if (typed && !(await keep(typed))) return;
  if (control?.refuses?.() && warned !== control.typed()) {
    warned = control.typed();
    return;
  }
  then();
}

function move(by) {
  return leave(() => {
    const byAspect = settings.now.order === "aspect";
    const size = works.length * aspects.length;
    const inner = byAspect ? works.length : aspects.length;
    const now = byAspect ? place.aspect * inner + place.work : place.work * inner + place.aspect;
    const next = (now + by + size) % size;
    const [outer, rest] = [Math.floor(next / inner), next % inner];
    go(byAspect ? rest : outer, byAspect ? outer : rest);
    const { entry, aspect } = current();
    const { code, name } = aspect;
    speak(say(texts.arrived, { entry, code, name, state: texts[cellHere().state] }));
  });
}

function go(work, aspect) {
  if (work !== place.work) remark = "";
  Object.assign(place, { work, aspect });
  isChanged = false;
  history.replaceState(null, "", `#${works[work]}/${aspects[aspect].code}`);
  note.forget();
  show();
  at("question").scrollTop = 0;
  page.classList.remove("mark-screen--moved");
  requestAnimationFrame(() => page.classList.add("mark-screen--moved"));
}

function arriveAt(work, warning) {
  go(work, firstGap(work));
  remark = warning;
  showNotice(current().entry, current().aspect);
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
      !cells.isExcused(work) &&
      aspects.some((aspect) => cells.of(work, aspect.code).state === "none"),
  );
  return Math.max(0, found);
}

function firstGap(work) {
  const found = aspects.findIndex((a) => cells.of(works[work], a.code).state === "none");
  return Math.max(0, found);
}

// ---- hands -----------------------------------------------------------------------------

function listen() {
  at("previous").addEventListener("click", () => move(-1));
  at("next").addEventListener("click", () => move(1));
  at("open-grid").addEventListener("click", () => grid.open());
  at("strip").addEventListener("click", () => grid.open());
  at("open-scan").addEventListener("click", () => scan.open());
  at("open-note").addEventListener("click", () => note.open());
  at("open-tools").addEventListener("click", () => at("tools").showModal());
  at("open-keys").addEventListener("click", () => at("keys").showModal());
  at("undo").addEventListener("click", undoLast);
  addEventListener("hashchange", readHash);
  addEventListener("keydown", hear);
  // Keys stay with the aspect in hand: a tap must not take the Enter key to a button.
  addEventListener("mousedown", (event) => {
    if (event.target.closest(".mark-control button, .marking__bar button")) event.preventDefault();
  });
  for (const close of document.querySelectorAll("[data-close]")) {
    close.addEventListener("click", () => close.closest("dialog").close());
  }
  listenToSwipes(document.querySelector("main"));
  addEventListener("beforeunload", (event) => {
    if (control?.pending()) event.preventDefault();
  });
}

function hear(event) {
  if (document.querySelector("dialog[open]") || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() !== "z" || event.shiftKey) return;
    undoLast();
  } else if (event.target.closest("input, textarea, select")) return;
  else if (!burst.take(event) && !press(event)) return;
  event.preventDefault();
}

const SHORTCUTS = {
  "?": () => at("keys").showModal(),
  g: () => grid.open(),
  s: () => scan.open(),
  r: () => note.open(),
};

// Returns true where the key was ours.
function press(event) {
  const isOnButton = event.target.closest?.("button, a, [tabindex='0']");
  if (event.key === "ArrowRight") move(1);
  else if (event.key === "ArrowLeft") move(-1);
  else if (isOnButton && (event.key === "Enter" || event.key === " ")) return false;
  else if (control?.key(event)) return true;
  else if (event.key === "Enter") move(1);
  else if (SHORTCUTS[event.key.toLowerCase()]) SHORTCUTS[event.key.toLowerCase()]();
  else return false;
  return true;
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

// The sheet, when it comes first and whenever the server has another.
function take(sheet) {
  if (cells) cells.replace(sheet);
  else cells = new Cells(sheet, judge);
  ({ works, aspects } = sheet);
  document.querySelector("h1").textContent = say(texts.title, { seat: sheet.seat });
}

// Works or aspects are others on the server now: take its sheet, stay where the judge is.
// False where the sheet has changed and did not come.
async function renew(shape) {
  if (!shape || shape === cells.sheet.shape) return true;
  const newer = await fetchNewer(outbox, page.dataset.state, cells);
  if (!newer) return false;
  const { entry, aspect } = current();
  take(newer);
  const work = works.indexOf(entry);
  const found = aspects.findIndex(({ code }) => code === aspect.code);
  if (work < 0 || found < 0) go(firstUnfinished(), 0);
  else Object.assign(place, { work, aspect: found });
  isChanged = true;
  await refresh();
  return true;
}

function showNothing(reason) {
  at("notice").hidden = false;
  at("notice").textContent = texts[reason] ?? texts.noSheet;
  if (reason === "signInFirst") {
    at("notice").append(" ", element("a", { href: page.dataset.login }, texts.signIn));
  }
  document.querySelector(".mark-head").hidden = true;
  document.querySelector("footer").hidden = true;
}

async function start() {
  try {
    const opened = await openSheet();
    ({ judge } = opened);
    await guardScreen(judge);
    take(opened.sheet);
    if (opened.isOffline) problem = "offline";
  } catch (error) {
    showNothing(error.reason);
    return;
  }
  listen();
  try {
    outbox = await openOutbox(page.dataset.store);
    device = (await outbox.device()).id;
  } catch {
    readHash();
    return;
  }
  sender = new Sender(outbox, page.dataset.send, judge, (found) => {
    const wasStuck = problem !== "" && !found;
    problem = found;
    refresh()
      .then(learn)
      .then(() => wasStuck && !cells.waiting && speak(texts.allIn));
    if (!found) alerts?.ask();
    if (!found) reporter?.drained();
  });
  // The shape is the sheet's own: taken with it, or not at all.
  alerts = new Alerts(page.dataset.alerts, async ({ shape, ...found }) => {
    const isRenewed = await renew(shape);
    cells.alert(found);
    showNotice(current().entry, current().aspect);
    showStateOnly();
    return isRenewed;
  });
  await lay();
  readHash();
  sender.wake();
  const { report, worker } = page.dataset; // no report from practice
  const { event } = cells.sheet;
  // The marks are locked and all of ours are in: the tablet need not keep them any longer.
  const onAnswer = ({ wipe }) => wipe && wipeEvent(outbox, judge, event);
  if (report) reporter = new Reporter(outbox, report, { event, worker, onAnswer });
  new Shell(page.dataset.worker).start();
}

start();
