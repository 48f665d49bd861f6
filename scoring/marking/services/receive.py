"""Take a tablet's outbox: each mark once, each receipt for ever the same.

Answers name a reason by a code, in some followed by ": " and details:

    refused   not_an_object id entry aspect kind value based_on device device_seq
              marked_at reason event (the shape is wrong) · not_your_seat ·
              unknown_entry · which_event · unknown_aspect · not_your_aspect ·
              not_open · value · key_reuse
    conflict  base_moved (another mark came first) · base_unknown
    late      signed · locked

A refused mark leaves no row; the tablet keeps it and shows it. The same id with other
content is refused and raises an alarm in the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from accounts.users.models import User
from ledger.log.rules import digest
from ledger.log.services import Actor, record
from scoring.marking import queries
from scoring.marking.models import CONFLICT, LATE, STORED, MarkEvent
from scoring.marking.rules.cells import exact_value
from scoring.marking.rules.values import MarkValueError
from scoring.marking.rules.wire import (
    VOID,
    Wire,
    WireError,
    body_hash,
    echo_id,
    read_item,
)
from scoring.marking.services.places import Desk, find_desk, find_desks

Answer = dict[str, Any]
MOST_MARKS = 100  # in one request
DUPLICATE = "duplicate"


@dataclass(slots=True)
class _Batch:
    """What one request has found and made so far."""

    user: User
    now: datetime
    known: dict[str, MarkEvent] = field(default_factory=dict)
    heads: dict[tuple[int, str, str], MarkEvent] = field(default_factory=dict)
    next_seq: dict[int, int] = field(default_factory=dict)  # by event
    made: list[MarkEvent] = field(default_factory=list)
    reused: list[Wire] = field(default_factory=list)


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
        items: decoded JSON values, at most `MOST_MARKS`.
        actor: as the log names the judge.
        now: the server's clock.
    """
    read = [_read(item) for item in items]
    wires = [wire for wire in read if isinstance(wire, Wire)]
    desks = find_desks(session, user, wires) if wires else []
    batch = _Batch(user, now)
    # Only now, with the events locked, is what we know of these ids final.
    ids = {wire.id for wire in wires} | {w.based_on for w in wires if w.based_on}
    batch.known = queries.find_marks(session, ids)
    batch.known |= queries.find_marks(
        session, {mark.current for mark in batch.known.values() if mark.current}
    )
    _load_heads(session, batch, desks, wires)
    answers = [
        _receive(batch, desks, wire) if isinstance(wire, Wire) else wire
        for wire in read
    ]
    _write(session, batch, desks, actor)
    return answers


def _read(item: object) -> Wire | Answer:
    try:
        return read_item(item)
    except WireError as error:
        return _refusal(echo_id(item), error.code)


def _load_heads(
    session: Session, batch: _Batch, desks: Sequence[Desk], wires: Sequence[Wire]
) -> None:
    entries = {wire.entry for wire in wires}
    for desk in desks:
        batch.next_seq[desk.event.id] = queries.last_seq(session, desk.event.id) + 1
        for cell, mark in queries.find_heads(session, desk.seat.id, entries).items():
            batch.heads[desk.seat.id, *cell] = mark


def _receive(batch: _Batch, desks: Sequence[Desk], wire: Wire) -> Answer:
    known = batch.known.get(wire.id)
    if known is not None:
        return _repeat(batch, known, wire)
    desk = find_desk(desks, wire)
    if isinstance(desk, str):
        return _refusal(wire.id, desk)
    checked = _check(desk, wire)
    if isinstance(checked, str):
        return _refusal(wire.id, checked)
    mark = _make(batch, desk, wire, checked[0])
    return _answer(mark, batch.known.get(mark.current))


def _repeat(batch: _Batch, known: MarkEvent, wire: Wire) -> Answer:
    """Answer an id that is already there: as the first time, if it is the same mark.

    Only the word changes: what was stored before is "duplicate" now, with the receipt
    of the first time to the last byte.
    """
    same = known.body_hash == body_hash(wire) and known.seat.user_id == batch.user.id
    if not same:
        batch.reused.append(wire)
        return _refusal(wire.id, "key_reuse")
    first = _answer(known, batch.known.get(known.current))
    return first | {"status": DUPLICATE} if known.status == STORED else first


def _check(desk: Desk, wire: Wire) -> tuple[str] | str:
    """Return the exact value, in a tuple, or the code of the refusal."""
    if not desk.is_open:
        return "not_open"
    aspect = desk.aspects.get(wire.aspect)
    if aspect is None:
        known = wire.aspect in desk.known_aspects
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
        body_hash=body_hash(wire),
    )
    counted = mark if status == STORED else head
    mark.current = counted.id if counted is not None and counted.kind != VOID else ""
    if status == STORED:
        batch.heads[cell] = mark
    for one in (mark, counted):
        if one is not None:
            batch.known[one.id] = one
    mark.seat = desk.seat
    batch.next_seq[desk.event.id] += 1
    batch.made.append(mark)
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


def _write(
    session: Session, batch: _Batch, desks: Sequence[Desk], actor: Actor
) -> None:
    """Insert the new rows in one statement and log them, one entry per event."""
    columns = [c.key for c in MarkEvent.__table__.columns]
    rows = [{name: getattr(mark, name) for name in columns} for mark in batch.made]
    if rows:
        session.execute(insert(MarkEvent), rows)
    for desk in desks:
        _log(session, batch, desk, actor)
    if batch.reused:
        record(
            session,
            actor=actor,
            action="marks.key_reused",
            subject=f"user:{batch.user.uid}",
            now=batch.now,
            body={
                "alarm": True,
                "marks": [{"id": w.id, "hash": body_hash(w)} for w in batch.reused],
            },
        )


def _log(session: Session, batch: _Batch, desk: Desk, actor: Actor) -> None:
    marks = [mark for mark in batch.made if mark.event_id == desk.event.id]
    if not marks:
        return
    record(
        session,
        actor=actor,
        action="marks.received",
        subject=f"seat:{desk.seat.uid}",
        scope=f"event:{desk.event.uid}",
        now=batch.now,
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
