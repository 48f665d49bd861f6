"""Signing one's sheet."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.judges.models import JudgeSeat
from scoring.marking.models import SheetSignature
from scoring.results.signals import sheet_signed
from scoring.sheets.queries import find_sheet
from scoring.tablets.services.barrier import check_barrier


class SignError(DomainError):
    """The sheet cannot be signed as it is."""


def sign_sheet(
    session: Session,
    *,
    seat: JudgeSeat,
    digest: str,
    actor: Actor,
    now: datetime,
    device: str = "",
) -> SheetSignature:
    """Sign the marks of a seat; from here on its marks come late.

    Args:
        session: the transaction.
        seat: whose sheet.
        digest: what the judge's tablet computed over what it shows.
        actor: the judge.
        now: when.
        device: the tablet it is signed on, where it says so.

    Raises:
        SignError: marking is not open, signed already, recused, gaps, conflicts,
            comments or photos are left, or the tablet shows other marks than the
            server holds.
        BarrierError: a tablet of the panel may still hold marks.
    """
    # Keep the judge's other tablet out while we look and sign.
    session.execute(
        select(Event)
        .where(Event.id == seat.event_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    sheet = find_sheet(session, seat)
    if sheet is None or seat.event.state != life.MARKING:
        raise SignError(_("Marking is not open at this event."))
    if sheet.signature is not None:
        raise SignError(_("You have signed this sheet already."))
    if seat.recused_at is not None:
        raise SignError(
            _(
                "A tie to somebody who takes part was declared. What you marked stays; "
                "the committee decides whether you go on."
            )
        )
    if sheet.gaps:
        raise SignError(_("%(count)s marks are still missing.", count=len(sheet.gaps)))
    if any(p.status == "conflict" for p in sheet.pending):
        raise SignError(_("A conflict is waiting. Choose which mark counts first."))
    if sheet.calls:
        raise SignError(
            _(
                "%(count)s marks still ask for a comment, a reason or a photo.",
                count=len(sheet.calls),
            )
        )
    if digest != sheet.digest:
        raise SignError(
            _(
                "This tablet does not show what the server holds. Load the page again "
                "and compare before you sign."
            )
        )
    check_barrier(session, event=seat.event, now=now, seat=seat)
    signature = SheetSignature(
        event_id=seat.event_id,
        seat_id=seat.id,
        round=sheet.round,
        digest=sheet.digest,
        marks=len(sheet.counted),
        signed_at=now,
        device=device,
    )
    session.add(signature)
    session.flush()
    record(
        session,
        actor=actor,
        action="sheets.signed",
        subject=f"signature:{signature.uid}",
        scope=f"event:{seat.event.uid}",
        now=now,
        body={
            "seat": seat.seat,
            "round": signature.round,
            "digest": signature.digest,
            "marks": signature.marks,
            "device": signature.device,
        },
    )
    sheet_signed.send(None, session=session, event_uid=seat.event.uid, now=now)
    return signature
