"""Reading files of results and what their columns meant before."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scoring.theory.models import CHECKED, MarkColumn, MarkImport


def list_imports(session: Session, event_id: int) -> list[MarkImport]:
    """Return the files of an event, newest first."""
    return list(
        session.scalars(
            select(MarkImport)
            .options(joinedload(MarkImport.seat))
            .where(MarkImport.event_id == event_id)
            .order_by(MarkImport.id.desc())
        )
    )


def find_import(session: Session, event_id: int, uid: str) -> MarkImport | None:
    """Return a file of an event."""
    return session.scalar(
        select(MarkImport).where(MarkImport.event_id == event_id, MarkImport.uid == uid)
    )


def find_waiting(session: Session, seat_id: int, sha256: str) -> MarkImport | None:
    """Return the same file of a seat while it waits."""
    return session.scalar(
        select(MarkImport).where(
            MarkImport.seat_id == seat_id,
            MarkImport.file_sha256 == sha256,
            MarkImport.state == CHECKED,
        )
    )


def list_waiting(session: Session, event_ids: Collection[int]) -> list[MarkImport]:
    """Return the files of these events that wait for a second person."""
    return list(
        session.scalars(
            select(MarkImport)
            .options(joinedload(MarkImport.event), joinedload(MarkImport.seat))
            .where(MarkImport.event_id.in_(event_ids), MarkImport.state == CHECKED)
            .order_by(MarkImport.id)
        )
    )


def list_columns(session: Session, organiser: str) -> dict[str, MarkColumn]:
    """Return what the headings of an organiser's files meant, by folded heading."""
    rows = session.scalars(select(MarkColumn).where(MarkColumn.organiser == organiser))
    return {column.heading: column for column in rows}
