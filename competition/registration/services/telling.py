"""Telling those who enter what happened to their entry, or to their event."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import Session

from accounts.messages.services.tell import tell, tell_of_change
from accounts.users.models import User
from competition.events.models import Event
from competition.events.rules import CANCELLED
from competition.events.signals import event_moved, event_rescheduled
from competition.registration.models import Entry, WaitingPlace
from competition.registration.rules import entries as rules

_VERDICTS = {
    rules.ACCEPTED: "entry_accepted",
    rules.RETURNED: "entry_returned",
    rules.REJECTED: "entry_rejected",
}
_TAKING_PART = (rules.SUBMITTED, rules.RETURNED, rules.ACCEPTED)


def listen() -> None:
    """Tell entrants when times or rooms of their event change, or it is cancelled."""
    event_rescheduled.connect(_on_rescheduled)
    event_moved.connect(_on_moved)


def tell_verdict(session: Session, entry: Entry, verdict: str, now: datetime) -> None:
    """Tell whose entry it is what was decided; `verdict` names the decision's row."""
    kind = _VERDICTS.get(entry.state)
    if kind is None:
        return
    tell(
        session,
        list_accounts(session, [entry.id]),
        kind=kind,
        params={"event": entry.event.name, "reason": entry.reason},
        link=f"/entries/{entry.uid}",
        key=f"verdict:{verdict}",
        now=now,
    )


def tell_offer(session: Session, place: WaitingPlace, now: datetime) -> None:
    """Tell who has waited longest that a place is theirs to take, and until when."""
    until = place.expires_at.isoformat() if place.expires_at else ""
    tell(
        session,
        list_accounts(session, [place.entry_id]),
        kind="place_offered",
        params={"event": place.event.name, "until": until},
        link=f"/entries/{place.entry.uid}",
        key=f"offer:{place.uid}",
        now=now,
    )


def tell_entrants(
    session: Session,
    event: Event,
    *,
    states: Iterable[str],
    kind: str,
    link: str,
    key: str,
    now: datetime,
) -> None:
    """Tell everybody whose entry for an event is in one of these states."""
    tell(
        session,
        _list_entrants(session, event, states),
        kind=kind,
        params={"event": event.name},
        link=link,
        key=key,
        now=now,
    )


def list_accounts(session: Session, entry_ids: Iterable[int]) -> list[int]:
    """Return the accounts behind entries: who entered, and whose person takes part.

    Whoever was entered by their unit and has no account is told by the unit.
    """
    return _accounts(session, Entry.id.in_(list(entry_ids)))


def _list_entrants(session: Session, event: Event, states: Iterable[str]) -> list[int]:
    is_in = Entry.state.in_(list(states))
    return _accounts(session, (Entry.event_id == event.id) & is_in)


def _accounts(session: Session, which: ColumnElement[bool]) -> list[int]:
    own = select(Entry.user_id).where(which, Entry.user_id.is_not(None))
    by_person = (
        select(User.id).join(Entry, Entry.person_id == User.person_id).where(which)
    )
    found = select(User.id).where(User.id.in_(union(own, by_person)), User.enabled)
    return list(session.scalars(found.order_by(User.id)))


def _on_rescheduled(
    _sender: object, *, session: Session, event: Event, now: datetime
) -> None:
    tell_of_change(
        session,
        _list_entrants(session, event, _TAKING_PART),
        kind="schedule_changed",
        params={"event": event.name},
        link=f"/events/{event.uid}/timetable",
        now=now,
    )


def _on_moved(
    _sender: object,
    *,
    session: Session,
    event: Event,
    now: datetime,
    **_more: Any,  # noqa: ANN401 - a signal may say more than we ask
) -> None:
    """Tell whoever has begun an entry, drafts too, that the event is not held."""
    if event.state != CANCELLED:
        return
    tell(
        session,
        _list_entrants(session, event, (rules.DRAFT, *_TAKING_PART)),
        kind="event_cancelled",
        params={"event": event.name, "reason": event.cancelled_reason},
        link=f"/events/{event.uid}",
        key=f"cancelled:{event.uid}",
        now=now,
    )
