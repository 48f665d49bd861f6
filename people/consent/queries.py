"""Reading consents."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from people.consent.models import Consent
from people.consent.rules import guardian_part
from people.persons.models import Person


def find_consent(session: Session, *, person_id: int, purpose: str) -> Consent | None:
    """Return the consent to `purpose` that holds now, or None."""
    return session.scalar(
        select(Consent)
        .where(
            Consent.person_id == person_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )


def list_consents(session: Session, person_id: int) -> list[Consent]:
    """Return everything a person agreed to, newest first, withdrawn ones too."""
    found = select(Consent).where(Consent.person_id == person_id)
    return list(session.scalars(found.order_by(Consent.id.desc())))


def list_consenting(
    session: Session,
    purpose: str,
    *,
    persons: Collection[int | None],
    adults_on: date | None = None,
) -> set[int]:
    """Return which of some persons consent to `purpose` now, by their ids.

    Args:
        session: the caller's transaction.
        purpose: one of `rules.PURPOSES`.
        persons: ids of those a list would name.
        adults_on: for public lists: who is a minor that day is left out, but where a
            guardian stands with the consent.
    """
    found = (
        select(Consent.person_id, Person.birth_date, Consent.guardian)
        .join(Person, Person.id == Consent.person_id)
        .where(
            Consent.person_id.in_(persons),
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
    )
    return {
        person_id
        for person_id, birth, guardian in session.execute(found)
        if adults_on is None or guardian or not guardian_part(birth, adults_on)
    }


def has_withdrawn(
    purpose: str, person_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Return the condition that a person took a consent back and gave none since.

    Who was never asked (records from before consents were kept) is not meant.
    """
    given = Consent.person_id == person_id, Consent.purpose == purpose
    return exists().where(*given, Consent.withdrawn_at.is_not(None)) & ~exists().where(
        *given, Consent.withdrawn_at.is_(None)
    )
