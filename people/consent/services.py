"""Giving and withdrawing consent; each purpose apart, each notice with its version."""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.log.services import Actor, record
from people.consent import queries
from people.consent.models import Consent
from people.persons.models import Person

PURPOSES = ("competition", "pool", "publication")


def give_consent(
    session: Session,
    *,
    person: Person,
    purpose: str,
    version: str,
    now: datetime,
    actor: Actor,
) -> Consent:
    """Note a person's consent to one purpose; the same one twice stays one.

    A consent to another version of the notice is a new row; the old one stays.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"no such purpose of consent: {purpose}")
    session.flush()
    held = queries.find_consent(session, person_id=person.id, purpose=purpose)
    if held is not None and held.version == version:
        return held
    consent = Consent(person=person, purpose=purpose, version=version, given_at=now)
    session.add(consent)
    session.flush()
    _log(session, consent, "consent.given", now, actor)
    return consent


def withdraw_consent(
    session: Session, *, person: Person, purpose: str, now: datetime, actor: Actor
) -> None:
    """End every consent a person holds to one purpose; what was done stays lawful."""
    for consent in queries.list_consents(session, person.id):
        if consent.purpose == purpose and consent.withdrawn_at is None:
            consent.withdrawn_at = now
            _log(session, consent, "consent.withdrawn", now, actor)


def _log(
    session: Session, consent: Consent, action: str, now: datetime, actor: Actor
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"person:{consent.person.uid}",
        now=now,
        body={"purpose": consent.purpose, "version": consent.version},
    )
