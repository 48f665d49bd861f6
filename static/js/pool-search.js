// Completes what is typed into the search box of the pool: fields, values, trades and
// places. The box works without this file.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("input[data-complete]");
  if (box) prepare(box);
});

function prepare(box) {
  const list = document.createElement("ul");
  list.id = "q-suggestions";
  list.className = "pool-suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.list);
  box.closest(".pool-search__bar").append(list);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ]) {
    box.setAttribute(name, value);
  }
  let chosen = -1;
  let asked = 0;
  let timer = 0;

  const close = () => {
    asked += 1;
    clearTimeout(timer);
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const mark = (number) => {
    chosen = number;
    for (const [place, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(place === chosen));
    }
    if (chosen < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const take = (item) => {
    box.value = item.dataset.text;
    close();
    box.focus();
  };
  const show = (found) => {
    list.replaceChildren(
      ...found.map((one, number) => {
        const item = document.createElement("li");
        item.id = `q-suggestion-${number}`;
        item.dataset.text = one.text;
        item.textContent = one.shown;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault(); // the box keeps the focus
          take(item);
        });
        return item;
      }),
    );
    chosen = -1;
    list.hidden = found.length === 0;
    box.setAttribute("aria-expanded", String(found.length > 0));
  };
  const ask = async () => {
    const number = ++asked;
    try {
      const address = `${box.dataset.complete}?q=${encodeURIComponent(box.value)}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : [];
      if (number === asked) show(found);
    } catch {
      close(); // without a network the box is only a box
    }
  };

  box.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing || !box.value) close();
    else timer = setTimeout(ask, 120);
  });
  box.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") mark(chosen === last ? 0 : chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen <= 0 ? last : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
