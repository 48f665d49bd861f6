"""Reading API keys."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.tokens.models import ApiToken


def list_tokens(session: Session) -> list[ApiToken]:
    """Return every key, living ones first, then the newest first."""
    return list(
        session.scalars(
            select(ApiToken)
            .options(joinedload(ApiToken.user))
            .order_by(ApiToken.revoked_at.isnot(None), ApiToken.id.desc())
        )
    )


def find_by_uid(session: Session, uid: str) -> ApiToken | None:
    """Return the key with that public id, or None."""
    return session.scalar(select(ApiToken).where(ApiToken.uid == uid))
