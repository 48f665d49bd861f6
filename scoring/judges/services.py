"""Giving and ending judges' seats."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.messages.services.tell import tell
from accounts.roles.queries import list_rows
from accounts.roles.rules import Scope
from accounts.roles.services import grant_role, revoke_role
from accounts.users.models import User
from competition.codes.queries import has_entry_of
from competition.events import rules as life
from competition.events.models import Event
from competition.events.signals import event_moved
from competition.recusal.queries import is_recused, list_recused
from competition.recusal.signals import ties_changed
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.judges import queries
from scoring.judges.models import EVERYTHING, FIRST_PANEL, JudgeSeat

JUDGE, CHIEF = "judge", "chief_judge"
ACTOR = Actor("system", "recusal")
_PANEL = re.compile(r"\w{1,8}")
_OPEN_STATES = frozenset(
    {life.DRAFT, life.REGISTRATION, life.CLOSED, life.CHECKIN, life.MARKING}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a judge is to do at an event."""

    is_chief: bool = False
    panel: str = FIRST_PANEL
    is_chair: bool = False  # of the panel
    covers: Collection[str] | None = None  # codes of criteria; None is all of them
    # Why they may judge although they are tied to a contestant.
    recusal_reason: str = ""


class SeatError(DomainError):
    """A seat cannot be given or changed like this."""


class RecusalError(DomainError):
    """The judge is tied to a contestant; only a reason lets them judge."""


def assign_judge(
    session: Session,
    *,
    event: Event,
    user: User,
    appointment: Appointment,
    actor: Actor,
    now: datetime,
) -> JudgeSeat:
    """Give a user the next seat and the role that goes with it, at this event only.

    Args:
        session: the transaction.
        event: where.
        user: who.
        appointment: what they are to do.
        actor: who assigns.
        now: when.

    Raises:
        SeatError: the marks are locked, the user has a seat, there is a chief, or the
            panel has a chair or no name that will do.
        RecusalError: a contestant themselves; or tied to one (R-01), and no reason.
            To which contestant is neither asked nor told.
        RoleError: the user holds a role that may not mark here.
    """
    _check_seat(session, event, user, appointment)
    if has_entry_of(session, event.id, user):
        raise RecusalError(_("Whoever takes part in an event does not judge it."))
    recused = is_recused(session, event.id, user)
    if recused and not appointment.recusal_reason.strip():
        raise RecusalError(
            _(
                "This judge is tied to a contestant of this event: the same unit, or "
                "a declared relation. Choose another judge, or give the reason why "
                "this one may judge."
            )
        )
    seat = JudgeSeat(
        event_id=event.id,
        user_id=user.id,
        seat=_next_seat(session, event.id),
        is_chief=appointment.is_chief,
        panel=appointment.panel,
        is_chair=appointment.is_chair,
        covers=_pack(appointment.covers),
        recusal_reason=appointment.recusal_reason.strip() if recused else "",
        assigned_at=now,
        assigned_by=actor.name,
    )
    session.add(seat)
    session.flush()
    for role in (JUDGE, CHIEF) if appointment.is_chief else (JUDGE,):
        scope = Scope("event", event.uid)
        grant_role(session, user=user, role=role, scope=scope, actor=actor, now=now)
    reason = appointment.recusal_reason.strip() if recused else ""
    _log(session, seat, "judges.assigned", actor, now, reason)
    return seat


