"""Check-in: who is let in, who came too late, who did not come.

Words used here:
    present: ID and ticket were compared and the person was let in.
    late: came after the limit and forfeits, unless the chief judge accepts them.
    absent: did not come before check-in was closed.
    refused: came, but was not let in (wrong person, wrong event, no identity card).
    gate: a door that contestants pass: the check-in itself, or a room with entry and
        exit.
    scan: what a device at a gate did with one ticket; it has an id made there.
    counted: when a scan happened, as far as it decides anything.
    list: what a device knows without a network: who is expected, with which ticket.

The devices at the gates apply the same rules: `static/js/kiosk/rules.js`; a test feeds
both the same cases.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from competition.registration.rules.tickets import TicketClaim

PRESENT = "present"
LATE = "late"
ABSENT = "absent"
REFUSED = "refused"
STATUSES = (PRESENT, LATE, ABSENT, REFUSED)

# Why somebody, or some ticket, was turned away. The first are found by the system, the
# others by the officer who compares face, card and ticket.
FORGED_TICKET = "forged_ticket"
UNKNOWN = "unknown"
OTHER_EVENT = "other_event"
NOT_ACCEPTED = "not_accepted"
CLOSED = "closed"
FACE_DIFFERS = "face_differs"
ID_DIFFERS = "id_differs"
NO_ID = "no_id"
FORBIDDEN_ITEM = "forbidden_item"
OTHER = "other"
TAKEN_BACK = "taken_back"  # let in by mistake, and put right
REVOKED = "revoked"
EXPIRED = "expired"
NOT_YET = "not_yet"
ALREADY_IN = "already_in"
NOT_INSIDE = "not_inside"  # leaves a room they never entered
NOT_CHECKED_IN = "not_checked_in"  # enters a room before the check-in
TOO_LATE = "too_late"  # the room lets nobody in any more
SYSTEM_REASONS = (
    *(FORGED_TICKET, UNKNOWN, OTHER_EVENT, NOT_ACCEPTED, CLOSED),
    *(REVOKED, EXPIRED, NOT_YET),
    *(ALREADY_IN, NOT_INSIDE, NOT_CHECKED_IN, TOO_LATE),
)
OFFICER_REASONS = (FACE_DIFFERS, ID_DIFFERS, NO_ID, FORBIDDEN_ITEM, OTHER)
REASONS = (*SYSTEM_REASONS, *OFFICER_REASONS, TAKEN_BACK)

# What a scan says was done.
IN, OUT = "in", "out"
TURNED_AWAY = "refused:"  # followed by one of REASONS
CHECKIN_GATE = "checkin"  # its key; a room's is its uid without hyphens
PAPER_DEVICE = "paper:"  # followed by the number of a sheet that was keyed in
NOBODY = "-"  # stands for the entry where the ticket names none

# What became of a scan on the server. Only a stored one counts.
STORED, CONFLICT, AFTER_CLOSE = "stored", "conflict", "late"
OUTCOMES = (STORED, CONFLICT, AFTER_CLOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Somebody at a gate, as far as it decides whether they may pass."""

    is_checkin: bool  # the gate is the check-in
    direction: str  # IN | OUT
    status: str  # how the check-in stands; "" for not seen yet
    is_inside: bool  # of the gate's room
    closes_at: datetime | None  # nobody enters the room after this
    at: datetime


def ticket_fault(
    claim: TicketClaim | None,
    *,
    event_uid: str,
    numbers: Mapping[str, str],
    revoked: Collection[str],
    now: datetime,
) -> str:
    """Return why a scanned ticket does not hold here now, "" when it does.

    Args:
        claim: what the ticket says, None when its signature is not ours.
        event_uid: where the gate stands.
        numbers: the ticket number of everybody on the list, by the uid of the entry.
        revoked: the numbers of tickets that hold no longer.
        now: by the gate's clock.

    Source: rule B-13 in docs/rules/blind-chain.md.
    """
    if claim is None:
        return FORGED_TICKET
    found = {
        OTHER_EVENT: claim.event_uid != event_uid,
        REVOKED: claim.number in revoked,
        NOT_YET: now + timedelta(seconds=1) < claim.valid_from,
        EXPIRED: claim.valid_until < now,
        UNKNOWN: claim.entry_uid not in numbers,
    }
    for code, is_so in found.items():
        if is_so:
            return code
    # A ticket that was given anew ends the one before it.
    return "" if numbers[claim.entry_uid] == claim.number else REVOKED


def passage_fault(passage: Passage) -> str:
    """Return why somebody whose ticket holds may not pass, "" when they may.

    Source: rule B-14 in docs/rules/blind-chain.md.
    """
    if passage.is_checkin:
        return ALREADY_IN if passage.status in {PRESENT, LATE} else ""
    if passage.direction == OUT:
        return "" if passage.is_inside else NOT_INSIDE
    if passage.is_inside:
        return ALREADY_IN
    if passage.status != PRESENT:
        return NOT_CHECKED_IN
    is_shut = passage.closes_at is not None and passage.at > passage.closes_at
    return TOO_LATE if is_shut else ""


def counted_at(scanned: datetime, opened: datetime, received: datetime) -> datetime:
    """Return when a scan counts as done: the device's time, where it is possible.

    A device without a network sends later what it did in time. A time before the
    check-in was opened, or after the scan arrived, is no time it can have happened at:
    then the arrival counts. Source: rule B-15 in docs/rules/blind-chain.md.
    """
    return scanned if opened <= scanned <= received else received


def last_moment(clock: time, now: datetime) -> datetime:
    """Return the last moment at which a clock showed this time, by the zone of `now`.

    Paper says hours and minutes only; what was written at 23:50 is keyed in after
    midnight.
    """
    at = now.replace(
        hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=0
    )
    return at if at <= now else at - timedelta(days=1)


def arrival_status(now: datetime, starts_at: datetime, late_after_minutes: int) -> str:
    """Return present or late for somebody who stands at the desk now.

    Late begins one instant after `late_after_minutes` have passed since the start.
    Source: rule B-02 in docs/rules/blind-chain.md.
    """
    limit = starts_at + timedelta(minutes=late_after_minutes)
    return LATE if now > limit else PRESENT


def is_ticket_text(text: str) -> bool:
    """Tell whether `text` looks like a scanned ticket, not like a typed name."""
    return text.startswith("JC1.")
