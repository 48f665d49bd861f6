"""The desk: demands of one's places, who fits, whom to ask, what was done."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    is_allowed,
    permission_required,
)
from accounts.users.models import User
from errors import DomainError
from extensions import db
from paging import Pages
from talentpool.matching.forms import (
    AnswerForm,
    AssignForm,
    CloseForm,
    OutcomeForm,
    reason_texts,
)
from talentpool.matching.models import Demand
from talentpool.matching.queries import demands as queries
from talentpool.matching.queries.offers import find_offered
from talentpool.matching.rules.desk import NEXT, STATES, Served
from talentpool.matching.services import desk
from talentpool.matching.services.find import find_matches, heads_of
from talentpool.matching.views.common import (
    LABELS,
    assignment_or_404,
    bp,
    by,
    demand_or_404,
    level_names,
    today,
)

NAV = (
    NavItem(_l("Demand desk"), "talentpool.matching.list_demands", "demand.assign", 65),
)
PER_PAGE = 10  # of those who fit


def desk_items(session: Session, _user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell a liaison how many demands wait for somebody."""
    if not is_allowed("demand.assign"):
        return []
    waiting = queries.count_state(session, allowed_scopes("demand.assign"), "open")
    return [
        DeskItem(
            title=_("Demands of firms"),
            text=_("Firms ask the pool for help; you choose whom to ask."),
            url=url_for("talentpool.matching.list_demands", state="open"),
            count=waiting,
            order=20 if waiting else 62,
        )
    ]


@bp.get("")
@permission_required("demand.assign")
def list_demands() -> ResponseReturnValue:
    """List the demands of the liaison's places, with the year's four figures."""
    session, scopes = db.session(), allowed_scopes("demand.assign")
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    year = min(max(request.args.get("year", today().year, int), 2000), 2100)
    return render_template(
        "talentpool/matching/list_demands.html",
        page=queries.list_demands(
            session, scopes, state=state, page=max(request.args.get("page", 1, int), 1)
        ),
        figures=queries.sum_services(
            session, scopes, first=date(year, 1, 1), last=date(year, 12, 31)
        ),
        year=year,
        this_year=today().year,
        state=state,
        states=STATES,
        labels=LABELS,
        page_url=lambda number: url_for(
            ".list_demands", page=number, state=state or None, year=year
        ),
    )


@bp.get("/<demand_uid>")
@permission_required("demand.assign", within="demand")
def show_demand(demand_uid: str) -> ResponseReturnValue:
    """Show a demand, who fits it and why, whom one asked and what was done."""
    return _page(demand_or_404(demand_uid))


@bp.post("/<demand_uid>/assign")
@permission_required("demand.assign", within="demand")
def assign(demand_uid: str) -> ResponseReturnValue:
    """Ask a craftsman to serve a demand."""
    session, demand, form = db.session(), demand_or_404(demand_uid), AssignForm()
    if not form.validate_on_submit():
        return _page(demand, form), 422
    scopes, who = allowed_scopes("demand.assign"), by()
    craftsman = find_offered(session, form.craftsman.data or "", scopes)
    if craftsman is None:
        form.form_errors.append(_("This person is not in the pool of your places now."))
        return _page(demand, form), 422
    found = find_matches(session, demand, scopes, now=who.now)
    try:
        desk.assign(
            session,
            demand,
            craftsman,
            shown=found.shown(craftsman.id),
            note=(form.note.data or "").strip(),
            by=who,
        )
    except DomainError as error:
        session.rollback()
        form.form_errors.append(error.message)
        return _page(demand_or_404(demand_uid), form), error.status
    session.commit()
    flash(_("Asked. Record the answer when you have it."), "success")
    return redirect(url_for(".show_demand", demand_uid=demand_uid))


@bp.post("/<demand_uid>/assignments/<assignment_uid>/answer")
@permission_required("demand.assign", within="demand")
def answer(demand_uid: str, assignment_uid: str) -> ResponseReturnValue:
    """Record what a craftsman answered."""
    session, demand = db.session(), demand_or_404(demand_uid)
    assignment = assignment_or_404(demand, assignment_uid)
    form = AnswerForm(prefix=assignment_uid)
    if not form.validate_on_submit():
        return _page(demand, form, assignment_uid), 422
    desk.answer(
        session,
        assignment,
        accepts=form.answer.data == "accepted",
        text=(form.text.data or "").strip(),
        by=by(),
    )
    session.commit()
    flash(_("The answer is on record."), "success")
    return redirect(url_for(".show_demand", demand_uid=demand_uid))


