"""What a figure counts: one statement, asked for its number, its split, and its rows.

Number, split and rows come from the same statement, so they always agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session

from extensions import LOCAL
from people.consent.queries import has_withdrawn
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import within_scopes
from talentpool.reports.rules.window import AGE_BANDS, Window, first_birth

Column = SQLColumnExpression[Any]
ENTERPRISE = "91"  # GB 32100-2015: registered by commerce (9), enterprise (1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The rows a figure counts.

    Attributes:
        subject: what a row is; see `queries.rows`.
        id: of a row.
        rows: selects the ids.
        by: what the rows can be split by.
        amount: what is added up; None counts the rows.
    """

    subject: str
    id: Column
    rows: Select[Any]
    by: Mapping[str, Column]
    amount: Column | None = None


def count(session: Session, selection: Selection) -> int:
    """Return the number: rows, or the sum of their amounts."""
    inner = selection.rows.with_only_columns(_amount(selection)).subquery()
    return int(session.scalar(select(func.sum(inner.c.amount))) or 0)


def split(session: Session, selection: Selection, by: str) -> dict[str, int]:
    """Return the number by value of a split; "" is where none is known."""
    inner = selection.rows.with_only_columns(
        _key(selection.by[by]).label("key"), _amount(selection)
    ).subquery()
    rows = session.execute(
        select(inner.c.key, func.sum(inner.c.amount)).group_by(inner.c.key)
    )
    return {key: int(number) for key, number in rows}


def narrow(selection: Selection, by: str, key: str) -> Selection:
    """Return the rows that one value of a split counts."""
    rows = selection.rows.where(_key(selection.by[by]) == key)
    return Selection(
        subject=selection.subject,
        id=selection.id,
        rows=rows,
        by=selection.by,
        amount=selection.amount,
    )


def count_rows(session: Session, selection: Selection) -> int:
    """Return how many rows stand behind the number."""
    inner = selection.rows.subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def list_ids(
    session: Session, selection: Selection, *, limit: int, offset: int
) -> list[Any]:
    """Return the ids of a page of the rows, in a total order."""
    ordered = selection.rows.order_by(selection.id).limit(limit).offset(offset)
    return list(session.scalars(ordered))


def chosen(window: Window) -> Column:
    """Return the condition on craftsman, person and unit that a window sees them."""
    parts: list[Column] = [
        within_scopes(window.scopes),
        Person.erased_at.is_(None),
        ~has_withdrawn("pool", Person.id),
    ]
    if window.district:
        parts.append(within(Craftsman.district_code, window.district))
    if window.unit_uid:
        parts.append(Unit.uid == window.unit_uid)
    return and_(*parts)


def with_person(rows: Select[Any]) -> Select[Any]:
    """Join person and unit to a statement about craftsmen."""
    return rows.join(Person, Person.id == Craftsman.person_id).outerjoin(
        Unit, Unit.id == Person.unit_id
    )


def age_band(on: date) -> Column:
    """Return the band of age of a person on a day."""
    ends = [int(band.split("-")[-1]) for band in AGE_BANDS[:-1]]
    bands = [
        (Person.birth_date >= first_birth(end + 1, on), band)
        for end, band in zip(ends, AGE_BANDS[:-1], strict=True)
    ]
    return case(*bands, else_=AGE_BANDS[-1])


def employer() -> Column:
    """Return "enterprise", "other" or "none" by the code of the unit."""
    return case(
        (Unit.id.is_(None), "none"),
        (Unit.credit_code.startswith(ENTERPRISE, autoescape=True), "enterprise"),
        else_="other",
    )


def in_days(column: Column, window: Window) -> Column:
    """Return the condition that a day lies in the period."""
    return column.between(window.first, window.last)


def in_moments(column: Column, window: Window) -> Column:
    """Return the condition that a moment lies on a day of the period, here."""
    after = window.last + timedelta(days=1)
    return and_(column >= _midnight(window.first), column < _midnight(after))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


def _amount(selection: Selection) -> Column:
    if selection.amount is None:
        # The id stands in the statement too, so that every row stays a row.
        return case((selection.id.is_not(None), 1), else_=0).label("amount")
    return func.coalesce(selection.amount, 0).label("amount")


def _key(column: Column) -> Column:
    return func.coalesce(cast(column, String), "")