def change_covers(
    session: Session,
    *,
    seat: JudgeSeat,
    covers: Collection[str] | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Change which criteria a judge marks.

    Raises:
        SeatError: marking has begun.
    """
    if seat.event.state not in _OPEN_STATES - {life.MARKING}:
        raise SeatError(_("Marking has begun: who marks what stays as it is."))
    seat.covers = _pack(covers)
    _log(session, seat, "judges.changed", actor, now)


def move_seat(
    session: Session,
    *,
    seat: JudgeSeat,
    panel: str,
    is_chair: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Put a judge into a panel, as its chair or not.

    Who leads may change until the lock, so that a chair who falls ill can be followed;
    who belongs to which panel is fixed when marking begins.

    Raises:
        SeatError: it is too late, the panel has a chair, or no name that will do.
    """
    if seat.event.state not in _OPEN_STATES:
        raise SeatError(_("The marks are locked: the panels stay as they are."))
    if seat.event.state == life.MARKING and panel != seat.panel:
        raise SeatError(_("Marking has begun: who is in which panel stays as it is."))
    others = [s for s in queries.list_seats(session, seat.event_id) if s.id != seat.id]
    _check_panel(others, panel, is_chair=is_chair)
    seat.panel, seat.is_chair = panel, is_chair
    _log(session, seat, "judges.changed", actor, now)


def end_seat(session: Session, *, seat: JudgeSeat, actor: Actor, now: datetime) -> None:
    """Take a seat away before marking begins; the roles at this event end with it.

    Raises:
        SeatError: marking has begun.
    """
    if seat.event.state not in _OPEN_STATES - {life.MARKING}:
        raise SeatError(_("Marking has begun: a judge can no longer leave the panel."))
    seat.ended_at = now
    for grant in list_rows(session, seat.user_id):
        if grant.scope_key == seat.event.uid and grant.role in {JUDGE, CHIEF}:
            revoke_role(session, grant=grant, actor=actor, now=now)
    _log(session, seat, "judges.ended", actor, now)


def lift_recusal(
    session: Session, *, seat: JudgeSeat, reason: str, actor: Actor, now: datetime
) -> None:
    """Let a judge mark in spite of a declared tie, with the reason.

    Raises:
        RecusalError: no reason.
    """
    if not reason.strip():
        raise RecusalError(_("Say why this judge may mark all the same."))
    seat.recused_at, seat.recusal_reason = None, reason.strip()
    _log(session, seat, "judges.recusal_lifted", actor, now, reason.strip())


def listen() -> None:
    """Look at the seats again when a tie is declared, and before marks are given.

    Judges are told when their event is cancelled.
    """
    ties_changed.connect(_on_ties)
    event_moved.connect(_on_moved)


def _on_ties(
    _sender: object, *, session: Session, user_id: int, is_new: bool, now: datetime
) -> None:
    for seat in queries.list_seats_of(session, user_id):
        if seat.event.state in _OPEN_STATES:
            is_tied = is_recused(session, seat.event_id, seat.user)
            _look_again(session, seat, now, is_tied=is_tied, is_new=is_new)


def _on_moved(
    _sender: object, *, session: Session, event: Event, actor: Actor, now: datetime
) -> None:
    del actor  # whoever moves the event does not decide who is recused
    if event.state == life.CANCELLED:
        _tell_cancelled(session, event, now)
    if event.state != life.MARKING:
        return
    seats = queries.list_seats(session, event.id)
    recused = list_recused(session, event.id, [seat.user_id for seat in seats])
    for seat in seats:
        _look_again(session, seat, now, is_tied=seat.user_id in recused)


def _tell_cancelled(session: Session, event: Event, now: datetime) -> None:
    tell(
        session,
        [seat.user_id for seat in queries.list_seats(session, event.id)],
        kind="event_cancelled",
        params={"event": event.name, "reason": event.cancelled_reason},
        link=f"/events/{event.uid}",
        key=f"cancelled:{event.uid}",
        now=now,
    )


def _look_again(
    session: Session,
    seat: JudgeSeat,
    now: datetime,
    *,
    is_tied: bool,
    is_new: bool = False,
) -> None:
    """Keep a judge from marking, or no longer.

    A reason that was given stands for the ties there were, not for a new one.
    """
    is_excused = seat.recusal_reason and not is_new
    if is_tied and not is_excused and seat.recused_at is None:
        seat.recused_at, seat.recusal_reason = now, ""
        _log(session, seat, "judges.recused", ACTOR, now)
    elif not is_tied and seat.recused_at is not None:
        seat.recused_at = None
        _log(session, seat, "judges.recusal_ended", ACTOR, now)


def _check_seat(
    session: Session, event: Event, user: User, appointment: Appointment
) -> None:
    if event.state not in _OPEN_STATES:
        raise SeatError(_("The marks are locked: no more judges can be assigned."))
    held = session.scalar(
        select(JudgeSeat).where(
            JudgeSeat.event_id == event.id, JudgeSeat.user_id == user.id
        )
    )
    if held is not None:
        raise SeatError(
            _("%(name)s has or had seat %(seat)s here.")
            % {"name": user.display_name, "seat": held.seat}
        )
    seats = queries.list_seats(session, event.id)
    if appointment.is_chief and any(seat.is_chief for seat in seats):
        raise SeatError(_("This event has a chief judge already."))
    _check_panel(seats, appointment.panel, is_chair=appointment.is_chair)


def _check_panel(seats: Iterable[JudgeSeat], panel: str, *, is_chair: bool) -> None:
    if not _PANEL.fullmatch(panel):
        raise SeatError(_("A panel is called by 1 to 8 letters or digits, such as A."))
    chair = next((s for s in seats if s.panel == panel and s.is_chair), None)
    if is_chair and chair is not None:
        raise SeatError(
            _("Panel %(panel)s is led by %(seat)s already.")
            % {"panel": panel, "seat": chair.seat}
        )


def _next_seat(session: Session, event_id: int) -> str:
    given = session.scalar(
        select(func.count(JudgeSeat.id)).where(JudgeSeat.event_id == event_id)
    )
    return f"J{(given or 0) + 1}"


def _pack(covers: Collection[str] | None) -> str:
    return EVERYTHING if covers is None else " ".join(sorted(covers))


def _log(
    session: Session,
    seat: JudgeSeat,
    action: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"seat:{seat.uid}",
        scope=f"event:{seat.event.uid}",
        now=now,
        body={
            "user": seat.user.uid,
            "seat": seat.seat,
            "chief": seat.is_chief,
            "panel": seat.panel,
            "chair": seat.is_chair,
            "covers": seat.covers,
            "recusal_reason": reason,
        },
    )
