"""Finding pairs, always within the caller's scope."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import Date, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.registration.models import Entry
from competition.registration.rules.entries import WITHDRAWN
from people.codes.models import SkillLevel
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman, SkillCertificate
from talentpool.dossiers.queries import within_scopes
from talentpool.mentorship.models import Pair
from talentpool.mentorship.rules.pairs import LIVE_STATES

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Filter:
    """How a list of pairs is narrowed; "" leaves it open."""

    state: str = ""
    text: str = ""  # in a name or trade


def find_pair(session: Session, uid: str) -> Pair | None:
    """Return a pair with both persons, or None."""
    return session.scalar(whole_pairs().where(Pair.uid == uid))


def list_pairs(
    session: Session, scopes: Iterable[Scope], *, wanted: Filter, page: int
) -> Pagination:
    """Return one page of pairs, the latest start first."""
    mentor, apprentice = aliased(Person), aliased(Person)
    found = (
        whole_pairs()
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
    found = whole_pairs().where(
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


def list_tied_judges(
    session: Session, event_id: int, user_ids: Collection[int]
) -> list[int]:
    """Return those users who are or were paired with somebody that enters an event."""
    judge = User.person_id == Craftsman.person_id
    pupil = User.person_id == Pair.apprentice_person_id
    return list(
        session.scalars(
            select(User.id)
            .select_from(Pair)
            .join(Craftsman, Craftsman.id == Pair.mentor_id)
            .join(User, or_(judge, pupil))
            .join(
                Entry,
                or_(
                    and_(judge, Entry.person_id == Pair.apprentice_person_id),
                    and_(pupil, Entry.person_id == Craftsman.person_id),
                ),
            )
            .where(
                User.id.in_(user_ids),
                Pair.state != "draft",
                Entry.event_id == event_id,
                Entry.state != WITHDRAWN,
            )
        )
    )


def closes_circle(
    session: Session, *, mentor: int, apprentice: int, first: date, last: date
) -> bool:
    """Tell whether, on some day of a term, the apprentice teaches the mentor.

    Along a chain of pairs that all hold on that day. One recursive statement that
    begins at the apprentice: it reads the pairs below that person, never all of them.

    Args:
        session: the caller's transaction.
        mentor: person who would teach.
        apprentice: person who would be taught.
        first: of the term, included.
        last: of the term, included.

    Source: rule M-06 in docs/rules/mentorship.md.
    """
    # A live pair binds until somebody ends it, however long its term is over.
    until = case((Pair.state.in_(LIVE_STATES), date.max), else_=Pair.closed_on)
    below = select(
        literal(apprentice).label("person"),
        literal(first, Date).label("first"),
        literal(last, Date).label("last"),
    ).cte("below", recursive=True)
    later = case((Pair.starts_on > below.c.first, Pair.starts_on), else_=below.c.first)
    sooner = case((until < below.c.last, until), else_=below.c.last)
    below = below.union(
        select(Pair.apprentice_person_id, later, sooner)
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .join(below, below.c.person == Craftsman.person_id)
        .where(Pair.starts_on <= below.c.last, until >= below.c.first)
    )
    found = select(below.c.person).where(below.c.person == mentor).limit(1)
    return session.scalar(found) is not None


def has_live_pair(
    session: Session,
    *,
    person_id: int,
    occupation: tuple[int, str],
    apart_from: int | None = None,
) -> bool:
    """Tell whether a person is an apprentice in this occupation now.

    A pair that is meant itself is left out by its id, `apart_from`.
    """
    found = select(Pair.id).where(
        Pair.apprentice_person_id == person_id,
        Pair.occupation_edition == occupation[0],
        Pair.occupation_code == occupation[1],
        Pair.state.in_(LIVE_STATES),
    )
    if apart_from is not None:
        found = found.where(Pair.id != apart_from)
    return session.scalar(found.limit(1)) is not None


def has_agreement(session: Session, number: str) -> bool:
    """Tell whether an agreement's number is taken."""
    found = select(Pair.id).where(Pair.agreement_number == number)
    return session.scalar(found) is not None


def find_rank(session: Session, craftsman_id: int) -> int | None:
    """Return the highest skill level with a verified certificate, None without one."""
    return find_ranks(session, [craftsman_id]).get(craftsman_id)


def find_ranks(session: Session, craftsmen: Collection[int]) -> dict[int, int]:
    """Return the highest verified skill level of craftsmen, where there is one."""
    rows = session.execute(
        select(SkillCertificate.craftsman_id, func.max(SkillLevel.rank))
        .join(SkillLevel, SkillCertificate.level_code == SkillLevel.code)
        .where(
            SkillCertificate.craftsman_id.in_(craftsmen),
            SkillCertificate.is_current,
            SkillCertificate.state == "verified",
        )
        .group_by(SkillCertificate.craftsman_id)
    )
    return {row[0]: row[1] for row in rows}


def whole_pairs() -> Select[Pair]:
    """Return the statement of pairs with both persons, their units and the level."""
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
