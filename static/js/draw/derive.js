// A draw of lots derived again, from docs/rules/draw.md alone (D-01 to D-16): a second
// implementation beside competition/draw/rules.py. A test gives both the same thousand draws.

import { sha256 } from "../marking/sha256.js";
import { place } from "./place.js";

const ALGORITHM = "jiangcai-draw/1";
const PLACING = "jiangcai-draw/2"; // under constraints
const FIRST = "CDFGHJKMNPQRTVWXY";
const REST = `${FIRST}34679`;
const WORD = 2 ** 32;
const BLOCK = 64; // bytes of a block of SHA-256
const UTF8 = new TextEncoder();

// Returns { checks: { name: fits }, result: { item: target } }. Before the reveal only what can be
// checked then is in `checks`, and `result` is null.
export function verifyDraw(draw) {
  const isShown = draw.secret !== "";
  const fitting = draw.constraints ? [PLACING] : isShown ? [ALGORITHM] : [ALGORITHM, PLACING];
  const checks = { algorithm: fitting.includes(draw.algorithm) };
  const listDigest = isShown ? hex(digestOfList(draw)) : draw.list_digest;
  const committed = frame(draw.algorithm, draw.subject, listDigest, draw.secret_digest);
  checks.commitment = sha256(committed) === draw.commitment;
  if (!isShown) return { checks, result: null };
  const secret = bytesOf(draw.secret);
  checks.secret = sha256(secret) === draw.secret_digest;
  if (draw.seed === "") return { checks, result: null };
  const seed = digest(frame(secret, ...inOrder(draw.contributions).map((c) => frame(...c))));
  const result = derive(draw, seed);
  checks.seed = hex(seed) === draw.seed;
  checks.result = isSame(result, draw.result);
  checks.result_digest = hex(digestOfResult(result, seed)) === draw.result_digest;
  return { checks, result };
}

// Which target each item draws.
export function derive({ items, targets, code_length: length, constraints }, seed) {
  const choose = chooser(seed);
  if (length) return zip(items, makeCodes(items.length, length, choose));
  if (constraints) return place(items, targets, JSON.parse(constraints), choose);
  const drawn = [...targets];
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    const other = choose(last + 1);
    [drawn[last], drawn[other]] = [drawn[other], drawn[last]];
  }
  return zip(items, drawn);
}

function makeCodes(count, length, choose) {
  const codes = new Set();
  while (codes.size < count) {
    let code = FIRST[choose(FIRST.length)];
    while (code.length < length) code += REST[choose(REST.length)];
    codes.add(code);
  }
  return [...codes];
}

// An even choice below n: numbers in the last, incomplete run of n are thrown away (D-08).
function chooser(seed) {
  const words = wordsOf(seed);
  return (n) => {
    const usable = WORD - (WORD % n);
    for (;;) {
      const word = words.next().value;
      if (word < usable) return word % n;
    }
  };
}

function* wordsOf(seed) {
  for (let counter = 0; ; counter += 1) {
    const count = new DataView(new ArrayBuffer(8));
    count.setUint32(0, Math.floor(counter / WORD));
    count.setUint32(4, counter % WORD);
    const block = new DataView(hmac(seed, new Uint8Array(count.buffer)).buffer);
    for (let at = 0; at < 32; at += 4) yield block.getUint32(at);
  }
}

// The leaders' numbers in the order called, the dice last (D-06).
function inOrder(contributions) {
  const isDice = ([kind]) => kind === "dice";
  return [...contributions.filter((c) => !isDice(c)), ...contributions.filter(isDice)];
}

function digestOfList({ items, targets, code_length: length, constraints }) {
  const lots = [frame(...items), frame(...targets), String(length)];
  return digest(frame(...lots, ...(constraints ? [constraints] : [])));
}

function digestOfResult(result, seed) {
  const items = [...result.keys()].sort(byCodePoints);
  return hmac(seed, frame("result", ...items.map((item) => frame(item, result.get(item)))));
}

// Netstrings, one after another: no two different lists give the same bytes (D-02).
function frame(...parts) {
  const pieces = parts.flatMap((part) => {
    const bytes = typeof part === "string" ? UTF8.encode(part) : part;
    return [UTF8.encode(`${bytes.length}:`), bytes, UTF8.encode(",")];
  });
  return join(pieces);
}

function hmac(key, message) {
  const pad = (with_) => Uint8Array.from({ length: BLOCK }, (_none, at) => (key[at] ?? 0) ^ with_);
  return digest(join([pad(0x5c), digest(join([pad(0x36), message]))]));
}

function join(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const digest = (bytes) => bytesOf(sha256(bytes));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const zip = (items, values) => new Map(items.map((item, at) => [item, values[at]]));

function bytesOf(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function isSame(result, given) {
  const items = Object.keys(given);
  return items.length === result.size && items.every((item) => result.get(item) === given[item]);
}

// UTF-8 sorts as code points do; JavaScript's own order does not.
function byCodePoints(one, other) {
  const [a, b] = [UTF8.encode(one), UTF8.encode(other)];
  const at = a.findIndex((byte, place) => byte !== b[place]);
  return at < 0 ? a.length - b.length : a[at] - (b[at] ?? -1);
}
