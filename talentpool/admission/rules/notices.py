"""Public notices and objections: their phases and their receipts.

Words used here:
    first day: the day of publication, day 1 of the count where it is worked.
    named: an objection under one's real name (实名); stamped: under a unit's seal
        (盖章). Who objects and why is encrypted either way.
"""

from datetime import date

NAMED = "named"
STAMPED = "stamped"
OBJECTION_KINDS = (NAMED, STAMPED)

OPEN = "open"
UPHELD = "upheld"
DISMISSED = "dismissed"
OBJECTION_STATES = (OPEN, UPHELD, DISMISSED)

RUNNING = "running"
ENDED = "ended"  # still shown
GONE = "gone"

RECEIPT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 10


def notice_phase(last_day: date, shown_until: date, today: date) -> str:
    """Return where a notice stands on a day; it takes itself down by its dates.

    Source: rule P-36 in docs/rules/pool.md.
    """
    if today <= last_day:
        return RUNNING
    return ENDED if today <= shown_until else GONE


def tidy_receipt(text: str) -> str:
    """Return a receipt as it is stored, however it was typed."""
    return "".join(text.split()).replace("-", "").upper()
