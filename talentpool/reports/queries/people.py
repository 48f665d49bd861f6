"""What the figures of the pool count: craftsmen, on a day or by their entry."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import and_, case, exists, func, or_, select

from people.codes.models import SkillLevel
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman, PoolStep, SkillCertificate
from talentpool.dossiers.rules import LIVE_STATES, years_after
from talentpool.mentorship.models import Pair
from talentpool.mentorship.rules.pairs import LIVE_STATES as LIVE_PAIRS
from talentpool.reports.queries.selection import (
    Column,
    Selection,
    age_band,
    chosen,
    employer,
    in_days,
    in_moments,
    with_person,
)
from talentpool.reports.rules.window import Window, first_birth

_FEMALE = "2"  # GB/T 2261.1


def members(window: Window) -> Selection:
    """Select who is in the pool on the window's last day."""
    return _members(window)


def under_40(window: Window) -> Selection:
    """Select members of 40 full years or fewer."""
    return _members(window, Person.birth_date >= first_birth(41, window.last))


def women(window: Window) -> Selection:
    """Select members who are women."""
    return _members(window, Person.sex == _FEMALE)


def high_skilled(window: Window) -> Selection:
    """Select members with a certificate of senior worker or above."""
    return _members(window, _holds(window, SkillLevel.is_high_skilled))


def from_enterprises(window: Window) -> Selection:
    """Select members whose unit is an enterprise."""
    return _members(window, employer() == "enterprise")


def updated(window: Window) -> Selection:
    """Select members whose dossier changed within the twelve months before."""
    year = replace(window, first=years_after(window.last, -1))
    return _members(window, in_moments(Craftsman.updated_at, year))


def paired(window: Window) -> Selection:
    """Select members who teach or learn in a pair that is live."""
    mine = or_(
        Pair.mentor_id == Craftsman.id,
        Pair.apprentice_person_id == Craftsman.person_id,
    )
    return _members(window, exists().where(mine, pair_is_live(window)))


def entered(window: Window) -> Selection:
    """Select who entered the pool in the period."""
    rows = with_person(select(Craftsman.id)).where(
        chosen(window), in_days(Craftsman.entered_on, window)
    )
    return Selection(subject="craftsman", id=Craftsman.id, rows=rows, by=splits(window))


def splits(window: Window) -> Mapping[str, Column]:
    """Return what statements with craftsman, person and unit can be split by."""
    return {
        "level": Craftsman.level,
        "class": Craftsman.pool_class,
        "trade": Craftsman.trade,
        "district": Craftsman.district_code,
        "age": age_band(window.last),
        "sex": Person.sex,
        "employer": employer(),
    }


def pair_is_live(window: Window) -> Column:
    """Return the condition that a pair is live on the window's last day."""
    open_still = and_(Pair.closed_on.is_(None), Pair.state.in_(LIVE_PAIRS))
    return and_(
        Pair.state != "draft",
        Pair.starts_on <= window.last,
        or_(open_still, Pair.closed_on > window.last),
    )


def _members(window: Window, *conditions: Column) -> Selection:
    rows = with_person(select(Craftsman.id)).where(
        chosen(window), _is_member(window), *conditions
    )
    return Selection(
        subject="craftsman",
        id=Craftsman.id,
        rows=rows,
        by={**splits(window), "skill": _rank(window)},
    )


def _is_member(window: Window) -> Column:
    if window.last >= window.today:
        return Craftsman.state.in_(LIVE_STATES)
    mine = (PoolStep.craftsman_id == Craftsman.id, PoolStep.is_current)
    before = (
        select(PoolStep.to_state)
        .where(*mine, PoolStep.valid_from <= window.last)
        .order_by(PoolStep.valid_from.desc(), PoolStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    # Before the first step a dossier was in the pool; without any it is as it was.
    first = case((exists().where(*mine), "active"), else_=Craftsman.state)
    return and_(
        Craftsman.entered_on <= window.last,
        func.coalesce(before, first).in_(LIVE_STATES),
    )


def _certificates(window: Window) -> tuple[Column, ...]:
    held = SkillCertificate
    return (
        held.craftsman_id == Craftsman.id,
        held.is_current,
        held.state != "disputed",
        held.level_code == SkillLevel.code,
        or_(held.issued_on.is_(None), held.issued_on <= window.last),
        or_(held.valid_to.is_(None), held.valid_to >= window.last),
    )


def _holds(window: Window, condition: Column) -> Column:
    return exists().where(*_certificates(window), condition)


def _rank(window: Window) -> Column:
    highest = select(func.max(SkillLevel.rank)).where(*_certificates(window))
    return func.coalesce(highest.correlate(Craftsman).scalar_subquery(), 0)
