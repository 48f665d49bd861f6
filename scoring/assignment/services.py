"""Inviting judges, training them, and giving them the places of an event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.assignment import queries, rules
from scoring.assignment.models import JudgeInvitation, JudgeQualification
from scoring.assignment.queries import Asked
from scoring.assignment.rules import Broken, Panel
from scoring.judges.models import JudgeSeat
from scoring.judges.services import Appointment, assign_judge
from scoring.scheme.rules.tree import Scheme


class AssignmentError(DomainError):
    """Judges cannot be invited or placed like this."""


class BrokenError(AssignmentError):
    """A choice does not keep everything, and no reason was given."""

    def __init__(self, broken: Sequence[Broken]) -> None:
        super().__init__(_("This choice breaks what is listed; say why it stands."))
        self.broken = list(broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """How evenly a choice spreads the work."""

    loads: dict[int, tuple[int, int]]  # by user: before, and with this event
    least: int
    greatest: int
    units: int  # how many units the judges come from


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What a judge is qualified for."""

    occupation_code: str
    level: str
    number: str = ""
    valid_until: date | None = None


def qualify(
    session: Session, *, user: User, grade: Grade, actor: Actor, now: datetime
) -> JudgeQualification:
    """Keep what a judge is qualified for; the same occupation again replaces it."""
    row = session.scalar(
        select(JudgeQualification).where(
            JudgeQualification.user_id == user.id,
            JudgeQualification.occupation_code == grade.occupation_code,
        )
    ) or JudgeQualification(user_id=user.id, occupation_code=grade.occupation_code)
    row.level, row.number = grade.level, grade.number
    row.valid_until = grade.valid_until
    session.add(row)
    session.flush()
    record(
        session,
        actor=actor,
        action="judges.qualified",
        subject=f"user:{user.uid}",
        now=now,
        body={
            "occupation": grade.occupation_code,
            "level": grade.level,
            "number": grade.number,
        },
    )
    return row


def invite(
    session: Session, *, event: Event, user: User, actor: Actor, now: datetime
) -> JudgeInvitation:
    """Ask a judge for an event.

    Raises:
        AssignmentError: they were asked already.
    """
    asked = {one.user.id for one in queries.list_asked(session, event)}
    if user.id in asked:
        raise AssignmentError(
            _("%(name)s was invited already.", name=user.display_name)
        )
    row = JudgeInvitation(
        event=event, user=user, invited_at=now, invited_by=actor.name, answer=""
    )
    session.add(row)
    session.flush()
    _log(session, row, "judges.invited", actor, now)
    return row


def answer(
    session: Session,
    *,
    invitation: JudgeInvitation,
    says: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep a judge's answer, "yes" or "no"; they may think again until placed.

    Raises:
        AssignmentError: they have a seat already.
    """
    if _has_seat(session, invitation):
        raise AssignmentError(_("You have a seat at this event: ask the committee."))
    invitation.answer, invitation.answered_at = says, now
    _log(session, invitation, "judges.answered", actor, now)


def train(
    session: Session, *, invitation: JudgeInvitation, actor: Actor, now: datetime
) -> None:
    """Keep that a judge was trained for this event; a second time changes nothing."""
    if invitation.trained_at is None:
        invitation.trained_at, invitation.trained_by = now, actor.name
        _log(session, invitation, "judges.trained", actor, now)


def measure(
    asked: Sequence[Asked], panels: Sequence[Panel], choice: rules.Choice
) -> Fairness:
    """Return how evenly a choice spreads the work."""
    by_id = {one.user.id: one.candidate for one in asked}
    loads = {
        user_id: (by_id[user_id].load, by_id[user_id].load + panel.load)
        for panel in panels
        for user_id in choice.get(panel.letter, ())
        if user_id is not None and user_id in by_id
    }
    totals = [after for _before, after in loads.values()]
    return Fairness(
        loads=loads,
        least=min(totals, default=0),
        greatest=max(totals, default=0),
        units=len({by_id[user_id].unit_id for user_id in loads}),
    )


def appoint(
    session: Session,
    *,
    event: Event,
    scheme: Scheme,
    choice: Mapping[str, Sequence[int | None]],
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[JudgeSeat]:
    """Give seats as chosen, by the optimiser or by hand, with all it breaks on record.

    Raises:
        BrokenError: something is broken, and no reason was given.
        AssignmentError: nobody was chosen, or somebody twice.
        SeatError, RecusalError, RoleError: see `assign_judge`; then nobody gets a seat.
    """
    asked = queries.list_asked(session, event)
    panels = queries.list_panels(scheme, queries.count_works(session, event))
    candidates = [one.candidate for one in asked]
    broken = rules.list_broken(candidates, panels, choice)
    if any(found.code == rules.TWICE for found in broken):
        raise AssignmentError(_("A judge has one place at an event; choose another."))
    if broken and not reason.strip():
        raise BrokenError(broken)
    people = {one.user.id: one for one in asked}
    seats = []
    criteria = dict(
        zip([p.letter for p in panels], queries.panel_criteria(scheme), strict=True)
    )
    for panel in panels:
        chosen = [people[i] for i in choice.get(panel.letter, ()) if i in people]
        leader = rules.leader_of([one.candidate for one in chosen])
        seats += [
            assign_judge(
                session,
                event=event,
                user=one.user,
                appointment=Appointment(
                    panel=panel.letter,
                    is_chair=one.user.id == leader,
                    covers=criteria[panel.letter][1],
                    recusal_reason=reason,
                ),
                actor=actor,
                now=now,
            )
            for one in chosen
        ]
    if not seats:
        raise AssignmentError(_("Choose at least one judge."))
    record(
        session,
        actor=actor,
        action="judges.placed",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "seats": [[seat.seat, seat.panel, seat.user.uid] for seat in seats],
            "broken": sorted({found.code for found in broken}),
            "reason": reason.strip() if broken else "",
        },
    )
    return seats


def _has_seat(session: Session, invitation: JudgeInvitation) -> bool:
    found = session.scalar(
        select(JudgeSeat.id).where(
            JudgeSeat.event_id == invitation.event_id,
            JudgeSeat.user_id == invitation.user_id,
            JudgeSeat.ended_at.is_(None),
        )
    )
    return found is not None


def _log(
    session: Session,
    invitation: JudgeInvitation,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"user:{invitation.user.uid}",
        scope=f"event:{invitation.event.uid}",
        now=now,
        body={"answer": invitation.answer},
    )
