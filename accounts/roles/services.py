"""Giving and ending roles; duties to be kept apart are refused to one person."""

from collections.abc import Callable, Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.roles import queries
from accounts.roles.models import RoleGrant
from accounts.roles.rules import ROLES, Grant, Scope, conflicting_roles
from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record

Resolver = Callable[[Session, str], Iterable[Scope] | None]

resolvers: dict[str, Resolver] = {}  # by kind of place; see `resolves`


def resolves(kind: str) -> Callable[[Resolver], Resolver]:
    """Register how the key of a `kind` of place is turned into the scopes it lies in.

    The resolver returns None when there is no such thing (a view then answers 404).
    """

    def register(resolver: Resolver) -> Resolver:
        resolvers[kind] = resolver
        return resolver

    return register


class RoleError(DomainError):
    """A role cannot be given like this."""


def grant_role(
    session: Session,
    *,
    user: User,
    role: str,
    scope: Scope,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a role within a scope and log it; giving it again changes nothing.

    Raises:
        RoleError: no such role, one's own account, or a forbidden pair.
    """
    if role not in ROLES:
        raise RoleError(_("There is no role %(role)s.", role=role))
    if actor.kind == "human" and actor.name == user.uid:
        raise RoleError(_("Nobody gives a role to themselves. Ask another person."))
    new = Grant(role, scope)
    if new in queries.list_grants(session, user.id):
        return
    held = queries.list_grants_of_person(session, user)
    clash = conflicting_roles(held, new, lambda place: places_around(session, place))
    if clash:
        raise RoleError(
            _(
                "%(name)s already is %(held)s here and may not also be %(role)s: "
                "these duties are kept apart.",
                name=user.display_name,
                held=", ".join(clash),
                role=role,
            )
        )
    session.add(
        RoleGrant(
            user=user,
            role=role,
            scope_kind=scope.kind,
            scope_key=scope.key,
            granted_at=now,
            granted_by=actor.name,
        )
    )
    _log(session, user, new, "role.granted", actor, now)


def places_around(session: Session, place: Scope) -> list[Scope]:
    """Return the scopes a place lies in, as its room tells; itself at the least."""
    resolver = resolvers.get(place.kind)
    return list((resolver and resolver(session, place.key)) or [place])


def revoke_role(
    session: Session, *, grant: RoleGrant, actor: Actor, now: datetime
) -> None:
    """End a role; the next request of the user no longer has it."""
    if grant.revoked_at is not None:
        return
    grant.revoked_at = now
    ended = Grant(grant.role, Scope(grant.scope_kind, grant.scope_key))
    _log(session, grant.user, ended, "role.revoked", actor, now)


def _log(
    session: Session,
    user: User,
    grant: Grant,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"user:{user.uid}",
        scope=f"{grant.scope.kind}:{grant.scope.key}",
        now=now,
        body={"role": grant.role},
    )
