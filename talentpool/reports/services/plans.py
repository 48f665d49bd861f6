"""Making plans, and holding their targets against what is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from errors import DomainError
from ledger.log.services import Actor, record
from talentpool.reports.models.plans import Plan, Target, YearGoal
from talentpool.reports.rules.plans import (
    Course,
    course_of_level,
    course_of_sum,
    fits,
)
from talentpool.reports.rules.register import Figure, Register
from talentpool.reports.rules.window import Window
from talentpool.reports.services import counting
from talentpool.reports.services.counting import Value


class PlanError(DomainError):
    """A plan or target cannot be like this."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanValues:
    """What an officer says of a plan."""

    name: str
    district_code: str
    first_year: int
    last_year: int
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetValues:
    """What an officer says of a target; amounts in the figure's unit."""

    figure: str
    kind: str
    goal: Decimal
    baseline: Decimal | None = None
    years: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """One year of a target: what is asked, and what the records say."""

    year: int
    goal: Decimal | None
    actual: Value | None  # None: not yet
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A target and where it stands."""

    target: Target
    figure: Figure
    window: Window  # of the term so far; of this year for kind "year"
    actual: Value | None
    baseline: Decimal | None
    course: Course


def make_plan(
    session: Session, *, values: PlanValues, actor: Actor, now: datetime
) -> Plan:
    """Make a plan; logged, no commit.

    Raises:
        PlanError: the place has a plan of this name.
    """
    taken = select(Plan.id).where(
        Plan.district_code == values.district_code, Plan.name == values.name
    )
    if session.scalar(taken) is not None:
        raise PlanError(_("This place has a plan of this name."))
    plan = Plan(
        name=values.name,
        district_code=values.district_code,
        first_year=values.first_year,
        last_year=values.last_year,
        document=values.document,
        made_at=now,
        made_by=actor.name,
    )
    session.add(plan)
    session.flush()
    _log(session, plan, "plan.made", actor, now, {"years": _term(plan)})
    return plan


def set_target(
    session: Session,
    plan: Plan,
    *,
    values: TargetValues,
    register: Register,
    actor: Actor,
    now: datetime,
) -> Target:
    """Set what a figure is to reach, in place of what was set before; no commit.

    Raises:
        PlanError: this kind of target does not suit the figure, or a year is not of
            the term.
    """
    figure = register.figures[values.figure]
    if not fits(values.kind, is_of_a_day=register.is_of_a_day(figure)):
        raise PlanError(
            _("A level is reached by the end; what adds up, over the term or a year.")
        )
    if any(not plan.first_year <= year <= plan.last_year for year in values.years):
        raise PlanError(_("The year is not of the plan's term."))
    known = (t for t in plan.targets if (t.figure, t.kind) == (figure.id, values.kind))
    target = next(known, None)
    if target is None:
        target = Target(figure=figure.id, kind=values.kind)
        plan.targets.append(target)
    target.goal_tenths = _tenths(values.goal)
    stated = values.baseline
    target.baseline_tenths = None if stated is None else _tenths(stated)
    goals = {goal.year: goal for goal in target.years}
    for year in goals.keys() - values.years.keys():
        target.years.remove(goals[year])
    for year, goal in values.years.items():
        if year in goals:
            goals[year].goal_tenths = _tenths(goal)
        else:
            target.years.append(YearGoal(year=year, goal_tenths=_tenths(goal)))
    session.flush()
    body = {
        "figure": figure.id,
        "kind": values.kind,
        "goal": str(values.goal),
        "baseline": None if stated is None else str(stated),
        "years": {str(year): str(goal) for year, goal in values.years.items()},
    }
    _log(session, plan, "plan.target_set", actor, now, body)
    return target


def remove_target(
    session: Session, target: Target, *, actor: Actor, now: datetime
) -> None:
    """Take a target out of its plan; logged, no commit."""
    plan = target.plan
    body = {"figure": target.figure, "kind": target.kind, "goal": str(target.goal)}
    plan.targets.remove(target)
    session.flush()
    _log(session, plan, "plan.target_removed", actor, now, body)


def window_of(plan: Plan, today: date) -> Window:
    """Return the whole term of a plan, in its place."""
    return Window(
        scopes=(Scope("district", plan.district_code),),
        first=date(plan.first_year, 1, 1),
        last=date(plan.last_year, 12, 31),
        today=today,
        district=plan.district_code,
    )


def progress(
    session: Session, register: Register, target: Target, today: date
) -> Progress:
    """Return where a target stands today."""
    figure = register.figures[target.figure]
    term = window_of(target.plan, today)
    if target.kind == "year":
        year = min(max(today.year, term.first.year), term.last.year)
        term = term.within_year(year)
    so_far = _until(term, min(term.last, today))
    begun = today >= term.first
    actual = counting.count(session, register, figure, so_far) if begun else None
    if target.kind == "end":
        baseline = _baseline(session, register, target, term)
        course = course_of_level(
            target.goal,
            baseline,
            actual.amount if actual else None,
            (term.first, term.last, today),
        )
    else:
        baseline = target.baseline
        done = (actual and actual.amount) or Decimal(0)
        course = course_of_sum(target.goal, done, term.first, term.last, today)
    return Progress(
        target=target,
        figure=figure,
        window=so_far,
        actual=actual,
        baseline=baseline,
        course=course,
    )


def list_years(
    session: Session, register: Register, target: Target, today: date
) -> list[YearLine]:
    """Return every year of the term with its goal and what the records say."""
    figure = register.figures[target.figure]
    goals = {goal.year: Decimal(goal.goal_tenths) / 10 for goal in target.years}
    every = target.goal if target.kind == "year" else None
    lines = []
    for year, part in window_of(target.plan, today).years():
        begun = part.first <= today
        window = _until(part, min(part.last, today)) if begun else None
        lines.append(
            YearLine(
                year=year,
                goal=goals.get(year, every),
                actual=counting.count(session, register, figure, window)
                if window
                else None,
                window=window,
            )
        )
    return lines


def _baseline(
    session: Session, register: Register, target: Target, term: Window
) -> Decimal | None:
    if target.baseline is not None:
        return target.baseline
    before = _until(term, date(term.first.year - 1, 12, 31))
    figure = register.figures[target.figure]
    return counting.count(session, register, figure, before).amount


def _until(window: Window, last: date) -> Window:
    return Window(
        scopes=window.scopes,
        first=min(window.first, last),
        last=last,
        today=window.today,
        district=window.district,
        unit_uid=window.unit_uid,
    )


def _tenths(amount: Decimal) -> int:
    return int(amount * 10)


def _term(plan: Plan) -> str:
    return f"{plan.first_year}-{plan.last_year}"


def _log(
    session: Session,
    plan: Plan,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object],
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"plan:{plan.uid}",
        now=now,
        body=body,
    )
