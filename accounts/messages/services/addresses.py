"""Where an account wants its messages by mail; kept sealed."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.messages import queries
from accounts.messages.models import MessageAddress
from accounts.messages.rules import is_address
from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record
from people.vault.services import get_vault

_CONTEXT = "message.mail"


class AddressError(DomainError):
    """This is no mail address."""

    status = 422


def set_address(
    session: Session, *, user: User, address: str, actor: Actor, now: datetime
) -> None:
    """Send the account's messages to this address too; "" is: no mail any more.

    Raises:
        AddressError: it has not the shape of an address.
    """
    address = address.strip()
    found = queries.find_address(session, user.id)
    if address and not is_address(address):
        raise AddressError(_("Write an address like name@example.cn."))
    if not address:
        if found is None:
            return
        session.delete(found)
    else:
        found = found or MessageAddress(user_id=user.id)
        found.mail_sealed = get_vault().seal(address, _CONTEXT)
        found.set_at = now
        session.add(found)
    session.flush()
    record(
        session,
        actor=actor,
        action="messages.address_set" if address else "messages.address_removed",
        subject=f"user:{user.uid}",
        now=now,
    )


def read_address(session: Session, user_id: int) -> str:
    """Return where an account wants its mail; "" where it wants none."""
    found = queries.find_address(session, user_id)
    if found is None or not found.mail_sealed:
        return ""
    return get_vault().open(found.mail_sealed, _CONTEXT)
