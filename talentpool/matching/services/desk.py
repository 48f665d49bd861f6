"""Asking, assigning, recording and confirming. All is logged; nobody commits here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman, FirmService
from talentpool.dossiers.services.facts import add_fact
from talentpool.matching.models import Assignment, Demand, Outcome
from talentpool.matching.queries import demands as queries
from talentpool.matching.rules import desk as rules
from talentpool.matching.rules.desk import Served
from talentpool.matching.rules.match import Match, terms_in_force
from talentpool.matching.services.telling import tell_craftsman, tell_firm


class DeskError(DomainError):
    """This cannot be done with the demand as it stands."""

    status = 422


class DeskStateError(DomainError):
    """The demand has moved on meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("The demand has moved on meanwhile. Open it again."))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDemand:
    """What a firm asks for."""

    kind: str
    title: str
    problem: str
    trade: str
    occupation: tuple[int, str]  # edition and code
    level_code: str | None
    apprentice_level_code: str | None
    district_code: str
    place: str
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the liaison saw of a craftsman in the list."""

    match: Match
    position: int  # 1 is the first
    looked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who does it, and when."""

    user: User
    actor: Actor
    now: datetime


def ask(session: Session, new: NewDemand, *, unit: Unit, by: By) -> Demand:
    """Put a firm's demand on the desk."""
    demand = Demand(
        unit=unit,
        asked_by_id=by.user.id,
        kind=new.kind,
        title=new.title,
        problem=new.problem,
        trade=new.trade,
        occupation_edition=new.occupation[0],
        occupation_code=new.occupation[1],
        level_code=new.level_code,
        apprentice_level_code=new.apprentice_level_code,
        district_code=new.district_code,
        place=new.place,
        since=new.since,
        until=new.until,
        state="open",
        asked_at=by.now,
    )
    session.add(demand)
    _log(session, demand, "demand.asked", by, {"unit": unit.uid, "kind": new.kind})
    return demand


def assign(
    session: Session,
    demand: Demand,
    craftsman: Craftsman,
    *,
    shown: Shown | None,
    note: str,
    by: By,
) -> Assignment:
    """Ask a craftsman to serve a demand, with the reasons as they were shown.

    Args:
        session: the caller's transaction.
        demand: still without an outcome.
        craftsman: in the pool, within the liaison's places.
        shown: the craftsman's line in the list, None if chosen outside of it.
        note: why this one, in the liaison's words.
        by: the liaison.

    Raises:
        DeskStateError: the demand is served or closed.
        DeskError: asked already, or too many are.
    """
    _hold(session, demand, ("open", "assigned"))
    there = queries.list_assignments(session, demand)
    if any(one.craftsman_id == craftsman.id for one in there):
        raise DeskError(_("This craftsman was asked already."))
    if len(there) >= rules.MOST_ASSIGNED:
        raise DeskError(
            _("At most %(most)s are asked for one demand.", most=rules.MOST_ASSIGNED)
        )
    made = Assignment(
        demand=demand,
        craftsman=craftsman,
        assigned_by_id=by.user.id,
        assigned_at=by.now,
        reasons=json.dumps(shown.match.to_json(), ensure_ascii=False) if shown else "",
        position=shown.position if shown else None,
        looked=shown.looked if shown else None,
        rules_version=terms_in_force().version,
        note=note,
        state="asked",
    )
    session.add(made)
    demand.state = "assigned"
    body = {
        "craftsman": craftsman.uid,
        "position": made.position,
        "looked": made.looked,
        "rules": made.rules_version,
        "note": note,
    }
    _log(session, demand, "demand.assigned", by, body)
    tell_craftsman(session, made, "demand_asked", now=by.now)
    return made


def answer(
    session: Session, assignment: Assignment, *, accepts: bool, text: str, by: By
) -> None:
    """Record whether the craftsman accepts; who declines need not say why.

    Raises:
        DeskStateError: answered already, or the demand is closed.
    """
    demand = assignment.demand
    _hold(session, demand, ("open", "assigned", "served"))
    session.refresh(assignment, ["state"], with_for_update=True)
    if assignment.state != "asked":
        raise DeskStateError
    assignment.state = "accepted" if accepts else "declined"
    assignment.answer, assignment.answered_at = text, by.now
    if demand.state != "served":
        states = [one.state for one in queries.list_assignments(session, demand)]
        demand.state = rules.state_after_answer(states)
    body = {"assignment": assignment.uid, "answer": assignment.state}
    _log(session, demand, "demand.answered", by, body)
    tell_firm(session, demand, "demand_answered", about=assignment.uid, now=by.now)


