// Who may pass a gate: the rules of competition/checkin/rules.py on the device. A test feeds both
// the same cases. Codes are those of REASONS there; times in ms.

const SECOND = 1000;

// claim: of readTicket; list: of the event, with `numbers` (entry → ticket) and `revoked` (Set).
export function ticketFault(claim, { event, numbers, revoked }, now) {
  if (!claim) return "forged_ticket";
  if (claim.event !== event) return "other_event";
  if (revoked.has(claim.number)) return "revoked";
  if (now + SECOND < claim.from) return "not_yet";
  if (claim.until < now) return "expired";
  if (!numbers.has(claim.entry)) return "unknown";
  return numbers.get(claim.entry) === claim.number ? "" : "revoked";
}

// closesAt: null where the room lets people in at any time.
export function passageFault({ isCheckin, direction, status, isInside, closesAt, at }) {
  if (isCheckin) return status === "present" || status === "late" ? "already_in" : "";
  if (direction === "out") return isInside ? "" : "not_inside";
  if (isInside) return "already_in";
  if (status !== "present") return "not_checked_in";
  return closesAt !== null && at > closesAt ? "too_late" : "";
}

export function isLate(now, startsAt, lateAfterMinutes) {
  return now > startsAt + lateAfterMinutes * 60 * SECOND;
}
