"""Who taught whom (师承): ties between persons, read as a directed graph.

Words used here:
    tie: a mentor taught an apprentice, from a day on; several pairs of the same two
        persons are one tie. A person may have several masters.
    generation: how many ties lead from one person to another; the fewest count, where
        several ways lead there. Masters are above, successors below.
    founder: somebody above a person who has no master on record; what they began is
        a school (门派).

Pairs are kept from closing circles when they are recorded, among live ones. Imported
history may hold one all the same: nothing here follows a tie twice.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

# A pair is a tie once it was under way; one that ended before its first day never was.
TIE_STATES = ("active", "due", "extended", "graduated", "terminated")
LIVE_STATES = ("active", "due", "extended")

MOST_NODES = 200  # of one answer
MOST_ABOVE = 60  # of them masters and masters' masters
GENERATIONS_UP = 12
GENERATIONS_DOWN = 4
FIRST_CHILDREN = 40  # apprentices of the person asked about, on a page
MORE_CHILDREN = 8  # of everybody below them
MOST_WALKED = 1_000  # successors that are counted; beyond that it says "more than"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A mentor and an apprentice, by person."""

    mentor: int
    apprentice: int
    trade: str
    starts_on: date
    ended_on: date | None  # None: it goes on
    state: str  # of the pair that began last

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES


@dataclass(frozen=True, slots=True)
class Common:
    """The nearest master two persons have in common."""

    master: int
    above_one: int  # generations; 0 is the person themselves
    above_other: int


def join_ties(ties: Iterable[Tie]) -> list[Tie]:
    """Return one tie for each two persons: from the first day, as the last pair says.

    Source: rule L-02 in docs/rules/matching.md.
    """
    joined: dict[tuple[int, int], Tie] = {}
    for tie in sorted(ties, key=lambda t: (t.starts_on, t.state)):
        key = (tie.mentor, tie.apprentice)
        first = joined.get(key)
        joined[key] = Tie(
            mentor=tie.mentor,
            apprentice=tie.apprentice,
            trade=tie.trade,
            starts_on=first.starts_on if first else tie.starts_on,
            ended_on=tie.ended_on,
            state=tie.state,
        )
    return sorted(joined.values(), key=lambda t: (t.starts_on, t.mentor, t.apprentice))


def find_common(
    above: Mapping[int, int], above_other: Mapping[int, int]
) -> list[Common]:
    """Return the nearest common masters of two persons, by the fewest ties in all.

    Args:
        above: generations to everybody above the one person, who is in it with 0.
        above_other: the same of the other.

    Returns:
        All that are equally near, by number of the person; [] where there is none. A
        person who taught the other is the nearest master of both.

    Source: rule L-05 in docs/rules/matching.md.
    """
    both = sorted(above.keys() & above_other.keys())
    if not both:
        return []
    nearest = min(above[person] + above_other[person] for person in both)
    return [
        Common(person, above[person], above_other[person])
        for person in both
        if above[person] + above_other[person] == nearest
    ]


def find_founders(above: Mapping[int, int], ties: Iterable[Tie]) -> list[int]:
    """Return who of those above has no master, the nearest first.

    Args:
        above: generations to everybody above a person, who is in it with 0.
        ties: all ties that lead down to any of them.
    """
    taught = {tie.apprentice for tie in ties}
    found = [p for p, generation in above.items() if generation and p not in taught]
    return sorted(found, key=lambda person: (above[person], person))


def on_the_way(ties: Collection[Tie], start: int, goal: int) -> set[int]:
    """Return everybody on some way down from `start` to `goal`, both included."""
    down, up = _neighbours(ties)
    return _reach(down, start) & _reach(up, goal)


def lead_nodes(ties: Collection[Tie], focus: int, *, down: bool) -> dict[int, int]:
    """Return for everybody reached whom they hang on: one tie nearer to the focus.

    Breadth first, so that whoever can be reached by several ways hangs on the nearest.
    """
    below, above = _neighbours(ties)
    steps = below if down else above
    leads: dict[int, int] = {}
    waiting = deque([focus])
    while waiting:
        at = waiting.popleft()
        for person in steps.get(at, ()):
            if person != focus and person not in leads:
                leads[person] = at
                waiting.append(person)
    return leads


def nearest(rows: Iterable[tuple[int, int]], most: int | None = None) -> dict[int, int]:
    """Return the fewest generations to each person, the nearest `most` of them.

    Args:
        rows: person and generations, as the ways that were walked have it.
        most: how many persons to keep.
    """
    found: dict[int, int] = {}
    for person, generation in sorted(rows, key=lambda row: (row[1], row[0])):
        found.setdefault(person, generation)
    return dict(list(found.items())[:most])


def _neighbours(
    ties: Iterable[Tie],
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    down: dict[int, list[int]] = {}
    up: dict[int, list[int]] = {}
    for tie in ties:
        down.setdefault(tie.mentor, []).append(tie.apprentice)
        up.setdefault(tie.apprentice, []).append(tie.mentor)
    return down, up


def _reach(steps: Mapping[int, Sequence[int]], start: int) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        for person in steps.get(waiting.pop(), ()):
            if person not in seen:
                seen.add(person)
                waiting.append(person)
    return seen
