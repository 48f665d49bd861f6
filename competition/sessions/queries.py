"""Reading sessions and what they need; who else needs people and things.

Judges' seats live in a room above. It registers whom an event needs, and for how long,
with `@provides_uses`; the calendar and the timetable ask all who have registered.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from competition.events.models import Event
from competition.sessions.models import EventSession
from competition.sessions.rules import (
    EQUIPMENT,
    VENUE,
    Use,
    key_of,
    split_names,
)
from extensions import LOCAL

Times = tuple[datetime, datetime]
# Given events and when each is held, tells what each needs besides room and machines.
UseProvider = Callable[
    [Session, Sequence[Event], dict[int, list[Times]]], Iterable[Use]
]

_providers: list[UseProvider] = []


def provides_uses(provider: UseProvider) -> UseProvider:
    """Register who knows what events need."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def list_sessions(session: Session, event_ids: Iterable[int]) -> list[EventSession]:
    """Return the sessions of events, in the order of time."""
    return list(
        session.scalars(
            select(EventSession)
            .where(EventSession.event_id.in_(list(event_ids)))
            .order_by(EventSession.starts_at, EventSession.ends_at, EventSession.id)
        )
    )


def find_session(session: Session, uid: str) -> EventSession | None:
    """Return a session with its event, or None."""
    return session.scalar(
        select(EventSession)
        .where(EventSession.uid == uid)
        .options(joinedload(EventSession.event).joinedload(Event.competition))
    )


def list_times(
    events: Iterable[Event], sessions: Iterable[EventSession]
) -> dict[int, list[Times]]:
    """Return when each event is held; without sessions, the whole of its first day."""
    times: dict[int, list[Times]] = defaultdict(list)
    for held in sessions:
        times[held.event_id].append((held.starts_at, held.ends_at))
    for event in events:
        if event.id not in times:
            day = event.starts_at.astimezone(LOCAL).date()
            begins = datetime.combine(day, time.min, LOCAL)
            times[event.id].append((begins, begins + timedelta(days=1)))
    return dict(times)


def list_uses(session: Session, events: Sequence[Event]) -> list[Use]:
    """Return what events need and when: rooms, machines, and what others tell."""
    sessions = list_sessions(session, [event.id for event in events])
    times = list_times(events, sessions)
    by_id = {event.id: event for event in events}
    uses: list[Use] = []
    for held in sessions:
        uses += _uses_of(by_id[held.event_id], held)
    with_sessions = {held.event_id for held in sessions}
    for event in events:
        if event.id not in with_sessions and key_of(event.venue):
            begins, ends = times[event.id][0]
            uses.append(_use(event, VENUE, event.venue, begins, ends))
    for provider in _providers:
        uses += provider(session, events, times)
    return uses


def _uses_of(event: Event, held: EventSession) -> Iterable[Use]:
    venue = held.venue or event.venue
    if key_of(venue):
        yield _use(event, VENUE, venue, held.starts_at, held.ends_at)
    for name in split_names(held.equipment):
        yield _use(event, EQUIPMENT, name, held.starts_at, held.ends_at)


def _use(event: Event, kind: str, name: str, begins: datetime, ends: datetime) -> Use:
    return Use(
        owner=event.uid,
        kind=kind,
        key=key_of(name),
        label=name,
        begins=begins,
        ends=ends,
    )
