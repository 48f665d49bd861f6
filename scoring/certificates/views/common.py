"""What the pages of certificates share."""

from flask import Blueprint, abort

from competition.events.models import Event
from competition.events.queries import get_event
from extensions import db
from scoring.certificates import queries
from scoring.certificates.models import AwardCertificate

bp = Blueprint("certificates", __name__)


def event_of(uid: str) -> Event:
    return get_event(db.session(), uid)


def certificate_or_404(event: Event, uid: str) -> AwardCertificate:
    found = queries.find_certificate(db.session(), uid, event_id=event.id)
    return found or abort(404)
