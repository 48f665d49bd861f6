"""Adding, changing and removing the sessions of an event."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.signals import event_cloned, event_rescheduled
from competition.sessions import queries
from competition.sessions.models import EventSession
from errors import DomainError
from ledger.log.services import Actor, record

_SHOWN = {"starts_at", "ends_at", "venue", "round", "part"}  # entrants are told of


class SessionTimeError(DomainError):
    """A session lies where its event cannot be held."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionValues:
    """What a session is made of."""

    round: str
    part: str
    name: str
    starts_at: datetime
    ends_at: datetime
    venue: str = ""
    stations: int | None = None
    equipment: str = ""


def listen() -> None:
    """Copy the sessions of an event with it."""
    event_cloned.connect(_on_cloned)


def add_session(
    session: Session,
    *,
    event: Event,
    values: SessionValues,
    actor: Actor,
    now: datetime,
) -> EventSession:
    """Add a session to an event.

    Raises:
        SessionTimeError: it would be held before registration has closed.
    """
    _check(event, values)
    held = EventSession(event_id=event.id)
    changed = _apply(held, values)
    session.add(held)
    session.flush()
    _log(session, event, held, "added", actor, now, changed)
    event_rescheduled.send(None, session=session, event=event, now=now)
    return held


def change_session(
    session: Session,
    *,
    held: EventSession,
    values: SessionValues,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a session; what is unchanged is not logged.

    Raises:
        SessionTimeError: it would be held before registration has closed.
    """
    _check(held.event, values)
    changed = _apply(held, values)
    if changed:
        _log(session, held.event, held, "changed", actor, now, changed)
    if _SHOWN & changed.keys():
        event_rescheduled.send(None, session=session, event=held.event, now=now)


def remove_session(
    session: Session, *, held: EventSession, actor: Actor, now: datetime
) -> None:
    """Take a session off the timetable; the log keeps what it was."""
    gone = {name: [getattr(held, name), None] for name in SessionValues.__slots__}
    _log(session, held.event, held, "removed", actor, now, gone)
    event_rescheduled.send(None, session=session, event=held.event, now=now)
    session.delete(held)


def values_of(held: EventSession) -> dict[str, Any]:
    """Return a session's values by name."""
    return {field.name: getattr(held, field.name) for field in fields(SessionValues)}


def _on_cloned(
    _sender: object,
    *,
    session: Session,
    source: Event,
    copy: Event,
    actor: Actor,
    now: datetime,
) -> None:
    moved = copy.starts_at - source.starts_at
    for held in queries.list_sessions(session, [source.id]):
        values = values_of(held)
        values["starts_at"] += moved
        values["ends_at"] += moved
        add_session(
            session, event=copy, values=SessionValues(**values), actor=actor, now=now
        )


def _check(event: Event, values: SessionValues) -> None:
    if values.starts_at < event.registration_closes_at:
        raise SessionTimeError(_("A session starts after registration has closed."))


def _apply(held: EventSession, values: SessionValues) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for field in fields(values):
        before, after = getattr(held, field.name), getattr(values, field.name)
        if before != after:
            setattr(held, field.name, after)
            changed[field.name] = [before, after]
    return changed


def _log(
    session: Session,
    event: Event,
    held: EventSession,
    verb: str,
    actor: Actor,
    now: datetime,
    changed: dict[str, Any],
) -> None:
    record(
        session,
        actor=actor,
        action=f"events.session_{verb}",
        subject=f"session:{held.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"changed": changed},
    )
