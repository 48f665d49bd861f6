// A judgement 0–3: four levels, each with its whole written descriptor. Where the texts are too
// long to stand in the buttons, they scroll above and the four buttons stay under the thumb.

import { instant } from "./answers.js";
import { element } from "./dom.js";
import { exemplarButton } from "./exemplars.js";

const LEVELS = ["0", "1", "2", "3"];
const LONG = 60; // characters: from here on the text is set a little smaller

export function levels(box, aspect, value, texts, save) {
  const words = LEVELS.map((_level, at) => aspect.descriptors[at] || texts.levels[at]);
  const isLong = words.some((text) => text.length > LONG);
  const list = element(
    "div",
    { class: "levels__texts", tabindex: "0", "aria-label": texts.descriptors, role: "group" },
    ...LEVELS.map((level, at) =>
      element(
        "div",
        { "data-chosen": String(level === value) },
        element("b", {}, level),
        element("span", {}, words[at]),
      ),
    ),
  );
  const buttons = LEVELS.map((level, at) =>
    element(
      "button",
      {
        type: "button",
        "aria-pressed": String(level === value),
        "aria-label": `${level}: ${words[at]}`,
        onclick: () => save(level, "tap"),
      },
      element("span", {}, level),
      element("small", {}, words[at]),
    ),
  );
  const group = element("div", { class: "answers answers--levels", role: "group" }, ...buttons);
  const photos = exemplarButton(box, aspect, words, texts);
  box.append(...[photos, list, group].filter(Boolean));
  box.classList.toggle("mark-control--long", isLong);
  fit(box);
  watch(box);
  return instant(save, Object.fromEntries(LEVELS.map((level) => [level, level])));
}

function fit(box) {
  box.classList.remove("mark-control--split");
  const { scrollHeight, clientHeight } = box;
  box.classList.toggle("mark-control--split", scrollHeight > clientHeight + 1);
}

let watcher = null;

// Turning the tablet or a larger type may change what fits.
function watch(box) {
  watcher?.disconnect();
  let isFirst = true;
  watcher = new ResizeObserver(() => {
    if (!isFirst && box.dataset.kind === "judgement") fit(box);
    isFirst = false;
  });
  watcher.observe(box.parentElement);
}
