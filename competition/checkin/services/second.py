"""The second person of an act of two, who confirms with a password of their own."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.roles.queries import list_grants, list_grants_by_account
from accounts.roles.rules import EVERYWHERE, Scope, clashing_roles, may
from accounts.sessions.services import (
    count_failure,
    forget_failures,
    is_throttled,
)
from accounts.users.models import User
from accounts.users.queries import find_by_username
from accounts.users.services import check_password
from competition.events.models import Event
from competition.events.queries import scopes_of
from errors import DomainError


class SecondPersonError(DomainError):
    """The second person is nobody else, or may not do this."""

    status = 403


def find_second_person(
    session: Session,
    *,
    username: str,
    password: str,
    address: str,
    now: datetime,
) -> User | None:
    """Return whose name and password were typed, or None; failures are counted.

    None comes back rather than an error, so that the caller can commit the count of
    failures; too many of them block name and address as they do at the sign-in.
    """
    if is_throttled(session, username=username, address=address, now=now):
        return None
    user = find_by_username(session, username)
    if user is None or not user.enabled or not check_password(user, password):
        count_failure(session, username=username, address=address, now=now)
        return None
    forget_failures(session, username=username, address=address)
    return user


def refuse_same_person(first: User, second: User) -> None:
    """Refuse when two accounts are one person.

    Raises:
        SecondPersonError: the same account, or two accounts of one person.
    """
    one_person = first.person_id is not None and first.person_id == second.person_id
    if first.id == second.id or one_person:
        raise SecondPersonError(
            _("Two different persons are needed. Ask a colleague to confirm.")
        )


def roles_in(session: Session, user: User, event: Event) -> set[str]:
    """Return the roles a user holds in an event, wherever they were given."""
    places = {EVERYWHERE, *places_of(event)}
    return {g.role for g in list_grants(session, user.id) if g.scope in places}


def holds(session: Session, user: User, permission: str, event: Event) -> bool:
    """Tell whether a user holds `permission` in an event, and nothing against it.

    Against it is a duty of the same person, on whichever account, that is to be kept
    apart from the one that gives the permission.
    """
    places = places_of(event)
    own, held = list_grants_by_account(session, user)
    is_held = may(own, permission, places)
    return is_held and not clashing_roles(own, held, permission, places)


def places_of(event: Event) -> list[Scope]:
    """Return every scope an event lies in."""
    return [Scope("event", event.uid), *scopes_of(event.competition)]
