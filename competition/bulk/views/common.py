"""What the pages of bulk registration share."""

from flask import Blueprint, abort

from accounts.access.services import is_allowed
from accounts.roles.rules import Scope
from competition.events.models import Event
from competition.events.queries import get_event, scopes_of
from competition.events.rules import DRAFT
from extensions import db

bp = Blueprint("bulk", __name__)


def event_or_404(uid: str) -> Event:
    """Return an event that is no draft."""
    event = get_event(db.session(), uid)
    return event if event.state != DRAFT else abort(404)


def is_committee(event: Event) -> bool:
    """Tell whether the user reviews the entries of an event."""
    around = [Scope("event", event.uid), *scopes_of(event.competition)]
    return is_allowed("registration.review", around)
