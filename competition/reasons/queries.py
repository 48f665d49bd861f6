"""Finding the reasons an organiser keeps."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.reasons.models import KeptReason
from workbooks import fold


def organiser_of(event: Event) -> str:
    """Return whose reasons are offered: district and name of the organiser.

    Unions of two cities may bear one name. Names are compared as headings are.
    """
    competition = event.competition
    return f"{competition.district_code}:{fold(competition.organiser)}"[:200]


def list_reasons(session: Session, event: Event, about: str = "") -> list[KeptReason]:
    """Return the reasons offered at an event, those used most first."""
    statement = (
        select(KeptReason)
        .where(
            KeptReason.organiser == organiser_of(event),
            KeptReason.retired_at.is_(None),
        )
        .order_by(KeptReason.about, KeptReason.used.desc(), KeptReason.id)
    )
    if about:
        statement = statement.where(KeptReason.about == about)
    return list(session.scalars(statement))


def find_reason(session: Session, event: Event, uid: str) -> KeptReason | None:
    """Return a reason that is offered at an event, or None."""
    return session.scalar(
        select(KeptReason).where(
            KeptReason.uid == uid,
            KeptReason.organiser == organiser_of(event),
            KeptReason.retired_at.is_(None),
        )
    )
