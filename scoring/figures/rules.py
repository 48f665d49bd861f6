"""The four figures of a union's yearly report, and what each of them counts.

Words used here:
    events: held ones, whose check-in was opened at the least.
    entrants: accepted entries of those events; somebody at two events counts twice.
    judges: persons who sat on a panel; within a line everybody counts once.
    promoted: outcomes whose rules are met in a published result; somebody who met two
        levels of a ladder counts once, with the higher one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

TIERS = ("enterprise", "district", "city", "province", "nation")
BY = ("tier", "trade", "district", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one event adds to the figures."""

    uid: str
    name: str
    competition: str
    tier: str
    trade: str
    district: str  # code
    district_name: str
    year: int
    entrants: int
    judges: frozenset[str]  # one key per person
    promoted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the report."""

    key: str
    label: str
    events: int
    entrants: int
    judges: int
    promoted: int


_KEYS: dict[str, Callable[[Held], tuple[str, str]]] = {
    "tier": lambda held: (held.tier, held.tier),
    "trade": lambda held: (held.trade, held.trade),
    "district": lambda held: (held.district, held.district_name),
    "year": lambda held: (str(held.year), str(held.year)),
}


def tally(held: Iterable[Held], by: str) -> list[Line]:
    """Return a line per tier, trade, district or year (rule F-01).

    Tiers stand in their order, years newest first, the rest by key.
    """
    groups: dict[tuple[str, str], list[Held]] = {}
    for event in held:
        groups.setdefault(_KEYS[by](event), []).append(event)
    lines = [_line(key, label, events) for (key, label), events in groups.items()]
    if by == "tier":
        return sorted(lines, key=lambda line: TIERS.index(line.key))
    return sorted(lines, key=lambda line: line.key, reverse=by == "year")


def total(held: Iterable[Held]) -> Line:
    """Return the line of all; judges of several lines count once here."""
    return _line("", "", list(held))


def choose(held: Iterable[Held], by: str, key: str) -> list[Held]:
    """Return the events a line counts; all of them for an empty key."""
    return [event for event in held if not key or _KEYS[by](event)[0] == key]


def _line(key: str, label: str, held: list[Held]) -> Line:
    return Line(
        key=key,
        label=label,
        events=len(held),
        entrants=sum(event.entrants for event in held),
        judges=len(frozenset().union(*(event.judges for event in held))),
        promoted=sum(event.promoted for event in held),
    )
