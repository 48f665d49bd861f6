// What stands in each cell: the server's copy, with what this tablet has made on top.

export class Cells {
  constructor(sheet, judge) {
    this.judge = judge;
    this.events = [];
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

  apply({ body, answer }) {
    if (!answer?.seq) return;
    if (answer.status === "stored" || answer.status === "duplicate") {
      this.put(body, { id: body.id, value: body.value, seq: answer.seq }, body.kind === "void");
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
    return {
      value,
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
    return this.events.filter((e) => e.state === "waiting").length;
  }

  get attention() {
    return this.events.filter((e) => e.state === "attention").length;
  }
}
