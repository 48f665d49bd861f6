"""Reading consents."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.consent.models import Consent


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


def list_consenting(session: Session, purpose: str) -> set[int]:
    """Return the ids of the persons whose consent to `purpose` holds now."""
    found = select(Consent.person_id).where(
        Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return set(session.scalars(found))
