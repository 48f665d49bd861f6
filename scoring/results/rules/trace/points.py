"""How a judge's value became points (rules S-10 to S-16)."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from scoring.marking.rules.values import find_seconds, mark_points
from scoring.results.rules.trace.numbers import becomes, equals, exact_text, spoken
from scoring.results.rules.trace.shape import N_, Step
from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.tree import Aspect


class _Given(NamedTuple):
    aspect: Aspect
    value: str  # as entered, without spaces around it
    points: Fraction


_Explainer = Callable[[_Given], Step]


def trace_points(aspect: Aspect, value: str) -> Step:
    """Return the step from a value, as entered, to its points."""
    points = mark_points(aspect, value)
    explain = _KINDS.get(aspect.kind, _plain)
    return explain(_Given(aspect, value.strip(), points))


def _plain(given: _Given) -> Step:
    return Step(
        kind="value",
        rule="S-11",
        template=N_("%(value)s gives %(points)s."),
        params={"value": given.value, "points": spoken(given.points)},
        result=given.points,
    )


def _yes_no(given: _Given) -> Step:
    yes = N_("Yes: the full %(points)s.")
    return Step(
        kind="yes_no",
        rule="S-10",
        template=yes if given.points else N_("No: 0."),
        params={"points": spoken(given.points)},
        result=given.points,
    )


def _score(given: _Given) -> Step:
    return Step(
        kind="score",
        rule="S-11",
        template=N_("Given freely: %(points)s."),
        params={"points": spoken(given.points)},
        result=given.points,
    )


def _deduction(given: _Given) -> Step:
    faults = find_number(given.value)
    if faults is None:
        return _plain(given)
    most = given.aspect.max_faults
    counted = faults if most is None else min(faults, Fraction(most))
    some = N_("Faults: %(faults)s, of which %(most)s count; each costs %(per_fault)s.")
    every = N_("Faults: %(faults)s; each costs %(per_fault)s.")
    return Step(
        kind="deduction",
        rule="S-12",
        template=every if counted == faults else some,
        params={
            "faults": exact_text(faults),
            "most": exact_text(counted),
            "per_fault": spoken(given.aspect.per_fault),
        },
        calculation=_taken_off(
            given.aspect,
            f"{exact_text(counted)} × {exact_text(given.aspect.per_fault)}",
            given.points,
        ),
        result=given.points,
    )


def _tolerance(given: _Given) -> Step:
    size = find_number(given.value)
    if size is None and given.aspect.timed:
        size = find_seconds(given.value)
    if size is None:
        return _plain(given)
    excess = Fraction(0)
    if given.aspect.lower is not None:
        excess = max(excess, given.aspect.lower - size)
    if given.aspect.upper is not None:
        excess = max(excess, size - given.aspect.upper)
    if not excess:
        template, calculation = N_("Within tolerance: the full %(points)s."), ""
    elif given.aspect.mode == "all_or_nothing":
        template, calculation = N_("Outside tolerance by %(excess)s: 0."), ""
    elif given.aspect.mode == "step":
        steps = ceil(excess / given.aspect.unit)
        template = N_(
            "Outside tolerance by %(excess)s: each begun step of %(unit)s costs"
            " %(per_unit)s."
        )
        lost = f"{steps} × {exact_text(given.aspect.per_unit)}"
        calculation = _taken_off(given.aspect, lost, given.points)
    else:
        template = N_(
            "Outside tolerance by %(excess)s: %(unit)s cost %(per_unit)s, in"
            " proportion."
        )
        lost = f"{exact_text(excess)} ÷ {exact_text(given.aspect.unit)}"
        calculation = _taken_off(
            given.aspect, f"{lost} × {exact_text(given.aspect.per_unit)}", given.points
        )
    return Step(
        kind="tolerance",
        rule="S-13",
        template=template,
        params={
            "points": spoken(given.points),
            "excess": exact_text(excess),
            "steps": exact_text(Fraction(ceil(excess / given.aspect.unit))),
            "unit": exact_text(given.aspect.unit),
            "per_unit": exact_text(given.aspect.per_unit),
        },
        calculation=calculation,
        result=given.points,
    )


def _choice(given: _Given) -> Step:
    return Step(
        kind="choice",
        rule="S-14",
        template=N_("Grade %(grade)s is worth %(points)s."),
        params={"grade": given.value, "points": spoken(given.points)},
        result=given.points,
    )


def _judgement(given: _Given) -> Step:
    value = exact_text(find_number(given.value) or Fraction(0))
    return Step(
        kind="judgement",
        rule="S-15",
        template=N_("Judged %(value)s of 3."),
        params={"value": value},
        calculation=equals(
            f"{exact_text(given.aspect.max)} × {value} ÷ 3", given.points
        ),
        result=given.points,
    )


def _rank(given: _Given) -> Step:
    place = find_number(given.value)
    if place is None:
        return _plain(given)
    lost = f"({exact_text(place)} − 1) × {exact_text(given.aspect.step)}"
    return Step(
        kind="rank",
        rule="S-16",
        template=N_("Place %(place)s: each place behind the first costs %(step)s."),
        params={"place": exact_text(place), "step": exact_text(given.aspect.step)},
        calculation=_taken_off(given.aspect, lost, given.points),
        result=given.points,
    )


def _taken_off(aspect: Aspect, lost: str, points: Fraction) -> str:
    left = f"{exact_text(aspect.max)} − {lost}"
    # Only 0 can be a floor that was reached; a true 0 reads the same either way.
    return becomes(left, points) if not points else equals(left, points)


_KINDS: Mapping[str, _Explainer] = {
    "yes_no": _yes_no,
    "score": _score,
    "deduction": _deduction,
    "tolerance": _tolerance,
    "choice": _choice,
    "judgement": _judgement,
    "rank": _rank,
}
