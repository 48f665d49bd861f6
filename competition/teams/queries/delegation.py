"""What a unit, or a team leader, has entered over all events of a competition."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from accounts.roles.rules import Scope
from competition.events.models import Competition, Event
from competition.events.rules import REGISTRATION
from competition.registration.models import Entry, RuleVersion
from competition.registration.queries import is_waiting
from competition.registration.rules.entries import RETURNED, TAKES_PLACE
from competition.teams.models import TeamMember
from competition.teams.rules import STANDING
from paging import paginate
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a unit, or some teams, have entered in one event."""

    event: Event
    entered: int  # entries that take a place of the unit
    returned: int  # for correction
    substitutes: int
    teams: int
    in_event: int  # places taken by everybody


def list_units(session: Session, event_id: int, scopes: Iterable[Scope]) -> list[Unit]:
    """Return the units within `scopes` that have entries in an event, by name."""
    return _list_units(session, Entry.event_id == event_id, scopes)


def list_units_in(
    session: Session, competition_id: int, scopes: Iterable[Scope]
) -> list[Unit]:
    """Return the units within `scopes` that have entries in a competition, by name."""
    return _list_units(session, Event.competition_id == competition_id, scopes)


def list_competitions(session: Session, scopes: Iterable[Scope]) -> list[Competition]:
    """Return the competitions that units within `scopes` have entries in."""
    return list(
        session.scalars(
            select(Competition)
            .join(Event, Event.competition_id == Competition.id)
            .join(Entry, Entry.event_id == Event.id)
            .join(Unit, Unit.id == Entry.unit_id)
            .where(_of_units(scopes))
            .distinct()
            .order_by(Competition.year.desc(), Competition.id.desc())
        )
    )


def list_quotas(
    session: Session,
    competition_id: int,
    own: ColumnElement[bool],
    *,
    with_open: bool = False,
) -> list[Quota]:
    """Return what was entered in each event of a competition, in one statement.

    Args:
        session: where to look.
        competition_id: of the competition.
        own: which entries are asked about; see `of_unit` and `of_teams`.
        with_open: also events that can be entered and where nobody of them is yet.
    """

    def among(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((condition, Entry.id)))

    takes = (
        Entry.state.in_(TAKES_PLACE) & Entry.is_substitute.is_(False) & ~is_waiting()
    )
    rows = session.execute(
        select(
            Event,
            among(own & takes),
            among(own & (Entry.state == RETURNED)),
            among(own & Entry.is_substitute & Entry.state.in_(STANDING)),
            func.count(case((own, TeamMember.team_id)).distinct()),
            among(takes),
            among(own),
        )
        .outerjoin(Entry, Entry.event_id == Event.id)
        .outerjoin(Unit, Unit.id == Entry.unit_id)
        .outerjoin(
            TeamMember,
            (TeamMember.entry_id == Entry.id) & TeamMember.ended_at.is_(None),
        )
        .where(Event.competition_id == competition_id)
        .group_by(Event.id)
        .order_by(Event.starts_at, Event.id)
    )
    return [
        Quota(
            event=row[0],
            entered=row[1],
            returned=row[2],
            substitutes=row[3],
            teams=row[4],
            in_event=row[5],
        )
        for row in rows
        if row[6] or (with_open and row[0].state == REGISTRATION)
    ]


def list_team_event_ids(session: Session, competition_id: int) -> set[int]:
    """Return the events of a competition whose rules of entry speak of teams."""
    newer = aliased(RuleVersion)
    is_newest = ~(
        select(newer.id)
        .where(
            newer.event_id == RuleVersion.event_id, newer.number > RuleVersion.number
        )
        .exists()
    )
    return set(
        session.scalars(
            select(RuleVersion.event_id)
            .join(Event, Event.id == RuleVersion.event_id)
            .where(
                Event.competition_id == competition_id,
                RuleVersion.document.contains("\n[team]\n"),
                is_newest,
            )
        )
    )


def list_delegation(
    session: Session,
    competition_id: int,
    own: ColumnElement[bool],
    *,
    event_uid: str = "",
    text: str = "",
    state: str = "",
    page: int = 1,
) -> Pagination:
    """Return a page of entries over all events of a competition, by event and name."""
    statement = (
        select(Entry)
        .join(Entry.event)
        .join(Entry.person)
        .outerjoin(Entry.unit)
        .outerjoin(
            TeamMember,
            (TeamMember.entry_id == Entry.id) & TeamMember.ended_at.is_(None),
        )
        .options(
            contains_eager(Entry.event),
            contains_eager(Entry.person),
            contains_eager(Entry.unit),
            joinedload(Entry.group),
        )
        .where(Event.competition_id == competition_id, own)
        .order_by(Event.starts_at, Event.id, Person.name, Entry.id)
    )
    if event_uid:
        statement = statement.where(Event.uid == event_uid)
    if state:
        statement = statement.where(Entry.state == state)
    for word in text.split():
        statement = statement.where(Person.name.icontains(word, autoescape=True))
    return paginate(session, statement, page)


def list_places(session: Session, entry_ids: Collection[int]) -> dict[int, TeamMember]:
    """Return where entries stand on rosters, with their teams, by entry."""
    rows = session.scalars(
        select(TeamMember)
        .join(TeamMember.team)
        .options(contains_eager(TeamMember.team))
        .where(TeamMember.entry_id.in_(entry_ids), TeamMember.ended_at.is_(None))
    )
    return {row.entry_id: row for row in rows}


def of_unit(unit: Unit) -> ColumnElement[bool]:
    """Return the condition that an entry is of a unit."""
    return Entry.unit_id == unit.id


def of_teams(team_ids: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that an entry is on one of these rosters."""
    return func.coalesce(TeamMember.team_id.in_(team_ids), false())


def _list_units(
    session: Session, where: ColumnElement[bool], scopes: Iterable[Scope]
) -> list[Unit]:
    return list(
        session.scalars(
            select(Unit)
            .join(Entry, Entry.unit_id == Unit.id)
            .join(Event, Event.id == Entry.event_id)
            .where(where, _of_units(scopes))
            .distinct()
            .order_by(Unit.name, Unit.id)
        )
    )


def _of_units(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    held: list[ColumnElement[bool]] = [false()]
    for scope in scopes:
        if scope.kind == "unit":
            held.append(Unit.uid == scope.key)
        elif scope.kind == "district":
            held.append(within(Unit.district_code, scope.key))
    return or_(*held)
