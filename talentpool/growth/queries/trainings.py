"""Reading trainings and who took part; every list takes the caller's scope."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, extract, func, select
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import Scope
from people.persons.models import Person
from talentpool.growth.models.trainings import Attendance, Training
from talentpool.growth.queries.innovations import place_condition, scopes_around

PER_PAGE = 25
PEOPLE_PER_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFilter:
    """What a list is narrowed to; "" and 0 are all."""

    kind: str = ""
    state: str = ""
    year: int = 0
    text: str = ""


def find_training(session: Session, uid: str) -> Training | None:
    """Return a training with its unit and place, or None."""
    return session.scalar(_whole().where(Training.uid == uid))


def find_attendance(session: Session, uid: str) -> Attendance | None:
    """Return one person's part, or None."""
    found = select(Attendance).where(Attendance.uid == uid)
    return session.scalar(found.options(joinedload(Attendance.person)))


def find_part(session: Session, training_id: int, person_id: int) -> Attendance | None:
    """Return a person's part in a training, or None."""
    return session.scalar(
        select(Attendance).where(
            Attendance.training_id == training_id, Attendance.person_id == person_id
        )
    )


def places_of(training: Training) -> list[Scope]:
    """Return every scope a training lies in: its unit and its places."""
    return scopes_around(training.district_code, training.unit)


def list_trainings(
    session: Session, scopes: Iterable[Scope], *, wanted: TrainingFilter, page: int
) -> Pagination:
    """Return one page of trainings, the newest first."""
    found = _whole().where(trainings_within(scopes))
    if wanted.kind:
        found = found.where(Training.kind == wanted.kind)
    if wanted.state:
        found = found.where(Training.state == wanted.state)
    if wanted.year:
        found = found.where(extract("year", Training.last_on) == wanted.year)
    if wanted.text:
        found = found.where(Training.title.contains(wanted.text, autoescape=True))
    return SelectPagination(
        select=found.order_by(Training.last_on.desc(), Training.id.desc()),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def count_people(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Return how many took part, by training."""
    rows = session.execute(
        select(Attendance.training_id, func.count())
        .where(Attendance.training_id.in_(list(ids)))
        .group_by(Attendance.training_id)
    )
    return {training_id: number for training_id, number in rows}  # noqa: C416 - rows


def list_attendances(session: Session, training_id: int, *, page: int) -> Pagination:
    """Return one page of who took part, by name."""
    found = (
        select(Attendance)
        .join(Attendance.person)
        .options(joinedload(Attendance.person).joinedload(Person.unit))
        .where(Attendance.training_id == training_id)
        .order_by(Person.name, Attendance.id)
    )
    return SelectPagination(
        select=found,
        session=session,
        page=page,
        per_page=PEOPLE_PER_PAGE,
        error_out=False,
    )


def list_of_person(session: Session, person_id: int) -> list[Attendance]:
    """Return a person's held trainings, the newest first."""
    return list(
        session.scalars(
            select(Attendance)
            .join(Attendance.training)
            .options(joinedload(Attendance.training).joinedload(Training.unit))
            .where(Attendance.person_id == person_id, Training.state == "held")
            .order_by(Training.last_on.desc(), Attendance.id.desc())
        )
    )


def trainings_within(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Return the condition on `Training` that it lies in one of the scopes."""
    return place_condition(
        list(scopes), district=Training.district_code, unit_id=Training.unit_id
    )


def _whole() -> Select[Training]:
    return select(Training).options(
        joinedload(Training.unit), joinedload(Training.district)
    )
