"""The plan of a pair: task sheets, milestones with evidence, and the log."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from extensions import LOCAL, new_uid
from ledger.log.rules import digest
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from talentpool.mentorship.models import (
    Assessment,
    LogEntry,
    LogPhoto,
    Milestone,
    Pair,
    TaskSheet,
)
from talentpool.mentorship.queries import plans as queries
from talentpool.mentorship.rules.assessments import FINAL, plan_assessments
from talentpool.mentorship.rules.pairs import LIVE_STATES
from talentpool.mentorship.rules.plans import (
    CLAIMED,
    DROPPED,
    MOST_MILESTONES,
    MOST_PHOTOS,
    OPEN,
    REACHED,
    WAITING,
    Difference,
    Task,
    day_at,
    differ,
)
from talentpool.mentorship.rules.templates import find_template


class PlanError(DomainError):
    """A plan, a milestone or an entry of the log cannot be changed like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an apprentice hands in for a milestone."""

    reached_on: date
    attachment: Attachment
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was taught and learned on a day."""

    held_on: date
    minutes: int
    text: str
    photos: Sequence[Attachment] = ()


def begin_plan(
    session: Session, pair: Pair, *, language: str, actor: Actor, now: datetime
) -> None:
    """Give a pair the milestones of its trade and the assessments of its term.

    A successor goes on with what the pair before it had not reached. Where there is a
    plan, its assessments follow the term; milestones stay as the task sheet says.
    """
    if not queries.list_task_sheets(session, pair.id):
        tasks = _carried(session, pair) or [
            Task(
                title=step.title[language],
                due_on=day_at(pair.starts_on, pair.ends_on, step.at),
            )
            for step in find_template(pair.occupation_code).steps
        ]
        _write_sheet(session, pair, tasks, "", actor, now)
    _plan_assessments(session, pair)


