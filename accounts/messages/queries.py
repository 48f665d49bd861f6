"""Reading messages, and the outbox."""

from collections.abc import Iterable
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from accounts.messages.models import Message, MessageAddress, MessageDelivery
from accounts.messages.rules import SENT, WAITING
from accounts.users.models import User
from paging import paginate


def list_messages(
    session: Session, user_id: int, page: int, now: datetime
) -> Pagination:
    """Return a page of an account's messages, newest first; none of later moments."""
    own = (
        select(Message)
        .where(Message.user_id == user_id, Message.made_at <= now)
        .order_by(Message.made_at.desc(), Message.id.desc())
    )
    return paginate(session, own, page)


def count_unread(session: Session, user_id: int, now: datetime) -> int:
    """Return how many messages of an account are unread."""
    unread = select(func.count()).where(
        Message.user_id == user_id, Message.read_at.is_(None), Message.made_at <= now
    )
    return session.scalar(unread) or 0


def find_address(session: Session, user_id: int) -> MessageAddress | None:
    """Return where an account wants its mail, confirmed or not, or None."""
    return session.scalar(
        select(MessageAddress).where(MessageAddress.user_id == user_id)
    )


def list_addressed(session: Session, user_ids: Iterable[int]) -> set[int]:
    """Return which of these accounts want mail, at an address they have confirmed."""
    return set(
        session.scalars(
            select(MessageAddress.user_id).where(
                MessageAddress.user_id.in_(list(user_ids)),
                MessageAddress.confirmed_at.is_not(None),
            )
        )
    )


def has_due(session: Session, now: datetime) -> bool:
    """Tell whether a delivery is to be tried now."""
    due = select(MessageDelivery.id).where(
        MessageDelivery.state == WAITING, MessageDelivery.next_at <= now
    )
    return session.scalar(due.limit(1)) is not None


def count_states(session: Session) -> dict[tuple[str, str], int]:
    """Return how many deliveries there are, by channel and state."""
    rows = session.execute(
        select(MessageDelivery.channel, MessageDelivery.state, func.count()).group_by(
            MessageDelivery.channel, MessageDelivery.state
        )
    )
    return {(channel, state): count for channel, state, count in rows}


def list_troubled(session: Session, page: int) -> Pagination:
    """Return a page of deliveries that failed or are tried again, newest first."""
    troubled = (
        select(MessageDelivery)
        .join(MessageDelivery.message)
        .join(Message.user)
        .options(contains_eager(MessageDelivery.message).contains_eager(Message.user))
        .where(MessageDelivery.state != SENT, MessageDelivery.tries > 0)
        .order_by(MessageDelivery.id.desc())
    )
    return paginate(session, troubled, page)


def find_delivery(session: Session, uid: str) -> MessageDelivery | None:
    """Return a delivery with its message and account, or None."""
    return session.scalar(
        select(MessageDelivery)
        .where(MessageDelivery.uid == uid)
        .options(
            joinedload(MessageDelivery.message)
            .joinedload(Message.user)
            .joinedload(User.person)
        )
    )
