"""The outbox: what is to go out, one delivery after the other, each at least once.

A delivery is taken before it is sent, and the taking is committed: whoever is
interrupted while sending leaves it to be tried again. Receivers may get a mail twice;
both then bear the same Message-ID.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from accounts.messages.models import Message, MessageDelivery
from accounts.messages.rules import (
    ADDRESS_CODE,
    FAILED,
    MAIL,
    SENT,
    SMS,
    WAITING,
    is_last,
    wait_after,
)
from accounts.messages.services.addresses import read_address, read_asked
from accounts.messages.services.texts import Words, words_of
from accounts.messages.services.transport import DeliveryError, Ways
from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.queries import open_phone

PHONED_WITHIN = timedelta(days=1)  # what is older does not go to phones any more
_AT_ONCE = 500


class NotWaitingError(DomainError):
    """Only a delivery that was given up is tried anew."""


def plan_phones(session: Session, now: datetime) -> int:
    """Plan a short message for whoever gets no mail; return how many.

    Called where the installation has a way to phones. What was told before that, or
    longer ago than a day, stays on the page.
    """
    fresh = session.scalars(
        select(Message)
        .join(Message.user)
        .options(selectinload(Message.deliveries))
        .where(
            Message.made_at.between(now - PHONED_WITHIN, now),
            Message.read_at.is_(None),
            User.person_id.is_not(None),
            ~Message.deliveries.any(),
        )
        .order_by(Message.id)
        .limit(_AT_ONCE)
    )
    count = 0
    for message in fresh:
        message.deliveries.append(
            MessageDelivery(channel=SMS, state=WAITING, next_at=now)
        )
        count += 1
    session.flush()
    return count


def take_due(session: Session, now: datetime) -> MessageDelivery | None:
    """Take the delivery that has waited longest, or None; the caller commits.

    What is taken is due again after the wait for its number of tries, whatever happens
    to who took it.
    """
    found = session.scalar(
        select(MessageDelivery)
        .where(MessageDelivery.state == WAITING, MessageDelivery.next_at <= now)
        .order_by(MessageDelivery.next_at, MessageDelivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if found is not None:
        found.tries += 1
        found.next_at = now + wait_after(found.tries)
        session.flush()
    return found


def deliver(session: Session, delivery: MessageDelivery, ways: Ways) -> None:
    """Send a delivery in the language of its account.

    Raises:
        DeliveryError: it did not go out.
    """
    user = delivery.message.user
    if not user.enabled:
        raise DeliveryError("account closed", is_final=True)
    with force_locale(user.locale or "zh_CN"):
        words = words_of(delivery.message)
        if delivery.channel == MAIL:
            address, words = _addressed(session, delivery.message, words)
            mail = write_mail(delivery, words, address, ways)
            ways.post.send(mail, delivery.uid)
            return
        number = open_phone(user.person) if user.person else ""
        if ways.phones is None or not number:
            raise DeliveryError("no phone", is_final=not number)
        ways.phones.send(number, f"{words.title} {_address(ways)}".strip())


def _addressed(session: Session, message: Message, words: Words) -> tuple[str, Words]:
    """Return where a message goes by mail, and its words there."""
    if message.kind != ADDRESS_CODE:
        address = read_address(session, message.user_id)
        if not address:
            raise DeliveryError("no address any more", is_final=True)
        return address, words
    asked = read_asked(session, message.user_id)
    if asked is None or asked.sent_at != message.made_at:
        raise DeliveryError("no code any more", is_final=True)
    text = _(
        "Your code is %(code)s. It holds for a day: type it in on the page of your "
        "messages. If you asked for nothing, leave it.",
        code=asked.code,
    )
    return asked.address, replace(words, text=text)


def settle(
    delivery: MessageDelivery, fault: DeliveryError | None, now: datetime
) -> None:
    """Note how a try ended; the caller commits."""
    if fault is None:
        delivery.state, delivery.sent_at, delivery.fault = SENT, now, ""
        return
    delivery.fault = fault.fault
    if fault.is_final or is_last(delivery.tries):
        delivery.state = FAILED


def try_again(
    session: Session, delivery: MessageDelivery, *, actor: Actor, now: datetime
) -> None:
    """Let a delivery that was given up be tried anew, from the first try.

    Raises:
        NotWaitingError: it was not given up.
    """
    session.refresh(delivery, ["state"], with_for_update=True)
    if delivery.state != FAILED:
        raise NotWaitingError(_("This message is on its way, or has gone out."))
    delivery.state, delivery.tries, delivery.next_at = WAITING, 0, now
    session.flush()
    record(
        session,
        actor=actor,
        action="messages.sent_again",
        subject=f"delivery:{delivery.uid}",
        now=now,
    )


def write_mail(
    delivery: MessageDelivery, words: Words, address: str, ways: Ways
) -> EmailMessage:
    """Return the mail of a delivery: what has happened, and where to read on."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(words.title.split())
    mail["From"] = ways.sender
    mail["To"] = address
    mail["Date"] = format_datetime(delivery.message.made_at)
    host = ways.sender.rpartition("@")[2] or "localhost"
    mail["Message-ID"] = f"<{delivery.uid}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    where = _address(ways)
    on = where or _("Sign in to read on: it stands under Messages.")
    foot = _("You get this mail because your account asks for it.")
    mail.set_content(f"{words.text}\n\n{on}\n\n-- \n{foot}\n")
    return mail


def _address(ways: Ways) -> str:
    return f"{ways.address.rstrip('/')}/messages" if ways.address else ""
