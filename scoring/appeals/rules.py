"""Appeals: when one may be filed, who may not decide it, what may follow what.

Words used here:
    window: the time in which an appeal may be filed: around the event itself, and
        again from the publication of its result.
    instance: 1 is the event's arbitration group, 2 the competition's, whose decision
        is final.
    revision: an upheld appeal that changes marks opens them again; the result is then
        locked, computed and published anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

EVENT, PUBLICATION = "event", "publication"
WINDOWS = (EVENT, PUBLICATION)

FILED, REFUSED, ADMITTED = "filed", "refused", "admitted"
DECIDED, SECOND, FINAL = "decided", "second", "final"
STATES = (FILED, REFUSED, ADMITTED, DECIDED, SECOND, FINAL)
OPEN_STATES = (FILED, ADMITTED, SECOND)

UPHELD, REJECTED = "upheld", "rejected"
OUTCOMES = ("", UPHELD, REJECTED)

STEPS = ("filed", "admitted", "refused", "hearing", "decided", "second", "final")

HOURS_AFTER_END = 2
DAYS_AFTER_PUBLICATION = 5  # working days, as long as the public notice
DECISION_DAYS = 3  # working days
SECOND_DAYS = 3  # working days


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window that is open now."""

    kind: str
    closes_at: datetime | None  # None while its end is not known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What an event's windows depend on; None is "not yet"."""

    has_begun: bool  # check-in was opened
    ended_at: datetime | None
    published_at: datetime | None
    published_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What ties a person to an appeal."""

    has_marked: bool = False  # holds or held a seat at the event
    has_coded: bool = False  # holds a code map of the event, or made one
    is_of_unit: bool = False  # of the unit the entry came from
    is_party: bool = False  # filed it, or it is their own entry
    has_decided: bool = False  # in the first instance


def find_window(clock: Clock, now: datetime, hours: int) -> Window | None:
    """Return the window an appeal would be filed in now (rules A-01, A-02).

    The publication's window goes before the event's, where both are open.
    """
    if clock.published_at is not None and clock.published_at <= now:
        until = clock.published_until
        if until is None or now < until:
            return Window(kind=PUBLICATION, closes_at=until)
    if not clock.has_begun:
        return None
    if clock.ended_at is None:
        return Window(kind=EVENT, closes_at=None)
    closes = clock.ended_at + timedelta(hours=hours)
    return Window(kind=EVENT, closes_at=closes) if now < closes else None


def list_bars(ties: Ties) -> list[str]:
    """Return why a person may not act on an appeal (rule A-04); [] where they may."""
    return [name for name in Ties.__slots__ if getattr(ties, name)]


def is_late(due_at: datetime | None, now: datetime, state: str) -> bool:
    """Tell whether somebody waits longer than the rules allow."""
    return state in OPEN_STATES and due_at is not None and due_at < now


def count_open(states: Iterable[str]) -> int:
    """Return how many appeals are not decided yet: all the public is told."""
    return sum(state in OPEN_STATES for state in states)
