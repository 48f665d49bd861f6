"""The WorldSkills scale: the median of a field at 700 points."""

from collections.abc import Sequence
from fractions import Fraction

from scoring.scheme.rules.numbers import HALF_UP, round_to

MEDIAN_POINTS = 700
SPREAD_POINTS = 30
SMALL_FIELD = 8  # fewer entries make the scale unstable

_NORMAL = Fraction(14826, 10000)  # makes the MAD of a normal field its deviation


def find_median(values: Sequence[Fraction]) -> Fraction:
    """Return the middle value, or the mean of the middle two; needs at least one."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def scale_exactly(totals: Sequence[Fraction]) -> list[Fraction] | None:
    """Return 700 + 30·(x − median)/(1.4826·MAD) for each total, unrounded.

    None where the field is empty or its median absolute deviation is 0.
    Source: docs/formats/computing.md, step 9; rule S-80.
    """
    if not totals:
        return None
    middle = find_median(totals)
    deviation = find_median([abs(total - middle) for total in totals])
    if deviation == 0:
        return None
    unit = SPREAD_POINTS / (_NORMAL * deviation)
    return [MEDIAN_POINTS + (total - middle) * unit for total in totals]


def scale_totals(totals: Sequence[Fraction]) -> list[int] | None:
    """Return the scaled totals, half up to whole points; see `scale_exactly`."""
    exact = scale_exactly(totals)
    if exact is None:
        return None
    return [int(round_to(points, 0, HALF_UP)) for points in exact]