@bp.post("/<demand_uid>/assignments/<assignment_uid>/outcomes")
@permission_required("demand.assign", within="demand")
def record_outcome(demand_uid: str, assignment_uid: str) -> ResponseReturnValue:
    """Record what was done at the firm on a day."""
    session, demand = db.session(), demand_or_404(demand_uid)
    assignment = assignment_or_404(demand, assignment_uid)
    form = OutcomeForm(prefix=assignment_uid)
    if not form.validate_on_submit():
        return _page(demand, form, assignment_uid), 422
    served = Served(
        visits=form.visits.data or 0,
        problems=form.problems.data or 0,
        trained=form.trained.data or 0,
    )
    try:
        desk.record_outcome(
            session,
            assignment,
            served,
            on=form.served_on.data or today(),
            text=(form.text.data or "").strip(),
            by=by(),
        )
    except DomainError as error:
        session.rollback()
        form.form_errors.append(error.message)
        return _page(demand_or_404(demand_uid), form, assignment_uid), error.status
    session.commit()
    flash(_("Recorded. It counts once the firm confirms it."), "success")
    return redirect(url_for(".show_demand", demand_uid=demand_uid))


@bp.post("/<demand_uid>/close")
@permission_required("demand.assign", within="demand")
def close(demand_uid: str) -> ResponseReturnValue:
    """Close a demand nobody could serve, with the reason."""
    session, demand, form = db.session(), demand_or_404(demand_uid), CloseForm()
    if not form.validate_on_submit():
        return _page(demand, form), 422
    reason = (form.reason.data or "").strip()
    desk.close(session, demand, to="unmet", reason=reason, by=by())
    session.commit()
    flash(_("The demand is closed."), "success")
    return redirect(url_for(".show_demand", demand_uid=demand_uid))


@bp.post("/<demand_uid>/finish")
@permission_required("demand.assign", within="demand")
def finish(demand_uid: str) -> ResponseReturnValue:
    """Close a demand for a mentor, once the pair is on record."""
    session, demand = db.session(), demand_or_404(demand_uid)
    try:
        desk.close(session, demand, to="done", reason="", by=by())
    except desk.DeskError as error:
        session.rollback()
        flash(error.message, "danger")
    else:
        session.commit()
        flash(_("The demand is closed."), "success")
    return redirect(url_for(".show_demand", demand_uid=demand_uid))


def _page(demand: Demand, form: FlaskForm | None = None, about: str = "") -> str:
    """Return the page; `form` is one that could not be taken, `about` whose it is."""
    session, scopes, names = (
        db.session(),
        allowed_scopes("demand.assign"),
        level_names(),
    )
    found = None
    pages = None
    heads = {}
    if demand.state in ("open", "assigned"):
        found = find_matches(session, demand, scopes, now=by().now)
        pages = Pages(
            max(request.args.get("page", 1, int), 1), len(found.matches), PER_PAGE
        )
        heads = dict(heads_of(session, found.matches[pages.part]))
    assignments = queries.list_assignments(session, demand)
    return render_template(
        "talentpool/matching/show_demand.html",
        demand=demand,
        found=found,
        shown=found.matches[pages.part] if found and pages else [],
        heads=heads,
        pages=pages,
        page_url=lambda number: url_for(
            ".show_demand", demand_uid=demand.uid, page=number
        ),
        assignments=assignments,
        asked={one.craftsman_id for one in assignments},
        outcomes=queries.list_outcomes(session, demand),
        reasons=lambda match: reason_texts(
            match.to_json(), kind=demand.kind, levels=names
        ),
        kept_reasons=lambda text: reason_texts(
            json.loads(text), kind=demand.kind, levels=names
        ),
        wrong=form,
        about=about,
        assign_form=form if isinstance(form, AssignForm) else AssignForm(formdata=None),
        answer_form=lambda uid: (
            form
            if isinstance(form, AnswerForm) and about == uid
            else AnswerForm(formdata=None, prefix=uid)
        ),
        outcome_form=lambda uid: (
            form
            if isinstance(form, OutcomeForm) and about == uid
            else OutcomeForm(
                formdata=None, prefix=uid, data={"served_on": today(), "visits": 1}
            )
        ),
        close_form=form if isinstance(form, CloseForm) else CloseForm(formdata=None),
        may_close="unmet" in NEXT[demand.state],
        labels=LABELS,
    )
