"""Finding competitions and events; where each lies; who counts its entries.

Entries live in a higher topic. It registers how they are counted with
`@counts_entries`, so that an event's page can show counts without knowing them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, case, false, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from accounts.access.services import resolves
from accounts.roles.rules import Scope
from competition.events import rules
from competition.events.models import Competition, Event
from errors import DomainError
from paging import paginate
from people.codes.models import Occupation
from people.districts.models import District
from people.districts.queries import within

CountsByState = Mapping[int, Mapping[str, int]]  # event id → entry state → entries
EntryCounter = Callable[[Session, Sequence[int]], CountsByState]

_counters: list[EntryCounter] = []

# What a visitor asks for: which states that means.
STAGES: dict[str, tuple[str, ...]] = {
    "open": (rules.REGISTRATION,),
    "running": (
        rules.CLOSED,
        rules.CHECKIN,
        rules.MARKING,
        rules.LOCKED,
        rules.DECODED,
    ),
    "published": (rules.PUBLISHED,),
    "cancelled": (rules.CANCELLED,),
}


class EventNotFoundError(DomainError):
    """There is no such event."""

    status = 404


def counts_entries(counter: EntryCounter) -> EntryCounter:
    """Register how the entries of events are counted."""
    _counters[:] = [counter]
    return counter


def count_entries(session: Session, events: Sequence[Event]) -> CountsByState:
    """Return the entries of each event by state, in one statement."""
    ids = [event.id for event in events]
    return _counters[0](session, ids) if _counters and ids else {}


def find_event(session: Session, uid: str) -> Event | None:
    """Return an event with competition, occupation and groups, or None."""
    return session.scalar(_whole_event().where(Event.uid == uid))


def get_event(session: Session, uid: str) -> Event:
    """Return an event with competition, occupation and groups.

    Raises:
        EventNotFoundError: no event has this uid.
    """
    event = find_event(session, uid)
    if event is None:
        raise EventNotFoundError("")
    return event


def find_competition(session: Session, uid: str) -> Competition | None:
    """Return a competition with its events, or None."""
    return session.scalar(
        select(Competition)
        .where(Competition.uid == uid)
        .options(joinedload(Competition.district), selectinload(Competition.events))
    )


def list_events(
    session: Session,
    *,
    now: datetime,
    stage: str = "",
    year: int | None = None,
    text: str = "",
    page: int = 1,
) -> Pagination:
    """Return a page of the events the public may see.

    Open for registration first (closing soonest first), then those coming or running,
    then published ones, newest first; cancelled ones last.
    """
    statement = _whole_event().where(Event.state != rules.DRAFT)
    if stage:
        statement = statement.where(Event.state.in_(STAGES.get(stage, ())))
    if year is not None:
        statement = statement.where(Competition.year == year)
    for word in text.split():
        statement = statement.where(_mentions(word))
    rank = case(
        (Event.state == rules.CANCELLED, 4),
        (Event.state == rules.PUBLISHED, 3),
        (Event.state != rules.REGISTRATION, 2),
        (Event.registration_closes_at <= now, 2),
        (Event.registration_opens_at > now, 1),
        else_=0,
    )
    soonest = case((rank == 0, Event.registration_closes_at))
    statement = statement.order_by(
        rank, soonest, case((rank == 1, Event.starts_at)), Event.starts_at.desc()
    )
    return paginate(session, statement.order_by(Event.id), page, per_page=12)


def list_competitions(
    session: Session, scopes: Iterable[Scope], page: int = 1
) -> Pagination:
    """Return a page of the competitions within `scopes`, newest first."""
    statement = (
        select(Competition)
        .where(competition_within(scopes))
        .options(joinedload(Competition.district), selectinload(Competition.events))
        .order_by(Competition.year.desc(), Competition.id.desc())
    )
    return paginate(session, statement, page, per_page=10)


def list_managed_events(session: Session, scopes: Iterable[Scope]) -> list[Event]:
    """Return the events within `scopes` that are not over, soonest first."""
    places = list(scopes)
    own = [scope.key for scope in places if scope.kind == "event"]
    statement = (
        _whole_event()
        .where(or_(competition_within(places), Event.uid.in_(own)))
        .where(
            Event.state.not_in((rules.PUBLISHED, rules.CANCELLED)),
            or_(Event.state != rules.DRAFT, Competition.cancelled_reason == ""),
        )
        .order_by(Event.starts_at, Event.id)
    )
    return list(session.scalars(statement))


def list_event_uids(session: Session, scopes: Iterable[Scope]) -> list[str]:
    """Return the uids of every event of the competitions in `scopes`."""
    places = list(scopes)
    statement = (
        select(Event.uid)
        .join(Event.competition)
        .where(competition_within(places))
        .order_by(Event.id)
    )
    return list(session.scalars(statement))


def list_years(session: Session) -> list[int]:
    """Return the years that have competitions, newest first."""
    years = select(Competition.year).distinct().order_by(Competition.year.desc())
    return list(session.scalars(years))


def list_districts(session: Session) -> list[District]:
    """Return every district, by code."""
    return list(session.scalars(select(District).order_by(District.code)))


def districts_around(code: str) -> list[Scope]:
    """Return a district and those it lies in, as scopes."""
    codes = dict.fromkeys((code, f"{code[:4]}00", f"{code[:2]}0000"))
    return [Scope("district", place) for place in codes]


def scopes_of(competition: Competition) -> list[Scope]:
    """Return where a competition lies: itself, its district and those around it."""
    own = Scope("competition", competition.uid)
    return [own, *districts_around(competition.district_code)]


@resolves("district")
def _scopes_of_district(_session: Session, code: str) -> list[Scope]:
    return districts_around(code)


@resolves("competition")
def _scopes_of_competition(session: Session, uid: str) -> list[Scope] | None:
    found = session.scalar(select(Competition).where(Competition.uid == uid))
    return None if found is None else scopes_of(found)


@resolves("event")
def _scopes_of_event(session: Session, uid: str) -> list[Scope] | None:
    found = session.scalar(select(Competition).join(Event).where(Event.uid == uid))
    return None if found is None else [Scope("event", uid), *scopes_of(found)]


def _whole_event() -> Select[Event]:
    return (
        select(Event)
        .join(Event.competition)
        .join(Event.occupation)
        .options(
            contains_eager(Event.competition).joinedload(Competition.district),
            contains_eager(Event.occupation),
            joinedload(Event.min_level),
            selectinload(Event.groups),
        )
    )


def _mentions(word: str) -> ColumnElement[bool]:
    columns = (Event.name, Competition.name, Occupation.name, Competition.organiser)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def competition_within(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Return the condition that a competition lies in one of `scopes`."""
    conditions: list[ColumnElement[bool]] = []
    for scope in scopes:
        if scope.kind == "all":
            conditions.append(Competition.id.is_not(None))
        elif scope.kind == "competition":
            conditions.append(Competition.uid == scope.key)
        elif scope.kind == "district":
            conditions.append(within(Competition.district_code, scope.key))
    return or_(*conditions) if conditions else false()