def record_outcome(
    session: Session,
    assignment: Assignment,
    served: Served,
    *,
    on: date,
    text: str,
    by: By,
) -> Outcome:
    """Record what was done at the firm on a day; it counts once the firm confirms it.

    Raises:
        DeskError: nothing is recorded, or a day before the demand or to come.
        DeskStateError: the craftsman has not accepted, or the demand is closed.
    """
    demand = assignment.demand
    _hold(session, demand, ("assigned", "served"))
    if assignment.state != "accepted" or demand.kind != "problem":
        raise DeskStateError
    if served.is_empty:
        raise DeskError(_("Enter at least one visit, problem or person."))
    if not demand.asked_at.date() <= on <= by.now.date():
        raise DeskError(_("The day must lie between the demand and today."))
    made = Outcome(
        assignment=assignment,
        served_on=on,
        visits=served.visits,
        problems=served.problems,
        trained=served.trained,
        text=text,
        state="recorded",
        recorded_by_id=by.user.id,
        recorded_at=by.now,
    )
    session.add(made)
    demand.state = "served"
    body = {
        "assignment": assignment.uid,
        "visits": served.visits,
        "problems": served.problems,
        "trained": served.trained,
    }
    _log(session, demand, "demand.served", by, body)
    tell_firm(session, demand, "demand_to_confirm", about=made.uid, now=by.now)
    return made


def confirm(
    session: Session, demand: Demand, outcome: Outcome, *, settles: bool, by: By
) -> FirmService:
    """Confirm an outcome for the firm; it goes into the craftsman's dossier at once.

    Args:
        session: the caller's transaction.
        demand: of this outcome.
        outcome: not confirmed yet.
        settles: the firm needs nothing more; the demand is done.
        by: somebody of the firm.

    Raises:
        DeskStateError: answered already.
        DeskError: whoever recorded it cannot confirm it.

    Source: rules M-13 and M-14 in docs/rules/matching.md.
    """
    _hold_outcome(session, demand, outcome, by)
    fact = add_fact(
        session,
        FirmService,
        craftsman=outcome.assignment.craftsman,
        values={
            "title": demand.title,
            "firm": demand.unit.name,
            "text": outcome.text,
            "served_on": outcome.served_on,
            "visits": outcome.visits,
            "firms": rules.counts_firm(queries.count_confirmed(session, demand)),
            "problems": outcome.problems,
            "trained": outcome.trained,
            "source": "unit",
        },
        actor=by.actor,
        now=by.now,
        verified=True,
    )
    outcome.state, outcome.fact_uid = "confirmed", fact.uid
    outcome.answered_by_id, outcome.answered_at = by.user.id, by.now
    if settles:
        _end(session, demand, "done", by)
    body = {"outcome": outcome.uid, "fact": fact.uid, "settled": settles}
    _log(session, demand, "demand.confirmed", by, body)
    tell_craftsman(session, outcome.assignment, "demand_settled", outcome, now=by.now)
    return fact


def dispute(
    session: Session, demand: Demand, outcome: Outcome, *, reason: str, by: By
) -> None:
    """Say for the firm that an outcome is not as recorded; it never counts.

    Raises:
        DeskStateError: answered already.
        DeskError: whoever recorded it cannot answer it.
    """
    _hold_outcome(session, demand, outcome, by)
    outcome.state, outcome.answer = "disputed", reason
    outcome.answered_by_id, outcome.answered_at = by.user.id, by.now
    body = {"outcome": outcome.uid, "reason": reason}
    _log(session, demand, "demand.disputed", by, body)
    tell_craftsman(session, outcome.assignment, "demand_settled", outcome, now=by.now)


def close(session: Session, demand: Demand, *, to: str, reason: str, by: By) -> None:
    """Close a demand: done, unmet, or withdrawn by the firm.

    Raises:
        DeskStateError: it cannot go there from where it is.
        DeskError: a mentor was looked for, and no pair is on record.
    """
    _hold(session, demand, rules.WAITING)
    if not rules.is_step(demand.state, to):
        raise DeskStateError
    if to == "done" and demand.kind == "mentor" and not _has_pair(session, demand):
        raise DeskError(
            _("Record the pair first: none of those who accepted has taken one here.")
        )
    if to == "done" and demand.kind == "problem" and demand.state != "served":
        raise DeskStateError
    demand.reason = reason
    _end(session, demand, to, by)
    _log(session, demand, f"demand.{to}", by, {"reason": reason} if reason else {})


def _has_pair(session: Session, demand: Demand) -> bool:
    mentors = [
        one.craftsman_id
        for one in queries.list_assignments(session, demand)
        if one.state == "accepted"
    ]
    return queries.has_pair(session, demand, mentors)


def _end(session: Session, demand: Demand, to: str, by: By) -> None:
    demand.state, demand.closed_at = to, by.now
    for one in queries.list_assignments(session, demand):
        if one.state in rules.BUSY_STATES:
            one.state = "ended"


def _hold(session: Session, demand: Demand, states: tuple[str, ...]) -> None:
    """Keep others from moving the demand while this transaction does."""
    session.refresh(demand, ["state"], with_for_update=True)
    if demand.state not in states:
        raise DeskStateError


def _hold_outcome(session: Session, demand: Demand, outcome: Outcome, by: By) -> None:
    _hold(session, demand, ("served",))
    session.refresh(outcome, ["state"], with_for_update=True)
    if outcome.state != "recorded":
        raise DeskStateError
    if outcome.recorded_by_id == by.user.id:
        raise DeskError(_("Whoever recorded it cannot confirm it."))


def _log(
    session: Session, demand: Demand, action: str, by: By, body: Mapping[str, object]
) -> None:
    session.flush()
    record(
        session,
        actor=by.actor,
        action=action,
        subject=f"demand:{demand.uid}",
        now=by.now,
        body=body,
    )
