"""Finding teams, their rosters and their members' names."""

from collections.abc import Collection

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import (
    Session,
    contains_eager,
    joinedload,
    selectinload,
)

from accounts.access.services import resolves
from accounts.roles.rules import Scope
from competition.events.models import Event
from competition.events.queries import districts_around, scopes_of
from competition.registration.models import Entry
from competition.registration.services.checks import counts_team
from competition.teams.models import Team, TeamCoach, TeamMember
from competition.teams.rules import MEMBER, STANDING
from paging import paginate
from people.persons.models import Person
from people.units.models import Unit


def find_team(session: Session, uid: str) -> Team | None:
    """Return a team with event, unit, leader and coaches, or None."""
    return session.scalar(
        select(Team)
        .where(Team.uid == uid)
        .options(
            joinedload(Team.event).joinedload(Event.competition),
            joinedload(Team.event).selectinload(Event.groups),
            joinedload(Team.unit),
            joinedload(Team.leader),
            selectinload(Team.coaches).joinedload(TeamCoach.unit),
        )
    )


def list_roster(session: Session, team_id: int) -> list[TeamMember]:
    """Return who is on a team's roster: members, then substitutes, by name."""
    return list(
        session.scalars(
            _memberships()
            .where(TeamMember.team_id == team_id, TeamMember.ended_at.is_(None))
            .order_by(
                case((TeamMember.role == MEMBER, 0), else_=1),
                Person.name,
                TeamMember.id,
            )
        )
    )


def list_former(session: Session, team_id: int) -> list[TeamMember]:
    """Return who was on a team's roster and no longer is, newest first."""
    return list(
        session.scalars(
            _memberships()
            .where(TeamMember.team_id == team_id, TeamMember.ended_at.is_not(None))
            .order_by(TeamMember.ended_at.desc(), TeamMember.id.desc())
        )
    )


def find_membership(session: Session, entry_id: int) -> TeamMember | None:
    """Return an entry's place on a roster that stands, or None."""
    return session.scalar(
        select(TeamMember).where(
            TeamMember.entry_id == entry_id, TeamMember.ended_at.is_(None)
        )
    )


def list_candidates(session: Session, event_id: int, unit_id: int) -> list[Entry]:
    """Return a unit's entries in an event that can stand on a roster, by name."""
    return list(
        session.scalars(
            select(Entry)
            .join(Entry.person)
            .options(contains_eager(Entry.person), joinedload(Entry.group))
            .where(
                Entry.event_id == event_id,
                Entry.unit_id == unit_id,
                Entry.state.in_(STANDING),
            )
            .order_by(Person.name, Entry.id)
        )
    )


def list_taken(session: Session, event_id: int) -> dict[int, int]:
    """Return {entry: team} of everybody on a roster of an event."""
    rows = session.execute(
        select(TeamMember.entry_id, TeamMember.team_id)
        .join(TeamMember.team)
        .where(Team.event_id == event_id, TeamMember.ended_at.is_(None))
    )
    return {entry_id: team_id for entry_id, team_id in rows}  # noqa: C416 - rows


def has_name(session: Session, event_id: int, name: str, but: int | None) -> bool:
    """Tell whether a standing team of an event other than `but` bears a name."""
    found = select(Team.id).where(
        Team.event_id == event_id, Team.name == name, Team.ended_at.is_(None)
    )
    if but is not None:
        found = found.where(Team.id != but)
    return session.scalar(found.limit(1)) is not None


def list_teams(session: Session, event_id: int, page: int = 1) -> Pagination:
    """Return a page of the standing teams of an event, by name."""
    return paginate(
        session,
        select(Team)
        .where(Team.event_id == event_id, Team.ended_at.is_(None))
        .options(joinedload(Team.unit), selectinload(Team.coaches))
        .order_by(Team.name, Team.id),
        page,
    )


def count_members(session: Session, team_ids: Collection[int]) -> dict[int, int]:
    """Return how many members of each team take part, substitutes left out."""
    rows = session.execute(
        select(TeamMember.team_id, func.count())
        .join(TeamMember.entry)
        .where(
            TeamMember.team_id.in_(team_ids),
            TeamMember.ended_at.is_(None),
            TeamMember.role == MEMBER,
            Entry.state.in_(STANDING),
        )
        .group_by(TeamMember.team_id)
    )
    return {team_id: count for team_id, count in rows}  # noqa: C416 - rows


def list_led(session: Session, user_id: int) -> list[Team]:
    """Return the standing teams a user leads, newest first."""
    return list(
        session.scalars(
            select(Team)
            .where(Team.leader_id == user_id, Team.ended_at.is_(None))
            .options(joinedload(Team.event).joinedload(Event.competition))
            .order_by(Team.id.desc())
        )
    )


def scopes_of_unit(unit: Unit) -> set[Scope]:
    """Return where somebody must hold a role to speak for a unit.

    A role held everywhere speaks for no unit.
    """
    return {Scope("unit", unit.uid), *districts_around(unit.district_code)}


@counts_team
def count_team_of(session: Session, entry: Entry) -> int:
    """Return how many members an entry's team has, 0 where it is in none."""
    place = find_membership(session, entry.id)
    if place is None:
        return 0
    return count_members(session, [place.team_id]).get(place.team_id, 0)


@resolves("team")
def _scopes_of_team(session: Session, uid: str) -> list[Scope] | None:
    team = find_team(session, uid)
    if team is None:
        return None
    return [Scope("event", team.event.uid), *scopes_of(team.event.competition)]


def _memberships() -> Select[TeamMember]:
    return (
        select(TeamMember)
        .join(TeamMember.entry)
        .join(Entry.person)
        .options(
            contains_eager(TeamMember.entry).contains_eager(Entry.person),
            contains_eager(TeamMember.entry).joinedload(Entry.group),
            contains_eager(TeamMember.entry).joinedload(Entry.unit),
            contains_eager(TeamMember.entry).joinedload(Entry.level),
            contains_eager(TeamMember.entry).selectinload(Entry.papers),
        )
    )
