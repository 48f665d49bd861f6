"""Who may open a view, and who is acting: the decorators every view carries.

A view says `@public`, `@login_required_only` or `@permission_required("topic.verb")`.
A view whose address names an event, competition, unit … also says `within="event"`; the
place is then found by the resolver its room registered with `@resolves("event")`, and
the permission must be held there. `within=INSTALLATION` asks for it everywhere: who
administers users or roles of one district would otherwise administer all of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

import structlog
from flask import abort, current_app, g, request
from flask_login import current_user, login_user

from accounts.roles import queries
from accounts.roles.rules import Grant, Scope, clashing_roles, may, scopes_for
from accounts.roles.services import resolvers
from accounts.roles.services import resolves as resolves  # noqa: PLC0414 - offered on
from accounts.sessions import services as sessions
from accounts.sessions.services import Terms
from accounts.users.models import User
from extensions import db
from ledger.log.services import Actor, record

log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])
INSTALLATION = "installation"  # `within` this: the permission is held everywhere


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks for; `permission` is "" for public, "login" for signed in."""

    permission: str
    within: str = ""
    limited: bool = False  # open to a sign-in that may do a few things only


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the main navigation, shown to those who hold `permission`."""

    label: Any  # a lazy translation
    endpoint: str
    permission: str = ""  # "" for everybody, "login" for anybody signed in
    order: int = 50


@dataclass(frozen=True, slots=True)
class DeskItem:
    """Something that waits for this user, shown on their first page."""

    title: str
    text: str
    url: str
    count: int | None = None
    order: int = 50


def public(view: View) -> View:
    """Open the view to everybody."""
    view.access = Access("")  # type: ignore[attr-defined]
    return view


def login_required_only(view: View) -> View:
    """Open the view to anybody signed in; the view itself shows only their own.

    A sign-in that may do a few things only, as one by badge, does not open it.
    """
    return _guarded(view, Access("login"))


def signed_in_somehow(view: View) -> View:
    """Open the view to anybody signed in, by badge too; it asks for permissions."""
    return _guarded(view, Access("login", limited=True))


def permission_required(permission: str, within: str = "") -> Callable[[View], View]:
    """Open the view to holders of `permission`, at the place its address names.

    Args:
        permission: see `accounts.roles.rules.ROLES`.
        within: "event", "competition" … ; the view's address then holds `<kind>_uid`.
            Or `INSTALLATION`.
    """
    return lambda view: _guarded(view, Access(permission, within))


def signed_in_user() -> User:
    """Return the user of this request; call only behind a guard."""
    user = current_user._get_current_object()  # noqa: SLF001 - the documented way
    if not isinstance(user, User):
        abort(401)
    return user


def current_actor() -> Actor:
    """Return the acting user as the log names them."""
    return Actor("human", signed_in_user().uid)


def current_grants() -> list[Grant]:
    """Return the signed-in user's grants, read once per request."""
    return list(_grants()[0])


def is_allowed(permission: str, places: Iterable[Scope] | None = None) -> bool:
    """Tell whether the signed-in user holds `permission` (at one of `places`)."""
    if not current_user.is_authenticated:
        return False
    limit = permission_limit()
    if limit is not None and permission not in limit:
        return False
    own, held = _grants()
    around = None if places is None else list(places)
    if not may(own, permission, around):
        return False
    clash = clashing_roles(own, held, permission, around)
    if clash:
        log.warning(
            "duties_not_kept_apart",
            user=signed_in_user().uid,
            permission=permission,
            roles=clash,
        )
    return not clash


def permission_limit() -> frozenset[str] | None:
    """Return all that this request may do; None is whatever its user may."""
    limit: frozenset[str] | None = getattr(g, "token_permissions", None)
    return limit


def allowed_scopes(permission: str) -> list[Scope]:
    """Return where the signed-in user holds `permission`; [] is nowhere."""
    return scopes_for(current_grants(), permission) if is_allowed(permission) else []


def local_target(target: str, default: str) -> str:
    """Return `target` when it is an address of ours, else `default`.

    Browsers drop tabs and line ends, so that "/<tab>/evil.example" leads away.
    """
    local = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if local and target.isprintable() else default


def sign_in(user: User, now: datetime, terms: Terms = Terms()) -> None:  # noqa: B008 - frozen
    """Begin a sign-in for `user` on the device of this request; the caller commits."""
    device = request.user_agent.string
    sessions.start(db.session(), user=user, device=device, now=now, terms=terms)
    g.token_permissions = terms.permissions
    record(
        db.session(),
        actor=Actor("human", user.uid),
        action="user.signed_in",
        subject=f"user:{user.uid}",
        now=now,
        body={"via": terms.via} if terms.via else {},
    )
    login_user(user)


def _grants() -> tuple[list[Grant], ...]:
    """Return the grants of the account, and of its person; read once per request."""
    if "grants" not in g:
        g.grants = queries.list_grants_by_account(db.session(), signed_in_user())
    found: tuple[list[Grant], ...] = g.grants
    return found


def _guarded(view: View, access: Access) -> View:
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> object:
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if access.permission == "login":
            if permission_limit() is not None and not access.limited:
                abort(403)
        else:
            places: Iterable[Scope] | None = None
            if access.within == INSTALLATION:
                places = ()
            elif access.within:
                uid = str(kwargs[f"{access.within}_uid"])
                places = resolvers[access.within](db.session(), uid)
                if places is None:
                    abort(404)
            if not is_allowed(access.permission, places):
                abort(403)
        return view(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]
