"""Two persons key in one paper sheet: where they agree, and what becomes a mark.

Words used here:
    pass: what one person read from a sheet; the second never sees the first one's.
    struck: a mark the judge crossed out on paper, keyed as "/"; it is withdrawn.
    empty: nothing is on paper; no mark is made, for not scored is not zero.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.marking.rules.cells import exact_value
from scoring.marking.rules.values import MarkValueError, mark_points
from scoring.scheme.rules.tree import Aspect

STRUCK = "/"
NUMBER = "#"  # stands for the sheet's number among the things that can differ
NUMBER_SHAPE = re.compile(r"[0-9A-Za-z./_-]{1,32}", re.ASCII)
LONGEST_COMMENT = 300
DEVICE = "paper:"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is keyed for one aspect."""

    value: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One person's pass over a sheet."""

    number: str  # of the paper
    cells: Mapping[str, Cell]  # by aspect


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two passes differ."""

    what: str  # an aspect's code, or NUMBER
    first: Cell
    second: Cell


def tidy(value: str, comment: str) -> Cell:
    """Return a cell as it is kept: one line, no spaces around."""
    return Cell(value.strip(), " ".join(comment.split())[:LONGEST_COMMENT])


def find_faults(
    aspects: Sequence[Aspect], reading: Reading
) -> dict[str, MarkValueError | None]:
    """Return what cannot be kept as finished, by aspect or NUMBER; None: no number."""
    faults: dict[str, MarkValueError | None] = {}
    if not NUMBER_SHAPE.fullmatch(reading.number):
        faults[NUMBER] = None
    for aspect in aspects:
        cell = reading.cells.get(aspect.code, Cell())
        if cell.value in {"", STRUCK}:
            continue
        try:
            exact_value(aspect, cell.value)
        except MarkValueError as error:
            faults[aspect.code] = error
    return faults


def compare(
    aspects: Iterable[Aspect], first: Reading, second: Reading
) -> list[Difference]:
    """Return where two passes differ; "1.50" and "1.5" do not."""
    found = []
    if first.number != second.number:
        found.append(Difference(NUMBER, Cell(first.number), Cell(second.number)))
    for aspect in aspects:
        one = first.cells.get(aspect.code, Cell())
        other = second.cells.get(aspect.code, Cell())
        if (_exact(aspect, one.value), one.comment) != (
            _exact(aspect, other.value),
            other.comment,
        ):
            found.append(Difference(aspect.code, one, other))
    return found


def merge(
    first: Reading, differences: Iterable[Difference], choices: Mapping[str, Cell]
) -> Reading:
    """Return the sheet as it counts: the first pass, and the choices where they differ.

    Raises:
        KeyError: a difference without a choice.
    """
    chosen = {difference.what: choices[difference.what] for difference in differences}
    number = chosen.pop(NUMBER).value if NUMBER in chosen else first.number
    return Reading(number=number, cells={**first.cells, **chosen})


def needs_comment(aspect: Aspect, value: str) -> bool:
    """Tell whether the scheme asks for a comment on a mark of this value."""
    if aspect.comment_below is None or value in {"", STRUCK}:
        return False
    try:
        return mark_points(aspect, value) < aspect.comment_below
    except MarkValueError:
        return False


def reason_of(aspect: Aspect, cell: Cell, number: str, why: str) -> str:
    """Return the words kept with a mark: where it comes from, and the judge's comment.

    A mark that asks for a comment and has none on paper keeps none, so that the sheet
    still cannot be signed without it; its device names the paper all the same.
    """
    if not cell.comment and needs_comment(aspect, cell.value):
        return ""
    source = f"paper sheet {number}"
    if why:
        source = f"device_lost: {why}; {source}"
    words = f"{source}: {cell.comment}" if cell.comment else source
    return words[:400]


def _exact(aspect: Aspect, value: str) -> str:
    if value in {"", STRUCK}:
        return value
    try:
        return exact_value(aspect, value)
    except MarkValueError:
        return value
