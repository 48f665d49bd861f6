"""Reminders 30, 7 and 1 days before something is due, and once when it is late.

Nothing ends here. The calendar moves a filed pair into training on its first day, and
says that a pair is due for its final assessment; everything else is a person's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.messages.services.tell import tell
from extensions import LOCAL
from ledger.log.services import Actor, record
from people.units.models import Unit
from talentpool.mentorship.models import Pair
from talentpool.mentorship.queries import due as queries
from talentpool.mentorship.queries.agreements import (
    list_unit_officers,
    list_users_of,
)
from talentpool.mentorship.queries.due import ASSESSMENT, MILESTONE, SIGNATURE, Due
from talentpool.mentorship.rules.pairs import JOB
from talentpool.mentorship.rules.plans import reminder_of
from talentpool.mentorship.services.pairs import (
    Step,
    limits_in_force,
    move_pair,
)

BATCH = 500
_PAGES = {SIGNATURE: "agreement", MILESTONE: "plan", ASSESSMENT: "assessments"}


@dataclass(slots=True)
class Ran:
    """What a run has done."""

    looked_at: int = 0  # things that are due soon or late
    told: int = 0  # messages
    begun: int = 0  # pairs now in training
    due: int = 0  # pairs now due for their final assessment


def remind_batch(
    session: Session, kind: str, last: int, ran: Ran, *, now: datetime
) -> int | None:
    """Remind of what is due of one kind, after `last`; return how far it came.

    The same thing reminds the same account once for each of the moments, however often
    this runs. None is the end; the caller commits after each batch.
    """
    today = _day(now)
    remind_at = limits_in_force(session, now).deadlines.remind_days
    until = today + timedelta(days=max(remind_at))
    found = queries.list_due(session, kind, until=until, last=last, limit=BATCH)
    if not found:
        return None
    pairs = queries.read_pairs(session, [due.pair_id for due in found])
    for due in found:
        ran.looked_at += 1
        at = reminder_of(due.due_on, today, remind_at)
        if at is not None:
            ran.told += _remind(session, due, pairs[due.pair_id], at, now)
    return found[-1].row


def move_batch(
    session: Session, last: int, ran: Ran, *, actor: Actor, now: datetime
) -> int | None:
    """Move pairs as the calendar says, after `last`; return how far it came."""
    today = _day(now)
    ahead = limits_in_force(session, now).deadlines.opens_days
    soon = today + timedelta(days=ahead)
    begins = (Pair.state == "filed") & (Pair.starts_on <= today)
    ends = Pair.state.in_(("active", "extended")) & (Pair.ends_on <= soon)
    ids = session.scalars(
        select(Pair.id)
        .where(begins | ends, Pair.id > last)
        .order_by(Pair.id)
        .limit(BATCH)
    ).all()
    pairs = queries.read_pairs(session, ids)
    for number in ids:
        pair = pairs[number]
        to = "active" if pair.state == "filed" else "due"
        step = Step(to=to, on=today)
        move_pair(session, pair, step=step, who=JOB, actor=actor, now=now)
        ran.begun += to == "active"
        ran.due += to == "due"
    return ids[-1] if ids else None


def log_run(session: Session, ran: Ran, *, actor: Actor, now: datetime) -> None:
    """Write into the log that reminders were looked through."""
    record(
        session,
        actor=actor,
        action="mentorship.reminded",
        subject="pair:all",
        now=now,
        body={
            "looked_at": ran.looked_at,
            "told": ran.told,
            "begun": ran.begun,
            "due": ran.due,
        },
    )


def _remind(session: Session, due: Due, pair: Pair, at: int, now: datetime) -> int:
    units: Iterable[Unit | None] = (pair.apprentice.unit, pair.mentor.person.unit)
    persons = [pair.mentor.person_id, pair.apprentice_person_id]
    whom = [
        *list_users_of(session, persons),
        *list_unit_officers(session, {unit for unit in units if unit is not None}),
    ]
    until = datetime.combine(due.due_on + timedelta(days=1), datetime.min.time(), LOCAL)
    return tell(
        session,
        whom,
        kind="pair_due" if at else "pair_late",
        params={"event": pair.trade, "until": until.isoformat()},
        link=f"/pool/pairs/{pair.uid}/{_PAGES.get(due.kind, 'assessments')}",
        key=f"due:{due.kind}:{due.row}:{due.due_on.isoformat()}:{at}",
        now=now,
    )


def _day(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
