"""Reading the parcels of an event."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scoring.carry.models import WAITING, Parcel


def list_parcels(session: Session, event_id: int) -> list[Parcel]:
    """Return the parcels of an event, newest first."""
    return list(
        session.scalars(
            select(Parcel)
            .options(joinedload(Parcel.seat))
            .where(Parcel.event_id == event_id)
            .order_by(Parcel.id.desc())
        )
    )


def find_parcel(session: Session, event_id: int, uid: str) -> Parcel | None:
    """Return a parcel of an event."""
    return session.scalar(
        select(Parcel).where(Parcel.event_id == event_id, Parcel.uid == uid)
    )


def find_parcel_of(session: Session, event_id: int, digest: str) -> Parcel | None:
    """Return the parcel an event has of a file."""
    return session.scalar(
        select(Parcel).where(Parcel.event_id == event_id, Parcel.digest == digest)
    )


def list_waiting(session: Session, event_ids: Collection[int]) -> list[Parcel]:
    """Return the parcels of these events that wait for a second person."""
    return list(
        session.scalars(
            select(Parcel)
            .options(joinedload(Parcel.event))
            .where(Parcel.event_id.in_(event_ids), Parcel.state == WAITING)
            .order_by(Parcel.id)
        )
    )
