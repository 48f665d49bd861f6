"""Reading marks: what counts, what conflicts, what came late, who has signed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from outbox import VOID
from scoring.judges.models import JudgeSeat
from scoring.marking.models import (
    CONFLICT,
    LATE,
    STORED,
    MarkEvent,
    MarkLock,
    SheetCheck,
    SheetSignature,
)
from scoring.marking.rules.cells import Counted
from scoring.marking.rules.panel import Stored

# Made once: every mark that arrives asks them.
_BY_ID = (
    select(MarkEvent)
    .options(joinedload(MarkEvent.seat))
    .where(MarkEvent.id.in_(bindparam("ids", expanding=True)))
)
_HEADS = (
    select(MarkEvent)
    .where(
        MarkEvent.seat_id.in_(bindparam("seat_ids", expanding=True)),
        MarkEvent.entry.in_(bindparam("entries", expanding=True)),
        MarkEvent.status == STORED,
    )
    .order_by(MarkEvent.seq)
)
_HEADS_OF = _HEADS.where(MarkEvent.aspect.in_(bindparam("aspects", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One mark event, whatever became of it."""

    id: str
    seq: int
    entry: str
    aspect: str
    seat: str
    value: str
    is_stored: bool  # the others are kept and do not count
    is_void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A conflict or late mark that nobody has settled yet."""

    id: str
    entry: str
    aspect: str
    seat: str
    status: str  # conflict | late
    value: str
    received_at: datetime
    current: str  # value that counts now; "" where none does
    device: str
    marked_at: str  # by the tablet's clock


def find_marks(session: Session, ids: Collection[str]) -> dict[str, MarkEvent]:
    """Return the mark events with these ids, by id."""
    if not ids:
        return {}
    rows = session.scalars(_BY_ID, {"ids": list(ids)})
    return {mark.id: mark for mark in rows}


def find_heads(
    session: Session, seat_id: int, entries: Collection[str]
) -> dict[tuple[str, str], MarkEvent]:
    """Return the newest stored event of each of a seat's cells, by entry and aspect."""
    rows = session.scalars(_HEADS, {"seat_ids": [seat_id], "entries": list(entries)})
    return {(mark.entry, mark.aspect): mark for mark in rows}


def find_heads_of(
    session: Session,
    seat_ids: Collection[int],
    entries: Collection[str],
    aspects: Collection[str],
) -> dict[tuple[int, str, str], MarkEvent]:
    """Return the newest stored event of each cell, by seat, entry and aspect."""
    given = {"seat_ids": list(seat_ids), "entries": list(entries)}
    rows = session.scalars(_HEADS_OF, given | {"aspects": list(aspects)})
    return {(mark.seat_id, mark.entry, mark.aspect): mark for mark in rows}


def last_seq(session: Session, event_id: int) -> int:
    """Return the number of the newest mark event of an event, 0 where there is none."""
    return (
        session.scalar(
            select(func.max(MarkEvent.seq)).where(MarkEvent.event_id == event_id)
        )
        or 0
    )


def list_since(session: Session, event_id: int, seq: int) -> list[Change]:
    """Return the mark events of an event from number `seq` on, in their order."""
    rows = session.execute(
        select(
            MarkEvent.id,
            MarkEvent.seq,
            MarkEvent.entry,
            MarkEvent.aspect,
            JudgeSeat.seat,
            MarkEvent.value,
            MarkEvent.status,
            MarkEvent.kind,
        )
        .join(JudgeSeat, JudgeSeat.id == MarkEvent.seat_id)
        .where(MarkEvent.event_id == event_id, MarkEvent.seq >= seq)
        .order_by(MarkEvent.seq)
    )
    return [
        Change(
            id=row.id,
            seq=row.seq,
            entry=row.entry,
            aspect=row.aspect,
            seat=row.seat,
            value=row.value,
            is_stored=row.status == STORED,
            is_void=row.kind == VOID,
        )
        for row in rows
    ]


