"""What the organiser's wall shows of a tablet, a judge and the pace of the marking.

Words used here:
    offline: not heard of for more than two minutes; silent: for more than five.
    unsent: marks and photos a tablet says it holds, or that are missing in its numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

OFFLINE = timedelta(minutes=2)
SILENT = timedelta(minutes=5)
LOW_BATTERY = 20  # per cent
PACE_MINUTES = 15

# What a tablet may be, the gravest first; the wall shows the first that is true.
LOST, MISSING, ATTENTION, HISTORY, CLOCK, SILENT_FOR_LONG, UNSENT, AWAY, FINE = (
    "lost",
    "missing",
    "attention",
    "history",
    "clock",
    "silent",
    "unsent",
    "offline",
    "fine",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The facts a tablet's state on the wall follows from."""

    seen_at: datetime | None
    waiting: int = 0
    attention: int = 0
    missing: int = 0  # in its numbers, beyond what waits
    is_lost: bool = False
    has_lost_history: bool = False
    is_clock_off: bool = False
    is_done: bool = False  # its seats have signed


def tablet_state(tablet: Condition, now: datetime) -> str:
    """Return the gravest thing about a tablet."""
    age = now - tablet.seen_at if tablet.seen_at else timedelta.max
    found = (
        (LOST, tablet.is_lost),
        (MISSING, tablet.missing > 0),
        (ATTENTION, tablet.attention > 0),
        (SILENT_FOR_LONG, age > SILENT and not tablet.is_done),
        (UNSENT, tablet.waiting > 0),
        (HISTORY, tablet.has_lost_history),
        (CLOCK, tablet.is_clock_off),
        (AWAY, age > OFFLINE and not tablet.is_done),
    )
    return next((name for name, is_so in found if is_so), FINE)


def count_pace(moments: Iterable[datetime], now: datetime) -> list[int]:
    """Count marks in each of the last 15 whole minutes, the oldest first.

    Whole minutes, so that the figures change once a minute and with each mark only.
    """
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    counts = [0] * PACE_MINUTES
    for moment in moments:
        back = (end - moment) // timedelta(minutes=1)
        if 0 <= back < PACE_MINUTES:
            counts[PACE_MINUTES - 1 - back] += 1
    return counts


def draw_line(counts: Sequence[int], width: int, height: int) -> str:
    """Return the counts as the points of an SVG polyline."""
    top = max(*counts, 1)
    step = width / (len(counts) - 1)
    points = (
        f"{at * step:.0f},{height - count * height / top:.0f}"
        for at, count in enumerate(counts)
    )
    return " ".join(points)
