"""Reading what was signed: every signature of an event, and the marks under one."""

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ledger.log.queries import find_entry, find_entry_before
from ledger.log.rules import Link
from scoring.judges.models import JudgeSeat
from scoring.marking import queries as marking
from scoring.marking.models import SheetSignature
from scoring.marking.rules.cells import Counted

STANDS, RETURNED, EARLIER = "stands", "returned", "earlier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One signature under a seat's sheet, and whether it still holds."""

    signature: SheetSignature
    state: str  # stands | returned (to the judge) | earlier (the marks were unlocked)


def list_signed(session: Session, event_id: int) -> list[Signed]:
    """Return every signature of an event, newest first."""
    now = marking.current_round(session, event_id)
    rows = session.scalars(
        select(SheetSignature)
        .options(joinedload(SheetSignature.seat).joinedload(JudgeSeat.user))
        .where(SheetSignature.event_id == event_id)
        .order_by(SheetSignature.id.desc())
    )
    return [Signed(signature=row, state=_state(row, now)) for row in rows]


def _state(signature: SheetSignature, round_now: int) -> str:
    if signature.returned_at is not None:
        return RETURNED
    return STANDS if signature.round == round_now else EARLIER


def find_signing(session: Session, signature: SheetSignature) -> Link | None:
    """Return the log's entry of a signature."""
    subject = f"signature:{signature.uid}"
    return find_entry(session, action="sheets.signed", subject=subject)


def list_signed_marks(
    session: Session, signature: SheetSignature, signing: Link
) -> list[Counted]:
    """Return the marks a signature covers: what counted when the log took it down."""
    received = find_entry_before(
        session,
        action="marks.received",
        subject=f"seat:{signature.seat.uid}",
        seq=signing.seq,
    )
    if received is None:
        return []
    last = max(mark[0] for mark in json.loads(received.body)["marks"])
    return marking.list_counted(
        session, signature.event_id, signature.seat_id, up_to=last
    )
