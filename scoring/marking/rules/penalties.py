"""Points taken for overtime and conduct (rules S-34 to S-37)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

from scoring.scheme.rules.tree import Penalty

_ZERO = Fraction(0)


def penalty_points(penalty: Penalty, value: Fraction) -> Fraction:
    """Return points × units, at most the cap; a begun unit is whole where `started`."""
    units = value / penalty.unit
    points = penalty.points * (ceil(units) if penalty.started else floor(units))
    return points if penalty.cap is None else min(points, penalty.cap)


def sum_penalties(
    penalties: Sequence[Penalty], target: str, values: Mapping[str, Fraction]
) -> Fraction:
    """Return the points taken from a target: a component's code or "total"."""
    return sum(
        (
            penalty_points(penalty, values[penalty.code])
            for penalty in penalties
            if penalty.applies_to == target and penalty.code in values
        ),
        _ZERO,
    )


def is_zeroed(
    penalties: Sequence[Penalty], target: str, values: Mapping[str, Fraction]
) -> bool:
    """Tell whether a value above its limit sets the target to 0."""
    return any(
        penalty.limit is not None
        and values.get(penalty.code, _ZERO) > penalty.limit
        and _zeroes(penalty, target)
        for penalty in penalties
    )


def _zeroes(penalty: Penalty, target: str) -> bool:
    if target == "total":
        return penalty.over_limit == "zero_total"
    return penalty.over_limit == "zero_component" and penalty.applies_to == target
