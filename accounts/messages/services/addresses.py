"""Where an account wants its messages by mail; kept sealed.

A code goes to an address first. Only who types it in gets mail there: a slip of the
finger sends nobody else's affairs to a stranger.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.messages import queries
from accounts.messages.models import Message, MessageAddress, MessageDelivery
from accounts.messages.rules import (
    ADDRESS_CODE,
    CODE_DIGITS,
    CODE_RESTS,
    MAIL,
    WAITING,
    is_address,
    is_open,
)
from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record
from people.vault.services import get_vault

_CONTEXT = "message.mail"
_CODE_CONTEXT = "message.code"


class AddressError(DomainError):
    """This is no mail address."""

    status = 422


class CodeError(DomainError):
    """No code can be sent, or typed, as things are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that is not confirmed yet, and the code that is on its way there."""

    address: str
    code: str
    sent_at: datetime


def set_address(
    session: Session, *, user: User, address: str, actor: Actor, now: datetime
) -> None:
    """Ask for the account's messages at this address; "" is: no mail any more.

    An address that is not confirmed yet gets a code; until it is typed in, no other
    mail goes anywhere.

    Raises:
        AddressError: it has not the shape of an address.
        CodeError: the last code went out less than a minute ago.
    """
    address = address.strip()
    found = queries.find_address(session, user.id)
    if address and not is_address(address):
        raise AddressError(_("Write an address like name@example.cn."))
    if found is None and not address:
        return
    if found is None:
        found = MessageAddress(user_id=user.id)
    elif address and found.confirmed_at and _open(found) == address:
        return
    if not address:
        session.delete(found)
    else:
        found.mail_sealed = get_vault().seal(address, _CONTEXT)
        found.set_at, found.confirmed_at = now, None
        session.add(found)
        _send_code(session, found, user, now)
    session.flush()
    action = "messages.address_set" if address else "messages.address_removed"
    _log(session, user, action, actor, now)


def send_code(session: Session, *, user: User, actor: Actor, now: datetime) -> None:
    """Send another code to the address that is not confirmed; the old one is void.

    Raises:
        CodeError: there is none, or the last one went out less than a minute ago.
    """
    found = queries.find_address(session, user.id)
    if found is None or found.confirmed_at is not None:
        raise CodeError(_("There is no address to be confirmed."))
    _send_code(session, found, user, now)
    session.flush()
    _log(session, user, "messages.code_sent", actor, now)


def confirm_address(
    session: Session, *, user: User, typed: str, actor: Actor, now: datetime
) -> bool:
    """Confirm the account's address with the code that went there.

    It tells whether the code is right rather than raises, so that the caller can commit
    the count of tries.

    Raises:
        CodeError: no code is open: it is used, too old, or was tried too often.
    """
    found = queries.find_address(session, user.id)
    if found is not None:
        session.refresh(found, with_for_update=True)
    if (
        found is None
        or not found.code_sealed
        or found.code_at is None
        or not is_open(found.code_at, found.code_tries, now)
    ):
        raise CodeError(_("This code no longer holds. Have another one sent."))
    code = get_vault().open(found.code_sealed, _CODE_CONTEXT)
    if not compare_digest(code, "".join(typed.split())):
        found.code_tries += 1
        return False
    found.confirmed_at, found.code_sealed, found.code_at = now, None, None
    session.flush()
    _log(session, user, "messages.address_confirmed", actor, now)
    return True


def read_address(session: Session, user_id: int) -> str:
    """Return where an account gets its mail; "" where it wants none, or not yet."""
    found = queries.find_address(session, user_id)
    if found is None or found.confirmed_at is None:
        return ""
    return _open(found)


def read_asked(session: Session, user_id: int) -> Asked | None:
    """Return an account's address that waits for its code, or None."""
    found = queries.find_address(session, user_id)
    if found is None or not found.code_sealed or found.code_at is None:
        return None
    code = get_vault().open(found.code_sealed, _CODE_CONTEXT)
    return Asked(_open(found), code, found.code_at)


def _open(found: MessageAddress) -> str:
    # Nothing is left of it once the person was erased.
    sealed = found.mail_sealed
    return get_vault().open(sealed, _CONTEXT) if sealed else ""


def _send_code(
    session: Session, found: MessageAddress, user: User, now: datetime
) -> None:
    if found.code_at is not None and now - found.code_at < CODE_RESTS:
        raise CodeError(_("A code has just gone out. Wait a minute for another one."))
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    found.code_sealed = get_vault().seal(code, _CODE_CONTEXT)
    found.code_at, found.code_tries = now, 0
    message = Message(
        user_id=user.id,
        kind=ADDRESS_CODE,
        params=json.dumps({}),
        link="/messages",
        key=f"{ADDRESS_CODE}:{user.id}:{now.timestamp():.6f}",
        made_at=now,
    )
    message.deliveries.append(MessageDelivery(channel=MAIL, state=WAITING, next_at=now))
    session.add(message)


def _log(
    session: Session, user: User, action: str, actor: Actor, now: datetime
) -> None:
    record(session, actor=actor, action=action, subject=f"user:{user.uid}", now=now)
