// Large buttons, one of which is the answer.

import { element } from "./dom.js";

// options: [label, small, value, key] each.
export function answers(box, options, value, save, keys) {
  const group = element("div", { class: "answers", role: "group" });
  for (const [label, small, itsValue, key] of options) {
    group.append(
      element(
        "button",
        {
          type: "button",
          "aria-pressed": String(itsValue === value),
          onclick: () => save(itsValue, "tap"),
        },
        element("span", {}, label),
        ...(small ? [element("small", {}, small)] : []),
        ...(key ? [element("kbd", { "aria-hidden": "true" }, key.toUpperCase())] : []),
      ),
    );
  }
  box.append(group);
  return instant(save, keys);
}

export function instant(save, keys) {
  return {
    isInstant: true,
    pending: () => null,
    isTouched: () => false,
    saved() {},
    typed: () => "",
    type() {},
    key(event) {
      const found = keys[event.key.toLowerCase()];
      if (found !== undefined) save(found, "key");
      return found !== undefined;
    },
  };
}