def change_tasks(
    session: Session,
    pair: Pair,
    tasks: Sequence[Task],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> TaskSheet:
    """Make the next version of a pair's task sheet.

    Raises:
        PlanError: the pair has ended, nothing changed, no reason, too many, a day
            outside the term, or what was reached would be changed.
    """
    session.refresh(pair, ["state"], with_for_update=True)
    if pair.state not in LIVE_STATES:
        raise PlanError(_("This pair has ended."))
    now_held = {m.uid: m for m in queries.list_milestones(session, pair.id)}
    before = [_task(m) for m in now_held.values()]
    differences = differ(before, tasks)
    reached = {m.title for m in now_held.values() if m.state == REACHED}
    if not differences:
        raise PlanError(_("Nothing was changed."))
    if before and not reason:
        raise PlanError(_("Say why the task sheet is changed."))
    if len(tasks) > MOST_MILESTONES:
        raise PlanError(
            _("A task sheet has at most %(most)s milestones.", most=MOST_MILESTONES)
        )
    if any(d.kind != "added" and d.title in reached for d in differences):
        raise PlanError(_("What was reached and signed stays as it is."))
    if any(not pair.starts_on <= task.due_on <= pair.ends_on for task in tasks):
        raise PlanError(_("Every milestone is due within the term of the pair."))
    return _write_sheet(session, pair, tasks, reason, actor, now)


def claim_milestone(
    session: Session, milestone: Milestone, claim: Claim, *, user: User, now: datetime
) -> None:
    """Hand evidence in that a milestone was reached; the mentor has yet to sign.

    Raises:
        PlanError: it is signed or dropped, or the day lies in the future.
    """
    _hold(session, milestone, WAITING)
    if claim.reached_on > _day(now):
        raise PlanError(_("The day must not lie in the future."))
    milestone.state, milestone.reached_on = CLAIMED, claim.reached_on
    milestone.attachment, milestone.note = claim.attachment, claim.note
    milestone.claimed_by, milestone.answer = user.uid, ""
    body = {"evidence": claim.attachment.sha256, "on": claim.reached_on.isoformat()}
    _log_milestone(session, milestone, "milestone.claimed", user, now, body)


def sign_milestone(
    session: Session,
    milestone: Milestone,
    *,
    is_reached: bool,
    answer: str,
    user: User,
    now: datetime,
) -> None:
    """Say as the mentor that a milestone was reached, or give it back with a word.

    Raises:
        PlanError: nothing was handed in, or it is given back without a word.
    """
    _hold(session, milestone, (CLAIMED,))
    if not is_reached and not answer:
        raise PlanError(_("Say what is missing."))
    milestone.answer = answer
    if is_reached:
        milestone.state = REACHED
        milestone.signed_by, milestone.signed_at = user.uid, now
    else:
        milestone.state = OPEN
    action = "milestone.reached" if is_reached else "milestone.returned"
    _log_milestone(session, milestone, action, user, now, {})


def write_log(
    session: Session, pair: Pair, lesson: Lesson, *, user: User, now: datetime
) -> LogEntry:
    """Write what was taught and learned on a day.

    Raises:
        PlanError: the pair has ended, the day lies outside its time, too many photos.
    """
    if pair.state not in LIVE_STATES:
        raise PlanError(_("This pair has ended."))
    if not pair.starts_on <= lesson.held_on <= _day(now):
        raise PlanError(_("The day must lie between the start of the pair and today."))
    if len(lesson.photos) > MOST_PHOTOS:
        raise PlanError(_("At most %(most)s photos.", most=MOST_PHOTOS))
    entry = LogEntry(
        pair=pair,
        held_on=lesson.held_on,
        minutes=lesson.minutes,
        text=lesson.text,
        written_at=now,
        written_by=user.uid,
        photos=[LogPhoto(attachment=photo) for photo in lesson.photos],
    )
    session.add(entry)
    session.flush()
    body = {
        "entry": entry.uid,
        "on": lesson.held_on.isoformat(),
        "minutes": lesson.minutes,
        "photos": [photo.sha256 for photo in lesson.photos],
    }
    _log(session, pair, "lesson.written", Actor("human", user.uid), now, body)
    return entry


def confirm_log(
    session: Session, entry: LogEntry, *, user: User, now: datetime
) -> None:
    """Say as the mentor that an entry of the log is right; twice is once."""
    session.refresh(entry, ["confirmed_at"], with_for_update=True)
    if entry.confirmed_at is not None:
        return
    entry.confirmed_at, entry.confirmed_by = now, user.uid
    actor = Actor("human", user.uid)
    _log(session, entry.pair, "lesson.confirmed", actor, now, {"entry": entry.uid})


def list_history(
    session: Session, pair: Pair
) -> list[tuple[TaskSheet, list[Difference]]]:
    """Return every version of a task sheet with what it changed, newest first."""
    found: list[tuple[TaskSheet, list[Difference]]] = []
    before: list[Task] = []
    for sheet in queries.list_task_sheets(session, pair.id):
        tasks = read_tasks(sheet)
        found.append((sheet, differ(before, tasks)))
        before = tasks
    return found[::-1]


def read_tasks(sheet: TaskSheet) -> list[Task]:
    """Return the milestones a version of a task sheet holds."""
    return [
        Task(
            uid=row["uid"],
            title=row["title"],
            due_on=date.fromisoformat(row["due_on"]),
        )
        for row in json.loads(sheet.tasks or "[]")
    ]


def _carried(session: Session, pair: Pair) -> list[Task]:
    """Return what the pair before this one had not reached, within the new term."""
    if pair.successor_of_id is None:
        return []
    return [
        Task(title=m.title, due_on=max(pair.starts_on, min(m.due_on, pair.ends_on)))
        for m in queries.list_milestones(session, pair.successor_of_id)
        if m.state in WAITING
    ]


def _write_sheet(
    session: Session,
    pair: Pair,
    tasks: Sequence[Task],
    reason: str,
    actor: Actor,
    now: datetime,
) -> TaskSheet:
    there = {m.uid: m for m in queries.list_milestones(session, pair.id)}
    kept = []
    for position, task in enumerate(tasks):
        milestone = there.pop(task.uid, None)
        if milestone is None:
            milestone = Milestone(pair=pair, uid=new_uid(), state=OPEN)
            session.add(milestone)
        milestone.title, milestone.due_on = task.title, task.due_on
        milestone.position = position
        kept.append(_task(milestone))
    for milestone in there.values():
        milestone.state = DROPPED
    rows = [
        {"uid": t.uid, "title": t.title, "due_on": t.due_on.isoformat()} for t in kept
    ]
    sheet = TaskSheet(
        pair_id=pair.id,
        version=len(queries.list_task_sheets(session, pair.id)) + 1,
        tasks=json.dumps(rows, ensure_ascii=False),
        reason=reason,
        digest=digest({"pair": pair.uid, "tasks": rows}),
        made_at=now,
        made_by=actor.name,
    )
    session.add(sheet)
    body = {"version": sheet.version, "digest": sheet.digest, "count": len(rows)}
    _log(session, pair, "plan.written", actor, now, body)
    return sheet


def _plan_assessments(session: Session, pair: Pair) -> None:
    """Plan what a term asks for; what has begun or is closed stays on its day."""
    there = queries.list_assessments(session, pair.id)
    planned = {a.due_on: a for a in there if not a.outcome and not a.views}
    fixed = {a.due_on for a in there if a.outcome or a.views}
    wanted = {
        day: kind
        for kind, day in plan_assessments(pair.starts_on, pair.ends_on)
        if day not in fixed
    }
    for day, assessment in planned.items():
        if wanted.get(day) == assessment.kind:
            del wanted[day]
        elif assessment.kind == FINAL:
            # A longer or shorter term: the final one moves with its last day.
            assessment.due_on = pair.ends_on
            wanted.pop(pair.ends_on, None)
        else:
            session.delete(assessment)
    session.add_all(
        Assessment(pair=pair, kind=kind, due_on=day) for day, kind in wanted.items()
    )
    session.flush()


def _task(milestone: Milestone) -> Task:
    return Task(uid=milestone.uid, title=milestone.title, due_on=milestone.due_on)


def _hold(session: Session, milestone: Milestone, states: Sequence[str]) -> None:
    session.refresh(milestone, ["state"], with_for_update=True)
    if milestone.state not in states:
        raise PlanError(_("This milestone was changed meanwhile."))


def _log_milestone(
    session: Session,
    milestone: Milestone,
    action: str,
    user: User,
    now: datetime,
    body: Mapping[str, Any],
) -> None:
    actor = Actor("human", user.uid)
    body = {"milestone": milestone.uid, **body}
    _log(session, milestone.pair, action, actor, now, body)


def _log(
    session: Session,
    pair: Pair,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any],
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"pair:{pair.uid}",
        now=now,
        body=body,
    )


def _day(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
