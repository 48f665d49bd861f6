"""The columns of a pool file: which there are, and which of a file's columns is which.

Words used here:
    field: something a dossier takes, by its key, e.g. "id_number".
    heading: what stands above a column of somebody's file.
    mapping: for each field the number of the file's column, the first being 0.

A dossier may take several rows: one with the same ID number and the same head adds its
facts (a second certificate, another honour) to the row before.
"""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workbooks import fold

DATA = Path(__file__).parent.parent / "data"

Mapped = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a pool file.

    `kind` says how a cell is read (see `rules.cells`), `table` which codes it takes,
    `fact` which kind of fact it belongs to ("" is the head of the dossier).
    """

    key: str
    kind: str = "text"
    table: str = ""
    most: int = 80  # characters
    fact: str = ""
    column: str = ""  # of the fact
    required: bool = False


def _fact(
    kind: str, prefix: str, *columns: tuple[str, str, str, int]
) -> tuple[Field, ...]:
    return tuple(
        Field(
            key=f"{prefix}_{column}",
            kind=how,
            table=table,
            most=most,
            fact=kind,
            column=column,
        )
        for column, how, table, most in columns
    )


FIELDS = (
    Field(key="id_number", kind="id_number", required=True),
    Field(key="name", kind="name", required=True),
    Field(key="phone", kind="phone"),
    Field(key="nation", kind="code", table="nation"),
    Field(key="education", kind="code", table="education"),
    Field(key="politics", kind="code", table="politics"),
    Field(key="unit", most=120),
    Field(key="credit_code", kind="credit_code"),
    Field(key="district_code", kind="code", table="district"),
    Field(key="level", kind="code", table="level", required=True),
    Field(key="pool_class", kind="code", table="pool_class", required=True),
    Field(key="trade", required=True),
    Field(key="occupation_code", kind="code", table="occupation"),
    Field(key="trade_since", kind="day"),
    Field(key="post"),
    Field(key="post_kind", kind="code", table="post_kind"),
    Field(key="employment", kind="code", table="employment"),
    Field(key="worker_type", kind="code", table="worker_type"),
    Field(key="front_line", kind="code", table="flag"),
    Field(key="union_member", kind="code", table="flag"),
    Field(key="willing_to_serve", kind="code", table="flag"),
    Field(key="entered_on", kind="day", required=True),
    Field(key="term_ends_on", kind="day"),
    Field(key="certificate_number", kind="pool_number"),
    Field(key="state", kind="code", table="state"),
    *_fact(
        "certificate",
        "skill",
        ("level_code", "code", "skill", 0),
        ("trade", "text", "", 80),
        ("number", "text", "", 40),
        ("issuer", "text", "", 120),
        ("issued_on", "day", "", 0),
    ),
    *_fact(
        "honour",
        "honour",
        ("name", "text", "", 120),
        ("level", "code", "level", 0),
        ("issuer", "text", "", 120),
        ("awarded_on", "day", "", 0),
        ("document", "text", "", 120),
    ),
    *_fact(
        "competition",
        "contest",
        ("competition_name", "text", "", 120),
        ("event_name", "text", "", 80),
        ("tier", "code", "level", 0),
        ("trade", "text", "", 80),
        ("held_on", "day", "", 0),
        ("place", "number", "", 0),
        ("of_count", "number", "", 0),
        ("award", "text", "", 40),
        ("total", "text", "", 24),
    ),
    *_fact(
        "achievement",
        "achievement",
        ("kind", "code", "achievement", 0),
        ("title", "text", "", 160),
        ("text", "text", "", 2000),
        ("number", "text", "", 60),
        ("benefit_yuan", "wan", "", 0),
        ("role", "text", "", 40),
        ("level", "code", "level", 0),
        ("author_rank", "number", "", 0),
        ("achieved_on", "day", "", 0),
    ),
    *_fact(
        "studio",
        "studio",
        ("name", "text", "", 120),
        ("kind", "code", "studio", 0),
        ("level", "code", "level", 0),
        ("role", "code", "studio_role", 0),
        ("alliance", "text", "", 80),
        ("founded_on", "day", "", 0),
    ),
)
BY_KEY = {field.key: field for field in FIELDS}
HEAD = tuple(field for field in FIELDS if not field.fact)
FACTS = tuple(dict.fromkeys(field.fact for field in FIELDS if field.fact))
REQUIRED = tuple(field.key for field in FIELDS if field.required)

# What a fact cannot do without: a row that gives anything of it gives these.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "certificate": ("level_code",),
    "honour": ("name", "level"),
    "competition": ("competition_name", "tier"),
    "achievement": ("kind", "title"),
    "studio": ("name", "kind", "level"),
}


@cache
def _synonyms() -> dict[str, str]:
    """Return the key of a field by the folded headings that files in use have."""
    with (DATA / "headings.csv").open(encoding="utf-8", newline="") as file:
        return {fold(row["heading"]): row["key"] for row in csv.DictReader(file)}


def guess(headings: Sequence[object], titles: Mapping[str, Iterable[str]]) -> Mapped:
    """Return which column is which field, as far as the headings say it.

    A heading that two fields could claim goes to the first; a field takes the first
    column that fits.

    Args:
        headings: the first row of the file.
        titles: for each key what we call the field, in every language.
    """
    known = {fold(title): key for key, names in titles.items() for title in names}
    known |= {fold(key): key for key in BY_KEY}
    known = _synonyms() | known
    mapped: Mapped = {}
    for number, heading in enumerate(headings):
        key = known.get(fold(heading))
        if key is not None and fold(heading):
            mapped.setdefault(key, number)
    return mapped


def missing(mapped: Mapping[str, int]) -> list[str]:
    """Return the required fields a mapping leaves out, in the order of the fields."""
    return [key for key in REQUIRED if key not in mapped]


def headings_digest(headings: Sequence[object]) -> str:
    """Return what a file's headings are remembered under."""
    return hashlib.sha256("\n".join(map(fold, headings)).encode()).hexdigest()
