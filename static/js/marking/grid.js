// All works × all aspects: every mark with its state, gaps and calls in sight; a tap goes there.

import { at, element, say } from "./dom.js";
import { SIGNS, styleOf } from "./states.js";

const AT_ONCE = 300; // cells built before the screen is shown; the rest follows in pieces
const PIECE = 600;
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class Grid {
  // hands: { cells, place(), go(work, aspect) }
  constructor(texts, hands) {
    Object.assign(this, { texts, hands, only: "all", turn: 0 });
    const body = at("grid-body");
    body.addEventListener("click", (event) => this.tap(event.target.closest("button")));
    body.addEventListener("keydown", (event) => this.press(event));
    body.addEventListener("focusin", ({ target }) => this.rove(target.closest("button")));
    for (const radio of document.querySelectorAll("[name=only]")) {
      radio.addEventListener("change", () => {
        this.only = radio.value;
        this.build();
      });
    }
  }

  open() {
    this.hands.cells().sheet.works.length && this.look();
    at("grid").showModal();
    this.build();
  }

  // Look at every cell once: its state and what it calls for.
  look() {
    const cells = this.hands.cells();
    const { works, aspects } = cells.sheet;
    this.found = works.map((entry) => {
      const isExcused = cells.isExcused(entry);
      return aspects.map((aspect) => {
        const cell = cells.of(entry, aspect.code);
        const calls = cells.callsOf(entry, aspect, cell);
        const isGap = cell.state === "none" && !isExcused;
        const isCall = cell.state === "attention" || calls.length > 0;
        return { value: cell.value, state: cell.state, calls, isExcused, isGap, isCall };
      });
    });
    const all = this.found.flat();
    const words = {
      all: say(this.texts.gridAll, { count: all.length }),
      gaps: say(this.texts.gridGaps, { count: all.filter((one) => one.isGap).length }),
      calls: say(this.texts.gridCalls, { count: all.filter((one) => one.isCall).length }),
    };
    for (const [name, text] of Object.entries(words)) at(`only-${name}`).textContent = text;
  }

  isShown(one) {
    if (this.only === "gaps") return one.isGap;
    return this.only === "calls" ? one.isCall : true;
  }

  build() {
    const { works, aspects } = this.hands.cells().sheet;
    const place = this.hands.place();
    const columns = aspects
      .map((_a, x) => x)
      .filter((x) => this.found.some((r) => this.isShown(r[x])));
    const rows = works.map((_w, y) => y).filter((y) => this.found[y].some((o) => this.isShown(o)));
    const isEmpty = !rows.length;
    at("grid-empty").hidden = !isEmpty;
    at("grid-empty").textContent = this.only === "gaps" ? this.texts.noGaps : this.texts.noCalls;
    at("grid-body").hidden = isEmpty;
    this.body = element("tbody");
    at("grid-body").replaceChildren(
      element(
        "table",
        {
          class: "mark-grid",
          role: "grid",
          "aria-labelledby": "grid-title",
          "aria-rowcount": rows.length + 1,
        },
        element("thead", {}, this.head(columns, aspects)),
        this.body,
      ),
    );
    // The work in hand and what stands around it come first, the rest a moment later.
    this.turn += 1;
    this.fill(rows, columns, 0, AT_ONCE + columns.length * (rows.indexOf(place.work) + 1));
  }

  fill(rows, columns, from, most) {
    const to = Math.min(rows.length, from + Math.max(1, Math.ceil(most / columns.length)));
    for (const y of rows.slice(from, to)) this.body.append(this.row(y, columns));
    if (from === 0) this.showHere();
    const { turn } = this;
    if (to === rows.length) at("grid").dataset.done = this.only;
    else {
      delete at("grid").dataset.done;
      setTimeout(() => turn === this.turn && this.fill(rows, columns, to, PIECE), 0);
    }
  }

  head(columns, aspects) {
    return element(
      "tr",
      {},
      element("th", { scope: "col", class: "mark-grid__corner" }, this.texts.work),
      ...columns.map((x) =>
        element(
          "th",
          { scope: "col", title: aspects[x].name },
          aspects[x].code,
          element("span", { class: "visually-hidden" }, ` ${aspects[x].name}`),
        ),
      ),
    );
  }

  row(y, columns) {
    const { works } = this.hands.cells().sheet;
    const given = this.found[y].filter((one) => one.state !== "none").length;
    const count = say(this.texts.position, { done: given, all: this.found[y].length });
    const isExcused = this.found[y][0]?.isExcused;
    return element(
      "tr",
      { "aria-rowindex": y + 2 },
      element(
        "th",
        { scope: "row" },
        works[y],
        element("small", {}, isExcused ? this.texts.excusedShort : count),
      ),
      ...columns.map((x) => element("td", { role: "gridcell" }, this.cell(y, x))),
    );
  }

  cell(y, x) {
    const { works, aspects } = this.hands.cells().sheet;
    const one = this.found[y][x];
    const { work, aspect } = this.hands.place();
    const isHere = work === y && aspect === x;
    const state = one.isExcused && one.state === "none" ? "excused" : one.state;
    const words = [
      `${works[y]} ${aspects[x].code}`,
      one.value || null,
      state === "excused" ? this.texts.excusedShort : this.texts[state],
      ...one.calls.map((call) => this.texts.calls[call]),
    ];
    return element(
      "button",
      {
        type: "button",
        "data-state": styleOf(state),
        "data-work": y,
        "data-aspect": x,
        "data-dim": !this.isShown(one),
        "data-call": one.calls.length > 0,
        "aria-label": words.filter(Boolean).join(", "),
        "aria-current": isHere ? "true" : null,
        tabindex: isHere ? "0" : "-1",
      },
      element("b", {}, one.value || (state === "excused" ? "／" : "")),
      element("i", {}, one.calls.length ? "!" : (SIGNS[state] ?? "")),
    );
  }

  showHere() {
    const buttons = this.body.querySelectorAll("button:not([data-dim])");
    const here = this.body.querySelector("[aria-current]") ?? buttons[0];
    if (!here) return;
    here.tabIndex = 0;
    here.scrollIntoView({ block: "center", inline: "center" });
    here.focus({ preventScroll: true });
  }

  tap(button) {
    if (!button) return;
    at("grid").close();
    this.hands.go(Number(button.dataset.work), Number(button.dataset.aspect));
  }

  // One stop of the Tab key for the whole grid; it is the cell that had the focus last.
  rove(button) {
    if (!button) return;
    for (const other of this.body.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
    button.tabIndex = 0;
  }

  press(event) {
    const step = STEPS[event.key];
    const button = event.target.closest("button");
    if (!button || (!step && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    const [rows, row] = [[...this.body.rows], button.closest("tr")];
    const cells = [...row.querySelectorAll("button")];
    if (!step) (event.key === "Home" ? cells[0] : cells.at(-1)).focus();
    else this.step(rows, rows.indexOf(row), cells.indexOf(button), step);
  }

  // The next cell that the filter shows, in the direction of the arrow.
  step(rows, y, x, [down, right]) {
    let [toY, toX] = [y + down, x + right];
    for (;;) {
      const next = rows[toY]?.querySelectorAll("button")[toX];
      if (!next) return;
      if (!next.hasAttribute("data-dim")) {
        next.focus();
        return;
      }
      toY += down;
      toX += right;
    }
  }
}
