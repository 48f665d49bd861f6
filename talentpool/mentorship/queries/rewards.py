"""Rewards of mentors, and the apprentices' facts they rest on."""

from collections.abc import Iterable
from datetime import date

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import Scope
from people.codes.models import SkillLevel
from people.persons.models import Person
from talentpool.dossiers.models import (
    CompetitionRecord,
    Craftsman,
    SkillCertificate,
)
from talentpool.dossiers.queries import within_scopes
from talentpool.mentorship.models import Pair, Reward
from talentpool.mentorship.queries.pairs import PER_PAGE
from talentpool.mentorship.rules.rewards import Ground

_BINDING = ("filed", "active", "due", "extended", "graduated", "terminated")


def list_pairs_of_apprentice(session: Session, craftsman_id: int) -> list[Pair]:
    """Return the pairs with an agreement in which a craftsman learns or learned."""
    found = select(Pair).where(
        Pair.apprentice_craftsman_id == craftsman_id,
        Pair.state.in_(_BINDING),
        Pair.agreement_number.is_not(None),
    )
    return list(session.scalars(found.order_by(Pair.starts_on, Pair.id)))


def list_grounds(session: Session, craftsman_id: int) -> list[Ground]:
    """Return a craftsman's verified places and certificates that have a day."""
    places = session.execute(
        select(
            CompetitionRecord.uid,
            CompetitionRecord.held_on,
            CompetitionRecord.tier,
            CompetitionRecord.place,
        ).where(
            CompetitionRecord.craftsman_id == craftsman_id,
            CompetitionRecord.is_current,
            CompetitionRecord.state == "verified",
            CompetitionRecord.held_on.is_not(None),
        )
    )
    levels = session.execute(
        select(SkillCertificate.uid, SkillCertificate.issued_on, SkillLevel.rank)
        .join(SkillLevel, SkillLevel.code == SkillCertificate.level_code)
        .where(
            SkillCertificate.craftsman_id == craftsman_id,
            SkillCertificate.is_current,
            SkillCertificate.state == "verified",
            SkillCertificate.issued_on.is_not(None),
        )
    )
    return [
        *(
            Ground(uid=uid, on=on or date.min, tier=tier, place=place)
            for uid, on, tier, place in places
        ),
        *(Ground(uid=uid, on=on or date.min, rank=rank) for uid, on, rank in levels),
    ]


def list_given_rules(session: Session, pair: Pair) -> set[str]:
    """Return the rules by which a mentor was proposed for this apprentice before."""
    found = select(Reward.rule).where(
        Reward.mentor_id == pair.mentor_id,
        Reward.apprentice_person_id == pair.apprentice_person_id,
    )
    return set(session.scalars(found))


def list_rewards(
    session: Session, scopes: Iterable[Scope], *, state: str, page: int
) -> Pagination:
    """Return a page of rewards of these places, the latest first."""
    found = (
        select(Reward)
        .join(Craftsman, Craftsman.id == Reward.mentor_id)
        .where(within_scopes(scopes))
        .options(
            joinedload(Reward.pair)
            .joinedload(Pair.mentor)
            .joinedload(Craftsman.person)
            .joinedload(Person.unit),
            joinedload(Reward.pair).joinedload(Pair.apprentice),
        )
    )
    if state:
        found = found.where(Reward.state == state)
    return SelectPagination(
        select=found.order_by(Reward.id.desc()),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def find_reward(session: Session, uid: str) -> Reward | None:
    """Return a reward with its pair, or None."""
    return session.scalar(
        select(Reward).where(Reward.uid == uid).options(joinedload(Reward.pair))
    )
