"""One row of a registration file, read as far as that needs no database.

A workbook's numbers come as numbers: an ID number that a spreadsheet kept as one has
lost its last digits and must not pass for right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from competition.bulk.rules.columns import BY_KEY, REQUIRED, Field
from people.persons.rules import (
    IdFacts,
    IdFault,
    check_id_number,
    find_name_fault,
    is_phone,
    normalise_name,
    normalise_phone,
)
from people.units.rules import find_credit_code_fault, normalise_credit_code
from workbooks import EXACT, fold, text_of

SHOWN = 40  # characters of a faulty cell that are kept, to be shown
PRIVATE = frozenset({"id_number", "phone"})  # never kept: the row's number says where

Codes = Mapping[str, Mapping[str, str]]  # table: folded text: code


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a cell is refused: a code that `forms.faults` words, and what it needs."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a row; `code` is worded by `forms.faults`."""

    row: int  # as the spreadsheet numbers it
    key: str  # the field; "" where it is the row as a whole
    code: str
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Row:
    """A row as it was understood; `values` holds what was given, by field."""

    number: int
    identity: IdFacts | None
    values: dict[str, str]
    faults: list[Fault]


def read_row(
    number: int,
    cells: Sequence[Any],
    mapped: Mapping[str, int],
    codes: Codes,
    today: date,
) -> Row | None:
    """Return row `number`; None for one without any cell.

    Args:
        number: as the spreadsheet numbers it.
        cells: text, numbers and flags.
        mapped: the column of each field.
        codes: what cells of code columns may say.
        today: births after this day are refused.
    """
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for key, column in mapped.items():
        cell = cells[column] if column < len(cells) else ""
        if cell is None or text_of(cell) == "":
            continue
        value = _read(BY_KEY[key], cell, codes, today)
        if isinstance(value, Wrong):
            shown = "" if key in PRIVATE else text_of(cell)[:SHOWN]
            faults.append(
                Fault(
                    row=number,
                    key=key,
                    code=value.code,
                    value=shown,
                    params=value.params,
                )
            )
        values[key] = value
    if not values:
        return None
    faults += [
        Fault(row=number, key=key, code="empty")
        for key in REQUIRED
        if key not in values
    ]
    identity = values.get("id_number")
    return Row(
        number=number,
        identity=identity if isinstance(identity, IdFacts) else None,
        values={key: v for key, v in values.items() if isinstance(v, str)},
        faults=faults,
    )


def _read(column: Field, cell: object, codes: Codes, today: date) -> object:
    if column.kind == "id_number":
        return _id_number(cell, today)
    text = text_of(cell)
    if column.kind == "code":
        return codes[column.table].get(fold(text)) or Wrong("not_a_value")
    if column.kind in _READERS:
        return _READERS[column.kind](text)
    if len(text) > column.most:
        return Wrong("too_long", {"most": str(column.most)})
    return text


def _name(text: str) -> object:
    name = normalise_name(text)
    fault = find_name_fault(name)
    return name if fault is None else Wrong(f"name_{fault.value}")


def _phone(text: str) -> object:
    number = normalise_phone(text)
    return number if is_phone(number) else Wrong("phone")


def _credit_code(text: str) -> object:
    code = normalise_credit_code(text)
    fault = find_credit_code_fault(code)
    return code if fault is None else Wrong(f"credit_{fault.value}")


def _years(text: str) -> object:
    is_years = text.isascii() and text.isdigit() and len(text) <= 2
    return str(int(text)) if is_years else Wrong("years")


def _months(text: str) -> object:
    is_months = text.isascii() and text.isdigit() and len(text) <= 3
    return str(int(text)) if is_months else Wrong("months")


def _id_number(cell: object, today: date) -> object:
    if isinstance(cell, int | float) and abs(cell) >= EXACT:
        return Wrong("id_is_number")
    facts = check_id_number(text_of(cell), today=today)
    return Wrong(f"id_{facts.value}") if isinstance(facts, IdFault) else facts


_READERS: Mapping[str, Callable[[str], object]] = {
    "name": _name,
    "phone": _phone,
    "credit_code": _credit_code,
    "years": _years,
    "months": _months,
}
