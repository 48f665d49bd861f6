"""Reading sign-ins."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.sessions.models import SignIn


def list_open(session: Session, user_id: int, now: datetime) -> list[SignIn]:
    """Return a user's living sign-ins, newest first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(
                SignIn.user_id == user_id,
                SignIn.revoked_at.is_(None),
                SignIn.expires_at > now,
            )
            .order_by(SignIn.started_at.desc(), SignIn.id.desc())
        )
    )
