"""What the pages of teams share: the blueprint, who may see and change a team."""

from datetime import UTC, datetime

from flask import Blueprint, abort
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    is_allowed,
    signed_in_user,
)
from competition.registration.views.common import places
from competition.teams.models import Team
from competition.teams.queries import teams as queries
from extensions import db
from people.units.models import Unit

bp = Blueprint("teams", __name__)

NAV = (
    NavItem(
        _l("My delegation"),
        "competition.teams.list_delegations",
        "registration.unit",
        23,
    ),
)


def now() -> datetime:
    """Return the moment of this request."""
    return datetime.now(UTC)


def team_or_404(uid: str) -> Team:
    """Return a team the user may see; any other is not there for them."""
    team = queries.find_team(db.session(), uid)
    if team is None or not (may_change(team) or is_committee(team)):
        abort(404)
    return team


def speaks_for(unit: Unit) -> bool:
    """Tell whether the user is an officer of a unit, or of its district."""
    own = allowed_scopes("registration.unit")
    return not queries.scopes_of_unit(unit).isdisjoint(own)


def may_change(team: Team) -> bool:
    """Tell whether the user leads a team or speaks for its unit."""
    return team.leader_id == signed_in_user().id or speaks_for(team.unit)


def is_committee(team: Team) -> bool:
    """Tell whether the user reviews the entries of the team's event."""
    return is_allowed("registration.review", places(team.event))
