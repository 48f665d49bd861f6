"""Whether a tablet may still hold marks: the rule before signature and lock.

A tablet numbers every mark it makes, 1, 2, 3 … over all judges and events. All is in
when each number up to the newest is on the server or was refused there, nothing waits
on the tablet, and it has said so since its last mark. What it counts as waiting is not
enough: a tablet may have lost its memory, and then it counts nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_NAMED = 5  # missing numbers
SILENCE = timedelta(minutes=10)  # after this a report says nothing of now

LOST = "lost"
WAITING = "waiting"
ATTENTION = "attention"
GAP = "gap"
RESTARTED = "restarted"
STALE = "stale"  # has not reported since its last mark
SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TabletState:
    """What is known of a tablet when somebody wants to sign or lock."""

    numbers: frozenset[int]  # of the marks the server has
    refused: frozenset[int] = frozenset()  # that leave no row
    last_mark_at: datetime | None = None
    reported_at: datetime | None = None  # None: one that never reports
    head: int = 0
    waiting: int = 0
    attention: int = 0
    is_restarted: bool = False  # it was seen to count anew
    is_lost: bool = False
    is_overridden: bool = False  # by two persons
    is_signed: bool = False  # every seat that used it here has signed
    is_elsewhere: bool = False  # another event's sheet is open on it


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a tablet keeps a panel open."""

    code: str
    count: int = 0
    numbers: tuple[int, ...] = ()  # the first missing ones


def list_faults(
    tablet: TabletState, *, now: datetime, is_own: bool = True
) -> list[Fault]:
    """Return what keeps signature or lock from being given; [] where all is in.

    Args:
        tablet: what is known of it.
        now: the server's clock.
        is_own: ask for a fresh report too. Somebody else's tablet that is merely silent
            does not keep a judge from signing; it does keep the chief from locking.
    """
    if tablet.is_overridden:
        return []
    if tablet.is_lost:
        return [Fault(LOST)]
    if tablet.is_elsewhere and tablet.is_signed:
        # All was in when its seat signed; what came after does not count here.
        return []
    missing, first = find_missing(tablet)
    faults = _held(tablet, missing)
    if missing > tablet.waiting:
        faults.append(Fault(GAP, missing, first))
    if tablet.is_restarted or _is_behind(tablet):
        faults.append(Fault(RESTARTED))
    if is_own and not faults:
        faults += _unheard(tablet, now)
    return faults


def find_missing(tablet: TabletState) -> tuple[int, tuple[int, ...]]:
    """Count the numbers that are neither here nor refused, and return the first five.

    A head may be any number at all, so that none is looped over.
    """
    highest = max(tablet.head, max(tablet.numbers, default=0))
    there = {n for n in tablet.numbers | tablet.refused if 1 <= n <= highest}
    missing = highest - len(there)
    candidates = range(1, min(highest, len(there) + MOST_NAMED) + 1)
    first = [number for number in candidates if number not in there]
    return missing, tuple(first[:MOST_NAMED])


def _held(tablet: TabletState, missing: int) -> list[Fault]:
    """Return what the tablet says it holds, unless its marks have come since."""
    faults = []
    if tablet.waiting and (missing or not _is_overtaken(tablet)):
        faults.append(Fault(WAITING, tablet.waiting))
    if tablet.attention:
        faults.append(Fault(ATTENTION, tablet.attention))
    return faults


def _unheard(tablet: TabletState, now: datetime) -> list[Fault]:
    if tablet.reported_at is None:
        return []
    if _is_overtaken(tablet):
        return [Fault(STALE)]
    if now - tablet.reported_at > SILENCE and not tablet.is_signed:
        return [Fault(SILENT)]
    return []


def _is_behind(tablet: TabletState) -> bool:
    """Tell whether a tablet owns up to fewer marks than came from it."""
    if tablet.reported_at is None or _is_overtaken(tablet):
        return False
    return tablet.head < max(tablet.numbers, default=0)


def _is_overtaken(tablet: TabletState) -> bool:
    """Tell whether a mark came after the last report."""
    return (
        tablet.reported_at is not None
        and tablet.last_mark_at is not None
        and tablet.last_mark_at > tablet.reported_at
    )
