// What a value is worth, exactly as the server computes it: the same texts are taken and
// the same points come out (scoring/marking/rules/values.py; a test holds them together).
//
// A fraction is [numerator, denominator] of BigInts, the denominator above 0.

const PLAIN = /^([+-]?)([0-9]{1,30})(?:\.([0-9]{1,30}))?$/;
// What Python's str.strip takes away; JavaScript's trim would take other characters.
const SPACE =
  "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const ENDS = new RegExp(`^${SPACE}+|${SPACE}+$`, "gu");
// Minutes and seconds of a timed aspect: "3:25.5".
const CLOCK = /^([0-9]{1,4}):([0-5][0-9](?:\.[0-9]{1,30})?)$/;
const YES = new Set(["1", "Y", "y", "是"]);
const NO = new Set(["0", "N", "n", "否"]);
const ZERO = [0n, 1n];
const SHOWN_PLACES = 4;

// The plain decimal that `text` is, as a fraction, or null.
function read(text) {
  const found = PLAIN.exec(text);
  if (!found) return null;
  const [, sign, whole, places = ""] = found;
  const size = BigInt(whole + places);
  return [sign === "-" ? -size : size, 10n ** BigInt(places.length)];
}

const plus = ([a, b], [c, d]) => [a * d + c * b, b * d];
const minus = ([a, b], [c, d]) => [a * d - c * b, b * d];
const times = ([a, b], [c, d]) => [a * c, b * d];
const over = ([a, b], [c, d]) => (c < 0n ? [-a * d, -b * c] : [a * d, b * c]);
const isBelow = ([a, b], [c, d]) => a * d < c * b;
const larger = (one, other) => (isBelow(one, other) ? other : one);
const isWhole = ([a, b]) => a % b === 0n;

function ceil([a, b]) {
  const cut = a / b;
  return [a % b > 0n ? cut + 1n : cut, 1n];
}

// The exact points for a value, or null where the aspect does not take it.
export function exactPoints(aspect, value) {
  const text = value.replace(ENDS, "");
  return text === "" ? null : KINDS[aspect.kind](aspect, text, read(aspect.max));
}

const KINDS = {
  yes_no(_aspect, text, max) {
    if (YES.has(text)) return max;
    return NO.has(text) ? ZERO : null;
  },
  score(aspect, text, max) {
    const points = numberOf(aspect, text);
    const isIn = points && !isBelow(points, read(aspect.min)) && !isBelow(max, points);
    return isIn ? points : null;
  },
  deduction(aspect, text, max) {
    const faults = wholeFrom(text, 0n);
    if (!faults) return null;
    const most = aspect.max_faults === null ? faults : [BigInt(aspect.max_faults), 1n];
    const counted = isBelow(most, faults) ? most : faults;
    return larger(minus(max, times(read(aspect.per_fault), counted)), ZERO);
  },
  tolerance(aspect, text, max) {
    const size = numberOf(aspect, text);
    if (!size) return null;
    let excess = ZERO;
    if (aspect.lower !== "") excess = larger(excess, minus(read(aspect.lower), size));
    if (aspect.upper !== "") excess = larger(excess, minus(size, read(aspect.upper)));
    if (aspect.mode === "all_or_nothing") return isBelow(ZERO, excess) ? ZERO : max;
    const units = over(excess, read(aspect.unit));
    const lost = times(read(aspect.per_unit), aspect.mode === "step" ? ceil(units) : units);
    return larger(minus(max, lost), ZERO);
  },
  choice(aspect, text) {
    const found = aspect.options.find(([label]) => label === text);
    return found ? read(found[1]) : null;
  },
  judgement(_aspect, text, max) {
    const level = wholeFrom(text, 0n);
    return level && !isBelow([3n, 1n], level) ? over(times(max, level), [3n, 1n]) : null;
  },
  rank(aspect, text, max) {
    const place = wholeFrom(text, 1n);
    return place && larger(minus(max, times(read(aspect.step), minus(place, [1n, 1n]))), ZERO);
  },
};

function numberOf(aspect, text) {
  return read(text) ?? (aspect.timed ? seconds(text) : null);
}

