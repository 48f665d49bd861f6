"""Plans with targets, held against what is recorded."""

from collections.abc import Iterable
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    resolves,
)
from accounts.roles.rules import Scope
from errors import DomainError
from extensions import db
from talentpool.dossiers.rules import enclosing_districts
from talentpool.reports.forms.labels import bars, words_of
from talentpool.reports.forms.plans import (
    KIND_LABELS,
    OUTCOME_LABELS,
    OUTCOME_TONES,
    PlanForm,
    TargetForm,
    target_form,
)
from talentpool.reports.models.plans import Plan, Target
from talentpool.reports.queries import names
from talentpool.reports.queries.plans import find_plan
from talentpool.reports.queries.plans import list_plans as all_plans
from talentpool.reports.rules.register import load_register
from talentpool.reports.services import counting, plans
from talentpool.reports.views.common import VIEW, bp, today

MANAGE = "reports.manage"
NAV = (NavItem(_l("Plans"), "talentpool.reports.list_plans", VIEW, 64),)


@resolves("plan")
def _plan_places(session: Session, uid: str) -> Iterable[Scope] | None:
    plan = find_plan(session, uid)
    return None if plan is None else district_places(plan.district_code)


def district_places(code: str) -> list[Scope]:
    """Return every scope that a place lies in."""
    return [Scope("district", around) for around in enclosing_districts(code)]


def place_choices() -> list[SelectChoice]:
    """Return the places one may make plans and reports for."""
    places = names.list_places(db.session(), allowed_scopes(MANAGE))
    return [SelectChoice(code, name) for code, name in places]


@bp.get("/plans")
@permission_required(VIEW)
def list_plans() -> ResponseReturnValue:
    """List the plans of one's places."""
    return render_template(
        "talentpool/reports/list_plans.html",
        plans=all_plans(db.session(), allowed_scopes(VIEW)),
        may_make=is_allowed(MANAGE),
    )


@bp.route("/plans/new", methods=["GET", "POST"])
@permission_required(MANAGE)
def new_plan() -> ResponseReturnValue:
    """Make a plan for one of one's own places."""
    form = PlanForm()
    form.district_code.choices = place_choices()
    if form.validate_on_submit():
        values = {k: v for k, v in form.data.items() if k != "csrf_token"}
        try:
            plan = plans.make_plan(
                db.session(),
                values=plans.PlanValues(**values),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            return redirect(url_for(".show_plan", plan_uid=plan.uid))
    page = render_template("talentpool/reports/new_plan.html", form=form)
    return page, 422 if form.errors else 200


@bp.get("/plans/<plan_uid>")
@permission_required(VIEW, within="plan")
def show_plan(plan_uid: str) -> ResponseReturnValue:
    """Show every target of a plan and where it stands today."""
    plan, register = _plan_or_404(plan_uid), load_register()
    return render_template(
        "talentpool/reports/show_plan.html",
        plan=plan,
        lines=[
            plans.progress(db.session(), register, target, today())
            for target in plan.targets
        ],
        register=register,
        words_of=words_of,
        kinds=KIND_LABELS,
        outcomes=OUTCOME_LABELS,
        tones=OUTCOME_TONES,
        may_change=is_allowed(MANAGE, district_places(plan.district_code)),
        today=today(),
    )


@bp.get("/plans/<plan_uid>/targets/<target_uid>")
@permission_required(VIEW, within="plan")
def show_target(plan_uid: str, target_uid: str) -> ResponseReturnValue:
    """Show a target year by year and place by place."""
    plan = _plan_or_404(plan_uid)
    target = _target_or_404(plan, target_uid)
    session, register = db.session(), load_register()
    line = plans.progress(session, register, target, today())
    figure = line.figure
    by_place = (
        counting.split(session, register, figure, line.window, "district")
        if "district" in register.splits(figure)
        else {}
    )
    return render_template(
        "talentpool/reports/show_target.html",
        plan=plan,
        line=line,
        name=words_of(figure.name),
        definition=words_of(figure.definition),
        unit=words_of(register.units[figure.unit]),
        years=plans.list_years(session, register, target, today()),
        places=bars(session, "district", by_place),
        kinds=KIND_LABELS,
        outcomes=OUTCOME_LABELS,
        tones=OUTCOME_TONES,
        may_change=is_allowed(MANAGE, district_places(plan.district_code)),
    )


@bp.route("/plans/<plan_uid>/target", methods=["GET", "POST"])
@permission_required(MANAGE, within="plan")
def set_target(plan_uid: str) -> ResponseReturnValue:
    """Set what a figure is to reach; the same figure and kind is set anew."""
    plan, register = _plan_or_404(plan_uid), load_register()
    form = target_form(plan.first_year, plan.last_year)
    form.figure.choices = [
        SelectChoice(
            figure.id,
            f"{words_of(figure.name)} ({words_of(register.units[figure.unit])})",
        )
        for figure in register.figures.values()
    ]
    if form.validate_on_submit() and _is_set(plan, form):
        flash(_("The target is set."), "success")
        return redirect(url_for(".show_plan", plan_uid=plan.uid))
    page = render_template(
        "talentpool/reports/set_target.html",
        form=form,
        plan=plan,
        years=[
            form[f"year_{year}"] for year in range(plan.first_year, plan.last_year + 1)
        ],
    )
    return page, 422 if form.errors else 200


@bp.post("/plans/<plan_uid>/targets/<target_uid>/remove")
@permission_required(MANAGE, within="plan")
def remove_target(plan_uid: str, target_uid: str) -> ResponseReturnValue:
    """Take a target out of its plan."""
    plan = _plan_or_404(plan_uid)
    plans.remove_target(
        db.session(),
        _target_or_404(plan, target_uid),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The target is removed."), "success")
    return redirect(url_for(".show_plan", plan_uid=plan.uid))


def _is_set(plan: Plan, form: TargetForm) -> bool:
    values = plans.TargetValues(
        figure=form.figure.data,
        kind=form.kind.data,
        goal=form.goal.data,
        baseline=form.baseline.data,
        years=form.years(),
    )
    try:
        plans.set_target(
            db.session(),
            plan,
            values=values,
            register=load_register(),
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return False
    db.session.commit()
    return True


def _plan_or_404(uid: str) -> Plan:
    plan = find_plan(db.session(), uid)
    if plan is None:
        abort(404)
    return plan


def _target_or_404(plan: Plan, uid: str) -> Target:
    target = next((t for t in plan.targets if t.uid == uid), None)
    if target is None:
        abort(404)
    return target
