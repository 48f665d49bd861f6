"""Reading keyed sheets; another person's values are read for the third person only."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from scoring.keying.models import KeyingPass, KeyingSheet


@dataclass(frozen=True, slots=True)
class Turn:
    """That somebody has keyed a sheet, and nothing of what they read."""

    turn: int
    keyed_by: str
    is_done: bool


def list_sheets(session: Session, event_id: int) -> list[KeyingSheet]:
    """Return every sheet of an event, oldest first."""
    return list(
        session.scalars(
            select(KeyingSheet)
            .options(joinedload(KeyingSheet.seat))
            .where(KeyingSheet.event_id == event_id)
            .order_by(KeyingSheet.seat_id, KeyingSheet.entry, KeyingSheet.id)
        )
    )


def list_open(session: Session, seat_id: int) -> list[KeyingSheet]:
    """Return a seat's sheets that are being keyed, by work."""
    return list(
        session.scalars(
            select(KeyingSheet)
            .where(KeyingSheet.seat_id == seat_id, KeyingSheet.closed_at.is_(None))
            .order_by(KeyingSheet.entry)
        )
    )


def count_open(session: Session, event_ids: Collection[int]) -> dict[int, int]:
    """Return how many sheets of each event are not done."""
    rows = session.execute(
        select(KeyingSheet.event_id, func.count(KeyingSheet.id))
        .where(KeyingSheet.event_id.in_(event_ids), KeyingSheet.closed_at.is_(None))
        .group_by(KeyingSheet.event_id)
    )
    return {row[0]: row[1] for row in rows}


def list_turns(session: Session, event_id: int) -> dict[int, list[Turn]]:
    """Return who has keyed which sheets of an event, without what they read."""
    rows = session.execute(
        select(
            KeyingPass.sheet_id,
            KeyingPass.turn,
            KeyingPass.keyed_by,
            KeyingPass.done_at,
        )
        .join(KeyingPass.sheet)
        .where(KeyingSheet.event_id == event_id)
        .order_by(KeyingPass.turn)
    )
    found: dict[int, list[Turn]] = {}
    for row in rows:
        turn = Turn(row.turn, row.keyed_by, row.done_at is not None)
        found.setdefault(row.sheet_id, []).append(turn)
    return found


def list_own_passes(
    session: Session, seat_id: int, keyed_by: str
) -> dict[int, KeyingPass]:
    """Return what a person has keyed of a seat's open sheets, and nobody else's."""
    rows = session.scalars(
        select(KeyingPass)
        .join(KeyingPass.sheet)
        .where(
            KeyingSheet.seat_id == seat_id,
            KeyingSheet.closed_at.is_(None),
            KeyingPass.keyed_by == keyed_by,
        )
    )
    return {found.sheet_id: found for found in rows}


def find_sheet(session: Session, event_id: int, uid: str) -> KeyingSheet | None:
    """Return a sheet of an event."""
    return session.scalar(
        select(KeyingSheet).where(
            KeyingSheet.event_id == event_id, KeyingSheet.uid == uid
        )
    )


def list_passes(session: Session, sheet_id: int) -> list[KeyingPass]:
    """Return both passes of a sheet, for who settles or compares them."""
    return list(
        session.scalars(
            select(KeyingPass)
            .where(KeyingPass.sheet_id == sheet_id)
            .order_by(KeyingPass.turn)
        )
    )


def find_number(session: Session, event_id: int, number: str) -> KeyingSheet | None:
    """Return the newest closed sheet of an event that carries this number."""
    return session.scalar(
        select(KeyingSheet)
        .where(
            KeyingSheet.event_id == event_id,
            KeyingSheet.number == number,
            KeyingSheet.closed_at.is_not(None),
        )
        .order_by(KeyingSheet.id.desc())
        .limit(1)
    )