function wholeFrom(text, least) {
  const number = read(text);
  return number && isWhole(number) && !isBelow(number, [least, 1n]) ? number : null;
}

// As a decimal for the judge: as many places as it needs, at most four, half up.
export function show([top, bottom]) {
  const shift = 10n ** BigInt(SHOWN_PLACES);
  const size = top < 0n ? -top : top;
  const scaled = (2n * size * shift + bottom) / (2n * bottom);
  const digits = String(scaled).padStart(SHOWN_PLACES + 1, "0");
  const text = `${digits.slice(0, -SHOWN_PLACES)}.${digits.slice(-SHOWN_PLACES)}`;
  return (top < 0n && scaled ? "-" : "") + text.replace(/\.?0+$/, "");
}

// Returns the points as text, "" where they go without saying.
export function pointsOf(aspect, value) {
  if (!["deduction", "rank", "tolerance", "judgement"].includes(aspect.kind)) return "";
  const points = exactPoints(aspect, value);
  return points ? show(points) : "";
}

// Whether the aspect takes the value.
export function isAllowed(aspect, value) {
  return exactPoints(aspect, value) !== null;
}

// Why the aspect does not take what was typed: "number", "time", "whole", "low" or "high";
// "" where it does.
export function faultOf(aspect, value) {
  if (isAllowed(aspect, value)) return "";
  if (aspect.kind === "rank" || aspect.kind === "deduction") return "whole";
  const number = numberOf(aspect, value.replace(ENDS, ""));
  if (!number) return aspect.timed ? "time" : "number";
  return isBelow(number, read(aspect.min)) ? "low" : "high";
}

// What a value costs of the full points, as text; "" where the aspect does not take it.
export function lossOf(aspect, value) {
  const points = exactPoints(aspect, value);
  return points ? show(minus(read(aspect.max), points)) : "";
}

// The most that faults can cost, as text.
export function capOf(aspect) {
  const full = read(aspect.max);
  if (aspect.max_faults === null) return show(full);
  const most = times(read(aspect.per_fault), [BigInt(aspect.max_faults), 1n]);
  return show(isBelow(most, full) ? most : full);
}

// Where a measured value lies: { side: "in" | "above" | "below", by }, or null.
export function placeOf(aspect, value) {
  const size = numberOf(aspect, value.replace(ENDS, ""));
  if (!size) return null;
  if (aspect.upper !== "" && isBelow(read(aspect.upper), size)) {
    return { side: "above", by: show(minus(size, read(aspect.upper))) };
  }
  if (aspect.lower !== "" && isBelow(size, read(aspect.lower))) {
    return { side: "below", by: show(minus(read(aspect.lower), size)) };
  }
  return { side: "in", by: "0" };
}

// A measured value as a number to draw with; NaN for what is none.
export function sizeOf(aspect, value) {
  const size = numberOf(aspect, value.replace(ENDS, ""));
  return size ? Number(size[0]) / Number(size[1]) : NaN;
}

// Whether a mark of this value needs a comment of the judge.
export function needsComment(aspect, value) {
  if (!aspect.comment_below || value === "") return false;
  const points = exactPoints(aspect, value);
  return points !== null && isBelow(points, read(aspect.comment_below));
}

// "3:25.5" is 205.5 seconds; null for what is no such time.
function seconds(text) {
  const found = CLOCK.exec(text);
  return found && plus(times([60n, 1n], read(found[1])), read(found[2]));
}

// A time in both its spellings, "205.5" and "3:25.5", whichever was typed; "" for none.
export function otherSpelling(text) {
  const found = CLOCK.exec(text);
  if (found) {
    const [whole, rest] = found[2].split(".");
    return decimal(String(Number(found[1]) * 60 + Number(whole)), rest);
  }
  const [whole, rest] = text.split(".");
  if (!/^[0-9]{2,5}$/.test(whole) || Number(whole) < 60) return "";
  const left = String(Number(whole) % 60).padStart(2, "0");
  return decimal(`${Math.floor(Number(whole) / 60)}:${left}`, rest);
}

const decimal = (whole, rest) => (rest === undefined ? whole : `${whole}.${rest}`);
