// Digits under the thumb, for points, sizes, times and places. What can be typed stands above;
// what it is worth, or why it is refused, is said while typing.

import { element, say } from "./dom.js";
import { faultOf, isAllowed, otherSpelling, placeOf, pointsOf } from "./points.js";
import { drawScale } from "./scale.js";

const MOST_SIGNS = 14;

export function pad(box, aspect, value, texts, save) {
  let typed = value;
  let isFresh = true; // the first key replaces what was there
  const reading = element("output", { class: "reading" });
  const worth = element("p", { class: "mark-worth", role: "status" });
  const scale = aspect.kind === "tolerance" ? drawScale(aspect, texts) : null;
  const text = () => typed.replace(/\.$/, "");
  const show = (isFinal = false) => {
    showReading(reading, aspect, typed);
    const fault = text() === "" || text() === "-" ? "" : faultOf(aspect, text());
    const isBad = fault !== "" && (isFinal || isHopeless(fault));
    worth.textContent = fault
      ? explain(aspect, fault, text(), texts)
      : worthOf(aspect, text(), texts);
    worth.classList.toggle("mark-worth--bad", isBad);
    reading.classList.toggle("reading--bad", isBad);
    // The limits stand above and in the drawing: with a value here there is more to say.
    range.hidden = aspect.kind === "tolerance" && worth.textContent !== "";
    scale?.show(text(), fault ? "" : worth.textContent);
  };
  const put = (now) => {
    typed = now.slice(0, MOST_SIGNS);
    isFresh = false;
    show();
  };
  const press = (key) => put(after(typed, key, isFresh));
  const keep = (by) => {
    if (isAllowed(aspect, text())) return save(text(), by);
    show(true);
    if (text() === "") worth.textContent = texts.typeFirst;
    return false;
  };
  const takesSign = !aspect.timed && (aspect.kind === "tolerance" || Number(aspect.min) < 0);
  const extra = takesSign ? "±" : aspect.timed ? ":" : "";
  const range = element("p", { class: "pad__range" }, bounds(aspect, texts));
  box.append(
    element("div", { class: "pad__top" }, element("div", {}, range, worth), reading),
    ...(scale ? [scale.figure] : []),
    keys(aspect, extra, texts, press, () => keep("save")),
  );
  show();
  return {
    isInstant: false,
    pending: () => (typed !== value && isAllowed(aspect, text()) ? text() : null),
    isTouched: () => !isFresh,
    saved(kept) {
      if (kept !== text()) return;
      value = typed;
      isFresh = true;
    },
    // Whether something stands here that cannot be saved; says why.
    refuses() {
      const isRefused = text() !== "" && text() !== value && !isAllowed(aspect, text());
      if (isRefused) show(true);
      return isRefused;
    },
    typed: () => typed,
    type(before) {
      put(before);
      isFresh = before === value;
    },
    key(event) {
      if (/^[0-9]$/.test(event.key)) press(event.key);
      else if (/^[.,。]$/.test(event.key) && aspect.kind !== "rank") press(".");
      else if (event.key === "Backspace") press("⌫");
      else if (event.key === "-" && takesSign) press("±");
      else if (/^[:：]$/.test(event.key) && aspect.timed) press(":");
      else if (event.key === "Enter" && (typed !== value || value === "")) keep("enter");
      else return false;
      return true;
    },
  };
}

function after(typed, key, isFresh) {
  if (key === "⌫") return isFresh ? "" : typed.slice(0, -1);
  if (key === "±") return typed.startsWith("-") ? typed.slice(1) : `-${typed}`;
  const before = isFresh ? "" : typed;
  if (!/[0-9]/.test(key) && before.includes(key)) return typed;
  return key === "." && !/[0-9]$/.test(before) ? `${before}0.` : before + key;
}

function keys(aspect, extra, texts, press, keep) {
  const digit = (key, className = null, label = null) =>
    element(
      "button",
      { type: "button", class: className, "aria-label": label, onclick: () => press(key) },
      key,
    );
  const hasPoint = aspect.kind !== "rank";
  return element(
    "div",
    { class: "keypad" },
    ...["1", "2", "3"].map((key) => digit(key)),
    digit("⌫", extra ? "keypad__erase" : "keypad__erase keypad__erase--tall", texts.erase),
    ...["4", "5", "6"].map((key) => digit(key)),
    ...(extra ? [digit(extra, "keypad__extra")] : []),
    ...["7", "8", "9"].map((key) => digit(key)),
    element("button", { type: "button", class: "keypad__save", onclick: keep }, texts.save),
    ...(hasPoint ? [digit(".", "keypad__point")] : []),
    digit("0", hasPoint ? "keypad__zero" : "keypad__zero keypad__zero--wide"),
  );
}

// More digits cannot mend these; a value that is still too low may grow.
function isHopeless(fault) {
  return fault === "high" || fault === "whole";
}

function explain(aspect, fault, value, texts) {
  const { min, max } = aspect;
  return say(texts.faults[fault], { value, min, max });
}

// The least and most that can be typed.
function bounds(aspect, texts) {
  const unit = aspect.symbol || (aspect.timed ? texts.seconds : "");
  if (aspect.kind === "rank") return texts.place;
  if (aspect.kind === "tolerance") return unit ? say(texts.measured, { unit }) : texts.measuredBare;
  return say(texts.leastMost, { min: aspect.min, max: aspect.max, unit }).trim();
}

// The value with its unit; a time in both its spellings.
function showReading(reading, aspect, typed) {
  const unit = typed.includes(":") ? "" : aspect.symbol;
  reading.replaceChildren(
    typed === "" ? "–" : typed,
    ...(unit ? [element("small", { class: "reading__unit" }, unit)] : []),
  );
}

function worthOf(aspect, typed, texts) {
  const words = [];
  const time = aspect.timed ? otherSpelling(typed) : "";
  if (time)
    words.push(`= ${time}${time.includes(":") ? "" : ` ${aspect.symbol || texts.seconds}`}`);
  if (aspect.kind === "tolerance") words.push(...sideOf(aspect, typed, texts));
  const points = pointsOf(aspect, typed);
  if (points !== "") words.push(say(texts.points, { points }));
  return words.join(" · ");
}

function sideOf(aspect, typed, texts) {
  const found = placeOf(aspect, typed);
  return found ? [say(texts.sides[found.side], { by: found.by })] : [];
}
