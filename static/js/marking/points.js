// What a value is worth, to show the judge at once. The server computes exactly, by the
// scheme; this only tells the judge what they are about to do.

const PLAIN = /^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$/;

export function isPlain(text) {
  return PLAIN.test(text);
}

export function show(number) {
  return String(Number(number.toFixed(4)));
}

// Returns the points as text, "" where they go without saying.
export function pointsOf(aspect, value) {
  const max = Number(aspect.max);
  const number = Number(value);
  if (value === "" || !isPlain(value)) return "";
  switch (aspect.kind) {
    case "deduction":
      return show(Math.max(0, max - number * Number(aspect.per_fault)));
    case "rank":
      return show(Math.max(0, max - (number - 1) * Number(aspect.step)));
    case "tolerance":
      return show(tolerance(aspect, max, number));
    case "judgement":
      return show((max * number) / 3);
    default:
      return "";
  }
}

function tolerance(aspect, max, size) {
  let excess = 0;
  if (aspect.lower !== "") excess = Math.max(excess, Number(aspect.lower) - size);
  if (aspect.upper !== "") excess = Math.max(excess, size - Number(aspect.upper));
  if (aspect.mode === "all_or_nothing") return excess > 0 ? 0 : max;
  // A hair of binary dust must not count as a whole step.
  let units = excess / Number(aspect.unit);
  if (aspect.mode === "step") units = Math.ceil(Number(units.toFixed(9)));
  return Math.max(0, max - units * Number(aspect.per_unit));
}

// Whether the aspect takes the value; the server has the last word.
export function isAllowed(aspect, value) {
  if (!isPlain(value)) return false;
  const number = Number(value);
  switch (aspect.kind) {
    case "score":
      return number >= Number(aspect.min) && number <= Number(aspect.max);
    case "deduction":
      return Number.isInteger(number) && number >= 0;
    case "rank":
      return Number.isInteger(number) && number >= 1;
    default:
      return true;
  }
}
