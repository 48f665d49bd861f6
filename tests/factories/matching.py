"""Demands of firms at the desk.

make_demand(session, unit=unit)              open; values override
make_assignment(session, demand, craftsman)  accepted
make_outcome(session, assignment)            waits for the firm
"""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from talentpool.dossiers.models import Craftsman
from talentpool.matching.models import Assignment, Demand, Outcome
from tests.factories.accounts import make_user
from tests.factories.people import NOW, make_unit


def make_demand(session: Session, **values: Any) -> Demand:
    """Make a demand of a unit; values: columns of Demand, user."""
    unit = values.pop("unit", None) or make_unit(session)
    user = values.pop("user", None) or make_user(session)
    defaults = {
        "kind": "problem",
        "title": "薄壁管焊接变形",
        "problem": "不锈钢薄壁管对接焊后变形大。",
        "trade": "焊工",
        "occupation_edition": 2022,
        "occupation_code": "6-18-02-04",
        "level_code": "L4",
        "district_code": unit.district_code,
        "since": date(2026, 5, 1),
        "until": date(2026, 6, 30),
        "asked_at": NOW,
    }
    demand = Demand(unit=unit, asked_by=user, **(defaults | values))
    session.add(demand)
    session.flush()
    return demand


def make_assignment(
    session: Session, demand: Demand, craftsman: Craftsman, **values: Any
) -> Assignment:
    """Make somebody who accepted; values: columns of Assignment."""
    defaults = {
        "assigned_by": make_user(session),
        "assigned_at": NOW,
        "rules_version": "2026-1",
        "note": "做过同样的活",
        "state": "accepted",
    }
    made = Assignment(demand=demand, craftsman=craftsman, **(defaults | values))
    demand.state = values.pop("demand_state", "assigned")
    session.add(made)
    session.flush()
    return made


def make_outcome(session: Session, assignment: Assignment, **values: Any) -> Outcome:
    """Make what was done on a day; values: columns of Outcome."""
    defaults = {
        "served_on": NOW.date(),
        "visits": 2,
        "problems": 1,
        "trained": 15,
        "text": "调整焊接顺序,做了胎具。",
        "recorded_by_id": make_user(session).id,
        "recorded_at": NOW,
    }
    made = Outcome(assignment=assignment, **(defaults | values))
    assignment.demand.state = "served"
    session.add(made)
    session.flush()
    return made
