"""How many of how many keep something, added up over places.

Words used here:
    count: how one clause is kept: a tally, or only how often it is used.
    key: what a count is of: the number of a clause, or "<part>:<code>".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What is counted: dossiers in the pool, facts in them, mentors, or uses so far.
DOSSIERS, FACTS, MENTORS, USES = "dossiers", "facts", "mentors", "uses"


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many; what is neither kept nor broken is not known."""

    kept: int
    of: int
    missing: int = 0  # nothing is recorded that could tell

    @property
    def broken(self) -> int:
        """Return how many are recorded to be otherwise."""
        return self.of - self.kept - self.missing

    @property
    def percent(self) -> int:
        """Return the share that keeps it, in whole percent rounded down.

        100 is every single one.
        """
        return self.kept * 100 // self.of if self.of else 100

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.kept + other.kept, self.of + other.of, self.missing + other.missing
        )


@dataclass(frozen=True, slots=True)
class Count:
    """How a clause is kept: a share, or only how many."""

    tally: Tally | None = None
    what: str = DOSSIERS
    uses: int | None = None

    def __add__(self, other: "Count") -> "Count":
        if self.tally is not None and other.tally is not None:
            return Count(self.tally + other.tally, self.what)
        return Count(None, self.what, (self.uses or 0) + (other.uses or 0))

    def to_json(self) -> list[Any]:
        """Return it as a short list."""
        if self.tally is None:
            return [self.what, self.uses]
        return [self.what, self.tally.kept, self.tally.of, self.tally.missing]


def count_from_json(data: list[Any]) -> Count:
    """Read what `Count.to_json` wrote."""
    what, *numbers = data
    if len(numbers) == 1:
        return Count(None, what, numbers[0])
    return Count(Tally(*numbers), what)


Counts = dict[str, Count]  # by key
PlaceCounts = dict[str, Counts]  # by district


def add_up(places: Iterable[Mapping[str, Count]]) -> Counts:
    """Return the sum of the counts of several places."""
    found: Counts = {}
    for counts in places:
        for key, count in counts.items():
            found[key] = found[key] + count if key in found else count
    return found


def merge(into: PlaceCounts, other: Mapping[str, Mapping[str, Count]]) -> None:
    """Add counts by place to others; of the same place and key they add up."""
    for place, counts in other.items():
        into[place] = add_up([into.get(place, {}), counts])
