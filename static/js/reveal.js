// The reveal: a list that changes step by step, forwards and back, by buttons or keyboard. All of it
// is in the page; nothing is asked for any more. What is shown follows from the number of steps.

const given = JSON.parse(document.getElementById("reveal-data").textContent);

class Reveal {
  constructor(section) {
    this.section = section;
    this.group = given.groups[section.dataset.group];
    this.at = 0;
    section.querySelector(".reveal__stage").hidden = false;
    section.querySelector(".reveal__next").addEventListener("click", () => this.go(1));
    section.querySelector(".reveal__back").addEventListener("click", () => this.go(-1));
    this.show();
  }

  go(steps) {
    this.at = Math.min(Math.max(this.at + steps, 0), this.group.steps.length);
    this.show();
  }

  // The list as it stands after the first `at` steps.
  list() {
    const rows = this.group.start.map(([code, total]) => ({ code, total, rank: null }));
    for (const [kind, code, position, rank, total] of this.group.steps.slice(0, this.at)) {
      const from = rows.findIndex((row) => row.code === code);
      const [row] = rows.splice(from, 1);
      row.total = total;
      if (kind === "place") row.rank = rank || "–";
      rows.splice(position, 0, row);
    }
    return rows;
  }

  say() {
    const step = this.group.steps[this.at - 1];
    if (!step) return this.section.dataset.begin;
    const [kind, code, , rank, total] = step;
    const name = kind === "place" && !rank ? "unplaced" : kind;
    const work = given.names[code] ? `${code} ${given.names[code]}` : code;
    return this.section.dataset[name]
      .replace("{work}", work)
      .replace("{rank}", rank)
      .replace("{total}", total);
  }

  show() {
    const now = this.group.steps[this.at - 1]?.[1];
    const lines = this.list().map((row) => {
      const line = document.createElement("li");
      line.className = "reveal__row";
      if (row.rank !== null) line.classList.add("reveal__row--placed");
      if (row.code === now) line.classList.add("reveal__row--now");
      const isTold = row.rank !== null && given.names[row.code];
      const texts = [
        ["reveal__rank", row.rank ?? ""],
        ["reveal__work", isTold ? `${row.code} ${given.names[row.code]}` : row.code],
        ["reveal__total", row.total || "–"],
      ];
      for (const [name, text] of texts) {
        const part = document.createElement("span");
        part.className = name;
        part.textContent = text;
        line.append(part);
      }
      return line;
    });
    this.section.querySelector(".reveal__list").replaceChildren(...lines);
    this.section.querySelector(".reveal__said").textContent = this.say();
    const count = this.section.querySelector(".reveal__count");
    count.textContent = `${this.at} / ${this.group.steps.length}`;
    this.section.querySelector(".reveal__row--now")?.scrollIntoView({ block: "center" });
  }
}

const reveals = [...document.querySelectorAll(".reveal")].map((section) => new Reveal(section));
let current = 0;

// The space bar walks through the first group to its end, then through the next one.
function step(by) {
  const reveal = reveals[current];
  if (!reveal) return;
  const isAtEnd = reveal.at === (by > 0 ? reveal.group.steps.length : 0);
  const next = current + by;
  if (isAtEnd && reveals[next]) {
    current = next;
    if (by < 0) reveals[next].go(by);
    else reveals[next].go(1);
    reveals[next].section.scrollIntoView();
    return;
  }
  reveal.go(by);
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("button, summary, a, input, select")) return;
  const by = { " ": 1, ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, Backspace: -1 };
  if (!(event.key in by)) return;
  event.preventDefault();
  step(by[event.key]);
});
