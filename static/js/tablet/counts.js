// What lies on this tablet, counted: of the judge who is at it, and of others.

const none = () => ({ marks: 0, photos: 0, attention: 0 });

// Returns { own: Map of event → counts, total, others }: others only as a number.
export async function countKept(outbox, judge) {
  const own = new Map();
  const total = none();
  let others = 0;
  const add = (kept, kind) => {
    const name = { waiting: kind, attention: "attention" }[kept.state];
    if (!name) return;
    if (kept.judge !== judge) {
      others += 1;
      return;
    }
    if (!own.has(kept.event)) own.set(kept.event, none());
    own.get(kept.event)[name] += 1;
    total[name] += 1;
  };
  for (const kept of await outbox.list()) add(kept, "marks");
  for (const kept of await outbox.listPhotos()) add(kept, "photos");
  return { own, total, others };
}

// Whatever is nowhere else yet, whoever's it is.
export async function countUnsettled(outbox) {
  const { total, others } = await countKept(outbox, null);
  return total.marks + total.photos + total.attention + others;
}
