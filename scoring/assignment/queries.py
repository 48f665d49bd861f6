"""Candidates, panels and loads, as the rules take them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from competition.codes.queries import list_works
from competition.events.models import Event
from competition.recusal.queries import list_recused
from extensions import LOCAL
from scoring.assignment import rules
from scoring.assignment.models import JudgeInvitation, JudgeQualification
from scoring.assignment.rules import Candidate, Panel
from scoring.judges.models import JudgeSeat
from scoring.scheme.rules.tree import Scheme

YES = "yes"
_SAME_DAY = timedelta(hours=20)
_WORKS_EXPECTED = 30  # while nothing is coded yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An invited judge with what the rules know of them."""

    invitation: JudgeInvitation
    candidate: Candidate

    @property
    def user(self) -> User:
        return self.invitation.user


def list_asked(session: Session, event: Event) -> list[Asked]:
    """Return everybody invited to an event, in the order invited."""
    invitations = session.scalars(
        select(JudgeInvitation)
        .options(joinedload(JudgeInvitation.user).joinedload(User.unit))
        .where(JudgeInvitation.event_id == event.id)
        .order_by(JudgeInvitation.id)
    ).all()
    ids = [invitation.user_id for invitation in invitations]
    recused = list_recused(session, event.id, ids)
    levels = _list_levels(session, event, ids)
    elsewhere = _list_elsewhere(session, event, ids)
    return [
        Asked(
            invitation=one,
            candidate=Candidate(
                user_id=one.user_id,
                unit_id=one.user.unit_id,
                level=levels.get(one.user_id, rules.LEVELS[-1]),
                load=elsewhere.loads.get(one.user_id, 0),
                faults=_faults(one, recused, levels, elsewhere.busy),
            ),
        )
        for one in invitations
    ]


def list_panels(scheme: Scheme | None, works: int) -> list[Panel]:
    """Return what an event's scheme asks for: a panel per number of judges."""
    return (
        [
            Panel(
                letter=chr(ord("A") + at),
                places=judges,
                load=works * sum(_count_aspects(scheme, code) for code in codes),
            )
            for at, (judges, codes) in enumerate(panel_criteria(scheme))
        ]
        if scheme
        else []
    )


def panel_criteria(scheme: Scheme) -> list[tuple[int, list[str]]]:
    """Return the criteria by how many judges mark them, the most judges first."""
    found: dict[int, list[str]] = {}
    for component in scheme.components:
        for criterion in component.criteria:
            judges = max(aspect.judges for aspect in criterion.aspects)
            found.setdefault(judges, []).append(criterion.code)
    return sorted(found.items(), reverse=True)


def count_works(session: Session, event: Event) -> int:
    """Return how many works there are to mark, or are expected."""
    return len(list_works(session, event.id)) or event.quota or _WORKS_EXPECTED


def find_invitation(
    session: Session, event_id: int, uid: str
) -> JudgeInvitation | None:
    """Return one invitation of an event."""
    return session.scalar(
        select(JudgeInvitation).where(
            JudgeInvitation.event_id == event_id, JudgeInvitation.uid == uid
        )
    )


def list_invitations_of(session: Session, user_id: int) -> list[JudgeInvitation]:
    """Return the invitations of one judge, newest event first."""
    return list(
        session.scalars(
            select(JudgeInvitation)
            .join(JudgeInvitation.event)
            .options(joinedload(JudgeInvitation.event).joinedload(Event.competition))
            .where(JudgeInvitation.user_id == user_id)
            .order_by(Event.starts_at.desc(), JudgeInvitation.id)
        )
    )


def list_qualifications(session: Session, user_id: int) -> list[JudgeQualification]:
    """Return what a judge is qualified for, by occupation."""
    return list(
        session.scalars(
            select(JudgeQualification)
            .where(JudgeQualification.user_id == user_id)
            .order_by(JudgeQualification.occupation_code)
        )
    )


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    loads: dict[int, int]
    busy: set[int]


def _list_elsewhere(
    session: Session, event: Event, user_ids: Collection[int]
) -> _Elsewhere:
    """Return what these judges do at other events of the competition."""
    rows = session.execute(
        select(JudgeSeat.user_id, Event.starts_at, func.coalesce(Event.quota, 0))
        .join(JudgeSeat.event)
        .where(
            JudgeSeat.user_id.in_(user_ids),
            JudgeSeat.ended_at.is_(None),
            Event.competition_id == event.competition_id,
            Event.id != event.id,
        )
    ).all()
    loads: dict[int, int] = {}
    busy = set()
    for user_id, starts_at, quota in rows:
        loads[user_id] = loads.get(user_id, 0) + (quota or _WORKS_EXPECTED)
        if abs(starts_at - event.starts_at) < _SAME_DAY:
            busy.add(user_id)
    return _Elsewhere(loads, busy)


def _list_levels(
    session: Session, event: Event, user_ids: Collection[int]
) -> dict[int, str]:
    """Return the highest valid level of each judge who is qualified for the event."""
    day: date = event.starts_at.astimezone(LOCAL).date()
    rows = session.scalars(
        select(JudgeQualification).where(JudgeQualification.user_id.in_(user_ids))
    )
    levels: dict[int, str] = {}
    for row in rows:
        fits = event.occupation_code.startswith(row.occupation_code)
        if not fits or (row.valid_until is not None and row.valid_until < day):
            continue
        held = levels.get(row.user_id, rules.LEVELS[-1])
        levels[row.user_id] = min(held, row.level, key=rules.LEVELS.index)
    return levels


def _faults(
    one: JudgeInvitation,
    recused: Collection[int],
    levels: Collection[int],
    busy: Collection[int],
) -> tuple[str, ...]:
    found = {
        rules.NOT_ACCEPTED: one.answer != YES,
        rules.NOT_TRAINED: one.trained_at is None,
        rules.NOT_QUALIFIED: one.user_id not in levels,
        rules.RECUSED: one.user_id in recused,
        rules.BUSY: one.user_id in busy,
    }
    return tuple(code for code, is_so in found.items() if is_so)


def _count_aspects(scheme: Scheme, criterion_code: str) -> int:
    return sum(
        len(criterion.aspects)
        for component in scheme.components
        for criterion in component.criteria
        if criterion.code == criterion_code
    )
