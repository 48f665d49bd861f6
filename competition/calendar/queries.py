"""The events of a year in a district, when they are held and what clashes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from accounts.roles.rules import Scope
from competition.events.models import Competition, Event
from competition.events.queries import competition_within
from competition.events.rules import CANCELLED
from competition.sessions.models import EventSession
from competition.sessions.queries import Times, list_sessions, list_times, list_uses
from competition.sessions.rules import Clash, find_clashes
from extensions import LOCAL
from people.districts.models import District
from people.districts.queries import within

MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """An event with when it is held and the clashes it is part of."""

    event: Event
    first_day: date
    last_day: date
    clashes: tuple[Clash, ...]


def list_year(
    session: Session, scopes: Iterable[Scope], year: int, district: str = ""
) -> list[Held]:
    """Return the events held in a year, by day; at most `MOST_EVENTS`."""
    begins = datetime(year, 1, 1, tzinfo=LOCAL).astimezone(UTC)
    ends = datetime(year + 1, 1, 1, tzinfo=LOCAL).astimezone(UTC)
    in_sessions = select(EventSession.event_id).where(
        EventSession.starts_at < ends, EventSession.ends_at > begins
    )
    statement = (
        select(Event)
        .join(Event.competition)
        .options(contains_eager(Event.competition).joinedload(Competition.district))
        .where(competition_within(scopes))
        .where(
            or_(
                Event.starts_at.between(begins, ends - timedelta(microseconds=1)),
                Event.id.in_(in_sessions),
            )
        )
        .order_by(Event.starts_at, Event.id)
        .limit(MOST_EVENTS)
    )
    if district:
        statement = statement.where(within(Competition.district_code, district))
    events = list(session.scalars(statement))
    return _with_clashes(session, events)


def list_years(session: Session, scopes: Iterable[Scope]) -> list[int]:
    """Return the years that have competitions, newest first."""
    years = select(Competition.year).where(competition_within(scopes)).distinct()
    return list(session.scalars(years.order_by(Competition.year.desc())))


def list_places(session: Session, scopes: Iterable[Scope]) -> list[tuple[str, str]]:
    """Return code and name of the districts that have competitions, by code."""
    statement = (
        select(District.code, District.name)
        .join(Competition, Competition.district_code == District.code)
        .where(competition_within(scopes))
        .group_by(District.code, District.name)
        .order_by(District.code)
    )
    return [(code, name) for code, name in session.execute(statement)]


def _with_clashes(session: Session, events: Sequence[Event]) -> list[Held]:
    sessions = list_sessions(session, [event.id for event in events])
    times = list_times(events, sessions)
    by_owner: dict[str, list[Clash]] = defaultdict(list)
    held = [event for event in events if event.state != CANCELLED]
    for clash in find_clashes(list_uses(session, held)):
        for owner in clash.owners:
            by_owner[owner].append(clash)
    found = [
        Held(event, *_days_of(times[event.id]), tuple(by_owner[event.uid]))
        for event in events
    ]
    return sorted(found, key=lambda h: (h.first_day, h.last_day, h.event.id))


def _days_of(times: Sequence[Times]) -> tuple[date, date]:
    first = min(begins for begins, _ends in times)
    last = max(ends for _begins, ends in times) - timedelta(microseconds=1)
    return first.astimezone(LOCAL).date(), last.astimezone(LOCAL).date()
