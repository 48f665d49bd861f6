"""What the pages of this topic share."""

from flask import Blueprint, abort

from accounts.roles.rules import Scope
from competition.events.models import Event
from competition.events.queries import find_event, scopes_of
from extensions import db

bp = Blueprint("scheme", __name__)


def event_or_404(uid: str) -> Event:
    return find_event(db.session(), uid) or abort(404)


def places(event: Event) -> list[Scope]:
    return [Scope("event", event.uid), *scopes_of(event.competition)]
