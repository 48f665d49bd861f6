"""The columns of a registration file: which there are, and which of a file's is which.

Words used here:
    field: something an entry takes, by its key, e.g. "id_number".
    heading: what stands above a column of somebody's file.
    mapping: for each field the number of the file's column, the first being 0.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workbooks import fold

DATA = Path(__file__).parent.parent / "data"

Mapped = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: how a cell is read (see `rules.rows`), which codes it takes."""

    key: str
    kind: str = "text"
    table: str = ""
    most: int = 80  # characters
    required: bool = False


FIELDS = (
    Field(key="name", kind="name", required=True),
    Field(key="id_number", kind="id_number", required=True),
    Field(key="phone", kind="phone", required=True),
    Field(key="unit", most=120),
    Field(key="credit_code", kind="credit_code"),
    Field(key="district", kind="code", table="district"),
    Field(key="group", kind="code", table="group"),
    Field(key="trade_years", kind="years"),
    Field(key="level", kind="code", table="level"),
    Field(key="certificate_number", most=40),
    Field(key="insurance_months", kind="months"),
    Field(key="residence", kind="code", table="district"),
    Field(key="household", kind="code", table="district"),
    Field(key="standing", kind="code", table="standing"),
    Field(key="holds_barred", kind="code", table="yes_no"),
)
# In the template only where the rules of the event ask for it: key → what asks.
ASKED_BY = {
    "insurance_months": "insurance_months",
    "residence": "residence_within",
    "household": "household_within",
    "standing": "excluded_standings",
    "holds_barred": "barred_honours",
}
BY_KEY = {field.key: field for field in FIELDS}
REQUIRED = tuple(field.key for field in FIELDS if field.required)


@cache
def _synonyms() -> dict[str, str]:
    """Return the key of a field by the folded headings that files in use have."""
    with (DATA / "headings.csv").open(encoding="utf-8", newline="") as file:
        return {fold(row["heading"]): row["key"] for row in csv.DictReader(file)}


def guess(headings: Sequence[object], titles: Mapping[str, Iterable[str]]) -> Mapped:
    """Return which column is which field, as far as the headings say it.

    A star behind a heading counts for nothing; a field takes the first column that
    fits.

    Args:
        headings: one row of the file.
        titles: for each key what we call the field, in every language.
    """
    known = {fold(title): key for key, names in titles.items() for title in names}
    known = _synonyms() | {fold(key): key for key in BY_KEY} | known
    mapped: Mapped = {}
    for number, heading in enumerate(headings):
        key = known.get(fold(heading))
        if key is not None:
            mapped.setdefault(key, number)
    return mapped


def missing(mapped: Mapping[str, int]) -> list[str]:
    """Return the required fields a mapping leaves out, in the order of the fields."""
    return [key for key in REQUIRED if key not in mapped]
