"""Reading the forms of events."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.questions.models import FormVersion
from competition.questions.rules import Form, read_form


def list_versions(session: Session, event_id: int) -> list[FormVersion]:
    """Return the versions of an event's form, newest first."""
    return list(
        session.scalars(
            select(FormVersion)
            .where(FormVersion.event_id == event_id)
            .order_by(FormVersion.number.desc())
        )
    )


def find_form(
    session: Session, event_id: int, number: int | None = None
) -> tuple[int, Form]:
    """Return number and questions of a version, the newest by default; (0, ()) is none.

    Number 0 is the time before there were any.
    """
    wanted = select(FormVersion).where(FormVersion.event_id == event_id)
    if number is not None:
        wanted = wanted.where(FormVersion.number == number)
    found = session.scalar(wanted.order_by(FormVersion.number.desc()).limit(1))
    return (found.number, read_form(found.questions)) if found else (0, ())
