"""Signing in by badge and PIN, in the one browser the badge belongs to.

The answer tells a stranger nothing: an unknown badge, one that has ended and a wrong
PIN are refused in the same words and take as long. Whatever else can stand in the way
is said only to who gave the right PIN.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from accounts.badges.models import Badge
from accounts.badges.rules import (
    ALLOWED_ADDRESS,
    ALLOWED_BADGE,
    ALLOWED_HERE,
    PERMISSIONS,
    Named,
    read_badge,
)
from accounts.badges.services.issue import log, via
from accounts.badges.services.secret import code_hash, is_pin_right, secret_hash
from accounts.roles.queries import list_grants
from accounts.roles.rules import may
from accounts.sessions import services as sessions
from accounts.sessions.services import Terms, token_hash
from ledger.log.services import Actor, record

OPENED, WRONG, WAIT = "opened", "wrong", "wait"
EARLY, LATE, NO_DUTY, OTHER_DEVICE = "early", "late", "no_duty", "other_device"
_DOOR = Actor("system", "badge sign-in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody brings to the door."""

    text: str  # scanned or typed
    pin: str
    device: str  # the browser's own random text
    address: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it; `badge` where the PIN was right."""

    kind: str
    badge: Badge | None = None


def try_badge(session: Session, attempt: Attempt, now: datetime) -> Outcome:
    """Check an attempt, count and log it; the caller signs in and commits.

    Whatever comes out must be committed: a refusal is counted.
    """
    named = read_badge(attempt.text)
    counters = _counters(named, attempt.address)
    if any(_must_wait(session, counter, now) for counter in counters):
        return Outcome(WAIT)
    badge = _find(session, named)
    is_right = is_pin_right(badge, named, attempt.pin)
    if badge is None or not is_right or not _lives(badge):
        for key, address, allowed in counters:
            sessions.count_failure(
                session, username=key, address=address, now=now, allowed=allowed
            )
        _refuse(session, badge, WRONG, attempt, now)
        return Outcome(WRONG)
    for key, address, _allowed in counters[:2]:
        sessions.forget_failures(session, username=key, address=address)
    obstacle = _obstacle(session, badge, attempt, now)
    if obstacle:
        _refuse(session, badge, obstacle, attempt, now)
        return Outcome(obstacle, badge)
    _bind(session, badge, attempt, now)
    return Outcome(OPENED, badge)


def terms_of(badge: Badge) -> Terms:
    """Return how far a sign-in by this badge goes."""
    return Terms(via=via(badge), permissions=PERMISSIONS, until=badge.valid_until)


def device_hash(device: str) -> str:
    """Return what is stored of a browser's own random text."""
    return token_hash(f"device\n{device}")


def _counters(named: Named, address: str) -> tuple[tuple[str, str, int], ...]:
    key = f"badge:{named.kind}:{named.value}"
    return (
        (key, address, ALLOWED_HERE),
        (key, "*", ALLOWED_BADGE),
        ("badge:*", address, ALLOWED_ADDRESS),
    )


def _must_wait(session: Session, counter: tuple[str, str, int], now: datetime) -> bool:
    key, address, _allowed = counter
    return sessions.is_throttled(session, username=key, address=address, now=now)


def _find(session: Session, named: Named) -> Badge | None:
    # Looked for by a hash either way, so that the time tells nothing of the text.
    hashes: dict[str, ColumnElement[bool]] = {
        "secret": Badge.token_hash == secret_hash(named.value),
        "code": Badge.code_hash == code_hash(named.value),
    }
    wanted = hashes.get(named.kind, hashes["secret"])
    return session.scalar(select(Badge).where(wanted).with_for_update(key_share=True))


def _lives(badge: Badge) -> bool:
    return badge.revoked_at is None and badge.user.enabled


def _obstacle(session: Session, badge: Badge, attempt: Attempt, now: datetime) -> str:
    if now < badge.valid_from:
        return EARLY
    if now >= badge.valid_until:
        return LATE
    if not may(list_grants(session, badge.user_id), "marks.enter", None):
        return NO_DUTY
    bound = badge.device_hash
    return OTHER_DEVICE if bound and bound != device_hash(attempt.device) else ""


def _bind(session: Session, badge: Badge, attempt: Attempt, now: datetime) -> None:
    if badge.device_hash:
        return
    badge.device_hash, badge.bound_at = device_hash(attempt.device), now
    body: dict[str, object] = {"device": badge.device_hash[:12]}
    log(session, badge, "bound", Actor("human", badge.user.uid), now, body)


def _refuse(
    session: Session, badge: Badge | None, why: str, attempt: Attempt, now: datetime
) -> None:
    if badge is not None and why == OTHER_DEVICE:
        badge.asked_at = now
    record(
        session,
        actor=_DOOR,
        action="badge.refused",
        subject=f"badge:{badge.uid if badge else ''}",
        scope=badge.scope if badge else "",
        now=now,
        body={"why": why, "address": attempt.address},
    )
