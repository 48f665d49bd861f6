"""What the pages of this topic share: the blueprint, words, and what they load."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, request, url_for
from sqlalchemy.orm import Session

from accounts.access.services import Access, is_allowed
from accounts.roles.rules import Scope
from competition.events import queries, services
from competition.events.forms import (
    GRADE_LABELS,
    PAPER_LABELS,
    STATE_LABELS,
    TIER_LABELS,
)
from competition.events.models import Competition, Event
from extensions import db

bp = Blueprint("events", __name__)

# A module of views of any room may have `event_links`; see app.py.
LinkProvider = Callable[[Session, Event], Iterable[tuple[str, str]]]


def link(endpoint: str, event_uid: str) -> str:
    """Return the address of a page of a room above, or "" while it has none."""
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, event_uid=event_uid)


def list_links(session: Session, event: Event) -> list[tuple[str, str]]:
    """Return name and address of what the rooms above show the public of an event."""
    providers: list[LinkProvider] = current_app.extensions["event_links"]
    return [found for provide in providers for found in provide(session, event)]


def page_url(number: int) -> str:
    """Return the address of another page of the list that is shown."""
    arguments = {**request.args.to_dict(), **(request.view_args or {})}
    return url_for(request.endpoint or "", **{**arguments, "page": number})


def words(now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "state_labels": STATE_LABELS,
        "tier_labels": TIER_LABELS,
        "grade_labels": GRADE_LABELS,
        "paper_labels": PAPER_LABELS,
        "is_open": services.is_open,
        "page_url": page_url,
    }


def taken(counts: Mapping[str, int]) -> int:
    return sum(counts.get(state, 0) for state in ("submitted", "returned", "accepted"))


def may_open(endpoint: str, here: list[Scope]) -> bool:
    """Tell whether the signed-in user may open a page about what lies `here`."""
    access = getattr(current_app.view_functions[endpoint], "access", Access("login"))
    return access.permission in ("", "login") or is_allowed(access.permission, here)


def places(event: Event) -> list[Scope]:
    return [Scope("event", event.uid), *queries.scopes_of(event.competition)]


def event_or_404(uid: str) -> Event:
    return queries.find_event(db.session(), uid) or abort(404)


def competition_or_404(uid: str) -> Competition:
    return queries.find_competition(db.session(), uid) or abort(404)
