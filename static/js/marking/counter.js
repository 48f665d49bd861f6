// Faults: − and + around the count, with what they cost and the most they can cost.

import { element, say } from "./dom.js";
import { capOf, isAllowed, lossOf, pointsOf } from "./points.js";

const MOST_DIGITS = 4;

// Nothing is saved until "Save" or moving on.
export function counter(box, aspect, value, texts, save) {
  let typed = value;
  let isFresh = true;
  const reading = element("output", { class: "reading" });
  const worth = element("p", { class: "mark-worth", role: "status" });
  const put = (text) => {
    typed = text;
    isFresh = false;
    show();
  };
  const step = (by) => () => {
    const before = typed === "" ? (by > 0 ? 0 : 1) : Number(typed);
    put(String(Math.max(0, before + by)));
  };
  const keep = (by) => typed !== "" && save(typed, by);
  const show = () => {
    reading.replaceChildren(typed === "" ? "–" : typed);
    worth.replaceChildren(...costOf(aspect, typed, texts));
  };
  const least = element("button", { type: "button", "aria-label": texts.less }, "−");
  const more = element("button", { type: "button", "aria-label": texts.more }, "+");
  least.addEventListener("click", step(-1));
  more.addEventListener("click", step(1));
  box.append(
    element("p", { class: "pad__range" }, capText(aspect, texts)),
    element("div", { class: "mark-counter" }, least, reading, more),
    worth,
    element(
      "button",
      { type: "button", class: "btn btn-primary", onclick: () => keep("save") },
      texts.save,
    ),
  );
  show();
  return {
    isInstant: false,
    pending: () => (typed !== value && typed !== "" ? typed : null),
    isTouched: () => !isFresh,
    saved(kept) {
      if (kept !== typed) return;
      value = typed;
      isFresh = true;
    },
    typed: () => typed,
    type(before) {
      put(before);
      isFresh = before === value;
    },
    key(event) {
      const by = { "+": 1, "=": 1, "-": -1 }[event.key];
      if (by) step(by)();
      else if (/^[0-9]$/.test(event.key)) {
        const before = isFresh ? "" : typed;
        put(String(Number(`${before}${event.key}`.slice(0, MOST_DIGITS))));
      } else if (event.key === "Backspace") put(typed.slice(0, -1));
      else if (event.key === "Enter" && typed !== "") keep("enter");
      else return false;
      return true;
    },
  };
}

function capText(aspect, texts) {
  const each = say(texts.perFault, { points: aspect.per_fault });
  return `${each} · ${say(texts.cap, { points: capOf(aspect) })}`;
}

function costOf(aspect, typed, texts) {
  if (!isAllowed(aspect, typed)) return [texts.countFaults];
  const lost = lossOf(aspect, typed);
  const words = [
    element("span", { class: lost === "0" ? "" : "mark-worth__lost" }, say(texts.lost, { lost })),
    ` · ${say(texts.points, { points: pointsOf(aspect, typed) })}`,
  ];
  if (lost === capOf(aspect) && lost !== "0") words.push(` · ${texts.capReached}`);
  return words;
}
