"""Finding pairs, always within the caller's scope."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from accounts.roles.rules import Scope
from people.codes.models import SkillLevel
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman, SkillCertificate
from talentpool.dossiers.queries import within_scopes
from talentpool.mentorship.models import Pair
from talentpool.mentorship.rules import LIVE_STATES, Edges

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Filter:
    """How a list of pairs is narrowed; "" leaves it open."""

    state: str = ""
    text: str = ""  # in a name or trade


def find_pair(session: Session, uid: str) -> Pair | None:
    """Return a pair with both persons, or None."""
    return session.scalar(_whole().where(Pair.uid == uid))


def list_pairs(
    session: Session, scopes: Iterable[Scope], *, wanted: Filter, page: int
) -> Pagination:
    """Return one page of pairs, the latest start first."""
    mentor, apprentice = aliased(Person), aliased(Person)
    found = (
        _whole()
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .join(mentor, mentor.id == Craftsman.person_id)
        .join(apprentice, apprentice.id == Pair.apprentice_person_id)
        .where(within_scopes(scopes))
    )
    if wanted.state:
        found = found.where(Pair.state == wanted.state)
    if wanted.text:
        columns = (mentor.name, apprentice.name, Pair.trade)
        found = found.where(
            or_(*(c.contains(wanted.text, autoescape=True) for c in columns))
        )
    return SelectPagination(
        select=found.order_by(Pair.starts_on.desc(), Pair.id),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def list_of_craftsman(session: Session, craftsman: Craftsman) -> list[Pair]:
    """Return the pairs a craftsman is in, on either side, latest start first."""
    found = _whole().where(
        or_(
            Pair.mentor_id == craftsman.id,
            Pair.apprentice_person_id == craftsman.person_id,
        )
    )
    return list(session.scalars(found.order_by(Pair.starts_on.desc(), Pair.id)))


def count_live(session: Session, mentor_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many live pairs each mentor has; those without one are left out."""
    rows = session.execute(
        select(Pair.mentor_id, func.count())
        .where(Pair.mentor_id.in_(mentor_ids), Pair.state.in_(LIVE_STATES))
        .group_by(Pair.mentor_id)
    )
    return {row[0]: row[1] for row in rows}


def count_graduated(session: Session, mentor_id: int) -> int:
    """Return how many apprentices of a mentor have graduated."""
    found = select(func.count()).where(
        Pair.mentor_id == mentor_id, Pair.state == "graduated"
    )
    return session.scalar(found) or 0


def list_mentors_of(session: Session, person_id: int) -> list[int]:
    """Return the persons who train or trained somebody, by id."""
    return list(
        session.scalars(
            select(Craftsman.person_id)
            .join(Pair, Pair.mentor_id == Craftsman.id)
            .where(Pair.apprentice_person_id == person_id)
            .distinct()
            .order_by(Craftsman.person_id)
        )
    )


def list_edges(session: Session) -> Edges:
    """Return every live pair as (mentor's person, apprentice's person)."""
    rows = session.execute(
        select(Craftsman.person_id, Pair.apprentice_person_id)
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .where(Pair.state.in_(LIVE_STATES))
        .order_by(Pair.id)
    )
    return [(row[0], row[1]) for row in rows]


def has_live_pair(
    session: Session, *, person_id: int, occupation: tuple[int, str]
) -> bool:
    """Tell whether a person is an apprentice in this occupation now."""
    found = select(Pair.id).where(
        Pair.apprentice_person_id == person_id,
        Pair.occupation_edition == occupation[0],
        Pair.occupation_code == occupation[1],
        Pair.state.in_(LIVE_STATES),
    )
    return session.scalar(found.limit(1)) is not None


def has_agreement(session: Session, number: str) -> bool:
    """Tell whether an agreement's number is taken."""
    found = select(Pair.id).where(Pair.agreement_number == number)
    return session.scalar(found) is not None


def find_rank(session: Session, craftsman_id: int) -> int | None:
    """Return the highest skill level with a verified certificate, None without one."""
    return session.scalar(
        select(func.max(SkillLevel.rank))
        .join(SkillCertificate, SkillCertificate.level_code == SkillLevel.code)
        .where(
            SkillCertificate.craftsman_id == craftsman_id,
            SkillCertificate.is_current,
            SkillCertificate.state == "verified",
        )
    )


def _whole() -> Select[Pair]:
    mentor = joinedload(Pair.mentor)
    return select(Pair).options(
        mentor.joinedload(Craftsman.person).joinedload(Person.unit),
        joinedload(Pair.apprentice).joinedload(Person.unit),
        joinedload(Pair.apprentice_craftsman),
        joinedload(Pair.skill_level),
    )


def are_paired(session: Session, one_id: int, other_id: int) -> bool:
    """Tell whether two persons were ever mentor and apprentice of one pair."""
    both = (one_id, other_id)
    found = (
        select(Pair.id)
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .where(
            Craftsman.person_id.in_(both),
            Pair.apprentice_person_id.in_(both),
            Craftsman.person_id != Pair.apprentice_person_id,
        )
    )
    return session.scalar(found.limit(1)) is not None
