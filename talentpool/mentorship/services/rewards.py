"""The reward ledger: what apprentices reach is proposed for their mentors, and decided.

A dossier that changes is looked at here: a verified place or certificate of an
apprentice, of a day on which the pair held, proposes the mentor by each rule it meets.
"""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.signals import craftsman_changed
from talentpool.mentorship.models import Pair, Reward
from talentpool.mentorship.queries import rewards as queries
from talentpool.mentorship.rules.pairs import LIVE_STATES
from talentpool.mentorship.rules.rewards import (
    APPROVED,
    NEXT_REWARD,
    PAID,
    PROPOSED,
    REFUSED,
    find_met,
    rules_of,
)
from talentpool.mentorship.services.pairs import limits_in_force

_JOB = Actor("system", "mentor rewards")


class RewardError(DomainError):
    """A reward cannot be decided like this."""


def listen() -> None:
    """Look at each dossier that changes."""
    craftsman_changed.connect(_changed)


def _changed(_sender: object, session: Session, craftsman_id: int) -> None:
    # The moment of the change itself: a service reads no clock.
    changed = session.get_one(Craftsman, craftsman_id).updated_at
    collect(session, craftsman_id, now=changed)


def collect(session: Session, craftsman_id: int, *, now: datetime) -> list[Reward]:
    """Propose mentors for what an apprentice has reached, each once per rule."""
    pairs = queries.list_pairs_of_apprentice(session, craftsman_id)
    if not pairs:
        return []
    grounds = queries.list_grounds(session, craftsman_id)
    rules = rules_of(limits_in_force(session, now))
    made: list[Reward] = []
    for pair in pairs:
        given = queries.list_given_rules(session, pair)
        for rule, ground in find_met(rules, grounds, pair.starts_on, _end(pair)):
            if rule.code in given:
                continue
            reward = Reward(
                pair=pair,
                mentor_id=pair.mentor_id,
                apprentice_person_id=pair.apprentice_person_id,
                rule=rule.code,
                ground=ground.uid,
                ground_on=ground.on,
                yuan=rule.yuan,
                state=PROPOSED,
                proposed_at=now,
            )
            session.add(reward)
            _log(session, reward, _JOB, now)
            made.append(reward)
    return made


def decide(
    session: Session, reward: Reward, *, to: str, reason: str, user: User, now: datetime
) -> None:
    """Approve or refuse a reward; nothing is paid by it.

    Raises:
        RewardError: decided already, refused without a reason, or by one of the pair.
    """
    _hold(session, reward, to)
    if to == REFUSED and not reason:
        raise RewardError(_("Say why it is refused."))
    if to not in {APPROVED, REFUSED}:
        raise RewardError(_("This reward was decided meanwhile."))
    _refuse_own(reward, user)
    reward.state, reward.reason = to, reason
    reward.decided_at, reward.decided_by = now, user.uid
    _log(session, reward, Actor("human", user.uid), now)


def note_payment(
    session: Session, reward: Reward, *, payment: str, user: User, now: datetime
) -> None:
    """Note by what document an approved reward was paid.

    Raises:
        RewardError: not approved, no document, or by one of the pair.
    """
    _hold(session, reward, PAID)
    if not payment:
        raise RewardError(_("Name the document of the payment."))
    _refuse_own(reward, user)
    reward.state, reward.payment = PAID, payment
    _log(session, reward, Actor("human", user.uid), now)


def _hold(session: Session, reward: Reward, to: str) -> None:
    session.refresh(reward, ["state"], with_for_update=True)
    if to not in NEXT_REWARD[reward.state]:
        raise RewardError(_("This reward was decided meanwhile."))


def _refuse_own(reward: Reward, user: User) -> None:
    pair = reward.pair
    if user.person_id in {pair.mentor.person_id, pair.apprentice_person_id}:
        raise RewardError(_("Nobody decides about their own reward."))


def _end(pair: Pair) -> date:
    """Return the last day a pair held; of a live one there is none yet."""
    if pair.state in LIVE_STATES:
        return date.max
    return pair.closed_on or pair.ends_on


def _log(session: Session, reward: Reward, actor: Actor, now: datetime) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=f"reward.{reward.state}",
        subject=f"pair:{reward.pair.uid}",
        now=now,
        body={
            "reward": reward.uid,
            "rule": reward.rule,
            "ground": reward.ground,
            "yuan": reward.yuan,
            "reason": reward.reason,
            "payment": reward.payment,
        },
    )
