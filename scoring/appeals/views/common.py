"""What the pages of appeals share."""

from flask import Blueprint, abort

from accounts.access.services import is_allowed, signed_in_user
from accounts.roles.rules import Scope
from competition.events.models import Event
from competition.events.queries import scopes_of
from competition.registration.models import Entry
from extensions import db
from scoring.appeals import queries, rules
from scoring.appeals.models import Appeal

bp = Blueprint("appeals", __name__)


def places(event: Event) -> list[Scope]:
    return [Scope("event", event.uid), *scopes_of(event.competition)]


def may_act_for(entry: Entry) -> bool:
    """Tell whether the reader is the contestant, or leads the unit's entries."""
    user = signed_in_user()
    own = entry.user_id == user.id or (
        user.person_id is not None and entry.person_id == user.person_id
    )
    unit = entry.unit
    return own or (
        unit is not None and is_allowed("registration.unit", [Scope("unit", unit.uid)])
    )


def may_decide(appeal: Appeal) -> bool:
    """Tell whether the reader's grant covers the instance an appeal is at."""
    where = places(appeal.event)
    if appeal.state == rules.SECOND:
        where = where[1:]  # the event's own group decided before
    return is_allowed("appeals.decide", where)


def own_or_404(uid: str) -> Appeal:
    """Return an appeal of the reader's, or one they decide or look into."""
    appeal = queries.find_appeal(db.session(), uid) or abort(404)
    if may_act_for(appeal.entry) or is_allowed("appeals.decide", places(appeal.event)):
        return appeal
    return abort(404)
