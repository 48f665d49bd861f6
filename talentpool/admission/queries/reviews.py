"""What waits for an office: applications at the steps it may act on."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE, Scope
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from talentpool.admission.models.applications import Application, Batch
from talentpool.admission.models.notices import NoticeLine
from talentpool.admission.queries.applications import select_whole, within_scopes
from talentpool.admission.queries.batches import within_scopes as batches_within
from talentpool.admission.rules.applications import (
    ADMITTED,
    DRAFT,
    RUNNING,
    UNCONFIRMED,
)
from talentpool.admission.rules.batches import (
    DECISION,
    EXPERTS,
    LEVEL_STEPS,
    NOTICE,
    STEPS,
    steps_of_office,
)

PER_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """Where a user may review, and where they may decide and publish."""

    review: tuple[Scope, ...]
    admit: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """How the list is narrowed; "" leaves it open."""

    show: str = "mine"  # mine | all
    batch_uid: str = ""
    text: str = ""  # of name, unit or trade
    at: str = ""  # a step, or a state other than running


def list_reviews(
    session: Session, duties: Duties, *, wanted: Filter, page: int
) -> Pagination:
    """Return one page of applications: the first due first."""
    found = select_whole().where(Application.state != DRAFT)
    if wanted.show == "mine":
        found = found.where(_waits_for(duties))
    else:
        found = found.where(within_scopes({*duties.review, *duties.admit}))
    if wanted.batch_uid:
        batch = select(Batch.id).where(Batch.uid == wanted.batch_uid)
        found = found.where(Application.batch_id.in_(batch))
    return _page(session, _narrowed(found, wanted), page)


def list_in_batch(
    session: Session, batch_id: int, *, wanted: Filter, page: int
) -> Pagination:
    """Return one page of a batch's submitted applications: the first due first."""
    found = select_whole().where(
        Application.batch_id == batch_id, Application.state != DRAFT
    )
    return _page(session, _narrowed(found, wanted), page)


def count_by_place(session: Session, batch_id: int) -> dict[str, int]:
    """Return how many of a batch are at each step, or in each state but running."""
    rows = session.execute(
        select(Application.state, Application.step, func.count())
        .where(Application.batch_id == batch_id, Application.state != DRAFT)
        .group_by(Application.state, Application.step)
    )
    found: dict[str, int] = {}
    for state, step, count in rows:
        place = step if state == RUNNING else state
        found[place] = found.get(place, 0) + count
    return found


def _narrowed(found: Select[Application], wanted: Filter) -> Select[Application]:
    if wanted.at in STEPS:
        found = found.where(Application.state == RUNNING, Application.step == wanted.at)
    elif wanted.at:
        found = found.where(Application.state == wanted.at)
    if wanted.text:
        found = found.where(
            or_(
                Application.person.has(
                    Person.name.contains(wanted.text, autoescape=True)
                ),
                Application.unit.has(Unit.name.contains(wanted.text, autoescape=True)),
                Application.trade.contains(wanted.text, autoescape=True),
            )
        )
    return found


def _page(session: Session, found: Select[Application], page: int) -> Pagination:
    found = found.order_by(
        Application.state == ADMITTED,
        Application.due_on.is_(None),
        Application.due_on,
        Application.id,
    )
    return SelectPagination(
        select=found, session=session, page=page, per_page=PER_PAGE, error_out=False
    )


def count_waiting(session: Session, duties: Duties) -> int:
    """Return how many applications wait for a user."""
    found = select(func.count()).select_from(Application).where(_waits_for(duties))
    return session.scalar(found) or 0


def list_at_notice(session: Session, batch_id: int) -> list[Application]:
    """Return the decided applications of a batch that are on no notice yet."""
    shown = select(NoticeLine.application_id).where(
        NoticeLine.application_id == Application.id
    )
    return list(
        session.scalars(
            select_whole()
            .where(
                Application.batch_id == batch_id,
                Application.state == RUNNING,
                Application.step == NOTICE,
                ~shown.exists(),
            )
            .order_by(Application.id)
        )
    )


def _waits_for(duties: Duties) -> ColumnElement[bool]:
    parts = [_at_office(scope) for scope in duties.review]
    if duties.admit:
        held = Application.batch_id.in_(
            select(Batch.id).where(batches_within(duties.admit))
        )
        steps = Application.step.in_((EXPERTS, DECISION, NOTICE))
        parts.append(and_(Application.state == RUNNING, steps, held))
    return or_(*parts) if parts else false()


def _at_office(scope: Scope) -> ColumnElement[bool]:
    unsigned = Application.state == UNCONFIRMED
    running = Application.state == RUNNING
    if scope == EVERYWHERE:
        return or_(unsigned, and_(running, Application.step.in_(LEVEL_STEPS)))
    if scope.kind != "district":
        return false()
    steps = steps_of_office(scope.key)
    here: Iterable[ColumnElement[bool]] = (
        within(Application.district_code, scope.key),  # type: ignore[arg-type]
        or_(unsigned, and_(running, Application.step.in_(steps))),
    )
    return and_(*here)
