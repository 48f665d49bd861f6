// Answers lines of JSON by the kiosk's own rules: {"ticket": …}, {"passage": …}, {"lists": …}.
import { createInterface } from "node:readline";

import { isNewer } from "../../../static/js/kiosk/lists.js";
import { passageFault, ticketFault } from "../../../static/js/kiosk/rules.js";
import { readRevocations, readTicket } from "../../../static/js/kiosk/ticket.js";

function answer({ ticket, passage, revocations, lists }) {
  if (passage) return passageFault(passage);
  if (lists) return isNewer(lists.data, lists.before, lists.isSecure);
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