def list_counted(
    session: Session,
    event_id: int,
    seat_id: int | None = None,
    *,
    entry: str | None = None,
    aspects: Collection[str] | None = None,
    up_to: int | None = None,
) -> list[Counted]:
    """Return the marks that count, by entry, aspect and seat.

    Args:
        session: where to look.
        event_id: of this event.
        seat_id: of this seat only.
        entry: of this work only.
        aspects: of these only.
        up_to: as it was when this was the newest mark event; None is now.
    """
    heads = _list_heads(
        session, event_id, seat_id, entry=entry, aspects=aspects, up_to=up_to
    )
    return sorted(found for found, kind in heads if kind != VOID)


def list_emptied(session: Session, event_id: int, seat_id: int) -> list[Counted]:
    """Return the voids that are the newest of their cells; new marks build on them."""
    heads = _list_heads(session, event_id, seat_id)
    return sorted(found for found, kind in heads if kind == VOID)


def _list_heads(
    session: Session,
    event_id: int,
    seat_id: int | None,
    *,
    entry: str | None = None,
    aspects: Collection[str] | None = None,
    up_to: int | None = None,
) -> list[tuple[Counted, str]]:
    """Return the newest stored event of each cell, with its kind."""
    statement = (
        select(
            MarkEvent.entry,
            MarkEvent.aspect,
            JudgeSeat.seat,
            MarkEvent.value,
            MarkEvent.id,
            MarkEvent.seq,
            MarkEvent.reason,
            MarkEvent.device,
            MarkEvent.marked_at,
            MarkEvent.kind,
        )
        .join(JudgeSeat, JudgeSeat.id == MarkEvent.seat_id)
        .where(MarkEvent.event_id == event_id, MarkEvent.status == STORED)
        .order_by(MarkEvent.seq)
    )
    if seat_id is not None:
        statement = statement.where(MarkEvent.seat_id == seat_id)
    if entry is not None:
        statement = statement.where(MarkEvent.entry == entry)
    if aspects is not None:
        statement = statement.where(MarkEvent.aspect.in_(aspects))
    if up_to is not None:
        statement = statement.where(MarkEvent.seq <= up_to)
    cells: dict[tuple[str, str, str], tuple[Counted, str]] = {}
    for row in session.execute(statement):
        *facts, kind = row
        found = Counted(*facts)
        cells[found.entry, found.aspect, found.judge] = (found, kind)
    return list(cells.values())


def list_stored(
    session: Session, event_id: int, aspects: Collection[str]
) -> list[Stored]:
    """Return every stored mark event of some aspects, in the server's order."""
    rows = session.execute(
        select(
            MarkEvent.entry,
            MarkEvent.aspect,
            JudgeSeat.seat,
            MarkEvent.value,
            MarkEvent.id,
            MarkEvent.seq,
            MarkEvent.reason,
            MarkEvent.kind,
            MarkEvent.device,
            MarkEvent.received_at,
        )
        .join(JudgeSeat, JudgeSeat.id == MarkEvent.seat_id)
        .where(
            MarkEvent.event_id == event_id,
            MarkEvent.status == STORED,
            MarkEvent.aspect.in_(aspects),
        )
        .order_by(MarkEvent.seq)
    )
    return [Stored._make(row) for row in rows]


