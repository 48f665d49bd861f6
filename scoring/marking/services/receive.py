"""Take a tablet's outbox: each mark once, each receipt for ever the same.

Answers name a reason by a code, in some followed by ": " and details:

    refused   not_an_object id entry aspect kind value based_on device device_seq
              marked_at reason event (the shape is wrong) · not_your_seat ·
              unknown_entry · which_event · unknown_aspect · not_your_aspect · recused ·
              not_open · value · key_reuse
    conflict  base_moved (another mark came first) · base_unknown
    late      signed · locked

A refused mark leaves no row; the tablet keeps it and shows it. The same id with other
content is refused and raises an alarm in the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from accounts.users.models import User
from ledger.log.rules import digest
from ledger.log.services import Actor, Note, record_all
from outbox import (
    VOID,
    Wire,
    WireError,
    body_hash,
    echo_id,
    read_item,
)
from scoring.marking import queries
from scoring.marking.models import CONFLICT, LATE, STORED, MarkEvent
from scoring.marking.rules.cells import exact_value
from scoring.marking.rules.values import MarkValueError
from scoring.marking.services.places import Desk, find_desk, find_desks

Answer = dict[str, Any]
DUPLICATE = "duplicate"


class Outbox(NamedTuple):
    """What a judge's tablet sent."""

    user_id: int
    user_uid: str
    items: Sequence[object]  # decoded JSON values, at most `appshell.MOST_MARKS`
    actor: Actor  # as the log names who brought it


@dataclass(slots=True)
class _Batch:
    """What has been found and made so far."""

    now: datetime
    known: dict[str, MarkEvent] = field(default_factory=dict)
    heads: dict[tuple[int, str, str], MarkEvent] = field(default_factory=dict)
    next_seq: dict[int, int] = field(default_factory=dict)  # by event
    # By who sent them and at which desk.
    made: dict[tuple[Actor, int], list[MarkEvent]] = field(default_factory=dict)
    reused: dict[tuple[Actor, str], list[Wire]] = field(default_factory=dict)


def receive_marks(
    session: Session,
    *,
    user: User,
    items: Sequence[object],
    actor: Actor,
    now: datetime,
) -> list[Answer]:
    """Store what can be stored and answer every item, in its order; no commit.

    Args:
        session: the transaction; the answers may be sent only after its commit.
        user: the judge who is signed in; marks are theirs whoever made the request.
        items: decoded JSON values, at most `appshell.MOST_MARKS`.
        actor: as the log names the judge.
        now: the server's clock.
    """
    return receive_all(session, [Outbox(user.id, user.uid, items, actor)], now)[0]


def receive_all(
    session: Session, outboxes: Sequence[Outbox], now: datetime
) -> list[list[Answer]]:
    """Do the same for several outboxes at once, in their order; no commit."""
    batch, desks, answers = _answer_all(session, outboxes, now)
    _write(session, batch, desks)
    return answers


def foresee_marks(
    session: Session, *, user: User, items: Sequence[object], now: datetime
) -> list[Answer]:
    """Return the answers `receive_marks` would give now; nothing is stored."""
    nobody = Actor("human", user.uid)
    return _answer_all(session, [Outbox(user.id, user.uid, items, nobody)], now)[2][0]


