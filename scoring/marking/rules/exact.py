"""Whole columns of exact numbers: integers over one common denominator.

The fast path works on these. It gives the same answer as the plain path or none at
all: `TooLargeError` and `NotPlainError` mean "leave it to the plain path", which also
names the faults.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from scoring.scheme.rules.numbers import HALF_EVEN, TRUNCATE

Ints = NDArray[np.int64]
_LIMIT = 2**62


class NotPlainError(Exception):
    """These marks are not for the fast path."""


class TooLargeError(NotPlainError):
    """Numerators might not fit into 64 bits."""


@dataclass(frozen=True, slots=True)
class Exact:
    """Numbers `tops / bottom`; `bound` is at least every |top|, as a Python integer."""

    tops: Ints
    bottom: int
    bound: int
    known: NDArray[np.bool_] | None = None  # False: has no value; None: all have one

    def find(self, at: int) -> Fraction | None:
        if self.known is not None and not self.known[at]:
            return None
        return Fraction(int(self.tops[at]), self.bottom)

    def over(self, bottom: int) -> "Exact":
        """Return the same numbers over a multiple of the denominator."""
        return self.times_top(bottom // self.bottom, bottom)

    def times_top(self, factor: int, bottom: int) -> "Exact":
        bound = _fit(self.bound * factor)
        return Exact(self.tops * factor, bottom, bound, self.known)

    def times(self, factor: Fraction) -> "Exact":
        return self.times_top(factor.numerator, self.bottom * factor.denominator)

    def clip(self, low: Fraction | None, high: Fraction) -> "Exact":
        """Cut to [low, high]; `low` None is no limit."""
        limits = [high] if low is None else [low, high]
        bottom = lcm(self.bottom, *(limit.denominator for limit in limits))
        wide = self.over(bottom)
        ends = [_fit(int(limit * bottom)) for limit in limits]
        tops = np.minimum(wide.tops, ends[-1])
        if low is not None:
            # A cap below the floor wins, as in the plain path.
            tops = np.minimum(np.maximum(wide.tops, ends[0]), ends[-1])
        bound = max(wide.bound, *(abs(end) for end in ends))
        return Exact(tops, bottom, bound, self.known)

    def is_below(self, limit: Fraction) -> NDArray[np.bool_]:
        wide = self.over(lcm(self.bottom, limit.denominator))
        below = wide.tops < _fit(int(limit * wide.bottom))
        return below if self.known is None else below & self.known

    def round_to(self, places: int | None, mode: str) -> "Exact":
        """Round as `numbers.round_to` does."""
        if places is None:
            return self
        shift = 10**places
        _fit(self.bound * shift * 2)
        _fit(self.bottom * 2)
        tops = self.tops * shift
        size = np.abs(tops)
        whole = size // self.bottom
        rest = 2 * (size - whole * self.bottom)
        if mode == HALF_EVEN:
            up = (rest > self.bottom) | ((rest == self.bottom) & (whole % 2 == 1))
            whole = whole + up
        elif mode != TRUNCATE:
            whole = whole + (rest >= self.bottom)
        bound = self.bound * shift // self.bottom + 1
        return Exact(np.sign(tops) * whole, shift, bound, self.known)


def add_up(parts: list[Exact]) -> Exact:
    """Add columns (or tables) of equal shape; a part without a value counts 0."""
    bottom = lcm(*(part.bottom for part in parts))
    wide = [part.over(bottom) for part in parts]
    bound = _fit(sum(part.bound for part in wide))
    tops = sum(
        (
            part.tops if part.known is None else np.where(part.known, part.tops, 0)
            for part in wide
        ),
        np.zeros_like(wide[0].tops),
    )
    return Exact(tops, bottom, bound)


def aggregate_rows(points: Exact, how: str, drop: int) -> Exact:
    """Aggregate each row of a table (entries × judges) as `aggregate_points` does.

    With `agreed`, a row whose judges differ has no value.
    """
    table = points.tops
    count = table.shape[1]
    if how == "agreed":
        known = (table == table[:, :1]).all(axis=1)
        return Exact(table[:, 0], points.bottom, points.bound, known)
    table = np.sort(table, axis=1)
    if how == "median":
        table = table[:, [(count - 1) // 2, count // 2]]
    elif how == "closest_two" and count == 3:
        low, middle, high = table.T
        is_high = (high - middle <= middle - low)[:, None]
        table = np.where(is_high, table[:, 1:], table[:, :2])
    elif how == "trimmed_mean" or (how == "closest_two" and count > 3):
        table = table[:, drop : count - drop]
    width = table.shape[1]
    bound = _fit(points.bound * width)
    return Exact(table.sum(axis=1), points.bottom * width, bound)


def _fit(value: int) -> int:
    if abs(value) >= _LIMIT:
        raise TooLargeError
    return value
