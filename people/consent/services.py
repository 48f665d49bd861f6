"""Giving and withdrawing consent; each purpose apart, each notice with its version."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record
from people.consent import queries
from people.consent.models import Consent
from people.consent.rules import PURPOSES, guardian_part
from people.persons.models import Person


class GuardianMissingError(DomainError):
    """Nobody under fourteen consents alone."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Under fourteen a guardian consents. Name the guardian and the "
                "document the consent is on."
            )
        )


def give_consent(
    session: Session,
    *,
    person: Person,
    purpose: str,
    version: str,
    now: datetime,
    actor: Actor,
    guardian: str = "",
) -> Consent:
    """Note a person's consent to one purpose; the same one twice stays one.

    A consent to another version of the notice is a new row, and so is one with which a
    guardian stands for the first time; the old one stays.

    Args:
        session: the caller's transaction.
        person: who consents.
        purpose: one of `rules.PURPOSES`.
        version: of the notice.
        now: the server's clock.
        actor: who records it.
        guardian: who consented for a child, or was told of a minor's consent, and the
            document that says so.

    Raises:
        GuardianMissingError: the person is under 14 and no guardian is named.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"no such purpose of consent: {purpose}")
    session.flush()
    held = queries.find_consent(session, person_id=person.id, purpose=purpose)
    if (
        held is not None
        and held.version == version
        and not (guardian and not held.guardian)
    ):
        return held
    today = now.astimezone(LOCAL).date()
    if guardian_part(person.birth_date, today) == "consent" and not guardian:
        raise GuardianMissingError
    consent = Consent(
        person=person,
        purpose=purpose,
        version=version,
        given_at=now,
        guardian=guardian,
    )
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
