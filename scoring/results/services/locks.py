"""The lock over an event's marks: closed by the chief judge, opened by two persons."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.queries import is_same_person
from competition.codes import services as codes
from competition.codes.queries import has_entry_of
from competition.events import rules as life
from competition.events.models import Event
from competition.events.services import checks_step, move_event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.evidence import queries as evidence
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.judges.rules import list_without_checker
from scoring.marking import queries as marking
from scoring.marking.models import AGREED, MarkLock, SheetSignature
from scoring.marking.rules.cells import panel_digest
from scoring.results import queries
from scoring.results.services.compute import Ground, compute, read_ground
from scoring.results.services.gate import verify_result
from scoring.results.signals import marks_locked
from scoring.tablets.services.barrier import check_barrier


class LockError(DomainError):
    """The marks cannot be locked, or unlocked, as things are."""


def open_marking(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> None:
    """Begin the marking of an event.

    Raises:
        NoSchemeError: no scheme is frozen.
        LockError: the panel does not fit the scheme.
        LayerOrderError: works are without a code.
    """
    codes.open_marking(session, event=event, actor=actor, now=now)


@checks_step(life.MARKING)
def check_panel(session: Session, event: Event) -> None:
    """Refuse to open the marking, whoever does it, before scheme and panel are ready.

    Raises:
        NoSchemeError: no scheme is frozen.
        LockError: the panel does not fit the scheme, has no chief judge, or somebody
            on it takes part.
    """
    ground = read_ground(session, event.id)
    seats = judges.list_seats(session, event.id)
    if not any(seat.is_chief for seat in seats):
        raise LockError(_("Assign a chief judge first."))
    entered = [s.seat for s in seats if has_entry_of(session, event.id, s.user)]
    if entered:
        # They may have entered after they were given the seat.
        raise LockError(
            _("These judges take part themselves: %(seats)s. End their seats first.")
            % {"seats": ", ".join(entered)}
        )
    _check_checkers(seats)
    wrong = [
        c.criterion
        for c in judges.list_coverage(ground.scheme, seats)
        if not c.is_right
    ]
    if wrong:
        raise LockError(
            _(
                "These criteria have another number of judges than the scheme "
                "expects: %(codes)s. Mend the panel first.",
                codes=", ".join(wrong),
            )
        )


def _check_checkers(seats: list[JudgeSeat]) -> None:
    signers = [seat.seat for seat in seats if seat.covers]
    alone = list_without_checker(judges.list_places(seats), signers)
    if alone:
        raise LockError(
            _(
                "Nobody could check the sheet of %(seats)s: another person has to. "
                "Assign a second judge, who may mark nothing.",
                seats=_(", ").join(alone),
            )
        )


def lock_marks(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> MarkLock:
    """Lock the marks and compute the result.

    Raises:
        LockError: somebody has not signed, a sheet is not checked, something waits to
            be settled, or judges lie too far apart and no note says why.
        BarrierError: a tablet of the panel may still hold marks.
        ScoringError: the marks cannot be scored.
    """
    hold_open(session, event)
    checks = _check_sheets(session, event)
    if queries.list_pending(session, event.id):
        raise LockError(
            _("Conflicts or late marks are waiting. Settle each of them first.")
        )
    ground = read_ground(session, event.id)
    _check_disputes(session, event, ground)
    check_barrier(session, event=event, now=now)
    lock = MarkLock(
        event_id=event.id,
        round=marking.current_round(session, event.id),
        digest=panel_digest(ground.counted),
        last_seq=ground.last_seq,
        checks=checks,
        locked_at=now,
        locked_by=actor.name,
    )
    session.add(lock)
    session.flush()
    _log(session, lock, event, "marks.locked", actor, now)
    result = compute(session, event=event, actor=actor, now=now)
    move_event(session, event=event, to=life.LOCKED, actor=actor, now=now)
    verify_result(session, event=event, result=result, now=now)
    marks_locked.send(None, session=session, event_uid=event.uid, now=now)
    return lock


def ask_unlock(
    session: Session, *, event: Event, reason: str, actor: Actor, now: datetime
) -> None:
    """Ask for the lock to be opened; a second person has to confirm it.

    Raises:
        LockError: not locked, published, asked for already, or no reason.
    """
    lock = _get_lock(session, event)
    if lock.unlock_asked_by:
        raise LockError(_("The unlock is asked for already; a second person confirms."))
    if not reason.strip():
        raise LockError(_("Give the reason for the unlock."))
    lock.unlock_reason = reason.strip()
    lock.unlock_asked_at, lock.unlock_asked_by = now, actor.name
    _log(session, lock, event, "marks.unlock_asked", actor, now)


def confirm_unlock(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> None:
    """Open the lock as the second person: a new round begins and everybody signs again.

    Raises:
        LockError: nobody asked for it, or the same person did.
    """
    lock = _get_lock(session, event)
    if not lock.unlock_asked_by:
        raise LockError(_("Nobody has asked for an unlock."))
    if is_same_person(session, lock.unlock_asked_by, actor.name):
        raise LockError(
            _("You asked for this unlock yourself: another person has to confirm it.")
        )
    lock.unlocked_at, lock.unlocked_by = now, actor.name
    _log(session, lock, event, "marks.unlocked", actor, now)
    move_event(
        session,
        event=event,
        to=life.MARKING,
        actor=actor,
        now=now,
        reason=lock.unlock_reason,
    )


def return_sheet(
    session: Session,
    *,
    event: Event,
    uid: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> SheetSignature:
    """Give a signed sheet back to its judge, who changes it and signs again.

    Raises:
        LockError: no such signature stands, no reason, or the marks are locked.
    """
    hold_open(session, event)
    standing = {s.uid: s for s in marking.list_signatures(session, event.id)}
    if uid not in standing:
        raise LockError(_("This signature does not stand any more."))
    if not reason.strip():
        raise LockError(_("Say why the sheet goes back to the judge."))
    signature = standing[uid]
    signature.returned_at, signature.returned_by = now, actor.name
    signature.returned_reason = reason.strip()[:400]
    record(
        session,
        actor=actor,
        action="sheets.returned",
        subject=f"signature:{signature.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"seat": signature.seat.seat, "reason": signature.returned_reason},
    )
    return signature


def hold_open(session: Session, event: Event) -> None:
    """Keep tablets out while we look and act; their marks come before us or late."""
    session.execute(
        select(Event)
        .where(Event.id == event.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if event.state != life.MARKING:
        raise LockError(_("The marks of this event are not open."))


def _check_sheets(session: Session, event: Event) -> int:
    """Refuse while a sheet lacks a signature or a check; return how many have both."""
    signed = {s.seat_id: s for s in marking.list_signatures(session, event.id)}
    seats = [s for s in judges.list_seats(session, event.id) if s.covers]
    missing = [seat.seat for seat in seats if seat.id not in signed]
    if missing:
        raise LockError(
            _("Not signed yet: %(seats)s.") % {"seats": _(", ").join(missing)}
        )
    checked = {
        check.signature_id
        for check in marking.list_checks(session, event.id)
        if check.outcome == AGREED
    }
    missing = [s.seat for s in seats if signed[s.id].id not in checked]
    if missing:
        raise LockError(
            _("Not checked yet by the panel's chair: %(seats)s.")
            % {"seats": _(", ").join(missing)}
        )
    return len(seats)


def _check_disputes(session: Session, event: Event, ground: Ground) -> None:
    disputes = evidence.list_open_disputes(
        session, event.id, ground.scheme, ground.counted, excused=ground.excused
    )
    if disputes:
        raise LockError(
            _(
                "The judges lie too far apart and no note tells what the panel said: "
                "%(cells)s.",
                cells=_(", ").join(f"{d.entry} {d.aspect}" for d in disputes[:10]),
            )
        )


def _get_lock(session: Session, event: Event) -> MarkLock:
    if event.state == life.PUBLISHED:
        raise LockError(_("Withdraw the publication first."))
    lock = marking.find_lock(session, event.id)
    if lock is None:
        raise LockError(_("The marks of this event are not locked."))
    return lock


def _log(
    session: Session,
    lock: MarkLock,
    event: Event,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"lock:{lock.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "round": lock.round,
            "digest": lock.digest,
            "last_seq": lock.last_seq,
            "checks": lock.checks,
            "reason": lock.unlock_reason,
        },
    )
