"""Rooms with entry and exit: made before the day, or during it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.checkin.models import Gate
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record


class GateError(DomainError):
    """A room cannot be made like this."""


def add_gate(
    session: Session,
    *,
    event: Event,
    name: str,
    closes_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Gate:
    """Give an event a room; one of this name that was in use before is used again.

    Args:
        session: the transaction.
        event: whose contestants pass.
        name: as on its door.
        closes_at: nobody enters after this; None is at any time.
        actor: who makes it.
        now: when.

    Raises:
        GateError: the event has a room of this name.
    """
    gate = session.scalar(
        select(Gate).where(Gate.event_id == event.id, Gate.name == name)
    )
    if gate is not None and gate.ended_at is None:
        raise GateError(_("There is a room of this name."))
    gate = gate or Gate(event=event, name=name)
    gate.closes_at, gate.ended_at = closes_at, None
    session.add(gate)
    session.flush()
    _log(session, gate, "checkin.gate_added", actor, now)
    return gate


def end_gate(session: Session, *, gate: Gate, actor: Actor, now: datetime) -> None:
    """Take a room out of use; a second time changes nothing."""
    if gate.ended_at is None:
        gate.ended_at = now
        _log(session, gate, "checkin.gate_ended", actor, now)


def _log(
    session: Session, gate: Gate, action: str, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"gate:{gate.uid}",
        scope=f"event:{gate.event.uid}",
        now=now,
        body={"name": gate.name, "closes_at": gate.closes_at},
    )
