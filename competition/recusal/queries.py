"""Whether a judge is tied to somebody who takes part: yes or no, never to whom."""

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from competition.recusal.models import JudgeTie
from competition.recusal.rules import UNIT
from competition.registration.models import Entry
from competition.registration.rules.entries import WITHDRAWN
from competition.teams.models import Team, TeamCoach
from people.persons.models import Person

# What rooms above know of ties: which of these users are tied to somebody of an event.
Source = Callable[[Session, int, Collection[int]], Iterable[int]]
sources: dict[str, Source] = {}


def list_own(session: Session, user_id: int) -> list[JudgeTie]:
    """Return what a judge has declared and not withdrawn, in the order declared."""
    return list(
        session.scalars(
            select(JudgeTie)
            .options(joinedload(JudgeTie.unit))
            .where(JudgeTie.user_id == user_id, JudgeTie.withdrawn_at.is_(None))
            .order_by(JudgeTie.id)
        )
    )


def find_own(session: Session, user_id: int, uid: str) -> JudgeTie | None:
    """Return a judge's own declaration."""
    return session.scalar(
        select(JudgeTie).where(JudgeTie.user_id == user_id, JudgeTie.uid == uid)
    )


def is_recused(session: Session, event_id: int, user: User) -> bool:
    """Tell whether a judge may not be neutral at an event."""
    return user.id in list_recused(session, event_id, [user.id])


def list_recused(
    session: Session, event_id: int, user_ids: Collection[int]
) -> set[int]:
    """Return those of these users who are tied to somebody that takes part.

    Tied is who is from the same unit, who takes part, and who declared a tie to an
    entry's unit or person: by the ID number where it is known, else by the name. A
    team's leader and coaches count like its members, and so does what other rooms
    know: who was mentor or apprentice of a contestant.
    In four statements and one of each room, whatever the number of judges and
    contestants.
    """
    taking_part = and_(Entry.event_id == event_id, Entry.state != WITHDRAWN)
    own = session.scalars(
        select(User.id)
        .join(
            Entry,
            or_(
                Entry.user_id == User.id,
                Entry.unit_id == User.unit_id,
                Entry.person_id == User.person_id,
            ),
        )
        .where(User.id.in_(user_ids), taking_part)
    )
    declared = session.scalars(
        select(JudgeTie.user_id)
        .join(Entry, taking_part)
        .outerjoin(Person, Person.id == Entry.person_id)
        .where(
            JudgeTie.user_id.in_(user_ids),
            JudgeTie.withdrawn_at.is_(None),
            or_(
                and_(JudgeTie.kind == UNIT, Entry.unit_id == JudgeTie.unit_id),
                and_(
                    JudgeTie.id_number_hash != "",
                    JudgeTie.id_number_hash == Person.id_number_hash,
                ),
                # A namesake of another unit is somebody else, where a unit was named.
                and_(
                    JudgeTie.id_number_hash == "",
                    JudgeTie.name != "",
                    JudgeTie.name == Person.name,
                    or_(JudgeTie.unit_id.is_(None), Entry.unit_id == JudgeTie.unit_id),
                ),
            ),
        )
    )
    known = {
        user_id
        for source in sources.values()
        for user_id in source(session, event_id, user_ids)
    }
    return {*own, *declared, *_list_tied_to_teams(session, event_id, user_ids), *known}


def _list_tied_to_teams(
    session: Session, event_id: int, user_ids: Collection[int]
) -> set[int]:
    """Return those of these users who lead or coach a team, or are tied to a coach."""
    standing = and_(Team.event_id == event_id, Team.ended_at.is_(None))
    is_unnumbered = TeamCoach.id_number_hash == ""
    own = session.scalars(
        select(User.id)
        .outerjoin(Person, Person.id == User.person_id)
        .join(Team, standing)
        .outerjoin(TeamCoach, TeamCoach.team_id == Team.id)
        .where(
            User.id.in_(user_ids),
            or_(
                Team.leader_id == User.id,
                TeamCoach.unit_id == User.unit_id,
                and_(
                    TeamCoach.id_number_hash != "",
                    TeamCoach.id_number_hash == Person.id_number_hash,
                ),
                # A coach without a number, by the name; of another unit: a namesake.
                and_(
                    is_unnumbered,
                    TeamCoach.name == User.display_name,
                    User.unit_id.is_(None),
                ),
            ),
        )
    )
    declared = session.scalars(
        select(JudgeTie.user_id)
        .join(Team, standing)
        .join(TeamCoach, TeamCoach.team_id == Team.id)
        .where(
            JudgeTie.user_id.in_(user_ids),
            JudgeTie.withdrawn_at.is_(None),
            or_(
                and_(JudgeTie.kind == UNIT, TeamCoach.unit_id == JudgeTie.unit_id),
                and_(
                    JudgeTie.id_number_hash != "",
                    JudgeTie.id_number_hash == TeamCoach.id_number_hash,
                ),
                and_(
                    JudgeTie.name != "",
                    JudgeTie.name == TeamCoach.name,
                    or_(JudgeTie.id_number_hash == "", is_unnumbered),
                    or_(
                        JudgeTie.unit_id.is_(None),
                        JudgeTie.unit_id == TeamCoach.unit_id,
                    ),
                ),
            ),
        )
    )
    return {*own, *declared}
