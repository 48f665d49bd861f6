"""What the pages of the desk share: the blueprint, the guards, the words."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from accounts.access.services import current_actor, resolves, signed_in_user
from accounts.roles.rules import Scope
from extensions import LOCAL, db
from people.codes.queries import list_levels
from talentpool.matching.forms import LABELS as LABELS  # noqa: PLC0414 - offered on
from talentpool.matching.models import Assignment, Demand, Outcome
from talentpool.matching.queries import demands as queries
from talentpool.matching.services.desk import By

bp = Blueprint("matching", __name__, url_prefix="/pool/demands")


@resolves("demand")
def _demand_places(session: Session, uid: str) -> Iterable[Scope] | None:
    demand = queries.find_demand(session, uid)
    return None if demand is None else queries.places_of(demand)


def by() -> By:
    """Return who acts in this request, and when."""
    return By(user=signed_in_user(), actor=current_actor(), now=datetime.now(UTC))


def today() -> date:
    return datetime.now(UTC).astimezone(LOCAL).date()


def level_names() -> Mapping[int, str]:
    """Return the names of the skill levels by rank."""
    return {level.rank: level.name for level in list_levels(db.session())}


def demand_or_404(uid: str) -> Demand:
    return queries.find_demand(db.session(), uid) or abort(404)


def assignment_or_404(demand: Demand, uid: str) -> Assignment:
    """Return an assignment of a demand."""
    found = queries.find_assignment(db.session(), uid)
    if found is None or found.demand_id != demand.id:
        abort(404)
    return found


def outcome_or_404(demand: Demand, uid: str) -> Outcome:
    """Return an outcome of a demand."""
    found = queries.find_outcome(db.session(), uid)
    if found is None or found.assignment.demand_id != demand.id:
        abort(404)
    return found
