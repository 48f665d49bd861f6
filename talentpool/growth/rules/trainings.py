"""Training, practice and technical exchange: kinds, hours, and the rows of a list.

Words used here:
    training: one course or exercise with its days, its hours and who took part; also
        practice (练兵) and technical exchange.
    attendance: one person's part in it: hours, result, mark.
    list: a file of people, one row each, with the columns of `COLUMNS` in that order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from people.persons.rules import (
    IdFault,
    NameFault,
    check_id_number,
    find_name_fault,
    is_phone,
    normalise_name,
    normalise_phone,
)

KINDS = ("training", "practice", "exchange")
STATES = ("open", "held", "cancelled")
RESULTS = ("", "passed", "failed")
COLUMNS = ("name", "id_number", "phone", "hours", "result", "mark")
MOST_ROWS = 2000
MOST_HOURS = 1000
MOST_MARK = 1000
MINUTES_PER_HOUR = 60
_STEP = 30  # minutes; hours are told in halves


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One row of a list that is right."""

    row: int
    name: str
    id_number: str
    phone: str
    minutes: int
    result: str
    mark: str


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a cell of a row; `row` counts as the spreadsheet does."""

    row: int
    column: str  # of COLUMNS
    code: str | IdFault | NameFault
    value: str = ""


def hours_text(minutes: int) -> str:
    """Write minutes as hours: 90 → "1.5", 480 → "8"."""
    hours = Decimal(minutes) / MINUTES_PER_HOUR
    return f"{hours.quantize(Decimal('0.1')).normalize():f}"


def minutes_of(hours: Decimal) -> int | None:
    """Return hours as minutes, None where they are no halves of an hour or too many.

    Source: rule G-11 in docs/rules/growth.md.
    """
    minutes = hours * MINUTES_PER_HOUR
    if not 0 < hours <= MOST_HOURS or minutes % _STEP:
        return None
    return int(minutes)


def read_number(text: str) -> Decimal | None:
    """Return a plain decimal number, None where the text is none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def is_mark(text: str) -> bool:
    """Tell whether a text can be a mark: 0 to 1000, at most two decimals."""
    number = read_number(text)
    return (
        number is not None
        and 0 <= number <= MOST_MARK
        and number == number.quantize(Decimal("0.01"))
    )


def read_rows(
    rows: Sequence[Sequence[str]],
    *,
    minutes: int,
    results: Mapping[str, str],
    today: date,
) -> tuple[list[Attendee], list[RowFault]]:
    """Read a list; return who is right, and all faults of all rows.

    Args:
        rows: the cells as texts; a first row without a figure in its second cell is
            the heading, empty rows are passed over.
        minutes: of the training, where a row says nothing.
        results: codes by the words that may stand for them.
        today: births after this day are refused.

    Source: rule G-12 in docs/rules/growth.md.
    """
    found: list[Attendee] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for number, cells in _filled(rows):
        attendee, wrong = _read(number, cells, minutes, results, today)
        if attendee.id_number in seen:
            first = str(seen[attendee.id_number])
            wrong.append(RowFault(number, "id_number", "twice", first))
        elif attendee.id_number:
            seen[attendee.id_number] = number
        faults += wrong
        if not wrong:
            found.append(attendee)
    return found, faults


def _filled(rows: Iterable[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, start=1):
        cells = [*(cell.strip() for cell in row), *[""] * len(COLUMNS)][: len(COLUMNS)]
        is_heading = number == 1 and not any(c.isdigit() for c in cells[1])
        if any(cells) and not is_heading:
            yield number, cells


def _read(
    number: int,
    cells: Sequence[str],
    minutes: int,
    results: Mapping[str, str],
    today: date,
) -> tuple[Attendee, list[RowFault]]:
    raw = dict(zip(COLUMNS, cells, strict=True))
    faults = []
    name = normalise_name(raw["name"])
    if name_fault := find_name_fault(name):
        faults.append(RowFault(number, "name", name_fault, raw["name"]))
    known = check_id_number(raw["id_number"], today=today)
    if isinstance(known, IdFault):
        faults.append(RowFault(number, "id_number", known))
    phone = normalise_phone(raw["phone"])
    if phone and not is_phone(phone):
        faults.append(RowFault(number, "phone", "phone"))
    taken: int | None = minutes
    if raw["hours"]:
        hours = read_number(raw["hours"])
        taken = None if hours is None else minutes_of(hours)
    if taken is None:
        faults.append(RowFault(number, "hours", "hours", raw["hours"]))
    result = results.get(raw["result"].casefold())
    if result is None:
        faults.append(RowFault(number, "result", "result", raw["result"]))
    if raw["mark"] and not is_mark(raw["mark"]):
        faults.append(RowFault(number, "mark", "mark", raw["mark"]))
    attendee = Attendee(
        row=number,
        name=name,
        id_number="" if isinstance(known, IdFault) else known.number,
        phone=phone,
        minutes=taken or 0,
        result=result or "",
        mark=raw["mark"],
    )
    return attendee, faults
