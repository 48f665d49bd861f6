"""The waiting list (候补): joining it, being offered a place, taking it, losing it.

A place that becomes free is offered to whoever has waited longest; the offer holds for
some hours and takes the place meanwhile. One that is not taken in time ends the entry
and goes on to the next.
"""

import json
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.rules import CLOSED, REGISTRATION
from competition.registration import queries
from competition.registration.models import Entry, EntryVerdict, WaitingPlace
from competition.registration.rules import entries as rules
from competition.registration.services.rulebook import rulebook_of
from competition.registration.services.telling import tell_offer
from errors import DomainError
from ledger.log.services import SYSTEM, Actor, record

OFFER_HOURS = 48  # where the event's rules say nothing else


class NoOfferError(DomainError):
    """No place is offered to this entry now."""


def join_waiting(
    session: Session, *, entry: Entry, actor: Actor, now: datetime
) -> WaitingPlace:
    """Put an entry at the end of the list; one that has a place there keeps it."""
    open_place = queries.find_waiting(session, entry.id)
    if open_place is not None:
        return open_place
    place = WaitingPlace(event=entry.event, entry=entry, since=now)
    session.add(place)
    session.flush()
    _log(session, place, "waiting", actor, now)
    return place


def leave_waiting(session: Session, *, entry: Entry, now: datetime) -> None:
    """End an entry's place on the list, if it has one: it was withdrawn or rejected."""
    place = queries.find_waiting(session, entry.id)
    if place is not None:
        place.state, place.ended_at = "left", now
        session.flush()


def take_place(session: Session, *, entry: Entry, actor: Actor, now: datetime) -> None:
    """Take the place that is offered; the entry then goes its usual way.

    Raises:
        NoOfferError: none is offered, or the offer has run out.
    """
    _hold(session, entry.event)
    place = queries.find_waiting(session, entry.id)
    if place is None or place.state != rules.OFFERED or _is_over(place, now):
        raise NoOfferError(_("No place is offered to you at present."))
    place.state, place.ended_at = "taken", now
    _log(session, place, "place_taken", actor, now)


def move_up(session: Session, *, event: Event, now: datetime) -> int:
    """End offers that have run out, offer what is free; return how many were offered.

    Nothing moves once check-in has begun.
    """
    if event.state not in (REGISTRATION, CLOSED):
        return 0
    _hold(session, event)
    open_places = queries.list_waiting(session, event.id)
    for place in open_places:
        if place.state == rules.OFFERED and _is_over(place, now):
            _lapse(session, place, now)
    waiting = [place for place in open_places if place.state == rules.WAITING]
    if not waiting:
        return 0
    book = rulebook_of(session, event).document
    free = len(waiting)
    if book.places_event is not None:
        free = book.places_event - queries.count_taken(session, event.id)
    hours = book.places_offer_hours or OFFER_HOURS
    offered = waiting[: max(free, 0)]
    for place in offered:
        place.state, place.offered_at = rules.OFFERED, now
        place.expires_at = min(now + timedelta(hours=hours), event.starts_at)
        _log(session, place, "place_offered", SYSTEM, now)
        tell_offer(session, place, now)
    session.flush()
    return len(offered)


def has_waiting(session: Session, event_id: int) -> bool:
    """Tell whether anybody waits for a place of an event."""
    found = select(WaitingPlace.id).where(
        WaitingPlace.event_id == event_id, WaitingPlace.state == rules.WAITING
    )
    return session.scalar(found.limit(1)) is not None


def list_with_waiting(session: Session) -> list[Event]:
    """Return the events somebody waits for a place of, or is offered one of."""
    waited = select(WaitingPlace.event_id).where(
        WaitingPlace.state.in_((rules.WAITING, rules.OFFERED))
    )
    return list(
        session.scalars(select(Event).where(Event.id.in_(waited)).order_by(Event.id))
    )


def _lapse(session: Session, place: WaitingPlace, now: datetime) -> None:
    entry = place.entry
    place.state, place.ended_at = "lapsed", now
    entry.state, entry.decided_at = rules.WITHDRAWN, now
    entry.reason = _("The offered place was not taken in time.")
    session.add(
        EntryVerdict(
            entry=entry,
            verdict=entry.state,
            reason=entry.reason,
            checks=json.dumps([]),
            given_by=SYSTEM.name,
            given_at=now,
        )
    )
    session.flush()
    _log(session, place, "place_lapsed", SYSTEM, now)


def _is_over(place: WaitingPlace, now: datetime) -> bool:
    return place.expires_at is not None and place.expires_at <= now


def _hold(session: Session, event: Event) -> None:
    """Whoever counts places holds the event, so that two cannot give the last one."""
    session.scalar(
        select(Event.id).where(Event.id == event.id).with_for_update(key_share=True)
    )


def _log(
    session: Session, place: WaitingPlace, verb: str, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        action=f"registration.{verb}",
        subject=f"entry:{place.entry.uid}",
        scope=f"event:{place.event.uid}",
        now=now,
        body={"place": place.uid, "expires_at": place.expires_at},
    )
