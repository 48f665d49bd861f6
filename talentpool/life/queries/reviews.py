"""Which dossiers are due, what is on record about them, and the work lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from accounts.roles.rules import Scope
from people.codes.models import SkillLevel
from people.districts.models import District
from people.districts.queries import within
from people.persons.models import Person
from talentpool.dossiers.models import (
    FACT_MODELS,
    Achievement,
    CompetitionRecord,
    Craftsman,
    Evidence,
    FirmService,
    HonourAward,
    SkillCertificate,
)
from talentpool.dossiers.queries import within_scopes
from talentpool.dossiers.rules import LIVE_STATES
from talentpool.life.models import RecordFinding, Review, YearlyUpdate
from talentpool.life.rules.review import Activity, Record
from talentpool.mentorship.models import Pair

PER_PAGE = 25
T = TypeVar("T")
_DATED = (
    ("competition", CompetitionRecord, CompetitionRecord.held_on),
    ("achievement", Achievement, Achievement.achieved_on),
    ("honour", HonourAward, HonourAward.awarded_on),
    ("service", FirmService, FirmService.served_on),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """How a work list is narrowed; "" leaves it open."""

    code: str = ""  # a cause, or a rule
    district: str = ""  # GB/T 2260
    state: str = "open"


def list_due_ids(
    session: Session, *, until: date, scopes: Iterable[Scope], limit: int, last: int
) -> Sequence[int]:
    """Return who is in the pool and whose term ends by a day, by id after `last`."""
    found = select(Craftsman.id).where(
        Craftsman.state.in_(LIVE_STATES),
        Craftsman.merged_into_id.is_(None),
        Craftsman.term_ends_on <= until,
        Craftsman.id > last,
        within_scopes(scopes),
    )
    return session.scalars(found.order_by(Craftsman.id).limit(limit)).all()


def load_record(
    session: Session, craftsman: Craftsman, term_ends_on: date, today: date
) -> Record:
    """Return what a re-confirmation looks at."""
    return Record(
        term_ends_on=term_ends_on,
        activities=_activities(session, craftsman.id, today),
        certificate_expired=_has_expired(session, craftsman.id, term_ends_on),
        disputed=_count_disputed(session, craftsman.id),
        findings=count_findings(session, craftsman.id),
    )


def _activities(session: Session, craftsman_id: int, today: date) -> list[Activity]:
    found = []
    for kind, model, column in _DATED:
        rows = session.execute(
            select(model.uid, column)
            .where(
                model.craftsman_id == craftsman_id,
                model.is_current,
                model.state == "verified",
                column.is_not(None),
            )
            .order_by(model.id)
        )
        found += [Activity(kind=kind, on=on, document=uid) for uid, on in rows if on]
    found += _of_certificates(session, craftsman_id)
    found += _of_pairs(session, craftsman_id, today)
    updates = session.execute(
        select(YearlyUpdate.uid, YearlyUpdate.made_on)
        .where(YearlyUpdate.craftsman_id == craftsman_id)
        .order_by(YearlyUpdate.id)
    )
    found += [Activity(kind="update", on=on, document=uid) for uid, on in updates]
    return found


def _of_certificates(session: Session, craftsman_id: int) -> list[Activity]:
    rows = session.execute(
        select(SkillCertificate.uid, SkillCertificate.issued_on)
        .where(
            SkillCertificate.craftsman_id == craftsman_id,
            SkillCertificate.is_current,
            SkillCertificate.state == "verified",
            SkillCertificate.issued_on.is_not(None),
        )
        .order_by(SkillCertificate.id)
    )
    return [Activity(kind="certificate", on=on, document=uid) for uid, on in rows if on]


def _of_pairs(session: Session, craftsman_id: int, today: date) -> list[Activity]:
    """Pairs count on the day they ended, and while they last up to their last day."""
    rows = session.execute(
        select(Pair.uid, Pair.ends_on, Pair.closed_on)
        .where(
            Pair.mentor_id == craftsman_id,
            Pair.state.in_(("filed", "active", "due", "graduated", "extended")),
        )
        .order_by(Pair.id)
    )
    return [
        Activity(kind="pair", on=min(closed or ends, today), document=uid)
        for uid, ends, closed in rows
    ]


def _has_expired(session: Session, craftsman_id: int, on: date) -> bool:
    """Tell whether every certificate of the highest level held has run out by a day."""
    rows = session.execute(
        select(SkillLevel.rank, SkillCertificate.valid_to)
        .join(SkillLevel, SkillLevel.code == SkillCertificate.level_code)
        .where(
            SkillCertificate.craftsman_id == craftsman_id,
            SkillCertificate.is_current,
            SkillCertificate.state != "disputed",
        )
    ).all()
    best = max((row.rank for row in rows), default=None)
    of_best = [row.valid_to for row in rows if row.rank == best]
    return bool(of_best) and all(end is not None and end < on for end in of_best)


def _count_disputed(session: Session, craftsman_id: int) -> int:
    total = 0
    for model in FACT_MODELS:
        if model is not Evidence:
            count = select(func.count()).where(
                model.craftsman_id == craftsman_id,
                model.is_current,
                model.state == "disputed",
            )
            total += session.scalar(count) or 0
    return total


def count_findings(session: Session, craftsman_id: int) -> int:
    """Return how many findings about a dossier nobody has dealt with."""
    count = select(func.count()).where(
        RecordFinding.craftsman_id == craftsman_id, RecordFinding.state == "open"
    )
    return session.scalar(count) or 0


def find_review(session: Session, uid: str) -> Review | None:
    """Return a re-confirmation with its dossier, or None."""
    return session.scalar(
        select(Review).where(Review.uid == uid).options(*_head(Review.craftsman))
    )


def find_open_review(session: Session, craftsman_id: int) -> Review | None:
    """Return the open re-confirmation of a craftsman, or None."""
    return session.scalar(
        select(Review).where(
            Review.craftsman_id == craftsman_id, Review.state == "open"
        )
    )


def list_reviews_of(session: Session, craftsman_id: int) -> list[Review]:
    """Return every re-confirmation of a craftsman, the latest first."""
    found = select(Review).where(Review.craftsman_id == craftsman_id)
    return list(session.scalars(found.order_by(Review.id.desc())))


def list_reviews(
    session: Session, scopes: Iterable[Scope], *, wanted: Filter, page: int
) -> Pagination:
    """Return one page of re-confirmations, those whose term ended first before."""
    found = (
        select(Review)
        .join(Craftsman, Craftsman.id == Review.craftsman_id)
        .where(within_scopes(scopes))
        .options(*_head(Review.craftsman))
    )
    if wanted.state:
        found = found.where(Review.state == wanted.state)
    if wanted.code:
        found = found.where(Review.causes.contains(wanted.code, autoescape=True))
    found = _in_district(found, wanted.district)
    return _page(session, found.order_by(Review.term_ends_on, Review.id), page)


def count_reviews(session: Session, scopes: Iterable[Scope]) -> int:
    """Return how many re-confirmations wait for a person."""
    found = (
        select(func.count())
        .select_from(Review)
        .join(Craftsman, Craftsman.id == Review.craftsman_id)
        .where(Review.state == "open", within_scopes(scopes))
    )
    return session.scalar(found) or 0


def find_finding(session: Session, uid: str) -> RecordFinding | None:
    """Return a finding with its dossier, or None."""
    return session.scalar(
        select(RecordFinding)
        .where(RecordFinding.uid == uid)
        .options(*_head(RecordFinding.craftsman))
    )


def list_findings(
    session: Session, scopes: Iterable[Scope], *, wanted: Filter, page: int
) -> Pagination:
    """Return one page of findings, by district and then by age."""
    found = (
        select(RecordFinding)
        .join(Craftsman, Craftsman.id == RecordFinding.craftsman_id)
        .where(within_scopes(scopes))
        .options(*_head(RecordFinding.craftsman))
    )
    if wanted.state:
        found = found.where(RecordFinding.state == wanted.state)
    if wanted.code:
        found = found.where(RecordFinding.code == wanted.code)
    found = _in_district(found, wanted.district)
    order = (Craftsman.district_code, RecordFinding.found_at, RecordFinding.id)
    return _page(session, found.order_by(*order), page)


def count_reviews_by_district(
    session: Session, scopes: Iterable[Scope]
) -> list[tuple[str, str, int]]:
    """Return (code, name, open re-confirmations) of each district, most first."""
    count = func.count(Review.id)
    rows = session.execute(
        select(District.code, District.name, count)
        .select_from(Review)
        .join(Craftsman, Craftsman.id == Review.craftsman_id)
        .join(District, District.code == Craftsman.district_code)
        .where(Review.state == "open", within_scopes(scopes))
        .group_by(District.code, District.name)
        .order_by(count.desc(), District.code)
    )
    return [(code, name, number) for code, name, number in rows]


def count_findings_by_district(
    session: Session, scopes: Iterable[Scope]
) -> list[tuple[str, str, int]]:
    """Return (code, name, open findings) of each district, most findings first."""
    count = func.count()
    rows = session.execute(
        select(District.code, District.name, count)
        .select_from(RecordFinding)
        .join(Craftsman, Craftsman.id == RecordFinding.craftsman_id)
        .join(District, District.code == Craftsman.district_code)
        .where(RecordFinding.state == "open", within_scopes(scopes))
        .group_by(District.code, District.name)
        .order_by(count.desc(), District.code)
    )
    return [(code, name, number) for code, name, number in rows]


def list_outdated(
    session: Session, scopes: Iterable[Scope], *, before: datetime, page: int
) -> Pagination:
    """Return who is in the pool and was not brought up to date since a moment."""
    found = (
        select(Craftsman)
        .where(
            Craftsman.state.in_(LIVE_STATES),
            Craftsman.merged_into_id.is_(None),
            Craftsman.updated_at < before,
            within_scopes(scopes),
        )
        .options(
            joinedload(Craftsman.person).joinedload(Person.unit),
            joinedload(Craftsman.district),
        )
    )
    return _page(session, found.order_by(Craftsman.updated_at, Craftsman.id), page)


def count_outdated(
    session: Session, scopes: Iterable[Scope], *, before: datetime
) -> int:
    """Return how many of these places were not brought up to date since a moment."""
    found = select(func.count()).where(
        Craftsman.state.in_(LIVE_STATES),
        Craftsman.merged_into_id.is_(None),
        Craftsman.updated_at < before,
        within_scopes(scopes),
    )
    return session.scalar(found) or 0


def list_outdated_by_uids(
    session: Session, scopes: Iterable[Scope], uids: Sequence[str]
) -> list[Craftsman]:
    """Return the named craftsmen of these places, by id."""
    found = select(Craftsman).where(
        Craftsman.uid.in_(uids),
        Craftsman.state.in_(LIVE_STATES),
        within_scopes(scopes),
    )
    return list(session.scalars(found.order_by(Craftsman.id)))


def _head(relation: InstrumentedAttribute[Craftsman]) -> tuple[ExecutableOption, ...]:
    head = joinedload(relation)
    return (
        head.joinedload(Craftsman.person).joinedload(Person.unit),
        head.joinedload(Craftsman.district),
    )


def _in_district(found: Select[T], code: str) -> Select[T]:
    if not code:
        return found
    return found.where(within(Craftsman.district_code, code))


def _page(session: Session, found: Select[T], page: int) -> Pagination:
    return SelectPagination(
        select=found, session=session, page=page, per_page=PER_PAGE, error_out=False
    )
