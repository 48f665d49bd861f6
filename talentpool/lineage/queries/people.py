"""Who the persons of a lineage are, as far as the caller may know."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import Scope
from people.consent.queries import has_withdrawn
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman, HonourAward
from talentpool.dossiers.queries import within_scopes
from talentpool.dossiers.rules import LEVELS
from talentpool.lineage.queries.walk import is_tie
from talentpool.mentorship.models import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person of a lineage."""

    id: int
    name: str
    birth_date: date
    unit: str
    craftsman_uid: str  # "" without a dossier
    level: str  # in the pool; "" without a dossier
    trade: str
    is_in_places: bool  # the dossier lies where the caller may see dossiers
    is_hidden: bool  # erased, or took the consent to the pool back


@dataclass(frozen=True, slots=True)
class Honoured:
    """An honour a successor holds."""

    name: str
    level: str
    craftsman_uid: str
    honour: str


def load_people(
    session: Session, ids: Collection[int], scopes: Iterable[Scope]
) -> dict[int, Someone]:
    """Return persons by id, in one statement."""
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.birth_date,
            Person.erased_at,
            has_withdrawn("pool", Person.id).label("withdrawn"),
            Unit.name.label("unit"),
            Craftsman.uid,
            Craftsman.level,
            Craftsman.trade,
            within_scopes(scopes).label("within"),
        )
        .outerjoin(Craftsman, Craftsman.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.id.in_(ids))
        .order_by(Person.id)
    )
    return {
        row.id: Someone(
            id=row.id,
            name=row.name,
            birth_date=row.birth_date,
            unit=row.unit or "",
            craftsman_uid=row.uid or "",
            level=row.level or "",
            trade=row.trade or "",
            is_in_places=bool(row.uid and row.within),
            is_hidden=bool(row.erased_at is not None or row.withdrawn),
        )
        for row in rows
    }


def count_honours(session: Session, persons: Collection[int]) -> dict[str, int]:
    """Return how many honours of each level some persons hold."""
    rows = session.execute(
        select(HonourAward.level, func.count())
        .where(*_held_by(persons))
        .group_by(HonourAward.level)
    )
    found: dict[str, int] = {level: count for level, count in rows}  # noqa: C416 - rows
    return {level: found[level] for level in LEVELS if level in found}


def list_honours(
    session: Session, persons: Collection[int], scopes: Iterable[Scope], *, most: int
) -> list[Honoured]:
    """Return the highest honours of those of some persons whom the caller may see."""
    place = _rank(HonourAward.level)
    rows = session.execute(
        select(Person.name, HonourAward.level, Craftsman.uid, HonourAward.name)
        .select_from(HonourAward)
        .join(Craftsman, Craftsman.id == HonourAward.craftsman_id)
        .join(Person, Person.id == Craftsman.person_id)
        .where(
            *_held_by(persons),
            within_scopes(scopes),
            Person.erased_at.is_(None),
            ~has_withdrawn("pool", Person.id),
        )
        .order_by(place, HonourAward.awarded_on.desc(), HonourAward.id)
        .limit(most)
    )
    return [Honoured(name, level, uid, title) for name, level, uid, title in rows]


def list_masters(
    session: Session,
    scopes: Iterable[Scope],
    *,
    day: date,
    name: str,
    trade: str,
    most: int,
) -> list[tuple[Craftsman, int]]:
    """Return masters by name or trade with their number of apprentices, most first.

    Args:
        session: any.
        scopes: where the caller may see dossiers.
        day: ties that began later do not count.
        name: the whole name; "" is anybody's.
        trade: as the pairs say it; "" is any.
        most: how many.
    """
    count = func.count(func.distinct(Pair.apprentice_person_id))
    found: Select[int, int] = (
        select(Craftsman.id, count)
        .join(Pair, Pair.mentor_id == Craftsman.id)
        .where(within_scopes(scopes), is_tie(day), _is_shown())
        .group_by(Craftsman.id)
        .order_by(count.desc(), Craftsman.id)
        .limit(most)
    )
    if name:
        found = found.where(_has_name(name))
    if trade:
        found = found.where(Pair.trade == trade)
    counts: dict[int, int] = {row[0]: row[1] for row in session.execute(found)}
    heads = {
        craftsman.id: craftsman
        for craftsman in session.scalars(_heads().where(Craftsman.id.in_(counts)))
    }
    return [(heads[number], count) for number, count in counts.items()]


def list_named(
    session: Session, scopes: Iterable[Scope], text: str, *, most: int
) -> list[Craftsman]:
    """Return whom the caller may see under a whole name or a pool certificate."""
    found = _heads().where(
        within_scopes(scopes),
        _is_shown(),
        (Craftsman.certificate_number == text) | _has_name(text),
    )
    return list(session.scalars(found.order_by(Craftsman.id).limit(most)))


def list_trades(session: Session, mentors: Collection[int], *, day: date) -> list[str]:
    """Return the trades some persons taught, by name."""
    return list(
        session.scalars(
            select(Pair.trade)
            .join(Craftsman, Craftsman.id == Pair.mentor_id)
            .where(Craftsman.person_id.in_(mentors), is_tie(day))
            .distinct()
            .order_by(Pair.trade)
        )
    )


def _held_by(persons: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    holders = select(Craftsman.id).where(Craftsman.person_id.in_(persons))
    return (
        HonourAward.craftsman_id.in_(holders),
        HonourAward.is_current.is_(True),
        HonourAward.state != "disputed",
        HonourAward.revocation == "",
    )


def _rank(level: Any) -> ColumnElement[int]:  # noqa: ANN401 - a column
    return case({name: n for n, name in enumerate(LEVELS)}, value=level)


def _has_name(name: str) -> ColumnElement[bool]:
    return Craftsman.person_id.in_(select(Person.id).where(Person.name == name))


def _is_shown() -> ColumnElement[bool]:
    hidden = Person.erased_at.is_not(None) | has_withdrawn("pool", Person.id)
    return ~(select(Person.id).where(Person.id == Craftsman.person_id, hidden).exists())


def _heads() -> Select[Craftsman]:
    return select(Craftsman).options(
        joinedload(Craftsman.person).joinedload(Person.unit),
        joinedload(Craftsman.district),
    )
