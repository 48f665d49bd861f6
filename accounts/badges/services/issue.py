"""Making badges, ending them, and letting one move to another tablet."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.badges import queries
from accounts.badges.models import Badge
from accounts.badges.rules import (
    CODE_LENGTH,
    CODE_LETTERS,
    PIN_DIGITS,
    SECRET_BYTES,
    is_weak_pin,
)
from accounts.badges.services.secret import code_hash, hash_pin, secret_hash
from accounts.sessions.services import end_via
from accounts.users.models import User
from ledger.log.services import Actor, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a badge is made for."""

    label: str
    valid_from: datetime
    valid_until: datetime
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBadge:
    """A badge with what is printed on it; told this once."""

    badge: Badge
    secret: str
    code: str
    pin: str


def make_badge(
    session: Session, *, user: User, purpose: Purpose, actor: Actor, now: datetime
) -> NewBadge:
    """Make a badge; the one the user had for the same place ends at once."""
    for old in queries.list_unrevoked(session, user_ids=[user.id], scope=purpose.scope):
        revoke_badge(session, badge=old, actor=actor, now=now)
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode().rstrip("=")
    code = "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))
    pin = _new_pin()
    badge = Badge(
        user=user,
        scope=purpose.scope,
        label=purpose.label[:40],
        token_hash=secret_hash(secret),
        code_hash=code_hash(code),
        pin_hash=hash_pin(pin, secret),
        typed_pin_hash=hash_pin(pin, code),
        made_at=now,
        made_by=actor.name,
        valid_from=purpose.valid_from,
        valid_until=purpose.valid_until,
    )
    session.add(badge)
    session.flush()
    body = {"user": user.uid, "from": badge.valid_from, "until": badge.valid_until}
    log(session, badge, "made", actor, now, body)
    shown = f"{code[:4]}-{code[4:]}"
    return NewBadge(badge=badge, secret=secret, code=shown, pin=pin)


def revoke_badge(
    session: Session, *, badge: Badge, actor: Actor, now: datetime
) -> None:
    """End a badge and every sign-in it made; again changes nothing."""
    if badge.revoked_at is not None:
        return
    badge.revoked_at = now
    end_via(session, via=via(badge), now=now)
    log(session, badge, "revoked", actor, now)


def allow_another(
    session: Session, *, badge: Badge, actor: Actor, now: datetime
) -> None:
    """Let the next tablet have the badge; the one that has it is signed out."""
    badge.device_hash, badge.bound_at, badge.asked_at = "", None, None
    end_via(session, via=via(badge), now=now)
    log(session, badge, "released", actor, now)


def via(badge: Badge) -> str:
    """Return how a sign-in names the badge that made it."""
    return f"badge:{badge.uid}"


def log(
    session: Session,
    badge: Badge,
    verb: str,
    actor: Actor,
    now: datetime,
    body: dict[str, object] | None = None,
) -> None:
    """Write into the log what happened to a badge."""
    record(
        session,
        actor=actor,
        action=f"badge.{verb}",
        subject=f"badge:{badge.uid}",
        scope=badge.scope,
        now=now,
        body=body or {},
    )


def _new_pin() -> str:
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
        if not is_weak_pin(pin):
            return pin
