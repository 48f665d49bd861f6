// Taking a mark back is a new mark: the former value on top of the last one, or a void.

// What stood in a cell before the tablet's last event there: { value, reason }, or null where
// nothing can be taken back or this tablet cannot know it.
export function formerOf(cells, entry, aspect) {
  const own = cells.historyOf(entry, aspect);
  const cell = cells.of(entry, aspect);
  const last = own.at(-1);
  if (!last || cell.problems.length || cell.base !== last.id) return null;
  const base = last.body.based_on;
  if (!base) return { value: "", reason: "" };
  const before = own.find((kept) => kept.id === base);
  if (before) return { value: before.body.value, reason: before.body.reason };
  return cells.known.get(base) ?? null;
}

export class Undo {
  constructor() {
    this.done = []; // { entry, aspect, id, value }: saves of this sitting, oldest first
  }

  note(kept) {
    const { entry, aspect, value } = kept.body;
    this.done.push({ entry, aspect, id: kept.id, value });
  }

  // The last save that is still the last word in its cell, with what stood there before.
  last(cells) {
    while (this.done.length) {
      const one = this.done.at(-1);
      const former = formerOf(cells, one.entry, one.aspect);
      if (former && cells.of(one.entry, one.aspect).base === one.id) return { ...one, former };
      this.done.pop();
    }
    return null;
  }

  forget() {
    this.done.pop();
  }
}

// The mark that takes back: made on top of what counts now.
export function undoing(cells, { entry, aspect, former }, word) {
  const isVoid = former.value === "";
  return {
    entry,
    aspect,
    kind: isVoid ? "void" : "mark",
    value: former.value,
    // A void needs a word, and so does a mark that is judged again.
    reason: isVoid ? word : former.reason || (cells.asksWhy(entry, aspect) ? word : ""),
    based_on: cells.of(entry, aspect).base,
  };
}
