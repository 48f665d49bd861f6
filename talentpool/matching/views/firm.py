"""The firm's side: asking, following, confirming."""

from collections.abc import Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from errors import DomainError
from extensions import db
from people.codes.queries import list_levels, search_occupations
from people.districts.queries import list_within
from people.units.models import Unit
from talentpool.dossiers.rules import enclosing_districts
from talentpool.matching.forms import CloseForm, ConfirmForm, DemandForm
from talentpool.matching.models import Demand
from talentpool.matching.queries import demands as queries
from talentpool.matching.rules.desk import NEXT, STATES
from talentpool.matching.services import desk
from talentpool.matching.views.common import (
    LABELS,
    bp,
    by,
    demand_or_404,
    outcome_or_404,
    today,
)

NAV = (NavItem(_l("Our demands"), "talentpool.matching.list_own", "demand.ask", 65),)
SUGGESTED = 5  # occupations, where a trade is not known


def desk_items(session: Session, _user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell a firm's officer what waits for their word."""
    if not is_allowed("demand.ask"):
        return []
    waiting = queries.count_unconfirmed(session, allowed_scopes("demand.ask"))
    return [
        DeskItem(
            title=_("Help from the talent pool"),
            text=_("Ask for a craftsman, and confirm what was done at your unit."),
            url=url_for("talentpool.matching.list_own"),
            count=waiting,
            order=20 if waiting else 70,
        )
    ]


@bp.get("/own")
@permission_required("demand.ask")
def list_own() -> ResponseReturnValue:
    """List the demands of one's units."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    return render_template(
        "talentpool/matching/list_own.html",
        page=queries.list_demands(
            db.session(),
            allowed_scopes("demand.ask"),
            state=state,
            page=max(request.args.get("page", 1, int), 1),
        ),
        state=state,
        states=STATES,
        labels=LABELS,
        page_url=lambda number: url_for(".list_own", page=number, state=state or None),
    )


@bp.route("/new", methods=["GET", "POST"])
@permission_required("demand.ask")
def ask() -> ResponseReturnValue:
    """Ask the pool for help, or for a mentor."""
    session, units = db.session(), _units()
    form = DemandForm(data=None if request.form else {"since": today()})
    _offer(form, units)
    if form.validate_on_submit():
        occupation = _occupation(form)
        unit = next(unit for unit in units if unit.uid == form.unit.data)
        if occupation is not None:
            demand = desk.ask(session, _new(form, occupation), unit=unit, by=by())
            session.commit()
            flash(
                _("Your demand is on the desk. You read here what comes of it."),
                "success",
            )
            return redirect(url_for(".show_own", demand_uid=demand.uid))
    page = render_template(
        "talentpool/matching/ask.html", form=form, has_units=bool(units), labels=LABELS
    )
    return page, 422 if form.errors else 200


@bp.get("/own/<demand_uid>")
@permission_required("demand.ask", within="demand")
def show_own(demand_uid: str) -> ResponseReturnValue:
    """Show the firm what has come of its demand."""
    return _page(demand_or_404(demand_uid))


@bp.post("/own/<demand_uid>/outcomes/<outcome_uid>")
@permission_required("demand.ask", within="demand")
def confirm(demand_uid: str, outcome_uid: str) -> ResponseReturnValue:
    """Confirm what was done, or say what is wrong with the record."""
    demand, form = demand_or_404(demand_uid), ConfirmForm(prefix=outcome_uid)
    outcome = outcome_or_404(demand, outcome_uid)
    if not form.validate_on_submit():
        return _page(demand, form, outcome_uid), 422
    session = db.session()
    try:
        if form.answer.data == "confirmed":
            desk.confirm(
                session, demand, outcome, settles=bool(form.settles.data), by=by()
            )
        else:
            reason = (form.reason.data or "").strip()
            desk.dispute(session, demand, outcome, reason=reason, by=by())
    except DomainError as error:
        session.rollback()
        form.form_errors.append(error.message)
        return _page(demand_or_404(demand_uid), form, outcome_uid), error.status
    session.commit()
    flash(_("Thank you. Your answer is on record."), "success")
    return redirect(url_for(".show_own", demand_uid=demand_uid))


@bp.post("/own/<demand_uid>/withdraw")
@permission_required("demand.ask", within="demand")
def withdraw(demand_uid: str) -> ResponseReturnValue:
    """Take a demand back."""
    demand, form = demand_or_404(demand_uid), CloseForm()
    if not form.validate_on_submit():
        return _page(demand, closing=form), 422
    reason = (form.reason.data or "").strip()
    desk.close(db.session(), demand, to="withdrawn", reason=reason, by=by())
    db.session.commit()
    flash(_("The demand is withdrawn."), "success")
    return redirect(url_for(".show_own", demand_uid=demand_uid))


def _page(
    demand: Demand,
    form: ConfirmForm | None = None,
    answered: str = "",
    closing: CloseForm | None = None,
) -> str:
    session = db.session()
    return render_template(
        "talentpool/matching/show_own.html",
        demand=demand,
        assignments=queries.list_assignments(session, demand),
        outcomes=queries.list_outcomes(session, demand),
        wrong=form or closing,
        confirm_form=lambda uid: (
            form
            if form is not None and answered == uid
            else ConfirmForm(formdata=None, prefix=uid)
        ),
        closing=closing or CloseForm(formdata=None),
        may_withdraw="withdrawn" in NEXT[demand.state],
        labels=LABELS,
    )


def _units() -> list[Unit]:
    """Return the units the user may ask for: those of their roles, and their own."""
    found = {
        unit.id: unit
        for unit in queries.list_units(db.session(), allowed_scopes("demand.ask"))
    }
    own = signed_in_user().unit
    if own is not None and is_allowed("demand.ask", _places(own)):
        found.setdefault(own.id, own)
    return list(found.values())


def _places(unit: Unit) -> list[Scope]:
    districts = enclosing_districts(unit.district_code)
    return [
        Scope("unit", unit.uid),
        *(Scope("district", code) for code in districts),
    ]


def _offer(form: DemandForm, units: Sequence[Unit]) -> None:
    session = db.session()
    form.unit.choices = [SelectChoice(unit.uid, unit.name) for unit in units]
    levels = [SelectChoice(v.code, v.name) for v in list_levels(session)]
    form.level.choices = [SelectChoice("", _("any")), *levels]
    form.apprentice_level.choices = [SelectChoice("", _("None yet")), *levels]
    cities = dict.fromkeys(f"{unit.district_code[:4]}00" for unit in units)
    form.district.choices = [
        SelectChoice(place.code, place.name)
        for city in cities
        for place in list_within(session, city)
    ]
    if units and not form.is_submitted():
        form.district.data = units[0].district_code


def _occupation(form: DemandForm) -> tuple[int, str] | None:
    """Return the occupation a trade belongs to; where none does, say what is near."""
    trade = " ".join((form.trade.data or "").split())
    hits = search_occupations(db.session(), trade, limit=SUGGESTED)
    if hits and trade in (hits[0].name, hits[0].alias, hits[0].code):
        return hits[0].edition, hits[0].code
    near = ", ".join(hit.alias or hit.name for hit in hits)
    form.trade.errors = [
        _("No occupation goes by this name. Near it: %(names)s.", names=near)
        if near
        else _("No occupation goes by this name.")
    ]
    return None


def _new(form: DemandForm, occupation: tuple[int, str]) -> desk.NewDemand:
    is_mentor = form.kind.data == "mentor"
    return desk.NewDemand(
        kind=form.kind.data,
        title=(form.title.data or "").strip(),
        problem=(form.problem.data or "").strip(),
        trade=" ".join((form.trade.data or "").split()),
        occupation=occupation,
        level_code=form.level.data or None,
        apprentice_level_code=(form.apprentice_level.data or None)
        if is_mentor
        else None,
        district_code=form.district.data,
        place=(form.place.data or "").strip(),
        since=form.since.data,
        until=form.until.data,
    )
