"""Finding notices and objections."""

from collections.abc import Iterable
from datetime import date

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.roles.rules import Scope
from talentpool.admission.models.applications import Application, Batch
from talentpool.admission.models.notices import (
    Notice,
    NoticeLine,
    Objection,
    UnitNotice,
)
from talentpool.admission.queries.applications import within_scopes
from talentpool.admission.rules.applications import RUNNING
from talentpool.admission.rules.batches import UNIT_NOTICE
from talentpool.admission.rules.notices import OPEN

PER_PAGE = 25


def find_unit_notice(session: Session, application: Application) -> UnitNotice | None:
    """Return the unit's own notice of the present round, or None."""
    return session.scalar(
        select(UnitNotice).where(
            UnitNotice.application_id == application.id,
            UnitNotice.round == application.round,
        )
    )


def list_at_units(
    session: Session, scopes: Iterable[Scope], today: date
) -> list[tuple[Application, UnitNotice | None]]:
    """Return what units of `scopes` put up, or report on, now; the oldest first."""
    units = [scope for scope in scopes if scope.kind == "unit"]
    rows = session.execute(
        select(Application, UnitNotice)
        .outerjoin(
            UnitNotice,
            and_(
                UnitNotice.application_id == Application.id,
                UnitNotice.round == Application.round,
            ),
        )
        .where(
            Application.state == RUNNING,
            Application.step == UNIT_NOTICE,
            or_(UnitNotice.id.is_(None), UnitNotice.last_day < today),
            within_scopes(units),
        )
        .options(joinedload(Application.person))
        .order_by(Application.id)
    )
    return [(application, notice) for application, notice in rows]


def find_notice(session: Session, uid: str) -> Notice | None:
    """Return a public notice with its lines, or None."""
    return session.scalar(
        select(Notice)
        .where(Notice.uid == uid)
        .options(
            joinedload(Notice.batch).joinedload(Batch.district),
            selectinload(Notice.lines).joinedload(NoticeLine.application),
        )
    )


def list_shown(session: Session, today: date) -> list[Notice]:
    """Return the notices that are shown today, the newest first."""
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.first_day <= today, Notice.shown_until >= today)
            .options(joinedload(Notice.batch).joinedload(Batch.district))
            .order_by(Notice.first_day.desc(), Notice.id.desc())
        )
    )


def list_of_batch(session: Session, batch_id: int) -> list[tuple[Notice, int]]:
    """Return the notices of a batch with their numbers of persons, newest first."""
    persons = (
        select(func.count()).where(NoticeLine.notice_id == Notice.id).scalar_subquery()
    )
    rows = session.execute(
        select(Notice, persons)
        .where(Notice.batch_id == batch_id)
        .order_by(Notice.id.desc())
    )
    return [(notice, count) for notice, count in rows]


def find_of_application(session: Session, application_id: int) -> Notice | None:
    """Return the latest notice an application stands on, or None."""
    return session.scalar(
        select(Notice)
        .join(NoticeLine, NoticeLine.notice_id == Notice.id)
        .where(NoticeLine.application_id == application_id)
        .order_by(Notice.id.desc())
        .limit(1)
    )


def find_objection(session: Session, uid: str) -> Objection | None:
    """Return an objection with what it is about, or None."""
    return session.scalar(
        select(Objection)
        .where(Objection.uid == uid)
        .options(
            joinedload(Objection.application).joinedload(Application.batch),
            joinedload(Objection.application).joinedload(Application.person),
            joinedload(Objection.application).joinedload(Application.unit),
            joinedload(Objection.notice),
            joinedload(Objection.attachment),
        )
    )


def find_by_receipt(session: Session, receipt: str) -> Objection | None:
    """Return the objection with this receipt, or None."""
    return session.scalar(select(Objection).where(Objection.receipt == receipt))


def list_objections(
    session: Session, scopes: Iterable[Scope], *, page: int
) -> Pagination:
    """Return one page of objections: open ones first, the first due first."""
    found = (
        select(Objection)
        .join(Application, Application.id == Objection.application_id)
        .where(within_scopes(scopes))
        .options(
            joinedload(Objection.application).joinedload(Application.person),
            joinedload(Objection.application).joinedload(Application.batch),
        )
        .order_by(Objection.state != OPEN, Objection.due_on, Objection.id)
    )
    return SelectPagination(
        select=found, session=session, page=page, per_page=PER_PAGE, error_out=False
    )


def list_of_application(session: Session, application_id: int) -> list[Objection]:
    """Return the objections to one application, oldest first."""
    return list(
        session.scalars(
            select(Objection)
            .where(Objection.application_id == application_id)
            .order_by(Objection.id)
        )
    )


def count_open_objections(session: Session, scopes: Iterable[Scope]) -> int:
    """Return how many objections within `scopes` wait for their outcome."""
    found = (
        select(func.count())
        .select_from(Objection)
        .join(Application, Application.id == Objection.application_id)
        .where(Objection.state == OPEN, within_scopes(scopes))
    )
    return session.scalar(found) or 0
