"""Finding users."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from accounts.users.rules import normal_username

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPage:
    """One page of users, with what the pager needs."""

    items: list[User]
    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))


def find_by_username(session: Session, username: str) -> User | None:
    """Return the user of that name in any spelling of case, or None."""
    return session.scalar(
        select(User).where(User.username == normal_username(username))
    )


def find_by_uid(session: Session, uid: str) -> User | None:
    """Return the user with that public id, or None."""
    return session.scalar(select(User).where(User.uid == uid))


def is_same_person(session: Session, first: str, second: str) -> bool:
    """Tell whether two users, by uid, are one account or two accounts of one person."""
    if first == second:
        return True
    persons = session.scalars(
        select(User.person_id).where(User.uid.in_((first, second)))
    ).all()
    return len(persons) == 2 and None not in persons and len(set(persons)) == 1


def names_of(session: Session, uids: Iterable[str]) -> dict[str, str]:
    """Return the display names of the users with these uids."""
    rows = session.execute(
        select(User.uid, User.display_name).where(User.uid.in_(set(uids)))
    )
    return {row.uid: row.display_name for row in rows}


def list_users(session: Session, *, text: str, page: int) -> UserPage:
    """Return one page of users whose user or display name contains `text`."""
    wanted = select(User)
    if text:
        pattern = f"%{text}%"
        wanted = wanted.where(
            or_(User.username.like(pattern), User.display_name.like(pattern))
        )
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.scalars(
        wanted.options(joinedload(User.unit))
        .order_by(User.username, User.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return UserPage(items=list(rows), page=page, per_page=PER_PAGE, total=total)
