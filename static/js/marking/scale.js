// The tolerance of a measured value, drawn: the limits as a band, how the points fall beyond
// them, and where the value lies. The same is said in words beside it.

import { element, shape } from "./dom.js";
import { exactPoints, placeOf, sizeOf } from "./points.js";

const WIDE = 320;
const [TOP, FLOOR] = [20, 44]; // between them the points are drawn
const MARGIN = 14;
const STEPS = 96;

export function drawScale(aspect, texts) {
  const range = rangeOf(aspect);
  const x = (size) =>
    MARGIN + ((size - range.from) / (range.to - range.from)) * (WIDE - 2 * MARGIN);
  const needle = shape("g", { class: "scale__value" });
  const drawing = shape(
    "svg",
    { viewBox: `0 0 ${WIDE} 64`, class: "scale", role: "img", "aria-label": texts.scale },
    shape("path", { class: "scale__points", d: slope(aspect, range, x) }),
    shape("line", { class: "scale__axis", x1: 0, x2: WIDE, y1: FLOOR, y2: FLOOR }),
    ...["lower", "upper"].flatMap((end) => limit(aspect[end], x(Number(aspect[end])), end)),
    needle,
  );
  const show = (typed, words) => {
    const size = sizeOf(aspect, typed);
    const found = placeOf(aspect, typed);
    drawing.setAttribute("aria-label", words ? `${texts.scale}: ${words}` : texts.scale);
    drawing.dataset.side = found ? found.side : "";
    needle.replaceChildren(...(found ? pointer(size, range, x) : []));
  };
  return { figure: element("div", { class: "scale-box" }, drawing), show };
}

// What the drawing spans: the limits, and beyond them as far as points are left.
function rangeOf(aspect) {
  const [lower, upper] = [aspect.lower, aspect.upper].map((t) => (t === "" ? NaN : Number(t)));
  const band = upper - lower;
  const reach = reachOf(aspect) || band || Math.abs(lower || upper) / 10 || 1;
  // With one limit only, the good side is as wide as the other.
  const from = (Number.isNaN(lower) ? upper - reach : lower) - reach * 1.15;
  const to = (Number.isNaN(upper) ? lower + reach : upper) + reach * 1.15;
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : { from: -1, to: 1 };
}

function reachOf(aspect) {
  if (aspect.mode === "all_or_nothing" || !Number(aspect.per_unit)) return 0;
  return (Number(aspect.unit) * Number(aspect.max)) / Number(aspect.per_unit);
}

// The points over the sizes, as an area; in steps where they fall in steps.
function slope(aspect, { from, to }, x) {
  const most = Number(aspect.max) || 1;
  const points = [];
  for (let at = 0; at <= STEPS; at += 1) {
    const size = from + ((to - from) * at) / STEPS;
    points.push([x(size), Math.max(0, pointsAt(aspect, size)) / most]);
  }
  const line = points.map(([left, part]) => `${left.toFixed(1)} ${heightOf(part).toFixed(1)}`);
  return `M${MARGIN} ${FLOOR} L${line.join(" L")} L${WIDE - MARGIN} ${FLOOR} Z`;
}

const heightOf = (part) => FLOOR - part * (FLOOR - TOP);

function pointsAt(aspect, size) {
  const found = exactPoints(aspect, size.toFixed(9));
  return found ? Number(found[0]) / Number(found[1]) : 0;
}

function limit(text, left, end) {
  if (text === "") return [];
  return [
    shape("line", { class: "scale__limit", x1: left, x2: left, y1: TOP - 6, y2: FLOOR + 4 }),
    shape(
      "text",
      { class: "scale__text", x: left, y: 60, "text-anchor": end === "lower" ? "end" : "start" },
      text,
    ),
  ];
}

// A drop over the line; an arrow at the edge where the value lies beyond the drawing.
function pointer(size, range, x) {
  const left = x(Math.min(range.to, Math.max(range.from, size)));
  const beyond = size > range.to ? 1 : size < range.from ? -1 : 0;
  if (beyond) {
    const tip = left + beyond * 10;
    const back = left - beyond * 8;
    return [shape("path", { d: `M${tip} 32 L${back} 22 L${back} 42 Z` })];
  }
  return [
    shape("line", { x1: left, x2: left, y1: 12, y2: FLOOR }),
    shape("path", { d: `M${left - 8} 2 L${left + 8} 2 L${left} 16 Z` }),
  ];
}
