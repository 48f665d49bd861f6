// Answers lines of JSON by the kiosk's own rules: {"ticket": …} or {"passage": …}.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

import { passageFault, ticketFault } from "../../../static/js/kiosk/rules.js";
import { readRevocations, readTicket } from "../../../static/js/kiosk/ticket.js";

globalThis.nacl = createRequire(import.meta.url)("tweetnacl");

function answer({ ticket, passage, revocations }) {
  if (passage) return passageFault(passage);
  if (revocations) return readRevocations(revocations, revocations.key)?.numbers ?? null;
  const claim = readTicket(ticket.text, ticket.list);
  const known = {
    event: ticket.event,
    numbers: new Map(Object.entries(ticket.numbers)),
    revoked: new Set(ticket.revoked),
  };
  return ticketFault(claim, known, ticket.now);
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
