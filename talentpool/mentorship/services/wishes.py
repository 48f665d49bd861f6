"""Mutual choice: looking, wishing, and the pair two wishes become."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.messages.services.tell import tell
from errors import DomainError
from ledger.log.services import Actor, record
from people.codes.models import Occupation
from people.persons.models import Person
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.rules import LIVE_STATES as IN_POOL
from talentpool.mentorship.models import Offer, Pair, Wish
from talentpool.mentorship.queries import wishes as queries
from talentpool.mentorship.queries.agreements import list_users_of
from talentpool.mentorship.rules.wishes import (
    APPRENTICE_SIDE,
    ASKED,
    CLOSED,
    LOOKING,
    MENTOR_SIDE,
    MOST_WISHES,
    other_side,
)
from talentpool.mentorship.services.pairs import NewPair, record_pair


class WishError(DomainError):
    """Somebody cannot look, wish or be matched like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for."""

    side: str  # as which side they look
    occupation: Occupation
    trade: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """When a pair of two wishes would begin and end."""

    starts_on: date
    ends_on: date


def look_for(
    session: Session,
    person: Person,
    search: Search,
    *,
    actor: Actor,
    now: datetime,
) -> Offer:
    """Say that a person looks for an apprentice or a mentor; log, no commit.

    Raises:
        WishError: they look already, or would teach without being in the pool.
    """
    if search.side == MENTOR_SIDE:
        known = find_by_person(session, person.id)
        if known is None or known.state not in IN_POOL:
            raise WishError(_("Who teaches is in the talent pool."))
    key = (search.occupation.edition, search.occupation.code)
    found = queries.find_live_offer(
        session, person_id=person.id, side=search.side, occupation=key
    )
    if found is not None:
        raise WishError(_("You are looking in this occupation already."))
    offer = Offer(
        person=person,
        side=search.side,
        occupation_edition=search.occupation.edition,
        occupation_code=search.occupation.code,
        trade=search.trade,
        text=search.text,
        state=LOOKING,
        made_at=now,
    )
    session.add(offer)
    _log(session, offer, "offer.made", actor, now)
    return offer


def ask_again(session: Session, pair: Pair, *, actor: Actor, now: datetime) -> None:
    """Ask the apprentice of a pair that ended whether they look for another mentor."""
    key = (pair.occupation_edition, pair.occupation_code)
    person_id = pair.apprentice_person_id
    if queries.find_live_offer(
        session, person_id=person_id, side=APPRENTICE_SIDE, occupation=key
    ):
        return
    offer = Offer(
        person=pair.apprentice,
        side=APPRENTICE_SIDE,
        occupation_edition=pair.occupation_edition,
        occupation_code=pair.occupation_code,
        trade=pair.trade,
        state=ASKED,
        after_pair_id=pair.id,
        made_at=now,
    )
    session.add(offer)
    _log(session, offer, "offer.asked", actor, now)
    tell(
        session,
        list_users_of(session, [person_id]),
        kind="pair_rematch",
        params={"event": pair.trade},
        link="/pool/mentoring",
        key=f"pair_rematch:{pair.uid}",
        now=now,
    )


def answer(
    session: Session, offer: Offer, *, looks: bool, actor: Actor, now: datetime
) -> None:
    """Say whether one looks (again), or no longer."""
    session.refresh(offer, ["state"], with_for_update=True)
    if offer.state == CLOSED:
        raise WishError(_("This was closed meanwhile."))
    offer.state = LOOKING if looks else CLOSED
    if not looks:
        offer.closed_at = now
    _log(session, offer, "offer.looking" if looks else "offer.closed", actor, now)


def wish_for(
    session: Session,
    own: Offer,
    wanted: Offer,
    *,
    rank: int,
    actor: Actor,
    now: datetime,
) -> Wish:
    """Put one of the other side on one's list, or at another place of it.

    Raises:
        WishError: another occupation, the same side, closed, or the list is full.
    """
    fits = (
        wanted.side == other_side(own.side)
        and wanted.occupation_code == own.occupation_code
        and own.state == wanted.state == LOOKING
        and own.person_id != wanted.person_id
    )
    if not fits:
        raise WishError(_("This wish is not possible any more."))
    wish = queries.find_wish(session, own.id, wanted.id)
    if wish is None:
        if len(queries.list_wishes(session, own.id)) >= MOST_WISHES:
            raise WishError(_("A list has at most %(most)s wishes.", most=MOST_WISHES))
        wish = Wish(offer=own, wanted=wanted, made_at=now)
        session.add(wish)
    wish.rank = rank
    body = {"wanted": wanted.uid, "rank": rank}
    _log(session, own, "offer.wished", actor, now, body)
    return wish


def draw_pair(
    session: Session,
    own: Offer,
    other: Offer,
    term: Term,
    *,
    actor: Actor,
    now: datetime,
) -> Pair:
    """Make two wishes a pair in draft, for its agreement; both stop looking.

    The mentor goes on looking where the rules leave room for more.

    Raises:
        WishError: they have not both wished.
        PairRefusedError: a limit of the standard is breached.
    """
    wishes = [
        queries.find_wish(session, own.id, other.id),
        queries.find_wish(session, other.id, own.id),
    ]
    found = [wish for wish in wishes if wish is not None]
    is_open = own.state == other.state == LOOKING
    if len(found) < 2 or not is_open or any(wish.pair_id for wish in found):
        raise WishError(_("Both have to wish for each other."))
    mentors, apprentices = (own, other) if own.side == MENTOR_SIDE else (other, own)
    mentor = find_by_person(session, mentors.person_id)
    if mentor is None:
        raise WishError(_("Who teaches is in the talent pool."))
    across = mentors.person.unit_id != apprentices.person.unit_id
    pair = record_pair(
        session,
        mentor=mentor,
        apprentice=apprentices.person,
        new=NewPair(
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            relation="cross_firm" if across else "mutual",
            trade=mentors.trade,
        ),
        actor=actor,
        now=now,
    )
    for wish in found:
        wish.pair_id = pair.id
    apprentices.state, apprentices.closed_at = CLOSED, now
    body = {"pair": pair.uid, "with": mentors.uid}
    _log(session, apprentices, "offer.matched", actor, now, body)
    return pair


def _log(
    session: Session,
    offer: Offer,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object] | None = None,
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"offer:{offer.uid}",
        now=now,
        body={
            "person": offer.person.uid,
            "side": offer.side,
            "occupation": offer.occupation_code,
            **(body or {}),
        },
    )
