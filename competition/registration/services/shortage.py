"""The smallest field (最低参赛人数): what to do with an event too few have entered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.queries import CountsByState, count_entries
from competition.events.rules import CLOSED, DRAFT, REGISTRATION
from competition.registration.rules.entries import TAKES_PLACE


@dataclass(frozen=True, slots=True)
class Shortage:
    """How many are entered, how many are needed, and where they could go."""

    count: int
    least: int
    others: Sequence[Event]  # of the same occupation in the same competition


def shortage_of(
    session: Session,
    event: Event,
    now: datetime,
    counts: CountsByState | None = None,
) -> Shortage | None:
    """Return what the committee has to decide, once registration is over; else None."""
    is_over = event.state == CLOSED or (
        event.state == REGISTRATION and event.registration_closes_at <= now
    )
    if not is_over or not event.min_entries:
        return None
    found = counts if counts is not None else count_entries(session, [event])
    by_state = found.get(event.id, {})
    count = sum(by_state.get(state, 0) for state in TAKES_PLACE)
    if count >= event.min_entries:
        return None
    others = session.scalars(
        select(Event)
        .where(
            Event.competition_id == event.competition_id,
            Event.occupation_edition == event.occupation_edition,
            Event.occupation_code == event.occupation_code,
            Event.id != event.id,
            Event.state.in_((DRAFT, REGISTRATION, CLOSED)),
        )
        .order_by(Event.id)
    )
    return Shortage(count, event.min_entries, others.all())
