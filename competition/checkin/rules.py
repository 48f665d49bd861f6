"""Check-in: who is let in, who came too late, who did not come.

Words used here:
    present: ID and ticket were compared and the person was let in.
    late: came after the limit and forfeits, unless the chief judge accepts them.
    absent: did not come before check-in was closed.
    refused: came, but was not let in (wrong person, wrong event, no identity card).
"""

from datetime import datetime, timedelta

PRESENT = "present"
LATE = "late"
ABSENT = "absent"
REFUSED = "refused"
STATUSES = (PRESENT, LATE, ABSENT, REFUSED)

# Why somebody, or some ticket, was turned away. The first five are found by the
# system, the others by the officer who compares face, card and ticket.
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
SYSTEM_REASONS = (FORGED_TICKET, UNKNOWN, OTHER_EVENT, NOT_ACCEPTED, CLOSED)
OFFICER_REASONS = (FACE_DIFFERS, ID_DIFFERS, NO_ID, FORBIDDEN_ITEM, OTHER)
REASONS = (*SYSTEM_REASONS, *OFFICER_REASONS, TAKEN_BACK)


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
