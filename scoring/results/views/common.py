"""What the pages of this topic share."""

from datetime import UTC, datetime

from flask import Blueprint, abort
from flask_login import current_user

from accounts.access.services import signed_in_user
from accounts.roles.rules import Scope
from competition.codes.queries import has_entry_of, has_entry_of_unit
from competition.events.models import Event
from competition.events.queries import find_event, scopes_of
from extensions import db
from scoring.judges.queries import list_seats
from scoring.results import queries
from scoring.results.rules.release import CONTESTANT, JUDGE, LEADER, Sight
from scoring.scheme.rules.numbers import format_number

bp = Blueprint("results", __name__)
bp.add_app_template_filter(format_number, "exact")  # a Fraction as a plain decimal


def event_or_404(uid: str) -> Event:
    return find_event(db.session(), uid) or abort(404)


def places(event: Event) -> list[Scope]:
    return [Scope("event", event.uid), *scopes_of(event.competition)]


def sight_of(event_uid: str) -> Sight:
    """Return what the reader of this request sees of an event's result."""
    plan = queries.read_plan(db.session(), event_uid)
    audiences = _audiences(event_or_404(event_uid)) if plan else frozenset()
    return Sight(plan, audiences, datetime.now(UTC))


def _audiences(event: Event) -> frozenset[str]:
    """Return of which audiences the reader is, besides the public."""
    if not current_user.is_authenticated:
        return frozenset()
    user, session = signed_in_user(), db.session()
    unit_id = user.unit_id
    is_one = {
        CONTESTANT: has_entry_of(session, event.id, user),
        LEADER: unit_id and has_entry_of_unit(session, event.id, unit_id),
        JUDGE: any(s.user_id == user.id for s in list_seats(session, event.id)),
    }
    return frozenset(audience for audience, is_so in is_one.items() if is_so)
