"""Making users, and checking and changing their passwords."""

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users import queries
from accounts.users.models import User
from accounts.users.rules import (
    MIN_PASSWORD,
    normal_username,
    password_fault,
    username_fault,
)
from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.models import Person
from people.units.models import Unit

# OWASP's lower setting for Argon2id: 19 MiB, two passes. A sign-in stays far below
# the time a tablet on a bad network needs for one request.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _hasher.hash("no one has this password")


class UserError(DomainError):
    """A user cannot be made or changed like this."""

    status = 422


def create_user(  # noqa: PLR0913 - an account has this many independent facts
    session: Session,
    *,
    username: str,
    password: str,
    display_name: str,
    now: datetime,
    actor: Actor,
    person: Person | None = None,
    unit: Unit | None = None,
) -> User:
    """Make a user and log it; the caller commits.

    Raises:
        UserError: the name is taken or malformed, or the password too weak.
    """
    username = normal_username(username)
    if username_fault(username):
        raise UserError(
            _("A user name has 3 to 64 letters, digits or the signs . _ @ + -.")
        )
    if queries.find_by_username(session, username) is not None:
        raise UserError(_("This user name is taken. Sign in, or choose another."))
    refuse_weak(password, username)
    user = User(
        username=username,
        password_hash=_hasher.hash(password),
        display_name=display_name.strip(),
        person=person,
        unit=unit,
        created_at=now,
    )
    session.add(user)
    session.flush()
    record(
        session, actor=actor, action="user.created", subject=f"user:{user.uid}", now=now
    )
    return user


def check_password(user: User | None, password: str) -> bool:
    """Tell whether the password is the user's; takes as long when there is none."""
    try:
        return _hasher.verify(user.password_hash if user else _NOBODY, password) and (
            user is not None
        )
    except (VerificationError, InvalidHashError):
        return False


def change_password(
    session: Session, *, user: User, password: str, actor: Actor, now: datetime
) -> None:
    """Give a user a new password and log it; ending sign-ins is the caller's.

    Raises:
        UserError: the password is too weak.
    """
    refuse_weak(password, user.username)
    user.password_hash = _hasher.hash(password)
    record(
        session,
        actor=actor,
        action="user.password_changed",
        subject=f"user:{user.uid}",
        now=now,
    )


def set_enabled(
    session: Session, *, user: User, enabled: bool, actor: Actor, now: datetime
) -> None:
    """Let a user sign in, or no longer; log it."""
    user.enabled = enabled
    action = "user.enabled" if enabled else "user.disabled"
    record(session, actor=actor, action=action, subject=f"user:{user.uid}", now=now)


def refuse_weak(password: str, username: str) -> None:
    """Raise UserError with what to do when a password is too weak."""
    fault = password_fault(password, username)
    if fault is None:
        return
    raise UserError(
        {
            "short": _(
                "Choose a password of at least %(n)s characters; a sentence is easy "
                "to remember.",
                n=MIN_PASSWORD,
            ),
            "long": _("Choose a password of at most 256 characters."),
            "contains_username": _("The password must not contain the user name."),
            "repeats": _("Use more different characters in the password."),
            "common": _("This password is easy to guess. Choose another."),
        }[fault]
    )
