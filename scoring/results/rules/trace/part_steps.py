"""Steps and orders the sums of a component share."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from scoring.results.rules.trace.numbers import added, becomes, equals, exact_text
from scoring.results.rules.trace.shape import N_, Step

_ZERO = Fraction(0)


def judge_order(judge: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort key under which J2 comes before J10."""
    return tuple(
        (not is_digit, int(text) if is_digit else 0, text)
        for is_digit, chars in groupby(judge, key=_is_digit)
        for text in ["".join(chars)]
    )


def _is_digit(char: str) -> bool:
    return char in "0123456789"


def judge_calculation(parts: Sequence[Fraction], points: Fraction) -> str:
    total = sum(parts, _ZERO)
    if total == points:
        return equals(added(parts), points)
    return becomes(added(parts), points)


def sum_step(template: str, parts: Sequence[Fraction], total: Fraction) -> Step:
    return Step(
        kind="sum",
        rule="S-32",
        template=template,
        calculation=equals(added(parts), total),
        result=total,
    )


def veto_step(value: Fraction | None) -> Step:
    return Step(
        kind="veto",
        rule="S-33",
        template=N_("A veto sets it to 0."),
        calculation="" if value is None else becomes(exact_text(value), _ZERO),
        result=_ZERO,
    )
