"""Results from elsewhere as a table: what each column is, and which rows will do.

Words used here:
    table: the headings of a file and the rows below them, as text.
    meaning: what a column holds: ENTRY (work codes), the code of an aspect, or "" where
        it is left out.
    natural key: seat, work and aspect. A file has one value for it, and the same value
        brought again makes no second mark.
    nothing: an empty cell, or a word for absent. It makes no mark, for not scored is
        not zero.

A file that names people is refused as a whole: who marks knows work codes only.
"""

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from scoring.marking.rules.cells import exact_value
from scoring.marking.rules.values import MarkValueError
from scoring.scheme.rules.tree import Aspect
from workbooks import fold

ENTRY = "entry"
DEVICE = "import:"
MOST_ROWS = 5000
MOST_COLUMNS = 60
LONGEST_CELL = 200
LONGEST_HEADING = 120
LOOKED_AT = 5  # rows among which the headings are: forms carry a title above them
NEW, CHANGED, KNOWN = "new", "changed", "known"
OUTCOMES = (NEW, CHANGED, KNOWN)

_HEADINGS = Path(__file__).parent / "data" / "headings.csv"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECKS = "10X98765432"
_ID_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_PHONE = re.compile(r"(\+?86)?1[3-9][0-9]{9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows of text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # number in the file, cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: a code of `services.words`, and where."""

    code: str
    row: int = 0  # number in the file; 0: of the file as a whole
    params: Mapping[str, str] = field(default_factory=dict)
    why: MarkValueError | None = None  # of a value the aspect does not take


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of the file, for one cell of the sheet."""

    row: int
    entry: str
    aspect: str
    value: str  # as the file has it
    exact: str  # its one exact spelling


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file says, and everything that is wrong with it."""

    values: tuple[Value, ...]
    faults: tuple[Fault, ...]
    without: tuple[str, ...]  # works the file gives nothing for


@cache
def _known() -> dict[str, str]:
    """Return what folded headings and words of files in use stand for."""
    with _HEADINGS.open(encoding="utf-8", newline="") as file:
        return {fold(row["heading"]): row["key"] for row in csv.DictReader(file)}


def find_table(rows: Sequence[Sequence[str]], aspects: Sequence[Aspect]) -> Table:
    """Return rows of text as a table: the headings are the row that says most.

    Cells beyond `LONGEST_CELL` are cut, empty rows are left out.
    """
    head = [len(guess(row, aspects, {})) for row in rows[:LOOKED_AT]]
    place = head.index(max(head)) if head else 0
    headings = rows[place] if rows else ()
    below = [
        (number, tuple(cell[:LONGEST_CELL] for cell in row))
        for number, row in enumerate(rows[place + 1 :], start=place + 2)
        if any(row)
    ]
    return Table(tuple(h[:LONGEST_HEADING] for h in headings), tuple(below))


def guess(
    headings: Sequence[str],
    aspects: Sequence[Aspect],
    remembered: Mapping[str, tuple[str, str]],
) -> dict[int, str]:
    """Return the meaning of each column, as far as heading and memory tell.

    Args:
        headings: of the file.
        aspects: what the seat marks.
        remembered: by folded heading the meaning and the aspect's name it had before;
            memory comes first. An aspect that was renumbered is found by its name.
    """
    names = {fold(a.name): a.code for a in aspects}
    codes = {fold(a.code): a.code for a in aspects}
    words = {h: ENTRY for h, key in _known().items() if key == ENTRY}
    if len(aspects) == 1:
        words |= {h: aspects[0].code for h, k in _known().items() if k == "points"}
    words = words | names | codes
    for heading, (meaning, name) in remembered.items():
        if meaning == ENTRY or fold(meaning) in codes:
            words[heading] = meaning
        elif fold(name) in names:
            words[heading] = names[fold(name)]
    found: dict[int, str] = {}
    for number, heading in enumerate(headings):
        meaning = words.get(fold(heading), "") if fold(heading) else ""
        if meaning and meaning not in found.values():
            found[number] = meaning
    return found


def find_personal(table: Table) -> list[Fault]:
    """Return which columns or cells name people, so that nothing of them is kept."""
    faults = [
        Fault(code="person_column", params={"heading": heading})
        for heading in table.headings
        if _known().get(fold(heading)) == "person"
    ]
    return faults + [
        Fault(code="person_value", row=number)
        for number, cells in table.rows
        if any(_is_of_person(cell) for cell in cells)
    ]


def check(
    table: Table,
    meanings: Mapping[int, str],
    aspects: Sequence[Aspect],
    works: Collection[str],
) -> Checked:
    """Return every value and every fault of a table at once."""
    faults = _column_faults(meanings)
    by_code = {aspect.code: aspect for aspect in aspects}
    entry_at = next((n for n, m in meanings.items() if m == ENTRY), None)
    if entry_at is None:
        return Checked(values=(), faults=tuple(faults), without=())
    values: list[Value] = []
    first: dict[str, int] = {}
    for number, cells in table.rows:
        entry = _cell(cells, entry_at)
        fault = _row_fault(number, entry, works, first)
        if fault is not None:
            faults.append(fault)
            continue
        first[entry] = number
        for at, meaning in meanings.items():
            text = _cell(cells, at)
            if meaning not in by_code or is_nothing(text):
                continue
            try:
                exact = exact_value(by_code[meaning], text)
            except MarkValueError as error:
                params = {"heading": table.headings[at]}
                faults.append(Fault(code="value", row=number, params=params, why=error))
                continue
            values.append(
                Value(row=number, entry=entry, aspect=meaning, value=text, exact=exact)
            )
    if not values and not faults:
        faults.append(Fault(code="nothing"))
    given = {value.entry for value in values}
    without = tuple(work for work in sorted(works) if work not in given)
    return Checked(values=tuple(values), faults=tuple(faults), without=without)


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that there is no result."""
    return not text or text == "/" or _known().get(fold(text)) == "none"


def _column_faults(meanings: Mapping[int, str]) -> list[Fault]:
    said = [meaning for meaning in meanings.values() if meaning]
    faults = [
        Fault(code="twice", params={"meaning": meaning})
        for meaning in sorted({m for m in said if said.count(m) > 1})
    ]
    if ENTRY not in said:
        faults.append(Fault(code="no_entry"))
    if not set(said) - {ENTRY}:
        faults.append(Fault(code="no_aspect"))
    return faults


def _row_fault(
    number: int, entry: str, works: Collection[str], first: Mapping[str, int]
) -> Fault | None:
    if not entry:
        return Fault(code="no_code", row=number)
    if entry not in works:
        return Fault(code="unknown_code", row=number, params={"entry": entry})
    if entry in first:
        params = {"entry": entry, "first": str(first[entry])}
        return Fault(code="repeated", row=number, params=params)
    return None


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _is_of_person(text: str) -> bool:
    plain = text.strip().upper().replace(" ", "").replace("-", "")
    if _PHONE.fullmatch(plain):
        return True
    if not _ID_NUMBER.fullmatch(plain):
        return False
    total = sum(int(c) * w for c, w in zip(plain[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == plain[17]
