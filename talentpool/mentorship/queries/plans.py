"""Reading plans, logs and assessments of pairs."""

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from talentpool.mentorship.models import (
    Assessment,
    LogEntry,
    LogPhoto,
    Milestone,
    Pair,
    TaskSheet,
    View,
)
from talentpool.mentorship.queries.pairs import PER_PAGE
from talentpool.mentorship.rules.assessments import FINAL
from talentpool.mentorship.rules.plans import DROPPED


def list_milestones(session: Session, pair_id: int) -> list[Milestone]:
    """Return the milestones of a pair's task sheet of today, in its order."""
    found = (
        select(Milestone)
        .where(Milestone.pair_id == pair_id, Milestone.state != DROPPED)
        .options(joinedload(Milestone.attachment))
    )
    return list(session.scalars(found.order_by(Milestone.due_on, Milestone.position)))


def find_milestone(session: Session, pair: Pair, uid: str) -> Milestone | None:
    """Return one milestone of a pair, or None."""
    return session.scalar(
        select(Milestone).where(Milestone.pair_id == pair.id, Milestone.uid == uid)
    )


def list_task_sheets(session: Session, pair_id: int) -> list[TaskSheet]:
    """Return every version of a pair's task sheet, the oldest first."""
    found = select(TaskSheet).where(TaskSheet.pair_id == pair_id)
    return list(session.scalars(found.order_by(TaskSheet.version)))


def list_log(session: Session, pair_id: int, page: int) -> Pagination:
    """Return a page of a pair's log with its photos, the latest day first."""
    found = (
        select(LogEntry)
        .where(LogEntry.pair_id == pair_id)
        .options(selectinload(LogEntry.photos))
        .order_by(LogEntry.held_on.desc(), LogEntry.id.desc())
    )
    return SelectPagination(
        select=found, session=session, page=page, per_page=PER_PAGE, error_out=False
    )


def sum_minutes(session: Session, pair_id: int) -> int:
    """Return how many minutes of teaching a pair's mentor has confirmed."""
    found = select(func.sum(LogEntry.minutes)).where(
        LogEntry.pair_id == pair_id, LogEntry.confirmed_at.is_not(None)
    )
    return session.scalar(found) or 0


def find_log(session: Session, pair: Pair, uid: str) -> LogEntry | None:
    """Return one entry of a pair's log, or None."""
    return session.scalar(
        select(LogEntry).where(LogEntry.pair_id == pair.id, LogEntry.uid == uid)
    )


def find_photo(session: Session, pair: Pair, uid: str) -> LogPhoto | None:
    """Return a photo of a pair's log with its file, or None."""
    return session.scalar(
        select(LogPhoto)
        .join(LogEntry, LogEntry.id == LogPhoto.log_id)
        .where(LogEntry.pair_id == pair.id, LogPhoto.uid == uid)
        .options(joinedload(LogPhoto.attachment))
    )


def list_assessments(session: Session, pair_id: int) -> list[Assessment]:
    """Return a pair's assessments with what was said, by day."""
    found = (
        select(Assessment)
        .where(Assessment.pair_id == pair_id)
        .options(selectinload(Assessment.views))
    )
    return list(session.scalars(found.order_by(Assessment.due_on, Assessment.id)))


def find_assessment(session: Session, pair: Pair, uid: str) -> Assessment | None:
    """Return one assessment of a pair with what was said, or None."""
    return session.scalar(
        select(Assessment)
        .where(Assessment.pair_id == pair.id, Assessment.uid == uid)
        .options(
            selectinload(Assessment.views).joinedload(View.attachment),
        )
    )


def find_last_final(session: Session, pair_id: int) -> Assessment | None:
    """Return the final assessment that was closed last, or None."""
    return session.scalar(
        select(Assessment)
        .where(
            Assessment.pair_id == pair_id,
            Assessment.kind == FINAL,
            Assessment.outcome != "",
        )
        .order_by(Assessment.closed_at.desc(), Assessment.id.desc())
        .limit(1)
    )


def list_successors(session: Session, pair_id: int) -> list[Pair]:
    """Return the pairs that took a pair's place, oldest first."""
    found = select(Pair).where(Pair.successor_of_id == pair_id)
    return list(session.scalars(found.order_by(Pair.id)))
