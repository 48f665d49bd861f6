"""Telling accounts something, in the transaction of the act it is about."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.messages import queries
from accounts.messages.models import Message, MessageDelivery
from accounts.messages.rules import KINDS, MAIL, WAITING

CHUNK = 500  # keys in one statement
GATHERED = timedelta(hours=1)  # of changes that come one after the other


def tell(
    session: Session,
    user_ids: Iterable[int],
    *,
    kind: str,
    params: Mapping[str, str],
    link: str,
    key: str,
    now: datetime,
) -> int:
    """Tell accounts something, each once; return how many were told now.

    Args:
        session: the transaction of the act.
        user_ids: whom.
        kind: one of `rules.KINDS`.
        params: what its words are filled with. A `reason` is shown on the page alone.
        link: path of the page it is about.
        key: names the act; an account that was told of it is not told again.
        now: when; a later moment is when they are told.
    """
    if kind not in KINDS:
        raise ValueError(kind)
    wanted = {f"{key}:{user_id}": user_id for user_id in sorted(set(user_ids))}
    if not wanted:
        return 0
    told: set[str] = set()
    for part in _parts(wanted):
        told |= set(session.scalars(select(Message.key).where(Message.key.in_(part))))
    fresh = {own: user for own, user in wanted.items() if own not in told}
    by_mail = queries.list_addressed(session, fresh.values())
    for own, user_id in fresh.items():
        message = Message(
            user_id=user_id,
            kind=kind,
            params=json.dumps(dict(params), ensure_ascii=False),
            link=link,
            key=own,
            made_at=now,
        )
        if user_id in by_mail:
            message.deliveries.append(
                MessageDelivery(channel=MAIL, state=WAITING, next_at=now)
            )
        session.add(message)
    session.flush()
    return len(fresh)


def tell_of_change(
    session: Session,
    user_ids: Iterable[int],
    *,
    kind: str,
    params: Mapping[str, str],
    link: str,
    now: datetime,
) -> int:
    """Tell accounts that a page has changed, once an hour while they have not read it.

    What they are told leads to the page, which shows whatever changed since.
    """
    recent = select(Message.user_id).where(
        Message.kind == kind,
        Message.link == link,
        Message.read_at.is_(None),
        Message.made_at > now - GATHERED,
    )
    rest = set(user_ids) - set(session.scalars(recent))
    key = f"{kind}:{link}:{now.timestamp():.6f}"
    return tell(session, rest, kind=kind, params=params, link=link, key=key, now=now)


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield keys in parts that one statement takes."""
    rest = iter(keys)
    while part := list(islice(rest, CHUNK)):
        yield part


def mark_read(session: Session, *, user_id: int, now: datetime) -> None:
    """Note that an account has read its messages."""
    session.execute(
        update(Message)
        .where(
            Message.user_id == user_id,
            Message.read_at.is_(None),
            Message.made_at <= now,
        )
        .values(read_at=now)
    )
