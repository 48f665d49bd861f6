"""What the figures about innovation projects and trainings count.

Projects and trainings lie in their own place and unit, whoever took part.
"""

from typing import Any

from sqlalchemy import Select, select

from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.models.trainings import Attendance, Training
from talentpool.growth.queries.innovations import within_places
from talentpool.growth.queries.trainings import trainings_within
from talentpool.growth.rules.innovations import COUNTED_STATES
from talentpool.reports.queries.selection import (
    Column,
    Selection,
    age_band,
    in_days,
)
from talentpool.reports.rules.window import Window


def projects(window: Window) -> Selection:
    """Select the verified projects that were finished in the period."""
    return _projects(window)


def project_benefit(window: Window) -> Selection:
    """Select those with a benefit; adds it up in yuan."""
    return _projects(
        window, Innovation.benefit_yuan > 0, amount=Innovation.benefit_yuan
    )


def _projects(
    window: Window, *conditions: Column, amount: Column | None = None
) -> Selection:
    rows = (
        select(Innovation.id)
        .outerjoin(Unit, Unit.id == Innovation.unit_id)
        .where(
            within_places(window.scopes),
            Innovation.state.in_(COUNTED_STATES),
            in_days(Innovation.finished_on, window),
            *conditions,
        )
    )
    if window.district:
        rows = rows.where(within(Innovation.district_code, window.district))
    if window.unit_uid:
        rows = rows.where(Unit.uid == window.unit_uid)
    return Selection(
        subject="innovation",
        id=Innovation.id,
        rows=rows,
        by={
            "innovation_kind": Innovation.kind,
            "trade": Innovation.trade,
            "district": Innovation.district_code,
        },
        amount=amount,
    )


def trainings(window: Window) -> Selection:
    """Select what was held and ended in the period; of a unit, what it held."""
    rows = (
        select(Training.id)
        .outerjoin(Unit, Unit.id == Training.unit_id)
        .where(*_held(window))
    )
    if window.unit_uid:
        rows = rows.where(Unit.uid == window.unit_uid)
    return Selection(
        subject="training", id=Training.id, rows=rows, by=_training_splits()
    )


def hours(window: Window) -> Selection:
    """Select who took part in what; adds their time up, in minutes."""
    return Selection(
        subject="attendance",
        id=Attendance.id,
        rows=_attendances(window),
        by=_training_splits(),
        amount=Attendance.minutes,
    )


def trained(window: Window) -> Selection:
    """Select the persons who took part in anything, each once."""
    return _people(window)


def practised(window: Window) -> Selection:
    """Select the persons who took part in practice on the job, each once."""
    return _people(window, Training.kind == "practice")


def _people(window: Window, *conditions: Column) -> Selection:
    here = _attendances(window).where(*conditions)
    there = here.with_only_columns(Attendance.person_id)
    return Selection(
        subject="person",
        id=Person.id,
        rows=select(Person.id).where(Person.id.in_(there)),
        by={"sex": Person.sex, "age": age_band(window.last)},
    )


def _attendances(window: Window) -> Select[Any]:
    rows = (
        select(Attendance.id)
        .join(Training, Training.id == Attendance.training_id)
        .join(Person, Person.id == Attendance.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.erased_at.is_(None), *_held(window))
    )
    if window.unit_uid:
        rows = rows.where(Unit.uid == window.unit_uid)
    return rows


def _held(window: Window) -> list[Column]:
    parts: list[Column] = [
        trainings_within(window.scopes),
        Training.state == "held",
        in_days(Training.last_on, window),
    ]
    if window.district:
        parts.append(within(Training.district_code, window.district))
    return parts


def _training_splits() -> dict[str, Column]:
    return {"training_kind": Training.kind, "district": Training.district_code}
