"""Craftsmen as the matching reads them: those of a trade's field, nearest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import Scope
from people.codes.models import Occupation, SkillLevel
from people.consent.queries import has_withdrawn
from people.persons.models import Person
from talentpool.dossiers.models import (
    Achievement,
    Craftsman,
    Fact,
    FirmService,
    SkillCertificate,
)
from talentpool.dossiers.queries import within_scopes
from talentpool.dossiers.rules import LIVE_STATES
from talentpool.matching.models import Assignment, Demand
from talentpool.matching.rules.desk import BUSY_STATES, WAITING
from talentpool.matching.rules.match import Need, Offer
from talentpool.mentorship.models import Pair
from talentpool.mentorship.queries.pairs import find_ranks
from talentpool.mentorship.rules.pairs import LIVE_STATES as PAIR_LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Whom the matching looked at."""

    offers: Sequence[Offer]
    total: int  # how many there are in the field of the trade


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one may take on."""

    demands: int  # served at once
    apprentices: Sequence[int]  # by rank of one's level; 0: none
    most: int  # candidates that are read


def list_offers(
    session: Session,
    need: Need,
    scopes: Iterable[Scope],
    *,
    edition: int,
    today: date,
    limits: Limits,
) -> Looked:
    """Return the craftsmen of a trade's field whom the caller may see.

    In a fixed number of statements. Where there are more than `limits.most`, those
    nearest by willingness, trade and place are read.
    """
    heads = session.execute(
        select(
            Craftsman.id,
            Craftsman.trade,
            Craftsman.occupation_edition,
            Craftsman.occupation_code,
            Craftsman.district_code,
            Craftsman.willing_to_serve,
            func.count().over().label("total"),
        )
        .where(_is_here(scopes), _is_near(need, edition))
        .order_by(*_nearness(need), Craftsman.id)
        .limit(limits.most)
    ).all()
    ids = [head.id for head in heads]
    skills = _skills(session, ids, today)
    records = _records(session, ids)
    is_mentor = need.kind == "mentor"
    busy = count_apprentices(session, ids) if is_mentor else count_busy(session, ids)
    ranks = find_ranks(session, ids) if is_mentor else {}
    return Looked(
        offers=[
            Offer(
                id=head.id,
                trade=head.trade,
                occupation=head.occupation_code
                if head.occupation_edition == edition
                else "",
                district=head.district_code,
                is_willing=head.willing_to_serve,
                skills=skills.get(head.id, ()),
                records=records.get(head.id, ()),
                busy=busy.get(head.id, 0),
                room=max(
                    0,
                    (
                        limits.apprentices[ranks.get(head.id, 0)]
                        if is_mentor
                        else limits.demands
                    )
                    - busy.get(head.id, 0),
                ),
            )
            for head in heads
        ],
        total=heads[0].total if heads else 0,
    )


def list_heads(session: Session, ids: Sequence[int]) -> dict[int, Craftsman]:
    """Return craftsmen with person, unit and place, by id."""
    person = joinedload(Craftsman.person)
    found = session.scalars(
        select(Craftsman)
        .where(Craftsman.id.in_(ids))
        .options(person.joinedload(Person.unit), joinedload(Craftsman.district))
    )
    return {craftsman.id: craftsman for craftsman in found}


def find_offered(
    session: Session, uid: str, scopes: Iterable[Scope]
) -> Craftsman | None:
    """Return somebody in the pool whom the caller may see and assign, or None."""
    return session.scalar(
        select(Craftsman)
        .where(Craftsman.uid == uid, _is_here(scopes))
        .options(joinedload(Craftsman.person))
    )


def count_busy(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many demands each craftsman is asked to serve or serves now."""
    rows = session.execute(
        select(Assignment.craftsman_id, func.count())
        .join(Demand, Demand.id == Assignment.demand_id)
        .where(
            Assignment.craftsman_id.in_(ids),
            Assignment.state.in_(BUSY_STATES),
            Demand.state.in_(WAITING),
        )
        .group_by(Assignment.craftsman_id)
    )
    return {row[0]: row[1] for row in rows}


def count_apprentices(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many live pairs each craftsman has as a mentor."""
    rows = session.execute(
        select(Pair.mentor_id, func.count())
        .where(Pair.mentor_id.in_(ids), Pair.state.in_(PAIR_LIVE))
        .group_by(Pair.mentor_id)
    )
    return {row[0]: row[1] for row in rows}


def _is_here(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    hidden = Person.erased_at.is_not(None) | has_withdrawn("pool", Person.id)
    gone = select(Person.id).where(Person.id == Craftsman.person_id, hidden).exists()
    return and_(within_scopes(scopes), Craftsman.state.in_(LIVE_STATES), ~gone)


def _is_near(need: Need, edition: int) -> ColumnElement[bool]:
    field = need.occupation.rpartition("-")[0].rpartition("-")[0]
    codes = select(Occupation.code).where(
        Occupation.edition == edition, Occupation.middle == field
    )
    return or_(
        and_(
            Craftsman.occupation_edition == edition,
            Craftsman.occupation_code.in_(codes),
        ),
        Craftsman.trade == need.trade,
    )


def _nearness(need: Need) -> list[ColumnElement[Any]]:
    group = need.occupation.rpartition("-")[0]
    code, place = Craftsman.occupation_code, Craftsman.district_code
    return [
        Craftsman.willing_to_serve.desc(),
        case(
            (or_(Craftsman.trade == need.trade, code == need.occupation), 0),
            (code.startswith(f"{group}-", autoescape=True), 1),
            else_=2,
        ),
        case(
            (place == need.district, 0),
            (place.startswith(need.district[:4], autoescape=True), 1),
            (place.startswith(need.district[:2], autoescape=True), 2),
            else_=3,
        ),
    ]


def _skills(
    session: Session, ids: Sequence[int], today: date
) -> dict[int, list[tuple[str, int]]]:
    held = SkillCertificate
    rows = session.execute(
        select(held.craftsman_id, held.trade, SkillLevel.rank)
        .join(SkillLevel, SkillLevel.code == held.level_code)
        .where(
            *_counting(held, ids), or_(held.valid_to.is_(None), held.valid_to >= today)
        )
        .order_by(held.id)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for craftsman_id, trade, rank in rows:
        found.setdefault(craftsman_id, []).append((trade, rank))
    return found


def _records(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for model in (FirmService, Achievement):
        rows = session.execute(
            select(model.craftsman_id, model.title, model.text)
            .where(*_counting(model, ids))
            .order_by(model.id)
        )
        for craftsman_id, title, text in rows:
            found.setdefault(craftsman_id, []).append((title, text))
    return found


def _counting(model: type[Fact], ids: Sequence[int]) -> list[ColumnElement[bool]]:
    return [
        model.craftsman_id.in_(ids),
        model.is_current.is_(True),
        model.state != "disputed",
    ]
