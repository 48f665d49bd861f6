"""Marks by column, and the complete sheet made of them.

Millions of marks are read as four columns of indexes into short lists of texts. A
sheet is laid out only where nothing is wrong with them: `lay_out` raises
`NotPlainError` for anything the plain path (`book`, `check`) would have to name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from scoring.marking.rules.book import Cells, Given
from scoring.marking.rules.exact import Exact, Ints, NotPlainError
from scoring.marking.rules.values import MarkValueError, mark_points
from scoring.scheme.rules.tree import Aspect, Scheme

_MOST_PAIRS = 50_000_000  # aspects × different values, a byte each
_LARGEST = 2**50


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkColumns:
    """One mark per position: `entries[entry_at[i]]` was given `values[value_at[i]]`."""

    entries: Sequence[str]
    aspects: Sequence[str]
    judges: Sequence[str]
    values: Sequence[str]
    entry_at: Ints
    aspect_at: Ints
    judge_at: Ints
    value_at: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Complete marks of the present entries, ordered by entry, aspect and judge."""

    entries: Sequence[str]
    judges: Sequence[str]
    points: Ints  # over `bottom`
    judge_at: Ints
    starts: NDArray[np.int64]  # entries × aspects: where a cell's marks begin
    bottom: int
    bound: int
    order: dict[str, int]  # aspect code → column of `starts`

    def table(self, aspect: Aspect) -> Exact:
        """Return an aspect's points, entries × judges."""
        return Exact(self.points[self._at(aspect)], self.bottom, self.bound)

    def panel(self, aspect: Aspect) -> Ints:
        """Return who gave them, entries × judges."""
        return self.judge_at[self._at(aspect)]

    def cells_of(self, row: int, aspects: Sequence[Aspect]) -> Cells:
        """Return one entry's marks as the plain path has them."""
        cells: Cells = {}
        for aspect in aspects:
            start = int(self.starts[row, self.order[aspect.code]])
            cells[aspect.code] = [
                Given(
                    self.judges[int(self.judge_at[at])],
                    Fraction(int(self.points[at]), self.bottom),
                    0,
                )
                for at in range(start, start + aspect.judges)
            ]
        return cells

    def _at(self, aspect: Aspect) -> Ints:
        first = self.starts[:, self.order[aspect.code]]
        return first[:, None] + np.arange(aspect.judges)


def lay_out(
    scheme: Scheme, marks: MarkColumns, known: Sequence[str], present: Sequence[str]
) -> Sheet:
    """Order marks into cells.

    Args:
        scheme: what was marked.
        marks: in any order.
        known: codes of all entries.
        present: those whose marks count and must be complete.

    Raises:
        NotPlainError: a mark is unknown, faulty, doubled, missing or too many.
    """
    aspects = list(scheme.aspects)
    order = {aspect.code: at for at, aspect in enumerate(aspects)}
    if not set(marks.aspects) <= order.keys() or not set(marks.entries) <= set(known):
        raise NotPlainError
    aspect_at = np.array([order[code] for code in marks.aspects], np.int64)[
        marks.aspect_at
    ]
    points, bottom, bound = _work_out_points(aspects, marks, aspect_at)
    rows = {code: at for at, code in enumerate(present)}
    row_at = np.array([rows.get(code, -1) for code in marks.entries], np.int64)[
        marks.entry_at
    ]
    cell = row_at * len(aspects) + aspect_at
    key = cell * max(len(marks.judges), 1) + marks.judge_at
    keep = _sort(key, row_at)
    _check_cells(key[keep], cell[keep], aspects, len(present))
    counts = np.array([aspect.judges for aspect in aspects], np.int64)
    starts = np.cumsum(np.tile(counts, len(present))) - np.tile(counts, len(present))
    return Sheet(
        entries=present,
        judges=marks.judges,
        points=points[keep],
        judge_at=marks.judge_at[keep],
        starts=starts.reshape(len(present), len(aspects)),
        bottom=bottom,
        bound=bound,
        order=order,
    )


def _work_out_points(
    aspects: Sequence[Aspect], marks: MarkColumns, aspect_at: Ints
) -> tuple[Ints, int, int]:
    """Work out each pair of aspect and value once; return points over one bottom."""
    width = max(len(marks.values), 1)
    if len(aspects) * width > _MOST_PAIRS:
        raise NotPlainError
    pair_at = aspect_at * width + marks.value_at
    seen = np.zeros(len(aspects) * width, np.bool_)
    seen[pair_at] = True
    pairs = np.flatnonzero(seen)
    try:
        found = [
            mark_points(aspects[pair // width], marks.values[pair % width])
            for pair in pairs.tolist()
        ]
    except MarkValueError as error:
        raise NotPlainError from error
    bottom = lcm(*{points.denominator for points in found})
    tops = [points.numerator * (bottom // points.denominator) for points in found]
    bound = max(map(abs, tops), default=0)
    if max(bottom, bound) > _LARGEST:
        raise NotPlainError
    by_pair = np.zeros(len(aspects) * width, np.int64)
    by_pair[pairs] = tops
    return by_pair[pair_at], bottom, bound


def _sort(key: Ints, row_at: Ints) -> Ints | slice:
    """Return where the present entries' marks are, in the order of their keys."""
    present = row_at >= 0
    if present.all():
        return slice(None) if (key[1:] > key[:-1]).all() else np.argsort(key)
    kept = np.flatnonzero(present)
    return kept[np.argsort(key[kept])]


def _check_cells(key: Ints, cell: Ints, aspects: Sequence[Aspect], rows: int) -> None:
    """Refuse doubled marks and cells with another number of judges than expected."""
    if not (key[1:] > key[:-1]).all():
        raise NotPlainError
    expected = np.tile(np.array([a.judges for a in aspects], np.int64), rows)
    if len(cell) != expected.sum():
        raise NotPlainError
    if not np.array_equal(np.bincount(cell, minlength=len(expected)), expected):
        raise NotPlainError
