"""Finding wishes to cancel, and the entries they would reach."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import Scope
from competition.cancelling.models import ASKED, Cancellation
from competition.events.models import Competition, Event
from competition.events.queries import competition_within, count_entries
from competition.events.rules import CANCELLED, NEXT

_BEGUN = "draft"  # an entry that was never handed in


def list_of(session: Session, target: Event | Competition) -> list[Cancellation]:
    """Return every wish to cancel an event or competition, newest first."""
    return list(
        session.scalars(
            select(Cancellation).where(_about(target)).order_by(Cancellation.id.desc())
        )
    )


def find_open(session: Session, target: Event | Competition) -> Cancellation | None:
    """Return the wish that waits for a second person, or None."""
    return session.scalar(
        select(Cancellation).where(_about(target), Cancellation.state == ASKED)
    )


def list_open(session: Session, scopes: Iterable[Scope]) -> list[Cancellation]:
    """Return the wishes within `scopes` that wait for a second person, oldest first."""
    within = select(Competition.id).where(competition_within(scopes))
    events = select(Event.id).where(Event.competition_id.in_(within))
    return list(
        session.scalars(
            select(Cancellation)
            .where(
                Cancellation.state == ASKED,
                or_(
                    Cancellation.competition_id.in_(within),
                    Cancellation.event_id.in_(events),
                ),
            )
            .options(
                joinedload(Cancellation.event), joinedload(Cancellation.competition)
            )
            .order_by(Cancellation.id)
        )
    )


def list_ending(target: Event | Competition) -> list[Event]:
    """Return the events that would be cancelled: announced, their marks not locked."""
    events = [target] if isinstance(target, Event) else target.events
    return [event for event in events if CANCELLED in NEXT[event.state]]


def count_handed_in(session: Session, events: Iterable[Event]) -> int:
    """Count the entries that were handed in, whatever became of them."""
    counts = count_entries(session, list(events))
    return sum(
        number
        for by_state in counts.values()
        for state, number in by_state.items()
        if state != _BEGUN
    )


def is_cancelled(session: Session, event_uid: str) -> bool:
    """Tell whether an event is cancelled."""
    found = select(Event.id).where(Event.uid == event_uid, Event.state == CANCELLED)
    return session.scalar(found) is not None


def _about(target: Event | Competition) -> ColumnElement[bool]:
    if isinstance(target, Event):
        return Cancellation.event_id == target.id
    return Cancellation.competition_id == target.id
