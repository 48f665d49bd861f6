// The right control for each kind of aspect. `build` returns an object with
//   pending()  the value typed but not saved yet, or null
//   isTouched() whether something is being typed, a whole value or not
//   saved(text) a value is kept now; where it is what is typed, nothing is pending any more
//   key(event) takes a key press; true when it was for this control
//   typed()    what is typed, and type(text) to put it there: a scanner's keys are taken back
//   isInstant  a key saves at once
//   refuses()  whether something is typed that cannot be saved; says why (pads only)
// save(value, by) is called with by: "tap" (a button with the answer), "key", "enter", "save".

import { answers } from "./answers.js";
import { counter } from "./counter.js";
import { element, say } from "./dom.js";
import { levels } from "./levels.js";
import { pad } from "./pad.js";

export { element, say };

const FEW = 4; // options that stand in one row where they are short
const SHORT = 3; // characters

// aspect: from the sheet; value: what counts now, "" for nothing; save(value, by): keeps it.
export function build(box, aspect, value, texts, save) {
  const makers = { yes_no: yesNo, choice, judgement: levels, deduction: counter };
  box.replaceChildren();
  box.dataset.kind = aspect.kind;
  return (makers[aspect.kind] ?? pad)(box, aspect, value, texts, save);
}

function yesNo(box, aspect, value, texts, save) {
  const now = { Y: "1", y: "1", N: "0", n: "0" }[value] ?? value;
  const options = [
    [texts.yes, say(texts.points, { points: aspect.max }), "1", "Y"],
    [texts.no, say(texts.points, { points: "0" }), "0", "N"],
  ];
  return answers(box, options, now, save, { y: "1", n: "0", 1: "1", 0: "0" });
}

function choice(box, aspect, value, texts, save) {
  const keys = keysOf(aspect.options.map(([label]) => label));
  const options = aspect.options.map(([label, points], at) => [
    label,
    say(texts.points, { points }),
    label,
    keys[at],
  ]);
  const byKey = Object.fromEntries(aspect.options.map(([label], at) => [keys[at], label]));
  const made = answers(box, options, value, save, byKey);
  const longest = Math.max(...aspect.options.map(([label]) => label.length));
  const isRow = options.length <= FEW && longest <= SHORT;
  box.firstChild.dataset.columns = isRow ? options.length : 2;
  return made;
}

// The labels themselves where each is one sign, else 1, 2, 3 …
function keysOf(labels) {
  const isShort = labels.every((label) => /^[0-9a-z]$/i.test(label));
  return labels.map((label, at) => (isShort ? label.toLowerCase() : String(at + 1)));
}

// What the aspect takes, in one line.
export function rangeOf(aspect, texts) {
  const { min, max, symbol } = aspect;
  if (aspect.kind === "score" && symbol) return say(texts.range, { min, max, unit: symbol });
  const range = boundsOf(aspect, texts);
  return aspect.kind === "tolerance" && symbol ? `${range} ${symbol}` : range;
}

function boundsOf(aspect, texts) {
  switch (aspect.kind) {
    case "score":
      return say(texts.between, { min: aspect.min, max: aspect.max });
    case "tolerance":
      return say(texts.limits, { lower: aspect.lower || "–", upper: aspect.upper || "–" });
    case "deduction":
      return say(texts.perFault, { points: aspect.per_fault });
    case "rank":
      return texts.place;
    default:
      return "";
  }
}
