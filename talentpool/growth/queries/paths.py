"""Reading paths: of one person, and how many of a place reached each step.

A step counts records that are current and undisputed, and trainings that were held;
of a place only records whose day is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import (
    Select,
    SelectBase,
    SQLColumnExpression,
    Subquery,
    extract,
    func,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from accounts.roles.rules import Scope
from people.consent.queries import has_withdrawn
from people.districts.queries import within
from people.persons.models import Person
from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    SkillCertificate,
    Studio,
)
from talentpool.dossiers.queries import within_scopes
from talentpool.growth.models.trainings import Attendance, Training
from talentpool.growth.queries.trainings import list_of_person
from talentpool.growth.rules.paths import STEPS, Record, Stage
from talentpool.mentorship.models import Pair

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Whose paths are looked at: the reader's scopes, a place, and years."""

    scopes: tuple[Scope, ...]
    district: str
    first: int  # years
    last: int


def list_records(session: Session, craftsman: Craftsman) -> list[Record]:
    """Return every record of a person's path, in no order."""
    found = [
        Record(
            step="practice" if one.training.kind == "practice" else "training",
            kind=one.training.kind,
            title=one.training.title,
            on=one.training.last_on,
        )
        for one in list_of_person(session, craftsman.person_id)
    ]
    for fact in _facts(session, CompetitionRecord, craftsman):
        title = f"{fact.competition_name} · {fact.event_name}"
        found.append(
            Record(step="contest", kind="contest", title=title, on=fact.held_on)
        )
    for fact in _facts(session, SkillCertificate, craftsman):
        title = f"{fact.trade} · {fact.skill_level.name}"
        found.append(
            Record(step="promotion", kind="certificate", title=title, on=fact.issued_on)
        )
    return found + list(_leading(session, craftsman))


def _leading(session: Session, craftsman: Craftsman) -> Iterator[Record]:
    for studio in _facts(session, Studio, craftsman):
        if studio.role == "leader":
            yield Record(
                step="leader", kind="studio", title=studio.name, on=studio.founded_on
            )
    for work in _facts(session, Achievement, craftsman):
        if work.named_after_person:
            yield Record(
                step="leader", kind="method", title=work.title, on=work.achieved_on
            )
    pairs = select(Pair).where(Pair.mentor_id == craftsman.id, Pair.state != "draft")
    for pair in session.scalars(pairs.order_by(Pair.id)):
        yield Record(step="leader", kind="pair", title=pair.trade, on=pair.starts_on)


def _facts(session: Session, model: type[Any], craftsman: Craftsman) -> list[Any]:
    return list(
        session.scalars(
            select(model)
            .where(
                model.craftsman_id == craftsman.id,
                model.is_current,
                model.state != "disputed",
            )
            .order_by(model.id)
        )
    )


def count_stages(session: Session, part: Part) -> list[Stage]:
    """Return how many of a place reached each step, by year, and went on from it."""
    found = []
    for step, following in zip(STEPS, (*STEPS[1:], ""), strict=True):
        firsts = _firsts(step)
        by_year = _by_year(session, part, firsts)
        found.append(
            Stage(
                step=step,
                reached=_count(session, _chosen(part, firsts)),
                went_on=_went_on(session, part, firsts, following),
                by_year={
                    year: by_year.get(year, 0)
                    for year in range(part.first, part.last + 1)
                },
            )
        )
    return found


def list_people(
    session: Session, part: Part, step: str, *, year: int, page: int
) -> Pagination:
    """Return one page of who reached a step (in a year, 0 for any), by the day."""
    firsts = _firsts(step)
    found = _chosen(part, firsts).with_only_columns(Craftsman)
    if year:
        found = found.where(extract("year", firsts.c.day) == year)
    person = joinedload(Craftsman.person).joinedload(Person.unit)
    return SelectPagination(
        select=found.options(person).order_by(firsts.c.day.desc(), Craftsman.id),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def list_firsts(session: Session, step: str, ids: Iterable[int]) -> dict[int, date]:
    """Return the day on which these people first reached a step."""
    firsts = _firsts(step)
    rows = session.execute(
        select(firsts.c.craftsman_id, firsts.c.day).where(
            firsts.c.craftsman_id.in_(list(ids))
        )
    )
    return {craftsman_id: day for craftsman_id, day in rows}  # noqa: C416 - rows


def _chosen(part: Part, firsts: Subquery) -> Select[Any]:
    rows = (
        select(Craftsman.id)
        .join(firsts, firsts.c.craftsman_id == Craftsman.id)
        .join(Person, Person.id == Craftsman.person_id)
        .where(
            within_scopes(part.scopes),
            Person.erased_at.is_(None),
            ~has_withdrawn("pool", Person.id),
            firsts.c.day <= date(part.last, 12, 31),
        )
    )
    if part.district:
        rows = rows.where(within(Craftsman.district_code, part.district))
    return rows


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _by_year(session: Session, part: Part, firsts: Subquery) -> dict[int, int]:
    year = extract("year", firsts.c.day)
    rows = _chosen(part, firsts).with_only_columns(year, func.count()).group_by(year)
    return {int(key): number for key, number in session.execute(rows)}


def _went_on(session: Session, part: Part, firsts: Subquery, following: str) -> int:
    if not following:
        return 0
    later = _firsts(following)
    rows = (
        _chosen(part, firsts)
        .join(later, later.c.craftsman_id == Craftsman.id)
        .where(later.c.day >= firsts.c.day, later.c.day <= date(part.last, 12, 31))
    )
    return _count(session, rows)


def _firsts(step: str) -> Subquery:
    days = union_all(*_days(step)).subquery()
    return (
        select(days.c.craftsman_id, func.min(days.c.day).label("day"))
        .group_by(days.c.craftsman_id)
        .subquery()
    )


def _days(step: str) -> list[SelectBase]:
    if step in {"training", "practice"}:
        is_practice = Training.kind == "practice"
        attended = (
            select(Craftsman.id.label("craftsman_id"), Training.last_on.label("day"))
            .join(Attendance, Attendance.person_id == Craftsman.person_id)
            .join(Training, Training.id == Attendance.training_id)
            .where(
                Training.state == "held",
                is_practice if step == "practice" else ~is_practice,
            )
        )
        return [attended]
    if step == "contest":
        return [_fact_days(CompetitionRecord, CompetitionRecord.held_on)]
    if step == "promotion":
        return [_fact_days(SkillCertificate, SkillCertificate.issued_on)]
    pairs = select(
        Pair.mentor_id.label("craftsman_id"), Pair.starts_on.label("day")
    ).where(Pair.state != "draft")
    return [
        _fact_days(Studio, Studio.founded_on, Studio.role == "leader"),
        _fact_days(
            Achievement, Achievement.achieved_on, Achievement.named_after_person
        ),
        pairs,
    ]


def _fact_days(
    model: type[Any],
    day: InstrumentedAttribute[date | None],
    *conditions: SQLColumnExpression[bool],
) -> Select[Any]:
    return select(model.craftsman_id.label("craftsman_id"), day.label("day")).where(
        model.is_current, model.state != "disputed", day.is_not(None), *conditions
    )
