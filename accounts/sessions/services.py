"""Signing in and out. The cookie holds a random token; the database holds its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.sessions.models import LoginThrottle, SignIn
from accounts.sessions.rules import ALLOWED_FAILURES, blocked_until, is_fresh
from accounts.users.models import User
from accounts.users.rules import normal_username

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a sign-in came about, and how far it goes."""

    via: str = ""  # "badge:<uid>"; "" is by password
    permissions: frozenset[str] | None = None  # None is whatever the user may
    until: datetime | None = None  # at the latest


def token_hash(token: str) -> str:
    """Return what is stored instead of a 256-bit random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(
    session: Session,
    *,
    user: User,
    device: str,
    now: datetime,
    terms: Terms = Terms(),
) -> str:
    """Begin a sign-in for `user` and return its token; the caller logs and commits."""
    token = secrets.token_urlsafe(32)
    expires_at = now + LIFETIME
    limit = terms.permissions
    session.add(
        SignIn(
            user=user,
            token_hash=token_hash(token),
            device=device[:120],
            started_at=now,
            expires_at=min(expires_at, terms.until or expires_at),
            via=terms.via,
            permissions=None if limit is None else " ".join(sorted(limit)),
        )
    )
    user.session_token, user.session_permissions = token, limit
    return token


def find_user(session: Session, token: str, now: datetime) -> User | None:
    """Return the user a token signs in, or None when it is unknown, old or revoked."""
    row = session.execute(
        select(User, SignIn.permissions)
        .join(SignIn, SignIn.user_id == User.id)
        .where(
            SignIn.token_hash == token_hash(token),
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > now,
            User.enabled,
        )
    ).one_or_none()
    if row is None:
        return None
    user, limit = row
    user.session_token = token
    user.session_permissions = None if limit is None else frozenset(limit.split())
    return user


def end(session: Session, *, token: str, now: datetime) -> None:
    """End one sign-in; its cookie is dead from now on."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == token_hash(token), SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_all(session: Session, *, user_id: int, now: datetime) -> None:
    """End every sign-in of a user."""
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_via(session: Session, *, via: str, now: datetime) -> None:
    """End every sign-in that came about in one way, as by one badge."""
    session.execute(
        update(SignIn)
        .where(SignIn.via == via, SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def is_throttled(
    session: Session, *, username: str, address: str, now: datetime
) -> bool:
    """Tell whether this user name has to wait at this address."""
    row = session.get(LoginThrottle, _throttle_key(username, address))
    return row is not None and row.blocked_until is not None and row.blocked_until > now


def count_failure(
    session: Session,
    *,
    username: str,
    address: str,
    now: datetime,
    allowed: int = ALLOWED_FAILURES,
) -> None:
    """Count one failed sign-in; the fifth within a quarter of an hour blocks."""
    key = _throttle_key(username, address)
    row = session.get(LoginThrottle, key, with_for_update=True)
    if row is None:
        row = LoginThrottle(key_hash=key, failures=0, since=now)
        session.add(row)
    elif not is_fresh(row.since, now):
        row.failures, row.since, row.blocked_until = 0, now, None
    row.failures += 1
    row.blocked_until = blocked_until(row.failures, now, allowed)


def forget_failures(session: Session, *, username: str, address: str) -> None:
    """Start afresh after a successful sign-in."""
    row = session.get(LoginThrottle, _throttle_key(username, address))
    if row is not None:
        session.delete(row)


def _throttle_key(username: str, address: str) -> str:
    return token_hash(f"{normal_username(username)}\n{address}")
