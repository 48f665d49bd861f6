"""Formulas from one mark to its points: the table of kinds (rules S-10 to S-17)."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from scoring.marking.rules.values import NO, YES
from scoring.results.rules.workbook.cells import (
    Cell,
    Number,
    Text,
    ceiling,
    guarded,
    literal,
    quoted,
)
from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.tree import Aspect

_EXACT_DIGITS = 15  # of a spreadsheet's number
_NOT_A_MARK = "NA()"


def value_cell(aspect: Aspect, value: str) -> Cell:
    """Return what a judge entered: a number where it is one, text elsewhere.

    Labels and times stay text, whatever they look like; so does a number with more
    digits than a spreadsheet keeps.
    """
    text = value.strip()
    number = find_number(text)
    digits = text.lstrip("+-0").replace(".", "")
    if aspect.kind == "choice" or aspect.timed or number is None:
        return Text(text)
    return Number(number) if len(digits) <= _EXACT_DIGITS else Text(text)


def points_formula(aspect: Aspect, at: str) -> str:
    """Return the formula of the points of the value at an address.

    An empty cell, or a value the aspect does not take, gives #N/A: not scored is not
    zero.
    """
    body = _KINDS[aspect.kind](aspect, at)
    return f'=IF({at}="",{_NOT_A_MARK},{body})'


def _yes_no(aspect: Aspect, at: str) -> str:
    yes = ",".join(f'{at}&""={quoted(word)}' for word in sorted(YES))
    no = ",".join(f'{at}&""={quoted(word)}' for word in sorted(NO))
    return f"IF(OR({yes}),{literal(aspect.max)},IF(OR({no}),0,{_NOT_A_MARK}))"


def _number(aspect: Aspect, at: str) -> str:
    """Return the number in a cell, which may be written as text, or as m:ss."""
    if not aspect.timed:
        return f"VALUE({at})"
    # Without a colon both parts are the whole, and there are no minutes.
    colons = f'(LEN({at})-LEN(SUBSTITUTE({at},":","")))'
    parts = f'SUBSTITUTE({at},":",REPT(" ",60))'
    minutes = f"VALUE(TRIM(LEFT({parts},60)))*60*{colons}"
    return f"({minutes}+VALUE(TRIM(RIGHT({parts},60))))"


def _within(number: str, low: Fraction, high: Fraction | None, found: str) -> str:
    bounds = [f"{number}>={literal(low)}"]
    bounds += [f"{number}<={literal(high)}"] if high is not None else []
    return f"IF(AND({','.join(bounds)}),{found},{_NOT_A_MARK})"


def _score(aspect: Aspect, at: str) -> str:
    number = _number(aspect, at)
    return _within(number, aspect.min, aspect.max, number)


def _deduction(aspect: Aspect, at: str) -> str:
    faults = f"VALUE({at})"
    most = aspect.max_faults
    counted = faults if most is None else f"MIN({faults},{most})"
    lost = f"{literal(aspect.per_fault)}*{counted}"
    return _within(faults, Fraction(0), None, f"MAX({literal(aspect.max)}-{lost},0)")


def _tolerance(aspect: Aspect, at: str) -> str:
    size = _number(aspect, at)
    beyond = ["0"]
    if aspect.lower is not None:
        beyond.append(f"{literal(aspect.lower)}-{size}")
    if aspect.upper is not None:
        beyond.append(f"{size}-{literal(aspect.upper)}")
    excess = guarded(f"MAX({','.join(beyond)})")
    full = literal(aspect.max)
    if aspect.mode == "all_or_nothing":
        return f"IF({excess}>0,0,{full})"
    units = f"{excess}/{literal(aspect.unit)}"
    if aspect.mode == "step":
        units = ceiling(units)
    return f"MAX({full}-{literal(aspect.per_unit)}*({units}),0)"


def _choice(aspect: Aspect, at: str) -> str:
    found = _NOT_A_MARK
    for label, points in reversed(list(aspect.options.items())):
        found = f"IF(EXACT({at},{quoted(label)}),{literal(points)},{found})"
    return found


def _judgement(aspect: Aspect, at: str) -> str:
    number = f"VALUE({at})"
    steps = f"INT({number})={number}"
    points = f"IF({steps},{literal(aspect.max)}*{number}/3,{_NOT_A_MARK})"
    return _within(number, Fraction(0), Fraction(3), points)


def _rank(aspect: Aspect, at: str) -> str:
    place = f"VALUE({at})"
    lost = f"{literal(aspect.step)}*({place}-1)"
    return _within(place, Fraction(1), None, f"MAX({literal(aspect.max)}-{lost},0)")


_KINDS: Mapping[str, Callable[[Aspect, str], str]] = {
    "yes_no": _yes_no,
    "score": _score,
    "deduction": _deduction,
    "tolerance": _tolerance,
    "choice": _choice,
    "judgement": _judgement,
    "rank": _rank,
}
