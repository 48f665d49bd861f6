"""What counts now, and the digest judge and server compare before a signature."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from scoring.marking.rules.facts import Mark
from scoring.marking.rules.values import find_seconds, mark_points
from scoring.scheme.rules.numbers import find_number, format_number
from scoring.scheme.rules.tree import Aspect

_BY_LABEL = frozenset({"choice"})


class Counted(NamedTuple):
    """The mark that counts in a cell."""

    entry: str
    aspect: str
    judge: str  # seat
    value: str
    id: str
    seq: int
    reason: str = ""  # the judge's words: the comment
    device: str = ""  # the tablet it was made on
    marked_at: str = ""  # by that tablet's clock


def exact_value(aspect: Aspect, text: str) -> str:
    """Return the one exact spelling of a value: "01.50" is "1.5", "是" is "1".

    A time is spelled in seconds: "3:25.5" is "205.5".

    Raises:
        MarkValueError: the aspect does not take the value.
    """
    points = mark_points(aspect, text)
    if aspect.kind == "yes_no":
        return "1" if points else "0"
    number = None if aspect.kind in _BY_LABEL else find_number(text.strip())
    if number is None and aspect.timed:
        number = find_seconds(text.strip())
    return text.strip() if number is None else format_number(number)


def sheet_digest(marks: Iterable[Counted]) -> str:
    """Return SHA-256 over one line per counted mark, sorted, in hex.

    A line is entry, aspect, id and value, parted by tabs; lines are parted by line
    feeds. Both sides sort by code points.
    """
    lines = sorted(f"{m.entry}\t{m.aspect}\t{m.id}\t{m.value}" for m in marks)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def panel_digest(marks: Iterable[Counted]) -> str:
    """Return the same over all judges of an event, the seat in front of each line."""
    lines = sorted(
        f"{m.judge}\t{m.entry}\t{m.aspect}\t{m.id}\t{m.value}" for m in marks
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def as_marks(counted: Iterable[Counted]) -> list[Mark]:
    """Return counted marks as the scoring engine takes them."""
    return [Mark(m.entry, m.aspect, m.judge, m.value) for m in counted]
