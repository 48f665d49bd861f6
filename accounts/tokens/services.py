"""Keys for machines: made once, shown once, revoked at once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.sessions.services import token_hash
from accounts.tokens.models import ApiToken


def find(session: Session, token: str, now: datetime) -> ApiToken | None:
    """Return the key a bearer token opens, or None when unknown, old or revoked."""
    found = session.scalar(
        select(ApiToken)
        .options(joinedload(ApiToken.user))
        .where(
            ApiToken.token_hash == token_hash(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
        )
    )
    return found if found is not None and found.user.enabled else None
