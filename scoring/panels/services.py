"""The second signature: another person, who leads the panel, checks a signed sheet."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.queries import is_same_person
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.judges.rules import list_checkers
from scoring.marking import queries as marking
from scoring.marking.models import RETURNED, SheetCheck, SheetSignature
from scoring.panels.queries import Waiting, list_closed_in
from scoring.results.services.locks import hold_open, return_sheet
from scoring.scheme import queries as schemes


class CheckError(DomainError):
    """The sheet cannot be checked by this person, or not now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a signed sheet."""

    outcome: str  # AGREED | RETURNED
    digest: str  # of the sheet that was read
    reason: str = ""  # a return needs one
    device: str = ""


def check_sheet(
    session: Session,
    *,
    seat: JudgeSeat,
    uid: str,
    verdict: Verdict,
    actor: Actor,
    now: datetime,
) -> SheetCheck:
    """Countersign a sheet, or give it back to its judge with a reason.

    Args:
        session: the transaction.
        seat: who checks.
        uid: of the signature that is checked.
        verdict: what they say.
        actor: as the log names them.
        now: when.

    Raises:
        CheckError: the signature does not stand, is checked already, is one's own, is
            another's to check, or the sheet holds a cell that is still closed.
        LockError: marking is not open, or a return without a reason.
    """
    event = seat.event
    hold_open(session, event)
    signature = _get_signature(session, event, uid)
    refuse_checker(session, seat, signature)
    waiting = list_waiting(session, signature)
    if waiting:
        raise CheckError(
            _(
                "Not all judges have marked what this sheet is compared by: %(cells)s. "
                "It can be checked when they have.",
                cells=", ".join(f"{w.entry} {w.aspect}" for w in waiting[:5]),
            )
        )
    if verdict.digest != signature.digest:
        raise CheckError(_("This sheet was signed anew meanwhile. Read it again."))
    if verdict.outcome == RETURNED:
        return_sheet(
            session,
            event=event,
            uid=uid,
            reason=verdict.reason,
            actor=actor,
            now=now,
        )
    return _keep(session, seat, signature, verdict, actor, now)


def refuse_checker(
    session: Session, seat: JudgeSeat, signature: SheetSignature
) -> None:
    """Raise CheckError where a seat may not check a signature."""
    signer = signature.seat
    if is_same_person(session, signer.user.uid, seat.user.uid):
        raise CheckError(_("You signed this sheet yourself: another person checks it."))
    seats = judges.list_seats(session, seat.event_id)
    checkers = list_checkers(judges.list_places(seats), signer.seat)
    if seat.seat not in checkers:
        raise CheckError(
            _("This sheet is checked by %(seats)s.", seats=_(", ").join(checkers))
        )


def list_waiting(session: Session, signature: SheetSignature) -> list[Waiting]:
    """Return the closed cells of a signed sheet."""
    version = schemes.find_frozen(session, signature.event_id)
    if version is None:
        return []
    return list_closed_in(session, signature.seat, schemes.load_scheme(version))


def _get_signature(session: Session, event: Event, uid: str) -> SheetSignature:
    standing = {s.uid: s for s in marking.list_signatures(session, event.id)}
    if uid not in standing:
        raise CheckError(_("This signature does not stand any more."))
    checks = marking.list_checks(session, event.id)
    if any(check.signature_id == standing[uid].id for check in checks):
        raise CheckError(_("This sheet is checked already."))
    return standing[uid]


def _keep(
    session: Session,
    seat: JudgeSeat,
    signature: SheetSignature,
    verdict: Verdict,
    actor: Actor,
    now: datetime,
) -> SheetCheck:
    check = SheetCheck(
        signature_id=signature.id,
        seat_id=seat.id,
        outcome=verdict.outcome,
        reason=verdict.reason.strip()[:400] if verdict.outcome == RETURNED else "",
        device=verdict.device,
        made_at=now,
        made_by=actor.name,
    )
    session.add(check)
    session.flush()
    record(
        session,
        actor=actor,
        action="sheets.checked",
        subject=f"check:{check.uid}",
        scope=f"event:{seat.event.uid}",
        now=now,
        body={
            "signature": signature.uid,
            "seat": signature.seat.seat,
            "by": seat.seat,
            "round": signature.round,
            "digest": signature.digest,
            "outcome": check.outcome,
            "reason": check.reason,
            "device": check.device,
        },
    )
    return check
