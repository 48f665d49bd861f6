"""A sheet that two have keyed alike becomes marks of its judge, as if from a tablet.

The device is the paper: `paper:` and its number, with numbers of its own from 1 up.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from extensions import new_uid
from ledger.log.services import Actor
from outbox import MARK, VOID
from scoring.keying.models import KeyingSheet
from scoring.keying.rules import DEVICE, STRUCK, Cell, Reading, reason_of
from scoring.marking.models import MarkEvent
from scoring.marking.queries import find_heads
from scoring.marking.services.receive import Answer, receive_marks
from scoring.scheme.rules.tree import Aspect


def make_marks(
    session: Session,
    *,
    sheet: KeyingSheet,
    aspects: Sequence[Aspect],
    reading: Reading,
    actor: Actor,
    now: datetime,
) -> list[Answer]:
    """Make a mark of every filled cell, on top of what counts there; no commit."""
    heads = find_heads(session, sheet.seat_id, {sheet.entry})
    device = f"{DEVICE}{reading.number}"
    number = _last_number(session, sheet, device)
    items = []
    for aspect in aspects:
        cell = reading.cells.get(aspect.code, Cell())
        head = heads.get((sheet.entry, aspect.code))
        is_there = head is not None and head.kind != VOID
        if not cell.value or (cell.value == STRUCK and not is_there):
            continue
        number += 1
        is_struck = cell.value == STRUCK
        items.append(
            {
                "id": new_uid(),
                "event": sheet.event.uid,
                "entry": sheet.entry,
                "aspect": aspect.code,
                "kind": VOID if is_struck else MARK,
                "value": "" if is_struck else cell.value,
                "based_on": head.id if head is not None else None,
                "device": device,
                "device_seq": number,
                "marked_at": now.isoformat(timespec="milliseconds"),
                "reason": reason_of(aspect, cell, reading.number, sheet.lost),
            }
        )
    return receive_marks(
        session, user=sheet.seat.user, items=items, actor=actor, now=now
    )


def _last_number(session: Session, sheet: KeyingSheet, device: str) -> int:
    last = session.scalar(
        select(func.max(MarkEvent.device_seq)).where(
            MarkEvent.event_id == sheet.event_id, MarkEvent.device == device
        )
    )
    return last or 0
