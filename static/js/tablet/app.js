// The app's start page: the judge's events, what is not sent yet, and the gate "ready for the
// hall". It opens without a network, from what this tablet keeps.

import { element, say } from "../marking/controls.js";
import { Cells } from "../marking/cells.js";
import { openOutbox } from "../marking/outbox.js";
import { ask } from "./ask.js";
import { countKept, countUnsettled } from "./counts.js";
import { checkGate, isReady } from "./gate.js";
import { guardScreen } from "./pin.js";
import { fetchSheets } from "./prefetch.js";
import { Shell, canKeepPages, shownVersion } from "./shell.js";
import { clearTablet } from "./wipe.js";

const at = (id) => document.getElementById(id);
const page = at("app");
const texts = JSON.parse(page.dataset.texts);
const ORDER = ["red", "amber", "none", "green"]; // what is to be done comes first
const MARKS = { green: "✓", amber: "!", red: "✕", none: "–" };

let outbox = null;
let judge = null;
let shell = null;
let isOpen = false; // what is kept of the judge may be shown

// ---- showing ---------------------------------------------------------------------------

function tell(text, tone = "info", ...more) {
  const notice = element("p", { class: `notice notice--${tone}` }, text, ...more);
  at("notices").append(notice);
}

// The page stands in for one that needs the network, when there is none.
function tellWhereWeAre() {
  const path = location.pathname;
  if (path === page.dataset.app) return;
  const text = path.endsWith("/sign") ? texts.signOffline : texts.pageOffline;
  const again = element("a", { class: "btn btn-secondary", href: path }, texts.again);
  tell(`${text} `, "warning", again);
}

async function showEvents() {
  const sheets = judge ? await outbox.listSheets(judge) : [];
  const { own, total, others } = await countKept(outbox, judge);
  const marks = await outbox.list();
  const photos = await outbox.listPhotos();
  at("events").replaceChildren(
    ...sheets.map((kept) => describeEvent(kept, own.get(kept.event), marks, photos)),
  );
  at("no-events").hidden = sheets.length > 0;
  at("others").hidden = !others;
  at("others").textContent = say(texts.others, { count: others });
  showUnsent(total);
}

function showUnsent({ marks, photos, attention }) {
  const node = at("outbox");
  const count = marks + photos;
  const [state, text] = attention
    ? ["conflict", say(texts.attention, { count: attention })]
    : count
      ? ["tablet", say(texts.unsent, { count })]
      : ["server", texts.allSent];
  node.className = `mark-state mark-state--${judge ? state : "none"}`;
  node.textContent = judge ? text : "";
}

function describeEvent(kept, left, marks, photos) {
  const { data } = kept;
  const cells = new Cells(structuredClone(data), judge);
  cells.lay(marks);
  cells.layPhotos(photos);
  const due = data.works.filter((work) => !data.excused.includes(work));
  const given = due.flatMap((work) => data.aspects.filter((a) => cells.of(work, a.code).value));
  const facts = [
    say(texts.seat, { seat: data.seat }),
    say(texts.given, { done: given.length, all: due.length * data.aspects.length }),
  ];
  if (left?.marks) facts.push(say(texts.marksLeft, { count: left.marks }));
  if (left?.photos) facts.push(say(texts.photosLeft, { count: left.photos }));
  if (left?.attention) facts.push(say(texts.attention, { count: left.attention }));
  if (data.signed) facts.push(texts.signed);
  const link = (url) => url.replace("EVENT", encodeURIComponent(kept.event));
  return element(
    "li",
    { class: "tablet-event" },
    element("h3", { class: "tablet-event__name" }, data.name),
    element("p", { class: "tablet-event__facts" }, facts.join(" · ")),
    element(
      "p",
      { class: "tablet-event__links" },
      element("a", { class: "btn btn-primary", href: link(page.dataset.mark) }, texts.mark),
      element("a", { class: "btn btn-outline-primary", href: link(page.dataset.sign) }, texts.sign),
    ),
  );
}

