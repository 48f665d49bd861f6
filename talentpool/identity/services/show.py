"""What the pages of identity show of two records, masked, and of the rows that move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from people.persons.models import Person
from people.persons.queries import open_id_number, open_phone
from people.persons.rules import mask_id, mask_phone
from talentpool.dossiers.models import Craftsman
from talentpool.identity import queries
from talentpool.identity.services.plan import (
    CRAFTSMAN_FIELDS,
    PERSON_FIELDS,
    Plan,
    differing_fields,
)

FIELDS = {**PERSON_FIELDS, **CRAFTSMAN_FIELDS}
# What tells a reader which row it is; the first of these columns that say something.
_TELLING = (
    *("name", "title", "competition_name", "event_name", "agreement_number", "number"),
    *("certificate_number", "purpose", "display_name", "trade", "award", "state"),
)
_AT_MOST = 3  # columns told of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two records."""

    person: Person
    craftsman: Craftsman | None
    id_number: str  # masked
    phone: str  # masked
    district: str


@dataclass(frozen=True, slots=True)
class MovingRow:
    """A row that moves or stays, told in a few words."""

    table: str
    words: str
    uid: str


def side(session: Session, person: Person) -> Side:
    """Return what is shown of one record."""
    craftsman = queries.find_craftsman_of(session, person)
    phone = open_phone(person)
    district = craftsman.district if craftsman else None
    if district is None and person.unit is not None:
        district = person.unit.district
    return Side(
        person=person,
        craftsman=craftsman,
        id_number=mask_id(open_id_number(person)),
        phone=mask_phone(phone) if phone else "",
        district=district.name if district else "",
    )


def differing(plan: Plan) -> list[tuple[str, str, str]]:
    """Return the fields to choose between: name, the kept value, the other's."""
    found = [
        (name, _value(name, plan.kept), _value(name, plan.merged))
        for name in differing_fields(PERSON_FIELDS, plan.kept, plan.merged)
    ]
    if plan.kept_craftsman is not None and plan.merged_craftsman is not None:
        both = (plan.kept_craftsman, plan.merged_craftsman)
        found += [
            (name, _value(name, both[0]), _value(name, both[1]))
            for name in differing_fields(CRAFTSMAN_FIELDS, *both)
        ]
    return found


def moving_rows(session: Session, plan: Plan) -> list[MovingRow]:
    """Return every row that would get another owner."""
    return _tell(session, plan.moved_rows())


def staying_rows(session: Session, plan: Plan) -> list[MovingRow]:
    """Return every row that cannot move and stays with the merged record."""
    rows: dict[str, list[int]] = {}
    for staying in plan.staying:
        rows.setdefault(staying.table, []).append(staying.row)
    return _tell(session, rows)


def _tell(session: Session, rows: dict[str, list[int]]) -> list[MovingRow]:
    return [
        MovingRow(table, _words(row), str(row.get("uid", row["id"])))
        for table, found in queries.rows_of_tables(session, rows).items()
        for row in found
    ]


def _words(row: Any) -> str:  # noqa: ANN401 - a row of any table
    told = [str(row[name]) for name in _TELLING if row.get(name)]
    return " · ".join(dict.fromkeys(told[:_AT_MOST]))


def _value(name: str, row: Person | Craftsman) -> str:
    """Return a field as a reader compares it."""
    if name == "phone":
        phone = open_phone(row) if isinstance(row, Person) else ""
        return mask_phone(phone) if phone else ""
    if name == "unit" and isinstance(row, Person):
        return row.unit.name if row.unit else ""
    if name == "photo" and isinstance(row, Person):
        return row.photo.file_name if row.photo else ""
    if name == "district" and isinstance(row, Craftsman):
        return row.district.name
    return _joined(getattr(row, column) for column in FIELDS[name])


def _joined(values: Iterable[Any]) -> str:
    texts: Sequence[str] = [str(v) for v in values if v not in (None, "")]
    return " ".join(texts)
