// What needs the judge: two marks that meet, a mark or photo that the server did not take.

import { element, say } from "./dom.js";

export class Problems {
  // hands: { device(), settle(found, value), put(found, state), putPhoto(found, state) }
  constructor(box, texts, hands) {
    Object.assign(this, { box, texts, hands });
  }

  show(cell, refusedPhotos) {
    const isConflict = cell.problems.some((found) => found.answer.status === "conflict");
    this.box.parentElement.classList.toggle("mark-screen--conflict", isConflict);
    this.box.hidden = !cell.problems.length && !refusedPhotos.length;
    this.box.replaceChildren(
      ...cell.problems.map((found) => this.describe(found, cell)),
      ...refusedPhotos.map((found) => this.describePhoto(found)),
    );
  }

  describe(found, cell) {
    const { status, reason = "" } = found.answer;
    if (status === "conflict") return this.describeConflict(found, cell);
    const { texts, hands } = this;
    const value = found.body.value || texts.nothing;
    const why = texts.reasons[reason.split(":")[0]] ?? (reason === "hash" ? texts.hash : reason);
    const text =
      status === "late"
        ? say(texts.lateMark, { value })
        : say(texts.refused, { value, reason: why });
    return notice(
      text,
      button(texts.understood, () => hands.put(found, "settled")),
      ...(status === "late" ? [] : [button(texts.again, () => hands.put(found, "waiting"))]),
    );
  }

  // Both marks side by side, with when and on which tablet they were made.
  describeConflict(found, cell) {
    const { texts, hands } = this;
    const now = cell.server;
    const kept = now?.value ?? "";
    return element(
      "div",
      { class: "notice notice--danger" },
      element("p", { class: "notice__text" }, texts.conflict),
      element(
        "div",
        { class: "mark-duel" },
        this.side(texts.countsNow, kept, now ?? {}, () => hands.settle(found, kept)),
        this.side(texts.cameLater, found.body.value, found.body, () =>
          hands.settle(found, found.body.value),
        ),
      ),
    );
  }

  side(title, value, { device, marked_at: made, at: when = made, reason }, choose) {
    const shown = value || this.texts.nothing;
    return element(
      "div",
      { class: "mark-duel__side" },
      element("p", { class: "mark-duel__title" }, title),
      element("p", { class: "mark-duel__value" }, shown),
      element(
        "p",
        { class: "mark-duel__facts" },
        [clock(when), this.tablet(device)].filter(Boolean).join(" · "),
      ),
      ...(reason ? [element("p", { class: "mark-duel__facts" }, `“${reason}”`)] : []),
      button(say(this.texts.choose, { value: shown }), choose),
    );
  }

  tablet(device) {
    if (!device) return "";
    if (device === this.hands.device()) return this.texts.thisTablet;
    return say(this.texts.otherTablet, { device: device.slice(-4) });
  }

  describePhoto(found) {
    const { texts, hands } = this;
    const { reason = "" } = found.answer;
    return notice(
      say(texts.photoRefused, { reason: texts.photoReasons[reason] ?? reason }),
      button(texts.understood, () => hands.putPhoto(found, "settled")),
      button(texts.again, () => hands.putPhoto(found, "waiting")),
    );
  }
}

function notice(text, ...buttons) {
  return element(
    "div",
    { class: "notice notice--danger" },
    element("p", { class: "notice__text" }, text),
    element("div", { class: "mark-note-buttons" }, ...buttons),
  );
}

function button(label, onclick) {
  return element("button", { type: "button", class: "btn btn-secondary", onclick }, label);
}

// The time of day, and the day where it is another one.
export function clock(when) {
  if (!when) return "";
  const moment = new Date(when);
  const isToday = moment.toDateString() === new Date().toDateString();
  const style = isToday ? { timeStyle: "medium" } : { dateStyle: "short", timeStyle: "medium" };
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(moment);
}
