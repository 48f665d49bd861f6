"""Who looks for a mentor or an apprentice, and who wished for whom."""

from collections.abc import Sequence

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload

from people.persons.models import Person
from talentpool.mentorship.models import Offer, Wish
from talentpool.mentorship.queries.pairs import PER_PAGE
from talentpool.mentorship.rules.wishes import CLOSED, LOOKING, other_side


def find_offer(session: Session, uid: str) -> Offer | None:
    """Return an offer with its person, or None."""
    return session.scalar(_offers().where(Offer.uid == uid))


def list_own_offers(session: Session, person_id: int) -> list[Offer]:
    """Return where a person looks, or is asked whether they do; oldest first."""
    found = _offers().where(Offer.person_id == person_id, Offer.state != CLOSED)
    return list(session.scalars(found.order_by(Offer.id)))


def find_live_offer(
    session: Session, *, person_id: int, side: str, occupation: tuple[int, str]
) -> Offer | None:
    """Return a person's offer of one side in one occupation that is not closed."""
    return session.scalar(
        _offers().where(
            Offer.person_id == person_id,
            Offer.side == side,
            Offer.occupation_edition == occupation[0],
            Offer.occupation_code == occupation[1],
            Offer.state != CLOSED,
        )
    )


def list_others(session: Session, own: Offer, page: int) -> Pagination:
    """Return a page of those of the other side who look in the same occupation."""
    found = _offers().where(
        Offer.side == other_side(own.side),
        Offer.occupation_code == own.occupation_code,
        Offer.state == LOOKING,
        Offer.person_id != own.person_id,
    )
    return SelectPagination(
        select=found.order_by(Offer.made_at.desc(), Offer.id.desc()),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def list_wishes(session: Session, offer_id: int) -> list[Wish]:
    """Return the wish list of an offer, most wished for first."""
    wanted = joinedload(Wish.wanted).joinedload(Offer.person).joinedload(Person.unit)
    found = select(Wish).where(Wish.offer_id == offer_id).options(wanted)
    return list(session.scalars(found.order_by(Wish.rank, Wish.id)))


def list_wished_by(session: Session, offer_id: int) -> set[int]:
    """Return the offers of those who wished for this one, by id."""
    return set(session.scalars(select(Wish.offer_id).where(Wish.wanted_id == offer_id)))


def find_wish(session: Session, offer_id: int, wanted_id: int) -> Wish | None:
    """Return one's wish for another, or None."""
    return session.scalar(
        select(Wish).where(Wish.offer_id == offer_id, Wish.wanted_id == wanted_id)
    )


def list_matches(
    session: Session, units: Sequence[str] = ()
) -> list[tuple[Offer, Offer]]:
    """Return the matches without a pair as (mentor, apprentice), oldest first.

    Args:
        session: the caller's transaction.
        units: uids of units; only matches of somebody of these. At most a hundred.
    """
    mentor, apprentice = aliased(Offer), aliased(Offer)
    there, back = aliased(Wish), aliased(Wish)
    found = (
        select(mentor, apprentice)
        .join(there, there.offer_id == mentor.id)
        .join(apprentice, apprentice.id == there.wanted_id)
        .join(
            back,
            (back.offer_id == apprentice.id) & (back.wanted_id == mentor.id),
        )
        .where(
            mentor.side == "mentor",
            mentor.state == LOOKING,
            apprentice.state == LOOKING,
            there.pair_id.is_(None),
        )
        .options(
            joinedload(mentor.person).joinedload(Person.unit),
            joinedload(apprentice.person).joinedload(Person.unit),
        )
        .order_by(there.id)
        .limit(100)
    )
    rows = [(row[0], row[1]) for row in session.execute(found)]
    if not units:
        return rows
    return [
        (one, other)
        for one, other in rows
        if {p.unit.uid for p in (one.person, other.person) if p.unit} & set(units)
    ]


def _offers() -> Select[Offer]:
    return select(Offer).options(joinedload(Offer.person).joinedload(Person.unit))
