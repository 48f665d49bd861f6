// What stands in each cell: the server's copy, with what this tablet has made on top.

import { needsComment } from "./points.js";

const keyOf = (entry, aspect) => `${entry}/${aspect}`;

export class Cells {
  constructor(sheet, judge) {
    this.judge = judge;
    this.events = [];
    this.photos = [];
    this.byCell = new Map();
    this.photosByCell = new Map();
    this.known = new Map(); // the server's marks we have seen, by id: what undoing goes back to
    this.replace(sheet);
  }

  // Take the server's view; what we hold ourselves is laid over it again.
  replace(sheet) {
    this.sheet = sheet;
    this.emptied = new Map(
      sheet.emptied.map(([entry, aspect, id, seq]) => [keyOf(entry, aspect), { id, seq }]),
    );
    this.stored = new Map(
      sheet.photos.map(([entry, aspect, found]) => [keyOf(entry, aspect), found]),
    );
    for (const { value, id, reason } of Object.values(sheet.cells).flatMap(Object.values)) {
      this.known.set(id, { value, reason: reason ?? "" });
    }
    for (const { id } of this.emptied.values()) this.known.set(id, { value: "", reason: "" });
    this.lay(this.events);
  }

  // Take the tablet's own events, oldest first.
  lay(all) {
    this.events = all.filter((e) => e.judge === this.judge && e.event === this.sheet.event);
    this.foreign = all.filter((e) => e.judge !== this.judge && e.state === "waiting").length;
    this.byCell = group(this.events, ({ body }) => keyOf(body.entry, body.aspect));
    for (const kept of this.events) this.apply(kept);
  }

  layPhotos(all) {
    this.photos = all.filter((p) => p.judge === this.judge && p.event === this.sheet.event);
    this.photosByCell = group(this.photos, (p) => keyOf(p.entry, p.aspect));
  }

  // The photos of a cell: how many, and how many of them are only here.
  photosOf(entry, aspect) {
    const key = keyOf(entry, aspect);
    const own = this.photosByCell.get(key) ?? [];
    const hashes = new Set(own.filter((p) => p.state !== "settled").map((p) => p.sha256));
    for (const hash of this.stored.get(key) ?? []) hashes.add(hash);
    return {
      count: hashes.size,
      waiting: own.filter((p) => p.state === "waiting").length,
      refused: own.filter((p) => p.state === "attention"),
    };
  }

  // Take what the panel's alerts are now.
  alert(found) {
    Object.assign(this.sheet, found);
  }

  has(list, entry, aspect) {
    return this.sheet[list]?.some(([work, code]) => work === entry && code === aspect) ?? false;
  }

  isExcused(entry) {
    return this.sheet.excused.includes(entry);
  }

  apply({ body, answer }) {
    if (!answer?.seq) return;
    if (answer.status === "stored" || answer.status === "duplicate") {
      const { id, value, reason, device, marked_at: at } = body;
      this.put(body, { id, value, seq: answer.seq, reason, device, at }, body.kind === "void");
    } else if (answer.current) {
      this.put(body, answer.current, false);
    }
  }

  put({ entry, aspect }, mark, isVoid) {
    const row = (this.sheet.cells[entry] ??= {});
    const emptied = this.emptied.get(keyOf(entry, aspect));
    // What came before a withdrawal, on whichever tablet, does not come back.
    if (Math.max(row[aspect]?.seq ?? 0, emptied?.seq ?? 0) >= mark.seq) return;
    if (isVoid) {
      delete row[aspect];
      this.emptied.set(keyOf(entry, aspect), { id: mark.id, seq: mark.seq });
    } else row[aspect] = mark;
  }

  // The tablet's own events of a cell, oldest first.
  historyOf(entry, aspect) {
    return this.byCell.get(keyOf(entry, aspect)) ?? [];
  }

  of(entry, aspect) {
    const own = this.historyOf(entry, aspect);
    const waiting = own.filter((e) => e.state === "waiting").at(-1);
    const server = this.sheet.cells[entry]?.[aspect];
    const problems = [
      ...own.filter((e) => e.state === "attention"),
      ...this.sheet.pending
        .filter((p) => p.entry === entry && p.aspect === aspect && p.status === "conflict")
        .filter((p) => !own.some((e) => e.id === p.id))
        .map((p) => ({ id: p.id, body: p, answer: { status: p.status }, isElsewhere: true })),
    ];
    const value = waiting ? waiting.body.value : (server?.value ?? "");
    const comment = waiting ? waiting.body.reason : (server?.reason ?? "");
    return {
      value,
      comment: value === "" ? "" : comment,
      server,
      problems,
      base: waiting?.id ?? server?.id ?? this.emptied.get(keyOf(entry, aspect))?.id ?? null,
      state: this.stateOf(problems, waiting, server),
    };
  }

  stateOf(problems, waiting, server) {
    if (problems.length) return "attention";
    if (waiting) return "tablet";
    if (!server) return "none";
    return this.sheet.signed ? "signed" : "server";
  }

  // Whether the next mark here needs the reason why the judge judges anew.
  asksWhy(entry, aspect, cell = this.of(entry, aspect)) {
    return this.has("rescores", entry, aspect) || this.owesReason(entry, aspect, cell);
  }

  // Judged anew, but without a reason so far.
  owesReason(entry, aspect, cell) {
    return cell.value !== "" && !cell.comment.trim() && this.has("owed", entry, aspect);
  }

  // What a mark still calls for beside its value: "rescore", "dispute", "reason", "comment",
  // "photo".
  callsOf(entry, aspect, cell = this.of(entry, aspect.code)) {
    if (this.isExcused(entry)) return [];
    const calls = [];
    if (this.has("rescores", entry, aspect.code)) calls.push("rescore");
    if (this.has("disputes", entry, aspect.code)) calls.push("dispute");
    if (this.owesReason(entry, aspect.code, cell)) calls.push("reason");
    if (needsComment(aspect, cell.value) && !cell.comment.trim()) calls.push("comment");
    if (this.owesPhoto(entry, aspect, cell)) calls.push("photo");
    return calls;
  }

  owesPhoto(entry, aspect, cell = this.of(entry, aspect.code)) {
    const isAsked = aspect.photo === "required" && cell.value !== "";
    return isAsked && !this.photosOf(entry, aspect.code).count;
  }

  forgetPending(id) {
    this.sheet.pending = this.sheet.pending.filter((p) => p.id !== id);
  }

  get waiting() {
    return count(this.events, "waiting") + this.waitingPhotos;
  }

  get waitingPhotos() {
    return count(this.photos, "waiting");
  }

  get attention() {
    return count(this.events, "attention") + count(this.photos, "attention");
  }
}

const count = (all, state) => all.filter((kept) => kept.state === state).length;

function group(all, keyFor) {
  const found = new Map();
  for (const one of all) {
    const key = keyFor(one);
    if (found.has(key)) found.get(key).push(one);
    else found.set(key, [one]);
  }
  return found;
}
