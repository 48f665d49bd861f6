"""Several judges' points become one number.

Source: docs/formats/computing.md, step 2; jump-rope averaging from
the International Jump Rope Union's technical manual 3.0.0 (rule S-21).
"""

from collections.abc import Sequence
from fractions import Fraction

from errors import DomainError


class JudgesDisagreeError(DomainError):
    """`agreed` was asked for, and the judges' points differ."""

    def __init__(self) -> None:
        super().__init__("The judges' marks must agree, and they differ.")


def aggregate_points(points: Sequence[Fraction], how: str, drop: int = 1) -> Fraction:
    """Return one number for the points of one or more judges, exactly.

    Args:
        points: one per judge, in any order; at least one.
        how: agreed, mean, trimmed_mean, median or closest_two.
        drop: how many highest and lowest a trimmed mean leaves out.

    Raises:
        JudgesDisagreeError: `agreed`, and they are not all equal.
        ValueError: fewer than 2·drop+1 points for a trimmed mean.
    """
    ordered = sorted(points)
    count = len(ordered)
    if how == "agreed":
        if ordered[0] != ordered[-1]:
            raise JudgesDisagreeError
        return ordered[0]
    if how == "median":
        return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    if how == "closest_two" and count == 3:
        return _mean(_closest_pair(ordered))
    if how == "trimmed_mean" or (how == "closest_two" and count > 3):
        return _mean(_trim(ordered, drop))
    return _mean(ordered)


def _closest_pair(ordered: Sequence[Fraction]) -> Sequence[Fraction]:
    low, middle, high = ordered
    # A tie of the gaps goes to the higher pair.
    return (middle, high) if high - middle <= middle - low else (low, middle)


def _trim(ordered: Sequence[Fraction], drop: int) -> Sequence[Fraction]:
    if len(ordered) < 2 * drop + 1:
        raise ValueError(f"{len(ordered)} marks are too few to drop {drop} twice")
    return ordered[drop : len(ordered) - drop]


def _mean(points: Sequence[Fraction]) -> Fraction:
    return sum(points, Fraction(0)) / len(points)