function showGate(found) {
  const level = found.ready ? "green" : "red";
  at("verdict").className = `tablet-verdict tablet-verdict--${level}`;
  at("verdict").textContent = found.ready ? texts.ready : texts.notReady;
  at("checked").textContent = say(texts.checked, { moment: new Date(found.at).toLocaleString() });
  const rank = ({ level }) => ORDER.indexOf(level);
  const lines = [...found.lines].sort((a, b) => rank(a) - rank(b));
  at("gate").replaceChildren(...lines.map(describeLine));
  at("persist").hidden = !found.lines.some((l) => l.name === "persisted" && l.level === "red");
}

function describeLine(line) {
  const said = texts.gate[line.name];
  const text = say(said[line.key ?? line.level] ?? said[line.level] ?? "", line);
  return element(
    "li",
    { class: `tablet-line tablet-line--${line.level}`, "data-name": line.name },
    element("span", { class: "tablet-line__mark", "aria-hidden": "true" }, MARKS[line.level]),
    element(
      "span",
      {},
      element("strong", {}, said.title),
      element("span", { class: "visually-hidden" }, ` ${texts.levels[line.level]} `),
      element("span", { class: "tablet-line__text" }, text),
    ),
  );
}

// ---- doing -----------------------------------------------------------------------------

// The events are shown to the judge whom the server knows, else to the last one here, who
// shows by the PIN that it is them.
async function openFor({ status, data }) {
  at("sign-in").hidden = status !== 401;
  if (status === 200) at("offline")?.remove();
  else if (status !== 401) tellOnce("offline", texts.offline);
  if (data) {
    judge = data.judge;
    await outbox.setJudge(judge).catch(() => null); // no room: the gate says so
  }
  if (judge && !isOpen) await guardScreen(judge);
  isOpen = Boolean(judge);
  await showEvents();
}

async function check() {
  const sentAt = Date.now();
  const answer = await ask(page.dataset.status);
  const status = answer.data;
  await openFor(answer);
  if (!judge) return;
  const middle = (sentAt + Date.now()) / 2;
  const offset = status ? middle - Date.parse(status.now) : null;
  const sheets =
    status && (await fetchSheets(outbox, status, page.dataset.sheet, page.dataset.exemplars));
  await showEvents();
  if (!status) {
    await showLastGate();
    return;
  }
  const { worker } = page.dataset;
  const lines = await checkGate({ outbox, status, sheets, worker, offset });
  const found = { judge, at: new Date().toISOString(), ready: isReady(lines), lines };
  showGate(found);
  await outbox.saveGate({ ...found, version: await shownVersion(worker) }).catch(() => null);
  if (status.language !== page.dataset.language) await useLanguage(status.language);
}

// Without the server there is nothing to compare with: show what the last check found.
async function showLastGate() {
  const last = await outbox.gate();
  if (last?.lines && last.judge === judge) showGate(last);
}

function tellOnce(id, text) {
  if (at(id)) return;
  tell(text, "warning");
  at("notices").lastElementChild.id = id;
}

// The judge reads another language by now: its pages are fetched, and wait for the judge.
async function useLanguage(language) {
  const url = new URL(shell.worker, location);
  url.searchParams.set("lang", language);
  shell.worker = url.pathname + url.search;
  await shell.start();
}

async function clear() {
  if (!(await clearTablet(outbox))) {
    const count = await countUnsettled(outbox);
    at("clear-note").textContent = say(texts.clearBlocked, { count });
    return;
  }
  location.reload();
}

async function update() {
  if (await shell.update(outbox)) return;
  at("update-note").textContent = say(texts.updateBlocked, {
    count: await countUnsettled(outbox),
  });
}

async function persist() {
  await navigator.storage?.persist?.().catch(() => false);
  await check();
}

function listen() {
  at("check").addEventListener("click", check);
  at("persist").addEventListener("click", persist);
  at("clear").addEventListener("click", clear);
  at("update").addEventListener("click", update);
  addEventListener("online", check);
  addEventListener("pageshow", ({ persisted }) => persisted && check());
}

async function start() {
  tellWhereWeAre();
  if (!canKeepPages()) tell(texts.insecure, "warning");
  try {
    outbox = await openOutbox();
  } catch {
    tell(texts.noStore, "danger");
    return;
  }
  judge = await outbox.judge();
  listen();
  await openFor(await ask(page.dataset.status));
  shell = new Shell(page.dataset.worker, (isThere) => (at("offer").hidden = !isThere));
  await shell.start();
  await check();
}

start();
