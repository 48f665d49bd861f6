"""Showing masked fields in clear: with a purpose, so many a day, and on record."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.queries import count_since
from ledger.log.services import Actor, record
from people.persons.models import Person

LOOKS_A_DAY = 60  # masked fields one user may have shown within 24 hours


class LookQuotaError(DomainError):
    """More masked fields were shown than one person needs to see in a day."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You have had %(count)s masked fields shown within 24 hours. More "
                "are shown tomorrow; for a list ask for an export, which somebody "
                "approves.",
                count=LOOKS_A_DAY,
            )
        )


def log_reveal(
    session: Session,
    *,
    person: Person,
    fields: str,
    purpose: str,
    now: datetime,
    actor: Actor,
) -> None:
    """Log that somebody saw personal fields in clear, and why (GB/T 35273).

    Raises:
        LookQuotaError: they have seen as many as one may within a day.
    """
    day = now - timedelta(days=1)
    taken = count_since(session, action="person.revealed", actor=actor.name, since=day)
    if taken >= LOOKS_A_DAY:
        raise LookQuotaError
    record(
        session,
        actor=actor,
        action="person.revealed",
        subject=f"person:{person.uid}",
        now=now,
        body={"fields": fields, "purpose": purpose},
    )
