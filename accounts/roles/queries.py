"""What a user may do now."""

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from accounts.roles.models import RoleGrant
from accounts.roles.rules import Grant, Scope
from accounts.users.models import User

_HELD_BY_ACCOUNT = (  # made once: every request asks it
    select(
        RoleGrant.user_id,
        RoleGrant.role,
        RoleGrant.scope_kind,
        RoleGrant.scope_key,
    )
    .join(User, User.id == RoleGrant.user_id)
    .where(
        or_(
            User.id == bindparam("user_id"),
            User.person_id == bindparam("person_id"),
        ),
        RoleGrant.revoked_at.is_(None),
    )
    .order_by(RoleGrant.id)
)


def list_grants(session: Session, user_id: int) -> list[Grant]:
    """Return the roles a user holds now, oldest first."""
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_key)
        .where(RoleGrant.user_id == user_id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return [Grant(role, Scope(kind, key)) for role, kind, key in rows]


def list_grants_of_person(session: Session, user: User) -> list[Grant]:
    """Return the roles a user's person holds now, on whichever of their accounts."""
    if user.person_id is None:
        return list_grants(session, user.id)
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_key)
        .join(User, User.id == RoleGrant.user_id)
        .where(User.person_id == user.person_id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return [Grant(role, Scope(kind, key)) for role, kind, key in rows]


def list_grants_by_account(session: Session, user: User) -> tuple[list[Grant], ...]:
    """Return what a user holds, and what their person holds, in one statement."""
    ids = {"user_id": user.id, "person_id": user.person_id}
    rows = session.execute(_HELD_BY_ACCOUNT, ids)
    held = [(owner, Grant(role, Scope(kind, key))) for owner, role, kind, key in rows]
    own = [grant for owner, grant in held if owner == user.id]
    return own, [grant for _owner, grant in held]


def list_rows(session: Session, user_id: int) -> list[RoleGrant]:
    """Return every grant a user ever had, living ones first."""
    return list(
        session.scalars(
            select(RoleGrant)
            .where(RoleGrant.user_id == user_id)
            .order_by(RoleGrant.revoked_at.isnot(None), RoleGrant.id)
        )
    )


def find_row(session: Session, uid: str) -> RoleGrant | None:
    """Return the grant with that public id, or None."""
    return session.scalar(select(RoleGrant).where(RoleGrant.uid == uid))
