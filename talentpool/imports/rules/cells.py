"""One cell, read as what its column holds. A reader returns the value, or why not.

Cells are text; a workbook's numbers come as numbers, since an ID number that a
spreadsheet kept as one has lost its last digits and must not pass for right.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from people.persons.rules import (
    IdFault,
    check_id_number,
    find_name_fault,
    is_phone,
    normalise_name,
    normalise_phone,
)
from people.units.rules import find_credit_code_fault, normalise_credit_code
from talentpool.dossiers.rules import is_certificate_number, wan_to_yuan
from talentpool.imports.rules.columns import Field
from workbooks import EXACT, fold, text_of

EARLIEST = date(1900, 1, 1)
_DAY = re.compile(  # with signs, or with the characters for year, month and day
    r"(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})"
    r"(?:\s*[-/.\u6708]\s*(\d{1,2})?\s*\u65e5?)?(?:[ T]00:00:00)?"
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a cell is refused: a code that `forms.faults` words, and what it needs."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[Any], Any]  # of a cell that is not empty
Codes = Mapping[str, Mapping[str, str]]  # table: folded text: code


def reader(column: Field, codes: Codes, today: date) -> Reader:
    """Return how the cells of a column are read; values that repeat are read once."""
    if column.kind == "id_number":
        return lambda cell: _id_number(cell, today)
    kinds: dict[str, Callable[[str], Any]] = {
        "text": lambda text: _text(text, column.most),
        "name": _name,
        "phone": _phone,
        "credit_code": _credit_code,
        "day": _day,
        "number": _number,
        "wan": _wan,
        "pool_number": _pool_number,
        "code": lambda text: _code(text, codes[column.table]),
    }
    read = kinds[column.kind]
    if column.kind in ("name", "phone", "pool_number"):  # hardly ever twice the same
        return lambda cell: read(text_of(cell))
    return _remembering(read)


def _remembering(read: Callable[[str], Any]) -> Reader:
    seen: dict[Any, Any] = {}

    def remembered(cell: Any) -> Any:  # noqa: ANN401 - text or number
        if cell not in seen:
            if len(seen) > 50_000:
                seen.clear()
            seen[cell] = read(text_of(cell))
        return seen[cell]

    return remembered


def _id_number(cell: object, today: date) -> object:
    if isinstance(cell, int | float) and abs(cell) >= EXACT:
        return Wrong("id_is_number")
    facts = check_id_number(text_of(cell), today=today)
    return Wrong(f"id_{facts.value}") if isinstance(facts, IdFault) else facts


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


def _text(text: str, most: int) -> object:
    return text if len(text) <= most else Wrong("too_long", {"most": str(most)})


def _day(text: str) -> object:
    found = _DAY.fullmatch(text)
    if found is None:
        return Wrong("day")
    try:
        day = date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return Wrong("no_such_day")
    return day if day >= EARLIEST else Wrong("no_such_day")


def _number(text: str) -> object:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 32_000:
        return int(text)
    return Wrong("number")


def _wan(text: str) -> object:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Wrong("wan")
    if not amount.is_finite() or not 0 <= amount < 10**12:
        return Wrong("wan")
    yuan = wan_to_yuan(amount)
    return Wrong("wan") if yuan is None else yuan


def _pool_number(text: str) -> object:
    return text if is_certificate_number(text) else Wrong("pool_number")


def _code(text: str, known: Mapping[str, str]) -> object:
    code = known.get(text) or known.get(fold(text))
    return Wrong("not_a_value") if code is None else code
