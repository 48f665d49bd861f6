"""Which judges' points count, and how they become one number (S-20 to S-22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.marking.rules.aggregate import JudgesDisagreeError, aggregate_points
from scoring.results.rules.trace.numbers import added, equals, listed, spoken
from scoring.results.rules.trace.shape import (
    FARTHER,
    HIGHEST,
    LOWEST,
    N_,
    NOT_MIDDLE,
    Step,
)
from scoring.scheme.rules.numbers import HALF_EVEN, TRUNCATE, round_to
from scoring.scheme.rules.tree import Rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    dropped: tuple[str, ...]  # for each of the points given, in their order
    value: Fraction | None  # None: the judges were to agree and differ
    steps: tuple[Step, ...]


def trace_aggregate(points: Sequence[Fraction], how: str, drop: int) -> Aggregation:
    """Return what `aggregate_points` makes of the points of one or more judges."""
    try:
        value = aggregate_points(points, how, drop)
    except JudgesDisagreeError:
        return Aggregation(dropped=("",) * len(points), value=None, steps=())
    dropped = mark_dropped(points, how, drop)
    return Aggregation(
        dropped=dropped,
        value=value,
        steps=(_tell(points, dropped, how, value),),
    )


def mark_dropped(points: Sequence[Fraction], how: str, drop: int) -> tuple[str, ...]:
    """Return for each judge's points why they do not count, "" where they do.

    Among equals the later in order is the higher one: it makes no difference.
    """
    count = len(points)
    order = sorted(range(count), key=lambda at: (points[at], at))
    reasons = [""] * count
    if how == "trimmed_mean" or (how == "closest_two" and count > 3):
        for at in order[:drop]:
            reasons[at] = LOWEST
        for at in order[count - drop :]:
            reasons[at] = HIGHEST
    elif how == "closest_two" and count == 3:
        low, middle, high = (points[at] for at in order)
        reasons[order[0] if high - middle <= middle - low else order[2]] = FARTHER
    elif how == "median":
        for place, at in enumerate(order):
            if place not in {(count - 1) // 2, count // 2}:
                reasons[at] = NOT_MIDDLE
    return tuple(reasons)


def _tell(
    points: Sequence[Fraction], dropped: Sequence[str], how: str, value: Fraction
) -> Step:
    kept = [p for p, why in zip(points, dropped, strict=True) if not why]
    params = {
        "points": listed(kept),
        "highest": _of(points, dropped, HIGHEST),
        "lowest": _of(points, dropped, LOWEST),
        "farther": _of(points, dropped, FARTHER),
        "count": str(len(points)),
        "result": spoken(value),
    }
    if len(points) == 1:
        template, rule = N_("One mark: %(result)s."), "S-20"
    elif how == "agreed":
        template = N_("All %(count)s judges agree on %(result)s.")
        rule = "S-20"
    elif FARTHER in dropped:
        template = N_(
            "The two closest, %(points)s, are averaged; %(farther)s is left out."
        )
        rule = "S-21"
    elif HIGHEST in dropped:
        template = N_(
            "The highest (%(highest)s) and the lowest (%(lowest)s) are left out;"
            " %(points)s are averaged."
        )
        rule = "S-22" if how == "trimmed_mean" else "S-21"
    elif how == "median":
        template, rule = N_("The middle of %(count)s marks counts."), "S-20"
    else:
        template, rule = N_("%(points)s are averaged."), "S-20"
    calculation = ""
    if how != "agreed" and len(points) > 1:
        summed = f"({added(kept)}) ÷ {len(kept)}"
        calculation = equals(summed if len(kept) > 1 else added(kept), value)
    return Step(
        kind="aggregate",
        rule=rule,
        template=template,
        params=params,
        calculation=calculation,
        result=value,
    )


def _of(points: Sequence[Fraction], dropped: Sequence[str], why: str) -> str:
    return listed(sorted(p for p, w in zip(points, dropped, strict=True) if w == why))


def trace_rounding(
    value: Fraction, places: int | None, rounding: Rounding
) -> tuple[Fraction, tuple[Step, ...]]:
    """Return the rounded value, and the step where it changes something (S-02)."""
    rounded = round_to(value, places, rounding.mode)
    if rounded == value:
        return rounded, ()
    if rounding.mode == TRUNCATE:
        template = N_("Cut off after %(places)s decimals.")
    elif rounding.mode == HALF_EVEN:
        template = N_("Rounded to %(places)s decimals, a half to the even digit.")
    else:
        template = N_("Rounded half up to %(places)s decimals.")
    step = Step(
        kind="round",
        rule="S-02",
        template=template,
        params={"places": str(places)},
        calculation=_becomes(value, rounded, places),
        result=rounded,
    )
    return rounded, (step,)


def _becomes(value: Fraction, rounded: Fraction, places: int | None) -> str:
    from_text = equals("", value).removeprefix(" = ")
    return f"{from_text} → {spoken(rounded, places)}"
