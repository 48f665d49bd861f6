// Stations under constraints, from docs/rules/draw.md alone (D-13 to D-16): swaps of two places,
// as the numbers of the draw say, kept where the arrangement does not cost more.

const HARD = 1000000;
const ATTEMPTS = 4;
const STEPS = 100; // for each target

// Returns a Map from item to target. choose(n) gives the draw's next number below n.
export function place(items, targets, given, choose) {
  const hall = makeHall(items, targets, given);
  let best = Infinity;
  let found = [];
  for (let attempt = 0; attempt < ATTEMPTS && best > 0; attempt += 1) {
    const held = [...items, ...Array(targets.length - items.length).fill("")];
    for (let last = held.length - 1; last > 0; last -= 1) swap(held, last, choose(last + 1));
    let cost = hall.begin(held);
    for (let step = 0; step < STEPS * targets.length && cost > 0; step += 1) {
      const one = choose(targets.length);
      const other = choose(targets.length);
      const more = hall.swap(one, other);
      if (more > 0) hall.swap(one, other);
      else cost += more;
    }
    if (cost < best) [best, found] = [cost, held];
  }
  const at = new Map(found.map((item, number) => [item, targets[number]]));
  return new Map(items.map((item) => [item, at.get(item)]));
}

function swap(list, one, other) {
  [list[one], list[other]] = [list[other], list[one]];
}

function makeHall(items, targets, given) {
  const classOf = new Map(given.classes.flatMap((group, n) => group.map((item) => [item, n])));
  const batchOf = new Map(given.spread.flatMap((batch, n) => batch.map((target) => [target, n])));
  const most = given.classes.map((group) => Math.ceil(group.length / (given.spread.length || 1)));
  const near = targets.map(() => []);
  for (const { hard, pairs } of given.apart) {
    for (const [one, other] of pairs) {
      near[one].push([other, hard ? HARD : 1]);
      near[other].push([one, hard ? HARD : 1]);
    }
  }
  let held = [];
  let count = new Map(); // how many of a class a batch has, by "class/batch"

  const key = (at) => {
    const [own, batch] = [classOf.get(held[at]), batchOf.get(targets[at])];
    return own === undefined || batch === undefined ? "" : `${own}/${batch}`;
  };
  const tally = (at, step) => {
    if (key(at)) count.set(key(at), (count.get(key(at)) ?? 0) + step);
  };
  const unmet = (at) => {
    const needs = Object.hasOwn(given.needs, held[at]) ? given.needs[held[at]] : [];
    const there = Object.hasOwn(given.features, targets[at]) ? given.features[targets[at]] : [];
    return HARD * needs.filter((need) => !there.includes(need)).length;
  };
  const beside = (at) => {
    const own = classOf.get(held[at]);
    if (own === undefined) return 0;
    return near[at].reduce(
      (sum, [to, cost]) => sum + (classOf.get(held[to]) === own ? cost : 0),
      0,
    );
  };
  const excess = (name) => Math.max(0, (count.get(name) ?? 0) - most[Number(name.split("/")[0])]);
  const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);
  const around = (places, keys) => sum(places, unmet) + sum(places, beside) + sum(keys, excess);
  const keysOf = (places) => {
    const classes = places.map((at) => classOf.get(held[at])).filter((own) => own !== undefined);
    const batches = places.map((at) => batchOf.get(targets[at])).filter((n) => n !== undefined);
    return [...new Set(classes.flatMap((own) => batches.map((batch) => `${own}/${batch}`)))];
  };

  return {
    begin(list) {
      held = list;
      count = new Map();
      const all = list.map((_item, at) => at);
      for (const at of all) tally(at, 1);
      return sum(all, unmet) + sum(all, beside) / 2 + sum([...count.keys()], excess);
    },
    // Swaps two places; returns how much more, or less, it costs.
    swap(one, other) {
      const places = one === other ? [one] : [one, other];
      const keys = keysOf(places);
      const before = around(places, keys);
      for (const at of places) tally(at, -1);
      swap(held, one, other);
      for (const at of places) tally(at, 1);
      return around(places, keys) - before;
    },
  };
}
