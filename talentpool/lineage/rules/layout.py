"""Where the boxes of a lineage stand: generations as columns, masters on the left.

Words used here:
    lead: the box another one hangs on, one step nearer to the one in the middle.
    column: generations from the middle; masters have negative ones.
    row: place in the column, in heights of a box; a half stands between two.

A box that others hang on stands in the middle of them, and those at the ends of the
branches take a row each; so no two boxes of a column ever overlap, and what hangs
together stands together. A tie outside of that tree is a line all the same.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Place(Generic[K]):
    """Where one box stands."""

    key: K
    column: int
    row: float


def place_boxes(
    middle: K, above: Mapping[K, K], below: Mapping[K, K]
) -> list[Place[K]]:
    """Return a place for every box, rows from 0, the leftmost column 0.

    Args:
        middle: the box in the middle.
        above: for every box on the left, its lead; in the order they are to stand.
        below: the same on the right.

    Raises:
        KeyError: a lead leads to a box that is not there.
    """
    left, right = _side(middle, above), _side(middle, below)
    shift = right[middle][1] - left[middle][1]
    rows = {key: (-column, row + shift) for key, (column, row) in left.items()}
    rows |= right
    top = min(row for _column, row in rows.values())
    first = min(column for column, _row in rows.values())
    return [
        Place(key, column - first, row - top) for key, (column, row) in rows.items()
    ]


def _side(middle: K, leads: Mapping[K, K]) -> dict[K, tuple[int, float]]:
    hanging: dict[K, list[K]] = {middle: []}
    for key in leads:
        hanging[key] = []
    for key, lead in leads.items():
        hanging[lead].append(key)
    depth = {middle: 0}
    order = [middle]
    for key in order:  # grows while it is read: breadth first
        for one in hanging[key]:
            depth[one] = depth[key] + 1
            order.append(one)
    found: dict[K, tuple[int, float]] = {}
    next_row = 0.0
    for key in _leaves_first(middle, hanging):
        if ends := hanging[key]:
            row = _middle_of([found[one][1] for one in ends])
        else:
            row, next_row = next_row, next_row + 1
        found[key] = (depth[key], row)
    return found


def _leaves_first(middle: K, hanging: Mapping[K, Sequence[K]]) -> list[K]:
    """Return the boxes so that each comes after all that hang on it, in order."""
    waiting, found = [middle], []
    while waiting:
        key = waiting.pop()
        found.append(key)
        waiting.extend(hanging[key])
    return found[::-1]


def _middle_of(rows: Sequence[float]) -> float:
    return (min(rows) + max(rows)) / 2
