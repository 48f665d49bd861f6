"""Reading plans of halls and what contestants need."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from competition.registration.models import Entry
from competition.registration.rules.entries import ACCEPTED
from competition.sessions.queries import list_sessions
from competition.sessions.rules import FINAL, PRACTICAL, split_names
from competition.stations.models import StationNeed, StationPlan
from competition.stations.rules.plan import Plan
from people.persons.models import Person
from people.units.models import Unit


@dataclass(frozen=True, slots=True)
class Contestant:
    """Whoever takes part, for the committee's choice."""

    uid: str
    name: str
    unit: str


def find_plan(session: Session, event_id: int) -> StationPlan | None:
    """Return the plan of an event's hall."""
    return session.scalar(select(StationPlan).where(StationPlan.event_id == event_id))


def read_plan(found: StationPlan) -> Plan:
    """Return a kept plan as the rules take it."""
    return Plan(
        hall=found.hall,
        per_row=found.per_row,
        beside=found.beside,
        behind=found.behind,
        spread=found.spread,
        features=found.features,
    )


def list_needs(session: Session, event_id: int) -> list[StationNeed]:
    """Return what contestants of an event need, by name."""
    return list(
        session.scalars(
            select(StationNeed)
            .join(StationNeed.entry)
            .join(Person, Person.id == Entry.person_id)
            .options(
                joinedload(StationNeed.entry).joinedload(Entry.person),
                joinedload(StationNeed.entry).joinedload(Entry.unit),
            )
            .where(Entry.event_id == event_id)
            .order_by(Person.name, StationNeed.entry_id)
        )
    )


def find_need_of(session: Session, entry_id: int) -> StationNeed | None:
    """Return what an entry needs."""
    return session.scalar(select(StationNeed).where(StationNeed.entry_id == entry_id))


def find_need(session: Session, event_id: int, uid: str) -> StationNeed | None:
    """Return what one entry of an event needs."""
    return session.scalar(
        select(StationNeed)
        .join(StationNeed.entry)
        .where(Entry.event_id == event_id, StationNeed.uid == uid)
    )


def list_needs_of(
    session: Session, entry_ids: Collection[int]
) -> dict[int, tuple[str, ...]]:
    """Return what these entries need, by entry."""
    rows = session.execute(
        select(StationNeed.entry_id, StationNeed.features).where(
            StationNeed.entry_id.in_(entry_ids), StationNeed.features != ""
        )
    )
    return {entry_id: tuple(split_names(features)) for entry_id, features in rows}


def list_units_of(session: Session, entry_ids: Collection[int]) -> dict[int, str]:
    """Return what tells the units of these entries apart, by entry; "" is none."""
    rows = session.execute(
        select(Entry.id, Entry.unit_id).where(Entry.id.in_(entry_ids))
    )
    return {entry_id: str(unit_id or "") for entry_id, unit_id in rows}


def list_contestants(session: Session, event_id: int) -> list[Contestant]:
    """Return the accepted entries of an event, by name."""
    rows = session.execute(
        select(Entry.uid, Person.name, func.coalesce(Unit.name, ""))
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(Unit, Unit.id == Entry.unit_id)
        .where(Entry.event_id == event_id, Entry.state == ACCEPTED)
        .order_by(Person.name, Entry.uid)
    )
    return [Contestant(*row) for row in rows]


def list_accepted_ids(session: Session, event_id: int) -> list[int]:
    """Return the accepted entries of an event, in the order of their uids."""
    return list(
        session.scalars(
            select(Entry.id)
            .where(Entry.event_id == event_id, Entry.state == ACCEPTED)
            .order_by(Entry.uid)
        )
    )


def list_session_sizes(session: Session, event_id: int) -> list[int]:
    """Return the stations of the sessions of practical work, in the order of time.

    Those of the final where it has any. [] where one of them does not say how many.
    """
    held = [s for s in list_sessions(session, [event_id]) if s.part == PRACTICAL]
    final = [s for s in held if s.round == FINAL]
    sizes = [s.stations for s in final or held]
    known = [size for size in sizes if size is not None]
    return known if len(known) == len(sizes) else []
