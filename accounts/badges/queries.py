"""Reading badges."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.badges.models import Badge


def list_newest(session: Session, scope: str) -> dict[int, Badge]:
    """Return each user's newest badge made for a place, by the user's id."""
    found = session.scalars(
        select(Badge).where(Badge.scope == scope).order_by(Badge.id)
    )
    return {badge.user_id: badge for badge in found}


def list_living(session: Session, now: datetime) -> list[Badge]:
    """Return the badges that open something now or will, newest first."""
    return list(
        session.scalars(
            select(Badge)
            .options(joinedload(Badge.user))
            .where(Badge.revoked_at.is_(None), Badge.valid_until > now)
            .order_by(Badge.id.desc())
        )
    )


def find_by_uid(session: Session, uid: str) -> Badge | None:
    """Return the badge with that public id, or None."""
    return session.scalar(select(Badge).where(Badge.uid == uid))


def list_unrevoked(
    session: Session, *, user_ids: Iterable[int], scope: str
) -> list[Badge]:
    """Return the badges made for a place that nobody has ended yet."""
    return list(
        session.scalars(
            select(Badge)
            .where(
                Badge.user_id.in_(list(user_ids)),
                Badge.scope == scope,
                Badge.revoked_at.is_(None),
            )
            .order_by(Badge.id)
        )
    )
