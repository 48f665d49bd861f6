"""Keys for machines: made once, shown once, revoked at once."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from accounts.sessions.services import token_hash
from accounts.tokens.models import ApiToken
from accounts.users.models import User
from ledger.log.services import Actor, record

_BY_HASH = (  # made once: every request of a machine asks it
    select(ApiToken)
    .options(joinedload(ApiToken.user))
    .where(
        ApiToken.token_hash == bindparam("hash"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > bindparam("now"),
    )
)


def find(session: Session, token: str, now: datetime) -> ApiToken | None:
    """Return the key a bearer token opens, or None when unknown, old or revoked."""
    found = session.scalar(_BY_HASH, {"hash": token_hash(token), "now": now})
    return found if found is not None and found.user.enabled else None


def make(
    session: Session,
    *,
    user: User,
    name: str,
    permissions: frozenset[str],
    lifetime: timedelta,
    actor: Actor,
    now: datetime,
) -> str:
    """Make a key that acts as `user` within `permissions`; return its text once."""
    secret = f"jc_{secrets.token_urlsafe(32)}"
    row = ApiToken(
        user=user,
        name=name,
        token_hash=token_hash(secret),
        permissions=" ".join(sorted(permissions)),
        made_by=actor.name,
        made_at=now,
        expires_at=now + lifetime,
    )
    session.add(row)
    session.flush()
    record(
        session,
        actor=actor,
        action="token.made",
        subject=f"token:{row.uid}",
        now=now,
        body={"user": user.uid, "permissions": sorted(permissions)},
    )
    return secret


def revoke(session: Session, *, token: ApiToken, actor: Actor, now: datetime) -> None:
    """End a key at once and log it."""
    if token.revoked_at is not None:
        return
    token.revoked_at = now
    record(
        session,
        actor=actor,
        action="token.revoked",
        subject=f"token:{token.uid}",
        now=now,
    )
