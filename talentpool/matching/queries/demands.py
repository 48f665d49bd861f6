"""Reading demands; every list takes the caller's scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import EVERYWHERE, Scope
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman, FirmService
from talentpool.dossiers.queries import within_scopes
from talentpool.dossiers.rules import enclosing_districts
from talentpool.matching.models import Assignment, Demand, Outcome
from talentpool.mentorship.models import Pair

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Figures:
    """The four national figures of service to firms."""

    visits: int
    firms: int
    problems: int
    trained: int


def find_demand(session: Session, uid: str) -> Demand | None:
    """Return a demand with unit, place, trade and levels, or None."""
    return session.scalar(_whole().where(Demand.uid == uid))


def places_of(demand: Demand) -> list[Scope]:
    """Return every scope a demand lies in: the firm, and where help is needed."""
    return [
        Scope("unit", demand.unit.uid),
        *(
            Scope("district", code)
            for code in enclosing_districts(demand.district_code)
        ),
    ]


def list_demands(
    session: Session, scopes: Iterable[Scope], *, state: str, page: int
) -> Pagination:
    """Return one page of demands, the newest first; state "" is all."""
    found = _whole().where(_within(list(scopes)))
    if state:
        found = found.where(Demand.state == state)
    return SelectPagination(
        select=found.order_by(Demand.asked_at.desc(), Demand.id.desc()),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def count_state(session: Session, scopes: Iterable[Scope], state: str) -> int:
    """Return how many demands are in a state."""
    found = select(func.count()).select_from(Demand)
    found = found.where(_within(list(scopes)), Demand.state == state)
    return session.scalar(found) or 0


def count_unconfirmed(session: Session, scopes: Iterable[Scope]) -> int:
    """Return how many outcomes wait for a firm's word."""
    found = (
        select(func.count())
        .select_from(Outcome)
        .join(Outcome.assignment)
        .join(Assignment.demand)
        .where(_within(list(scopes)), Outcome.state == "recorded")
    )
    return session.scalar(found) or 0


def list_assignments(session: Session, demand: Demand) -> list[Assignment]:
    """Return who was asked to serve a demand, in that order."""
    person = joinedload(Assignment.craftsman).joinedload(Craftsman.person)
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.demand_id == demand.id)
            .options(person.joinedload(Person.unit), joinedload(Assignment.assigned_by))
            .order_by(Assignment.id)
        )
    )


def find_assignment(session: Session, uid: str) -> Assignment | None:
    """Return an assignment with its demand and craftsman, or None."""
    return session.scalar(
        select(Assignment)
        .where(Assignment.uid == uid)
        .options(
            joinedload(Assignment.demand).joinedload(Demand.unit),
            joinedload(Assignment.craftsman).joinedload(Craftsman.person),
        )
    )


def list_of_craftsman(session: Session, craftsman_id: int) -> list[Assignment]:
    """Return what a craftsman was asked to serve, the newest first."""
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.craftsman_id == craftsman_id)
            .options(joinedload(Assignment.demand).joinedload(Demand.unit))
            .order_by(Assignment.id.desc())
        )
    )


def count_asked(session: Session, person_id: int) -> int:
    """Return how many assignments wait for a person's own answer."""
    found = (
        select(func.count())
        .select_from(Assignment)
        .join(Assignment.craftsman)
        .where(Craftsman.person_id == person_id, Assignment.state == "asked")
    )
    return session.scalar(found) or 0


def list_outcomes(session: Session, demand: Demand) -> list[Outcome]:
    """Return what was done for a demand, in the order it was recorded."""
    person = joinedload(Outcome.assignment).joinedload(Assignment.craftsman)
    return list(
        session.scalars(
            select(Outcome)
            .join(Outcome.assignment)
            .where(Assignment.demand_id == demand.id)
            .options(person.joinedload(Craftsman.person))
            .order_by(Outcome.id)
        )
    )


def find_outcome(session: Session, uid: str) -> Outcome | None:
    """Return an outcome, or None."""
    return session.scalar(
        select(Outcome)
        .where(Outcome.uid == uid)
        .options(joinedload(Outcome.assignment).joinedload(Assignment.craftsman))
    )


def count_confirmed(session: Session, demand: Demand) -> int:
    """Return how many outcomes of a demand are confirmed."""
    found = (
        select(func.count())
        .select_from(Outcome)
        .join(Outcome.assignment)
        .where(Assignment.demand_id == demand.id, Outcome.state == "confirmed")
    )
    return session.scalar(found) or 0


def has_pair(session: Session, demand: Demand, craftsman_ids: Sequence[int]) -> bool:
    """Tell whether one of these took an apprentice of the firm since it asked."""
    found = (
        select(Pair.id)
        .join(Person, Person.id == Pair.apprentice_person_id)
        .where(
            Pair.mentor_id.in_(craftsman_ids),
            Pair.recorded_at >= demand.asked_at,
            Person.unit_id == demand.unit_id,
        )
    )
    return session.scalar(found.limit(1)) is not None


def sum_services(
    session: Session, scopes: Iterable[Scope], *, first: date, last: date
) -> Figures:
    """Return the four figures of the services that count, from a day to a day.

    Whatever way a service came into a dossier; those of the desk are among them.
    """
    fact = FirmService
    row = session.execute(
        select(
            *(
                func.coalesce(func.sum(column), 0)
                for column in (fact.visits, fact.firms, fact.problems, fact.trained)
            )
        )
        .join(Craftsman, Craftsman.id == fact.craftsman_id)
        .where(
            within_scopes(scopes),
            fact.is_current,
            fact.state != "disputed",
            fact.served_on.between(first, last),
        )
    ).one()
    return Figures(*(int(value) for value in row))


def list_units(session: Session, scopes: Iterable[Scope]) -> list[Unit]:
    """Return the units that are named by scopes, by name."""
    uids = [scope.key for scope in scopes if scope.kind == "unit"]
    found = select(Unit).where(Unit.uid.in_(uids)).order_by(Unit.name, Unit.id)
    return list(session.scalars(found))


def _within(scopes: list[Scope]) -> ColumnElement[bool]:
    if EVERYWHERE in scopes:
        return true()
    parts: list[ColumnElement[bool]] = [
        within(Demand.district_code, scope.key)
        for scope in scopes
        if scope.kind == "district"
    ]
    units = [scope.key for scope in scopes if scope.kind == "unit"]
    if units:
        parts.append(Demand.unit_id.in_(select(Unit.id).where(Unit.uid.in_(units))))
    return or_(*parts) if parts else false()


def _whole() -> Select[Demand]:
    return select(Demand).options(
        joinedload(Demand.unit),
        joinedload(Demand.district),
        joinedload(Demand.occupation),
        joinedload(Demand.level),
        joinedload(Demand.apprentice_level),
        joinedload(Demand.asked_by),
    )
