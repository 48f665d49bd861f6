// The grid in which paper sheets are keyed in: Enter goes on, arrows move, every change is kept at
// the server as a draft. Values are checked as on the tablet, by the same rules. Without a script
// the page works row by row with its buttons.

import { isAllowed, needsComment } from "./marking/points.js";

const STRUCK = "/";
const grid = document.getElementById("key-grid");
const said = document.getElementById("key-said");
const counter = document.getElementById("key-count");
const aspects = new Map(
  JSON.parse(grid?.dataset.aspects ?? "[]").map((aspect) => [aspect.code, aspect]),
);
const rows = [...(grid?.querySelectorAll("tbody tr") ?? [])];
const finished = new Set();
const dirty = new Set();
let queue = Promise.resolve();

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
const fieldsOf = (row) => [...row.querySelectorAll("input:not([type=hidden]):not([hidden])")];
const formOf = (row) => document.getElementById(row.dataset.form);
const commentOf = (input) => input.parentElement.querySelector(".key-comment");

function tell(text) {
  said.hidden = !text;
  said.textContent = text;
}

function count() {
  const cells = rows.flatMap((row) => [...row.querySelectorAll(".key-value")]);
  counter.textContent = fill(counter.dataset.text, {
    done: finished.size,
    all: rows.length,
    cells: cells.filter((input) => input.value.trim() !== "").length,
  });
}

// ---- checking ---------------------------------------------------------------------------

// Marks a value that cannot be or that asks for a comment; returns what to say about it.
function check(input) {
  const code = input.name.slice(2);
  const value = input.value.trim();
  const aspect = aspects.get(code);
  const isBad = value !== "" && value !== STRUCK && !isAllowed(aspect, value);
  const comment = commentOf(input);
  const asks = !isBad && value !== STRUCK && needsComment(aspect, value);
  input.classList.toggle("key-value--bad", isBad);
  input.classList.toggle("key-value--asks", asks && !comment.value.trim());
  input.setAttribute("aria-invalid", String(isBad));
  if (asks) comment.hidden = false;
  if (isBad) return fill(grid.dataset.bad, { aspect: code, value });
  if (asks && !comment.value.trim()) return fill(grid.dataset.comment, { aspect: code, value });
  return "";
}

// ---- keeping ----------------------------------------------------------------------------

// One after the other, so that an older draft never comes after a newer one.
function keep(row, done = false) {
  queue = queue.then(() => send(row, done)).catch(() => tell(grid.dataset.unsaved));
  return queue;
}

async function send(row, done) {
  if (finished.has(row)) return;
  const form = formOf(row);
  const body = new FormData(form);
  if (done) body.set("done", "yes");
  const response = await fetch(form.action, {
    method: "POST",
    body,
    headers: { "X-Requested-With": "jiangcai" },
  });
  const { error, outcome } = await response.json();
  dirty.delete(row);
  if (error) tell(error);
  else if (done) finish(row, outcome);
}

function finish(row, outcome) {
  finished.add(row);
  row.classList.add("key-row--done");
  for (const input of row.querySelectorAll("input, button")) input.disabled = true;
  const note = document.createElement("span");
  note.textContent = grid.dataset[outcome] ?? "";
  row.lastElementChild.append(note);
  tell("");
  count();
  const next = rows.find((other) => !finished.has(other));
  if (next) fieldsOf(next)[0].focus();
}

// ---- moving -----------------------------------------------------------------------------

function goOn(input) {
  // A value that asks for a comment opens its field first, which then is the next one.
  if (input.matches(".key-value")) tell(check(input));
  const row = input.closest("tr");
  const fields = fieldsOf(row);
  const next = fields[fields.indexOf(input) + 1] ?? row.querySelector(".key-done");
  next.focus();
  next.select?.();
}

function step(input, by) {
  const row = rows[rows.indexOf(input.closest("tr")) + by];
  const same = row?.querySelector(`[name="${CSS.escape(input.name)}"]`);
  if (!same || same.disabled) return false;
  same.hidden = false;
  same.focus();
  same.select();
  return true;
}

function sideways(input, by) {
  const fields = fieldsOf(input.closest("tr"));
  const isAtEdge =
    input.selectionStart === input.selectionEnd
      ? input.selectionStart === (by < 0 ? 0 : input.value.length)
      : input.selectionEnd - input.selectionStart === input.value.length;
  const next = fields[fields.indexOf(input) + by];
  if (!isAtEdge || !next) return false;
  next.focus();
  next.select();
  return true;
}

function openComment(input) {
  const comment = commentOf(input);
  if (!comment) return false;
  comment.hidden = false;
  comment.focus();
  return true;
}

function press(event) {
  const input = event.target;
  if (!input.matches(".key-value, .key-number, .key-comment") || event.isComposing) return;
  const moves = {
    Enter: () => (goOn(input), true),
    ArrowDown: () => step(input, 1),
    ArrowUp: () => step(input, -1),
    ArrowLeft: () => sideways(input, -1),
    ArrowRight: () => sideways(input, 1),
    F2: () => openComment(input),
  };
  if (moves[event.key]?.()) event.preventDefault();
}

// ---- start ------------------------------------------------------------------------------

function start() {
  for (const comment of grid.querySelectorAll(".key-comment")) comment.hidden = !comment.value;
  for (const input of grid.querySelectorAll(".key-value")) if (input.value) check(input);
  grid.addEventListener("keydown", press);
  grid.addEventListener("input", (event) => dirty.add(event.target.closest("tr")));
  grid.addEventListener("change", (event) => {
    const input = event.target;
    const row = input.closest("tr");
    const value = input.matches(".key-comment")
      ? input.parentElement.querySelector(".key-value")
      : input;
    tell(value.matches(".key-value") ? check(value) : "");
    count();
    keep(row);
  });
  grid.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(event.target.closest("tr"), true);
  });
  addEventListener("beforeunload", (event) => {
    if (dirty.size) event.preventDefault();
  });
  count();
  const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  fieldsOf(wanted && grid.contains(wanted) ? wanted : rows[0])[0].focus();
}

if (grid) start();
