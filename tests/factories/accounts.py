"""Users and their roles."""

from datetime import UTC, datetime
from itertools import count

from accounts.messages.models import MessageAddress
from accounts.roles.models import RoleGrant
from accounts.roles.rules import EVERYWHERE, Scope
from accounts.users.models import User
from accounts.users.services import create_user
from ledger.log.services import SYSTEM
from people.vault.services import get_vault

PASSWORD = "a sentence for tests"  # noqa: S105 - of made-up users
NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
_numbers = count(1)


def make_address(session, user: User, address: str) -> MessageAddress:
    """Give an account a mail address that is confirmed."""
    made = MessageAddress(
        user_id=user.id,
        mail_sealed=get_vault().seal(address, "message.mail"),
        set_at=NOW,
        confirmed_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def make_user(session, *roles: str, scope: Scope = EVERYWHERE, **values) -> User:
    """Make a user who holds `roles` in `scope`; values: username, display_name, …"""
    number = next(_numbers)
    values.setdefault("username", f"user{number}")
    values.setdefault("display_name", f"用户{number}")
    user = create_user(session, password=PASSWORD, now=NOW, actor=SYSTEM, **values)
    for role in roles:
        session.add(
            RoleGrant(
                user=user,
                role=role,
                scope_kind=scope.kind,
                scope_key=scope.key,
                granted_at=NOW,
                granted_by="tests",
            )
        )
    session.flush()
    return user