def _answer_all(
    session: Session, outboxes: Sequence[Outbox], now: datetime
) -> tuple[_Batch, list[Desk], list[list[Answer]]]:
    read = [[_read(item) for item in outbox.items] for outbox in outboxes]
    wires = [wire for items in read for wire in items if isinstance(wire, Wire)]
    wanted: dict[int, set[str]] = {}
    for outbox, items in zip(outboxes, read, strict=True):
        named = {wire.event for wire in items if isinstance(wire, Wire)}
        wanted.setdefault(outbox.user_id, set()).update(named)
    desks = find_desks(session, wanted) if wires else {}
    open_desks = [desk for found in desks.values() for desk in found]
    batch = _Batch(now)
    # Only now, with the events locked, is what we know of these ids final.
    ids = {wire.id for wire in wires} | {w.based_on for w in wires if w.based_on}
    batch.known = queries.find_marks(session, ids)
    batch.known |= queries.find_marks(
        session, {mark.current for mark in batch.known.values() if mark.current}
    )
    batch.next_seq = {desk.event.id: desk.next_seq for desk in open_desks}
    if open_desks:
        batch.heads = queries.find_heads_of(
            session,
            [desk.seat.id for desk in open_desks],
            {wire.entry for wire in wires},
            {wire.aspect for wire in wires},
        )
    answers = [
        [
            _receive(batch, outbox, desks[outbox.user_id], wire)
            if isinstance(wire, Wire)
            else wire
            for wire in items
        ]
        for outbox, items in zip(outboxes, read, strict=True)
    ]
    return batch, open_desks, answers


def _read(item: object) -> Wire | Answer:
    try:
        return read_item(item)
    except WireError as error:
        return _refusal(echo_id(item), error.code)


def _receive(
    batch: _Batch, outbox: Outbox, desks: Sequence[Desk], wire: Wire
) -> Answer:
    known = batch.known.get(wire.id)
    if known is not None:
        return _repeat(batch, outbox, known, wire)
    desk = find_desk(desks, wire)
    if isinstance(desk, str):
        return _refusal(wire.id, desk)
    if desk.seat.recused_at is not None:
        return _refusal(wire.id, "recused")
    checked = _check(desk, wire)
    if isinstance(checked, str):
        return _refusal(wire.id, checked)
    mark = _make(batch, desk, wire, checked[0])
    batch.made.setdefault((outbox.actor, desk.seat.id), []).append(mark)
    return _answer(mark, batch.known.get(mark.current))


def _repeat(batch: _Batch, outbox: Outbox, known: MarkEvent, wire: Wire) -> Answer:
    """Answer an id that is already there: as the first time, if it is the same mark.

    Only the word changes: what was stored before is "duplicate" now, with the receipt
    of the first time to the last byte.
    """
    same = known.body_hash == body_hash(wire) and known.seat.user_id == outbox.user_id
    if not same:
        of = (outbox.actor, outbox.user_uid)
        batch.reused.setdefault(of, []).append(wire)
        return _refusal(wire.id, "key_reuse")
    first = _answer(known, batch.known.get(known.current))
    return first | {"status": DUPLICATE} if known.status == STORED else first


def _check(desk: Desk, wire: Wire) -> tuple[str] | str:
    """Return the exact value, in a tuple, or the code of the refusal."""
    if not desk.is_open:
        return "not_open"
    aspect = desk.aspects.get(wire.aspect)
    if aspect is None:
        scheme = desk.scheme
        known = scheme and any(a.code == wire.aspect for a in scheme.aspects)
        return "not_your_aspect" if known else "unknown_aspect"
    if wire.kind == VOID:
        return ("",)
    try:
        return (exact_value(aspect, wire.value),)
    except MarkValueError as error:
        return f"value: {error.message}"


def _make(batch: _Batch, desk: Desk, wire: Wire, exact: str) -> MarkEvent:
    cell = (desk.seat.id, wire.entry, wire.aspect)
    head = batch.heads.get(cell)
    status, why = _settle(batch, desk, wire, head)
    mark = MarkEvent(
        id=wire.id,
        event_id=desk.event.id,
        seq=batch.next_seq[desk.event.id],
        seat_id=desk.seat.id,
        entry=wire.entry,
        aspect=wire.aspect,
        kind=wire.kind,
        value=wire.value,
        exact=exact,
        base=wire.based_on,
        reason=wire.reason,
        device=wire.device,
        device_seq=wire.device_seq,
        marked_at=wire.marked_at,
        received_at=batch.now,
        status=status,
        status_reason=why,
    )
    # Of what is stored, not of what was sent: the tablet compares it with its own.
    mark.body_hash = body_hash(wire_of(mark))
    counted = mark if status == STORED else head
    mark.current = counted.id if counted is not None and counted.kind != VOID else ""
    if status == STORED:
        batch.heads[cell] = mark
    for one in (mark, counted):
        if one is not None:
            batch.known[one.id] = one
    mark.seat = desk.seat
    batch.next_seq[desk.event.id] += 1
    return mark


