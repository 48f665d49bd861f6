"""Withdrawing a consent, with what follows from it, on record."""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.log.services import Actor
from people.consent.services import withdraw_consent
from people.persons.models import Person
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.rules import is_state_step
from talentpool.dossiers.services.craftsmen import Step, take_step
from talentpool.dossiers.services.moves import announce

OWN_REQUEST = "own_request"


def withdraw(
    session: Session, *, person: Person, purpose: str, actor: Actor, now: datetime
) -> None:
    """End a consent; without the one to the pool the person leaves it the same moment.

    The competition's consent and the pool's end apart from each other: a result that
    was published lawfully stays, and so does a place in the pool.

    Source: rule I-29 in docs/rules/identity.md.
    """
    withdraw_consent(session, person=person, purpose=purpose, now=now, actor=actor)
    craftsman = find_by_person(session, person.id)
    if purpose != "pool" or craftsman is None:
        return
    if is_state_step(craftsman.state, "left"):
        step = Step(cause=OWN_REQUEST, reason="consent withdrawn")
        take_step(session, craftsman, to="left", step=step, actor=actor, now=now)
    announce(session, craftsman)  # no search finds who took the consent back


def restore(session: Session, *, person: Person) -> None:
    """Let searches find somebody again who gave the consent anew."""
    craftsman = find_by_person(session, person.id)
    if craftsman is not None:
        announce(session, craftsman)
