"""Turn one mark, as entered, into points.

A *value* is the text a judge entered (a size, a grade, a number of faults); *points*
are what the aspect gives for it, exact and before several judges are aggregated.

`mark_points(aspect, text)` gives the points, `check_value(aspect, text)` only asks
whether the text may stand; both raise `MarkValueError` with a message for the judge.
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil

from errors import DomainError
from scoring.scheme.rules.numbers import find_number, format_number
from scoring.scheme.rules.tree import Aspect

YES = frozenset(("1", "Y", "y", "是"))
NO = frozenset(("0", "N", "n", "否"))
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9](?:\.[0-9]{1,30})?)", re.ASCII)
_LONGEST_SHOWN = 40


class MarkValueError(DomainError):
    """A value the aspect does not take; `template` and `params` allow translation."""

    status = 422

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template % params)
        self.template = template
        self.params = params


def check_value(aspect: Aspect, value: str) -> None:
    """Refuse a value the aspect does not take.

    Raises:
        MarkValueError: see `mark_points`.
    """
    mark_points(aspect, value)


def mark_points(aspect: Aspect, value: str) -> Fraction:
    """Return the points for a value, exactly; spaces around it do not count.

    Args:
        aspect: what is being marked.
        value: text as the judge entered it; numbers are plain decimals.

    Returns:
        Points on the aspect's scale, at most its max; below 0 only where a score's
        min or a choice's option is.

    Raises:
        MarkValueError: not a value of this kind, or out of range.

    Source: docs/formats/computing.md, table of kinds; rules S-10 to S-16.
    """
    text = value.strip()
    if not text:
        raise MarkValueError("The value is empty: not scored is not zero.")
    return _KINDS[aspect.kind](aspect, text)


def _yes_no(aspect: Aspect, text: str) -> Fraction:
    if text in YES:
        return aspect.max
    if text in NO:
        return Fraction(0)
    raise MarkValueError("%(value)s is not 1/0, Y/N or 是/否.", value=_shown(text))


def _score(aspect: Aspect, text: str) -> Fraction:
    points = _number(text, timed=aspect.timed)
    if not aspect.min <= points <= aspect.max:
        raise MarkValueError(
            "%(value)s is not between %(min)s and %(max)s.",
            value=_shown(text),
            min=format_number(aspect.min),
            max=format_number(aspect.max),
        )
    return points


def _deduction(aspect: Aspect, text: str) -> Fraction:
    faults = _whole(text, at_least=0)
    if aspect.max_faults is not None:
        faults = min(faults, Fraction(aspect.max_faults))
    return max(aspect.max - aspect.per_fault * faults, Fraction(0))


def _tolerance(aspect: Aspect, text: str) -> Fraction:
    size = _number(text, timed=aspect.timed)
    excess = Fraction(0)
    if aspect.lower is not None:
        excess = max(excess, aspect.lower - size)
    if aspect.upper is not None:
        excess = max(excess, size - aspect.upper)
    if aspect.mode == "all_or_nothing":
        return Fraction(0) if excess else aspect.max
    units = excess / aspect.unit
    lost = aspect.per_unit * (ceil(units) if aspect.mode == "step" else units)
    return max(aspect.max - lost, Fraction(0))


def _choice(aspect: Aspect, text: str) -> Fraction:
    points = aspect.options.get(text)
    if points is None:
        raise MarkValueError(
            "%(value)s is not one of %(options)s.",
            value=_shown(text),
            options=", ".join(aspect.options),
        )
    return points


def _judgement(aspect: Aspect, text: str) -> Fraction:
    number = find_number(text)
    if number is None or number not in {0, 1, 2, 3}:
        raise MarkValueError("%(value)s is not 0, 1, 2 or 3.", value=_shown(text))
    return aspect.max * number / 3


def _rank(aspect: Aspect, text: str) -> Fraction:
    place = _whole(text, at_least=1)
    return max(aspect.max - aspect.step * (place - 1), Fraction(0))


_KINDS: Mapping[str, Callable[[Aspect, str], Fraction]] = {
    "yes_no": _yes_no,
    "score": _score,
    "deduction": _deduction,
    "tolerance": _tolerance,
    "choice": _choice,
    "judgement": _judgement,
    "rank": _rank,
}


def find_seconds(text: str) -> Fraction | None:
    """Return the seconds of `m:ss` or `m:ss.f`, or None where it is no such time."""
    found = _CLOCK.fullmatch(text)
    return None if found is None else 60 * Fraction(found[1]) + Fraction(found[2])


def _number(text: str, *, timed: bool = False) -> Fraction:
    number = find_number(text)
    if number is None and timed:
        number = find_seconds(text)
    if number is None:
        raise MarkValueError("%(value)s is not a plain number.", value=_shown(text))
    return number


def _whole(text: str, *, at_least: int) -> Fraction:
    number = _number(text)
    if number.denominator != 1 or number < at_least:
        raise MarkValueError(
            "%(value)s is not a whole number from %(bound)s up.",
            value=_shown(text),
            bound=at_least,
        )
    return number


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
