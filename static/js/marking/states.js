// How a state is shown: a word, a colour and a shape; never a colour alone.

import { element } from "./dom.js";

const STYLES = { attention: "conflict" }; // state → the style that shows it
export const SIGNS = { none: "○", tablet: "◐", server: "●", signed: "■", attention: "◆" };

const MANY = 16; // signs: more are drawn smaller

export const styleOf = (state) => STYLES[state] ?? state;

export function showState(node, state, text) {
  node.className = `mark-state mark-state--${styleOf(state)}`;
  node.textContent = text;
}

// The states of a whole work, aspect by aspect: small signs, and how many marks are there.
export function showStrip(node, cells, entry, aspects, here) {
  const states = aspects.map((aspect) => cells.of(entry, aspect.code).state);
  node.classList.toggle("mark-strip__signs--many", states.length > MANY);
  node.replaceChildren(
    ...states.map((state, at) =>
      element("i", { "data-state": styleOf(state), "data-here": at === here }),
    ),
  );
  return states.filter((state) => state !== "none").length;
}
