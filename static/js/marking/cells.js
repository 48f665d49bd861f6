// What stands in each cell: the server's copy, with what this tablet has made on top.

export class Cells {
  constructor(sheet, judge) {
    this.judge = judge;
    this.events = [];
    this.photos = [];
    this.replace(sheet);
  }

  // Take the server's view; what we hold ourselves is laid over it again.
  replace(sheet) {
    this.sheet = sheet;
    this.emptied = new Map(sheet.emptied.map(([entry, aspect, id]) => [`${entry}/${aspect}`, id]));
    this.lay(this.events);
  }

  // Take the tablet's own events, oldest first.
  lay(all) {
    this.events = all.filter((e) => e.judge === this.judge && e.event === this.sheet.event);
    this.foreign = all.filter((e) => e.judge !== this.judge && e.state === "waiting").length;
    for (const kept of this.events) this.apply(kept);
  }

  layPhotos(all) {
    this.photos = all.filter((p) => p.judge === this.judge && p.event === this.sheet.event);
  }

  // The photos of a cell: how many, and how many of them are only here.
  photosOf(entry, aspect) {
    const own = this.photos.filter((p) => p.entry === entry && p.aspect === aspect);
    const hashes = new Set(own.filter((p) => p.state !== "settled").map((p) => p.sha256));
    for (const [work, code, found] of this.sheet.photos) {
      if (work === entry && code === aspect) found.forEach((hash) => hashes.add(hash));
    }
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
    return this.sheet[list].some(([work, code]) => work === entry && code === aspect);
  }

  apply({ body, answer }) {
    if (!answer?.seq) return;
    if (answer.status === "stored" || answer.status === "duplicate") {
      this.put(
        body,
        { id: body.id, value: body.value, seq: answer.seq, reason: body.reason },
        body.kind === "void",
      );
    } else if (answer.current) {
      this.put(body, answer.current, false);
    }
  }

  put({ entry, aspect }, mark, isVoid) {
    const row = (this.sheet.cells[entry] ??= {});
    const known = row[aspect];
    if (known && known.seq >= mark.seq) return;
    if (isVoid) {
      delete row[aspect];
      this.emptied.set(`${entry}/${aspect}`, mark.id);
    } else if (!this.emptied.has(`${entry}/${aspect}`) || known || mark.seq) {
      row[aspect] = mark;
    }
  }

  of(entry, aspect) {
    const own = this.events.filter((e) => e.body.entry === entry && e.body.aspect === aspect);
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
      base: waiting?.id ?? server?.id ?? this.emptied.get(`${entry}/${aspect}`) ?? null,
      state: this.stateOf(problems, waiting, server),
    };
  }

  stateOf(problems, waiting, server) {
    if (problems.length) return "attention";
    if (waiting) return "tablet";
    if (!server) return "none";
    return this.sheet.signed ? "signed" : "server";
  }

  forgetPending(id) {
    this.sheet.pending = this.sheet.pending.filter((p) => p.id !== id);
  }

  get waiting() {
    return [...this.events, ...this.photos].filter((e) => e.state === "waiting").length;
  }

  get attention() {
    return [...this.events, ...this.photos].filter((e) => e.state === "attention").length;
  }
}
