"""Finding units."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.units.models import Unit


def find_by_credit_code(session: Session, credit_code: str) -> Unit | None:
    """Return the unit with that unified social credit code, or None."""
    return session.scalar(
        select(Unit).where(Unit.credit_code == credit_code.strip().upper())
    )
