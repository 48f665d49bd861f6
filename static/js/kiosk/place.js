// How things stand at the gates of one event: the list the server made, and what this device has
// done since.

import { isLate } from "./rules.js";
import { readRevocations } from "./ticket.js";

export const CHECKIN = "checkin";

export class Place {
  // list: as the server sent it; scans: what lies in the outbox, of any event, in their order.
  constructor(list, scans) {
    this.list = list;
    this.event = list.event.replaceAll("-", "");
    this.people = new Map(list.people.map((person) => [person.entry, { ...person }]));
    this.numbers = new Map(list.people.map(({ entry, number }) => [entry, number]));
    this.revoked = new Set(readRevocations(list.revocations, list.public_key)?.numbers ?? []);
    this.gates = new Map(
      list.gates.map((gate) => [
        gate.key,
        {
          ...gate,
          inside: new Set(gate.inside),
          closesAt: gate.closes_at ? Date.parse(gate.closes_at) : null,
        },
      ]),
    );
    for (const scan of scans) if (scan.event === list.event) this.lay(scan);
  }

  // What the server has not taken as it was meant counts for nothing here either.
  lay({ state, answer, body }) {
    if (state !== "waiting" && state !== "delivered") return;
    const isOld = state === "delivered" && Date.parse(body.marked_at) < this.madeAt;
    const person = this.people.get(body.entry);
    if (isOld || !person) return;
    const gate = this.gates.get(body.aspect);
    if (gate && body.value === "in") gate.inside.add(body.entry);
    else if (gate && body.value === "out") gate.inside.delete(body.entry);
    else if (body.aspect === CHECKIN && body.value === "in") {
      const late = answer?.reason === "late" || this.isLate(Date.parse(body.marked_at));
      person.status = late ? "late" : "present";
    } else if (body.aspect === CHECKIN && !person.status) person.status = "refused";
  }

  get madeAt() {
    return Date.parse(this.list.made_at);
  }

  isLate(now) {
    return isLate(now, Date.parse(this.list.starts_at), this.list.late_after);
  }

  passage(entry, gateKey, direction, at) {
    const gate = this.gates.get(gateKey);
    return {
      isCheckin: gateKey === CHECKIN,
      direction,
      status: this.people.get(entry)?.status ?? "",
      isInside: gate?.inside.has(entry) ?? false,
      closesAt: gate?.closesAt ?? null,
      at,
    };
  }

  count(status) {
    return [...this.people.values()].filter((person) => person.status === status).length;
  }

  // Whom typed letters may mean: a ticket's number, or a part of a name or unit.
  find(text) {
    const typed = text.normalize("NFKC").trim().toLowerCase();
    if (!typed) return [];
    const plain = typed.replaceAll(/[\s-]/g, "");
    const all = [...this.people.values()];
    const byNumber = all.filter(
      ({ number }) => number && number.toLowerCase().replaceAll("-", "") === plain,
    );
    if (byNumber.length) return byNumber;
    const mentions = ({ name, unit }) => `${name} ${unit}`.toLowerCase().includes(typed);
    return all.filter(mentions);
  }
}
