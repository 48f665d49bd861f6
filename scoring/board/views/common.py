"""What the pages of boards share."""

from flask import Blueprint, abort
from flask_babel import lazy_gettext as _l

from competition.events.models import Event
from competition.events.queries import find_event
from extensions import db

bp = Blueprint("board", __name__)

SHOWS_LABELS = {
    "progress": _l("Progress only: how many works and marks are done"),
    "ranking": _l("Progress and live ranking by work code"),
}


def event_or_404(uid: str) -> Event:
    return find_event(db.session(), uid) or abort(404)