def _settle(
    batch: _Batch, desk: Desk, wire: Wire, head: MarkEvent | None
) -> tuple[str, str]:
    if desk.closed:
        return LATE, desk.closed
    if wire.based_on == (head.id if head is not None else ""):
        return STORED, ""
    is_known = not wire.based_on or wire.based_on in batch.known
    return CONFLICT, "base_moved" if is_known else "base_unknown"


def _answer(mark: MarkEvent, current: MarkEvent | None) -> Answer:
    return {
        "id": mark.id,
        "status": mark.status,
        "reason": mark.status_reason or None,
        "seq": mark.seq,
        "hash": mark.body_hash,
        "current": None
        if current is None
        else {"id": current.id, "value": current.value, "seq": current.seq},
    }


def _refusal(mark_id: str | None, reason: str) -> Answer:
    return {
        "id": mark_id,
        "status": "refused",
        "reason": reason,
        "seq": None,
        "hash": None,
        "current": None,
    }


def _write(session: Session, batch: _Batch, desks: Sequence[Desk]) -> None:
    """Insert the new rows in one statement and log them, one entry per judge's desk."""
    columns = [c.key for c in MarkEvent.__table__.columns]
    made = [mark for marks in batch.made.values() for mark in marks]
    if made:
        made.sort(key=lambda mark: (mark.event_id, mark.seq))
        rows = [{name: getattr(mark, name) for name in columns} for mark in made]
        session.execute(insert(cast("Table", MarkEvent.__table__)), rows)
    at = {desk.seat.id: desk for desk in desks}
    notes = [
        _note(actor, at[seat_id], marks)
        for (actor, seat_id), marks in batch.made.items()
    ]
    notes += [
        Note(
            actor=actor,
            action="marks.key_reused",
            subject=f"user:{user_uid}",
            body={
                "alarm": True,
                "marks": [{"id": w.id, "hash": body_hash(w)} for w in wires],
            },
        )
        for (actor, user_uid), wires in batch.reused.items()
    ]
    if notes:
        record_all(session, notes, batch.now)


def _note(actor: Actor, desk: Desk, marks: Sequence[MarkEvent]) -> Note:
    return Note(
        actor=actor,
        action="marks.received",
        subject=f"seat:{desk.seat.uid}",
        scope=f"event:{desk.event.uid}",
        body={
            "seat": desk.seat.seat,
            "marks": [
                [mark.seq, mark.id, mark.status, mark.body_hash, row_digest(mark)]
                for mark in marks
            ],
        },
    )


def row_digest(mark: MarkEvent) -> str:
    """Return the digest of what the server added to a mark, for the log."""
    return digest(added_fields(mark))


def added_fields(mark: MarkEvent) -> dict[str, object]:
    """Return what the server added to a mark, as its row digest covers it."""
    return {
        "seat": mark.seat_id,
        "exact": mark.exact,
        "reason": mark.status_reason,
        "current": mark.current,
        "received_at": mark.received_at.isoformat(timespec="microseconds"),
    }


def wire_of(mark: MarkEvent) -> Wire:
    """Return a stored mark as the tablet sent it, for hashing it again."""
    return Wire(
        id=mark.id,
        entry=mark.entry,
        aspect=mark.aspect,
        kind=mark.kind,
        value=mark.value,
        based_on=mark.base,
        device=mark.device,
        device_seq=mark.device_seq,
        marked_at=mark.marked_at,
        reason=mark.reason,
    )
