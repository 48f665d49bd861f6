"""What the pages of this topic share."""

from flask import Blueprint, abort

from accounts.roles.rules import Scope
from competition.events.models import Event
from competition.events.queries import find_event, scopes_of
from extensions import db
from scoring.scheme.rules.numbers import format_number

bp = Blueprint("results", __name__)
bp.add_app_template_filter(format_number, "exact")  # a Fraction as a plain decimal


def event_or_404(uid: str) -> Event:
    return find_event(db.session(), uid) or abort(404)


def places(event: Event) -> list[Scope]:
    return [Scope("event", event.uid), *scopes_of(event.competition)]
