"""Reading what the figures count, within the scopes somebody holds."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.events import rules as life
from competition.events.models import Competition, Event
from competition.registration.models import Entry
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from scoring.figures.models import PromotionTally
from scoring.judges.models import JudgeSeat
from scoring.results.models import Publication

_Names = tuple[str, str]  # of a person and of their unit, or ""
_HELD = (life.CHECKIN, life.MARKING, life.LOCKED, life.DECODED, life.PUBLISHED)


def list_events(session: Session, scopes: Sequence[Scope]) -> list[Event]:
    """Return the events that were held, of these scopes, newest first."""
    return list(
        session.scalars(
            select(Event)
            .join(Event.competition)
            .options(
                joinedload(Event.competition).joinedload(Competition.district),
                joinedload(Event.occupation),
            )
            .where(is_held(scopes))
            .order_by(Competition.year.desc(), Event.name, Event.id)
        )
    )


def is_held(scopes: Sequence[Scope]) -> ColumnElement[bool]:
    """Return the condition on event and competition that they are counted (F-01)."""
    return Event.state.in_(_HELD) & _lies_in(scopes)


def count_entrants(session: Session, event_ids: Sequence[int]) -> dict[int, int]:
    """Return how many entries were accepted, by event."""
    rows = session.execute(
        select(Entry.event_id, func.count())
        .where(Entry.event_id.in_(event_ids), Entry.state == "accepted")
        .group_by(Entry.event_id)
    )
    return {event_id: count for event_id, count in rows}  # noqa: C416 - rows


def list_judges(
    session: Session, event_ids: Sequence[int]
) -> list[tuple[int, User, str]]:
    """Return event, user and seat of everybody who sat on a panel, ended seats too."""
    rows = session.execute(
        select(JudgeSeat.event_id, User, JudgeSeat.seat)
        .join(User, User.id == JudgeSeat.user_id)
        .where(JudgeSeat.event_id.in_(event_ids))
        .order_by(User.display_name, User.id, JudgeSeat.id)
    )
    return [(event_id, user, seat) for event_id, user, seat in rows]


def list_entrants(
    session: Session, event_ids: Sequence[int], part: slice
) -> list[Entry]:
    """Return a part of the accepted entries of events."""
    return list(
        session.scalars(
            select(Entry)
            .options(
                joinedload(Entry.person),
                joinedload(Entry.unit),
                joinedload(Entry.event),
            )
            .where(Entry.event_id.in_(event_ids), Entry.state == "accepted")
            .order_by(Entry.event_id, Entry.id)
            .slice(part.start, part.stop)
        )
    )


def list_tallies(
    session: Session, event_ids: Sequence[int]
) -> dict[int, tuple[str, str | None]]:
    """Return digest and tally of the publication that stands, by event.

    The tally is JSON, see `PromotionTally.rows`; None where nobody has counted yet.
    """
    rows = session.execute(
        select(Publication.event_id, Publication.digest, PromotionTally.rows)
        .outerjoin(PromotionTally, PromotionTally.publication_id == Publication.id)
        .where(Publication.event_id.in_(event_ids), Publication.withdrawn_at.is_(None))
    )
    return {event_id: (digest, tally) for event_id, digest, tally in rows}


def list_names(session: Session, event_ids: Sequence[int]) -> dict[int, _Names]:
    """Return the names of person and unit of the entries of events, by entry."""
    rows = session.execute(
        select(Entry.id, Person.name, Unit.name)
        .join(Person, Person.id == Entry.person_id)
        .outerjoin(Unit, Unit.id == Entry.unit_id)
        .where(Entry.event_id.in_(event_ids), Entry.state == "accepted")
    )
    return {entry_id: (name, unit or "") for entry_id, name, unit in rows}


def person_key(user: User) -> str:
    """Return what a user counts as: their person, else the account."""
    return f"p{user.person_id}" if user.person_id is not None else f"u{user.id}"


def _lies_in(scopes: Sequence[Scope]) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = []
    for scope in scopes:
        match scope.kind:
            case "all":
                found.append(Event.id.is_not(None))
            case "district":
                found.append(within(Competition.district_code, scope.key))
            case "competition":
                found.append(Competition.uid == scope.key)
            case "event":
                found.append(Event.uid == scope.key)
            case _:
                pass
    return or_(*found) if found else false()
