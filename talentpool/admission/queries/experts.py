"""Finding experts and their sheets."""

from collections.abc import Sequence

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from talentpool.admission.models.applications import Application
from talentpool.admission.models.experts import Expert, ExpertSheet
from talentpool.admission.queries.applications import select_whole
from talentpool.admission.rules.applications import RUNNING
from talentpool.admission.rules.batches import EXPERTS

PER_PAGE = 25


def list_experts(session: Session, batch_id: int) -> list[Expert]:
    """Return the panel of a batch now, in the order of appointment."""
    return list(
        session.scalars(
            select(Expert)
            .where(Expert.batch_id == batch_id, Expert.ended_at.is_(None))
            .options(joinedload(Expert.user))
            .order_by(Expert.id)
        )
    )


def find_expert(session: Session, batch_id: int, user_id: int) -> Expert | None:
    """Return a user's seat on the panel of a batch, ended or not."""
    return session.scalar(
        select(Expert).where(Expert.batch_id == batch_id, Expert.user_id == user_id)
    )


def is_expert(session: Session, application: Application, user: User) -> bool:
    """Tell whether a user sits on the panel that marks an application."""
    seat = find_expert(session, application.batch_id, user.id)
    return seat is not None and seat.ended_at is None


def list_sheets(session: Session, application: Application) -> list[ExpertSheet]:
    """Return the sheets of the present round, oldest first."""
    return list(
        session.scalars(
            select(ExpertSheet)
            .where(
                ExpertSheet.application_id == application.id,
                ExpertSheet.round == application.round,
            )
            .options(joinedload(ExpertSheet.user))
            .order_by(ExpertSheet.id)
        )
    )


def find_sheet(
    session: Session, application: Application, user: User
) -> ExpertSheet | None:
    """Return a user's own sheet of the present round, or None."""
    return next(
        (s for s in list_sheets(session, application) if s.user_id == user.id), None
    )


def count_unsigned(session: Session, user: User) -> int:
    """Return how many applications before a user's panels lack the user's sheet."""
    own = select(ExpertSheet.id).where(
        ExpertSheet.application_id == Application.id,
        ExpertSheet.round == Application.round,
        ExpertSheet.user_id == user.id,
    )
    asked = select(func.count()).where(*_before(user), ~own.exists())
    return session.scalar(asked.select_from(Application)) or 0


def list_to_mark(session: Session, user: User, *, page: int) -> Pagination:
    """Return one page of what lies before the panels a user sits on.

    What the user has not signed a sheet for comes first, then the oldest.
    """
    signed = exists().where(
        ExpertSheet.user_id == user.id,
        ExpertSheet.application_id == Application.id,
        ExpertSheet.round == Application.round,
    )
    return SelectPagination(
        select=select_whole()
        .where(*_before(user))
        .order_by(case((signed, 1), else_=0), Application.id),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def _before(user: User) -> tuple[ColumnElement[bool], ...]:
    seats = select(Expert.batch_id).where(
        Expert.user_id == user.id, Expert.ended_at.is_(None)
    )
    return (
        Application.batch_id.in_(seats),
        Application.state == RUNNING,
        Application.step == EXPERTS,
    )


def list_own_sheets(
    session: Session, user: User, applications: Sequence[Application]
) -> dict[int, ExpertSheet]:
    """Return a user's sheets of the present rounds, by application id."""
    rounds = {application.id: application.round for application in applications}
    rows = session.scalars(
        select(ExpertSheet).where(
            ExpertSheet.user_id == user.id, ExpertSheet.application_id.in_(rounds)
        )
    )
    return {
        sheet.application_id: sheet
        for sheet in rows
        if sheet.round == rounds[sheet.application_id]
    }
