"""Giving and ending judges' seats."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.roles.queries import list_rows
from accounts.roles.rules import Scope
from accounts.roles.services import grant_role, revoke_role
from accounts.users.models import User
from competition.codes.queries import has_entry_from, has_entry_of
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.judges import queries
from scoring.judges.models import EVERYTHING, JudgeSeat

JUDGE, CHIEF = "judge", "chief_judge"
_OPEN_STATES = frozenset(
    {life.DRAFT, life.REGISTRATION, life.CLOSED, life.CHECKIN, life.MARKING}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a judge is to do at an event."""

    is_chief: bool = False
    covers: Collection[str] | None = None  # codes of criteria; None is all of them
    # Why they may judge although a contestant is of their unit.
    recusal_reason: str = ""


class SeatError(DomainError):
    """A seat cannot be given or changed like this."""


class RecusalError(DomainError):
    """The judge shares a unit with a contestant; only a reason lets them judge."""


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
        SeatError: the marks are locked, the user has a seat, or there is a chief.
        RecusalError: a contestant themselves; or same unit as a contestant, and no
            reason. Which contestant is neither asked nor told.
        RoleError: the user holds a role that may not mark here.
    """
    _check_seat(session, event, user, is_chief=appointment.is_chief)
    if has_entry_of(session, event.id, user):
        raise RecusalError(_("Whoever takes part in an event does not judge it."))
    recused = user.unit_id is not None and has_entry_from(
        session, event.id, user.unit_id
    )
    if recused and not appointment.recusal_reason.strip():
        raise RecusalError(
            _(
                "A contestant of this event is from the same unit. Choose another "
                "judge, or give the reason why this one may judge."
            )
        )
    seat = JudgeSeat(
        event_id=event.id,
        user_id=user.id,
        seat=_next_seat(session, event.id),
        is_chief=appointment.is_chief,
        covers=_pack(appointment.covers),
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


def _check_seat(session: Session, event: Event, user: User, *, is_chief: bool) -> None:
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
    if is_chief and any(seat.is_chief for seat in seats):
        raise SeatError(_("This event has a chief judge already."))


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
            "covers": seat.covers,
            "recusal_reason": reason,
        },
    )
