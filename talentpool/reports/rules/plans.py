"""Targets of a plan held against what is recorded, and what follows if it goes on so.

Words used here:
    term: of a plan, from 1 January of its first to 31 December of its last year.
    kind of a target: "term" adds up over the term (305 pairs in five years), "year" is
        asked of every year (100 trades a year), "end" is a level to be reached by the
        last day (300 studios, a share of a third).
    goal: what is to be reached, in the figure's unit, kept in tenths of it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

KINDS = ("term", "year", "end")
OUTCOMES = ("reached", "on_course", "behind", "missed", "not_begun")
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where a target stands.

    Attributes:
        goal: in the figure's unit.
        actual: so far; None where nothing can be said.
        forecast: at the end of the term (of the year, for kind "year"), rounded to a
            tenth; None before the first day, and where nothing can be said.
        outcome: one of OUTCOMES.
    """

    goal: Decimal
    actual: Decimal | None
    forecast: Decimal | None
    outcome: str


def fits(kind: str, *, is_of_a_day: bool) -> bool:
    """Tell whether a kind of target suits a figure: levels are "end", sums the rest."""
    return (kind == "end") == is_of_a_day


def course_of_sum(
    goal: Decimal, actual: Decimal, first: date, last: date, today: date
) -> Course:
    """Return where something that adds up stands; it is taken to go on evenly.

    Source: rule F-12 in docs/rules/figures.md.
    """
    if today < first:
        return Course(goal=goal, actual=None, forecast=None, outcome="not_begun")
    whole = (last - first).days + 1
    passed = min((today - first).days + 1, whole)
    forecast = (actual * whole / passed).quantize(TENTH, ROUND_HALF_UP)
    return _judged(goal, actual, forecast, is_over=today > last)


def course_of_level(
    goal: Decimal,
    baseline: Decimal | None,
    actual: Decimal | None,
    days: tuple[date, date, date],
) -> Course:
    """Return where a level stands; the way from its baseline is taken to go on evenly.

    Args:
        goal: to be reached by the last day.
        baseline: on the day before the first; None forecasts nothing.
        actual: today, or on the last day once it has passed.
        days: the first and the last day of the term, and today.

    Source: rule F-13 in docs/rules/figures.md.
    """
    first, last, today = days
    if today < first:
        return Course(goal=goal, actual=actual, forecast=None, outcome="not_begun")
    if actual is None:
        return Course(goal=goal, actual=None, forecast=None, outcome="behind")
    if baseline is None or today >= last:
        forecast = actual
    else:
        whole = (last - first).days + 1
        passed = (today - first).days + 1
        way = (actual - baseline) * whole / passed
        forecast = (baseline + way).quantize(TENTH, ROUND_HALF_UP)
    return _judged(goal, actual, max(forecast, Decimal(0)), is_over=today > last)


def _judged(
    goal: Decimal, actual: Decimal, forecast: Decimal, *, is_over: bool
) -> Course:
    if actual >= goal:
        outcome = "reached"
    elif is_over:
        outcome = "missed"
    else:
        outcome = "on_course" if forecast >= goal else "behind"
    return Course(goal=goal, actual=actual, forecast=forecast, outcome=outcome)
