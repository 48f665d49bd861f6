"""How far a tablet's clock is off: evidence and warning, never a reason to refuse.

The order of marks is the server's. A clock more than two minutes off is warned of; more
than a day, and what it wrote is marked as not to be relied on.
"""

from datetime import datetime

WARN = 120  # s
FLAG = 24 * 3600  # s
WARNED = "warned"
FLAGGED = "flagged"
_MOST = 2**31 - 1  # what the column holds


def offset_of(client: datetime, server: datetime, rtt_ms: int) -> int:
    """Return the tablet's clock less ours, in whole seconds.

    Args:
        client: the tablet's clock when it sent.
        server: our clock when it came.
        rtt_ms: how long a message takes there and back; half of it lies between.
    """
    seconds = round((client - server).total_seconds() + rtt_ms / 2000)
    return max(-_MOST, min(_MOST, seconds))


def level_of(offset: int | None) -> str:
    """Return "", "warned" or "flagged"."""
    if offset is None or abs(offset) <= WARN:
        return ""
    return FLAGGED if abs(offset) > FLAG else WARNED


def has_jumped(before: int | None, offset: int) -> bool:
    """Tell whether the clock was put forward or back between two reports."""
    return before is not None and abs(offset - before) > WARN


def is_odd(marked_at: str, received_at: datetime) -> bool:
    """Tell whether a mark bears a moment that cannot be: ahead of us, or a day old."""
    try:
        seconds = (received_at - datetime.fromisoformat(marked_at)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return True
    return not -WARN <= seconds <= FLAG
