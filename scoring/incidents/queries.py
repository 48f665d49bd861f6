"""The register as it stands."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scoring.incidents.models import Incident
from scoring.incidents.rules import APPROVED, EQUIPMENT


def list_incidents(session: Session, event_id: int, state: str = "") -> list[Incident]:
    """Return the incidents of an event, newest first; state: one of STATES or all."""
    statement = select(Incident).where(Incident.event_id == event_id)
    if state:
        statement = statement.where(Incident.state == state)
    return list(session.scalars(statement.order_by(Incident.number.desc())))


def find_incident(session: Session, event_id: int, uid: str) -> Incident | None:
    """Return one incident of an event."""
    return session.scalar(
        select(Incident).where(Incident.event_id == event_id, Incident.uid == uid)
    )


def find_by_paper(session: Session, event_id: int, paper: str) -> Incident | None:
    """Return the incident that was keyed in from a sheet."""
    return session.scalar(
        select(Incident).where(Incident.event_id == event_id, Incident.paper == paper)
    )


def next_number(session: Session, event_id: int) -> int:
    """Return the number of the next incident; the event's row is held."""
    last = session.scalar(
        select(func.max(Incident.number)).where(Incident.event_id == event_id)
    )
    return (last or 0) + 1


def count_lost(session: Session, event_id: int, entry: str) -> int:
    """Return the seconds a work lost by equipment, as far as approved."""
    found = session.scalar(
        select(func.sum(Incident.lost_seconds)).where(
            Incident.event_id == event_id,
            Incident.entry == entry,
            Incident.kind == EQUIPMENT,
            Incident.state == APPROVED,
        )
    )
    return found or 0