def list_pending(
    session: Session,
    event_id: int,
    *,
    seat_id: int | None = None,
    set_aside: Iterable[str] = (),
) -> list[Pending]:
    """Return conflicts and late marks nothing has followed, oldest first.

    Args:
        session: where to look.
        event_id: of this event.
        seat_id: of this seat only.
        set_aside: ids of late marks the chief judge has put aside with a reason.
    """
    newer = aliased(MarkEvent)
    answered = (
        select(newer.id)
        .where(
            newer.seat_id == MarkEvent.seat_id,
            newer.entry == MarkEvent.entry,
            newer.aspect == MarkEvent.aspect,
            newer.status == STORED,
            newer.seq > MarkEvent.seq,
        )
        .exists()
    )
    statement = (
        select(MarkEvent)
        .options(joinedload(MarkEvent.seat))
        .where(
            MarkEvent.event_id == event_id,
            MarkEvent.status.in_((CONFLICT, LATE)),
            ~answered,
        )
        .order_by(MarkEvent.seq)
    )
    if seat_id is not None:
        statement = statement.where(MarkEvent.seat_id == seat_id)
    aside = frozenset(set_aside)
    marks = [mark for mark in session.scalars(statement) if mark.id not in aside]
    if not marks:
        return []
    counted = {
        (c.judge, c.entry, c.aspect): c.value
        for c in list_counted(session, event_id, seat_id)
    }
    return [
        Pending(
            id=mark.id,
            entry=mark.entry,
            aspect=mark.aspect,
            seat=mark.seat.seat,
            status=mark.status,
            value=mark.value,
            received_at=mark.received_at,
            current=counted.get((mark.seat.seat, mark.entry, mark.aspect), ""),
            device=mark.device,
            marked_at=mark.marked_at,
        )
        for mark in marks
    ]


def list_history(session: Session, event_id: int, entry: str) -> list[MarkEvent]:
    """Return every event of one work, in the server's order."""
    return list(
        session.scalars(
            select(MarkEvent)
            .options(joinedload(MarkEvent.seat))
            .where(MarkEvent.event_id == event_id, MarkEvent.entry == entry)
            .order_by(MarkEvent.seq)
        )
    )


def find_lock(session: Session, event_id: int) -> MarkLock | None:
    """Return the lock over an event's marks, if they are locked."""
    return session.scalar(
        select(MarkLock).where(
            MarkLock.event_id == event_id, MarkLock.unlocked_at.is_(None)
        )
    )


def list_unlocks_asked(session: Session, event_ids: Iterable[int]) -> set[int]:
    """Return which of the events have a lock that somebody asked to open."""
    return set(
        session.scalars(
            select(MarkLock.event_id).where(
                MarkLock.event_id.in_(list(event_ids)),
                MarkLock.unlocked_at.is_(None),
                MarkLock.unlock_asked_by != "",
            )
        )
    )


def list_locks(session: Session, event_id: int) -> list[MarkLock]:
    """Return every lock an event has had, oldest first."""
    return list(
        session.scalars(
            select(MarkLock)
            .where(MarkLock.event_id == event_id)
            .order_by(MarkLock.round)
        )
    )


def current_round(session: Session, event_id: int) -> int:
    """Return the number of the round being marked or locked: unlocks so far, plus 1."""
    unlocked = session.scalar(
        select(func.count(MarkLock.id)).where(
            MarkLock.event_id == event_id, MarkLock.unlocked_at.is_not(None)
        )
    )
    return (unlocked or 0) + 1


def list_signatures(session: Session, event_id: int) -> list[SheetSignature]:
    """Return the signatures that stand in the current round."""
    return list(
        session.scalars(
            select(SheetSignature)
            .options(joinedload(SheetSignature.seat))
            .where(
                SheetSignature.event_id == event_id,
                SheetSignature.round == current_round(session, event_id),
                SheetSignature.returned_at.is_(None),
            )
            .order_by(SheetSignature.id)
        )
    )


def list_every_signature(session: Session, event_id: int) -> list[SheetSignature]:
    """Return every signature of an event, returned ones too, in their order."""
    return list(
        session.scalars(
            select(SheetSignature)
            .where(SheetSignature.event_id == event_id)
            .order_by(SheetSignature.id)
        )
    )


def list_checks(session: Session, event_id: int) -> list[SheetCheck]:
    """Return every check of an event's signatures, in their order."""
    return list(
        session.scalars(
            select(SheetCheck)
            .join(SheetSignature, SheetSignature.id == SheetCheck.signature_id)
            .options(joinedload(SheetCheck.seat))
            .where(SheetSignature.event_id == event_id)
            .order_by(SheetCheck.id)
        )
    )
