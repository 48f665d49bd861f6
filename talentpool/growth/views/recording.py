"""Recording a project: for a unit, or one's own; its people and papers; handing in."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    allowed_scopes,
    is_allowed,
    login_required_only,
    permission_required,
    signed_in_user,
)
from accounts.roles.rules import Scope
from errors import DomainError
from extensions import db
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.rules import enclosing_districts, wan_text
from talentpool.growth.forms import innovations as forms
from talentpool.growth.forms.innovations import LABELS
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.queries import innovations as queries
from talentpool.growth.services import innovations as services
from talentpool.growth.views.common import bp, by
from talentpool.growth.views.innovations import (
    may_edit,
    page_of,
    refused,
    seen_or_404,
)


@bp.route("/innovations/new", methods=["GET", "POST"])
@permission_required("growth.record")
def new_innovation() -> ResponseReturnValue:
    """Begin a project of a unit, or of somebody in one's places."""
    session, units = db.session(), own_units()
    form = forms.NewProjectForm()
    form.unit.choices = [
        SelectChoice("", _("The unit of the lead")),
        *(SelectChoice(unit.uid, unit.name) for unit in units),
    ]
    if form.validate_on_submit():
        lead = _one(
            form,
            "lead",
            queries.find_people(
                session, form.lead.data or "", allowed_scopes("growth.record")
            ),
        )
        if lead is not None:
            chosen = next((u for u in units if u.uid == form.unit.data), None)
            unit = chosen or lead.person.unit
            if is_allowed("growth.record", places_at(unit, lead)):
                return _begin(form, lead, unit)
            form.lead.errors = [_("This person belongs to none of your places.")]
    return _form_page(form, is_own=False)


@bp.get("/mine/innovations")
@login_required_only
def list_own_innovations() -> ResponseReturnValue:
    """List the projects one took part in or has recorded."""
    session, user = db.session(), signed_in_user()
    own = find_by_person(session, user.person_id) if user.person_id else None
    shares = queries.list_of_craftsman(session, own.id, counted=False) if own else []
    there = {share.innovation_id for share in shares}
    return render_template(
        "talentpool/growth/list_own_innovations.html",
        own=own,
        shares=shares,
        others=[
            i for i in queries.list_recorded(session, user.uid) if i.id not in there
        ],
        labels=LABELS,
        wan=wan_text,
    )


@bp.route("/mine/innovations/new", methods=["GET", "POST"])
@login_required_only
def new_own_innovation() -> ResponseReturnValue:
    """Begin a project one led oneself."""
    session, user = db.session(), signed_in_user()
    own = find_by_person(session, user.person_id) if user.person_id else None
    if own is None:
        return redirect(url_for(".list_own_innovations"))
    form = forms.OwnProjectForm()
    if form.validate_on_submit():
        return _begin(form, own, own.person.unit)
    if not form.is_submitted():
        form.trade.data = own.trade
    return _form_page(form, is_own=True)


@bp.route("/innovations/<innovation_uid>/edit", methods=["GET", "POST"])
@login_required_only
def edit_innovation(innovation_uid: str) -> ResponseReturnValue:
    """Change what is recorded of a project that is not handed in."""
    innovation = _edited_or_404(innovation_uid)
    form = forms.ProjectForm(obj=innovation)
    if form.validate_on_submit():
        services.change(db.session(), innovation, form.values(), by=by())
        db.session.commit()
        flash(_("Saved."), "success")
        return _back(innovation_uid)
    if not form.is_submitted() and innovation.benefit_yuan is not None:
        form.benefit.raw_data = [wan_text(innovation.benefit_yuan)]
    return _form_page(form, is_own=False, innovation=innovation)


@bp.post("/innovations/<innovation_uid>/people")
@login_required_only
def add_part(innovation_uid: str) -> ResponseReturnValue:
    """Name somebody who took part."""
    innovation, form = _edited_or_404(innovation_uid), forms.PartForm()
    if not form.validate_on_submit():
        return page_of(innovation, wrong=form), 422
    session = db.session()
    found = queries.find_people(
        session,
        form.who.data or "",
        allowed_scopes("growth.record"),
        unit_id=innovation.unit_id,
    )
    craftsman = _one(form, "who", found)
    if craftsman is None:
        return page_of(innovation, wrong=form), 422
    new = services.NewPart(
        craftsman=craftsman,
        role=form.role.data,
        method_name=(form.method_name.data or "").strip(),
    )
    try:
        services.add_part(session, innovation, new, by=by())
    except DomainError as error:
        return refused(innovation_uid, form, error)
    session.commit()
    flash(_("%(name)s is named.", name=craftsman.person.name), "success")
    return _back(innovation_uid)


@bp.post("/innovations/<innovation_uid>/people/<share_uid>/remove")
@login_required_only
def remove_part(innovation_uid: str, share_uid: str) -> ResponseReturnValue:
    """Take somebody out of a project."""
    innovation = _edited_or_404(innovation_uid)
    share = queries.find_share(db.session(), share_uid)
    if share is None or share.innovation_id != innovation.id:
        abort(404)
    services.remove_part(db.session(), share, by=by())
    db.session.commit()
    return _back(innovation_uid)


@bp.post("/innovations/<innovation_uid>/papers")
@login_required_only
def add_paper(innovation_uid: str) -> ResponseReturnValue:
    """Put a paper to a project."""
    innovation, form = _edited_or_404(innovation_uid), forms.PaperForm()
    if not form.validate_on_submit():
        return page_of(innovation, wrong=form), 422
    upload = form.document.data
    try:
        services.add_paper(
            db.session(),
            innovation,
            data=upload.read(),
            file_name=upload.filename or "paper",
            by=by(),
        )
    except DomainError as error:
        return refused(innovation_uid, form, error)
    db.session.commit()
    flash(_("The paper is kept."), "success")
    return _back(innovation_uid)


@bp.post("/innovations/<innovation_uid>/submit")
@login_required_only
def submit(innovation_uid: str) -> ResponseReturnValue:
    """Hand a project in to the officers."""
    innovation = _edited_or_404(innovation_uid)
    form = FlaskForm()
    try:
        services.submit(db.session(), innovation, by=by())
    except DomainError as error:
        return refused(innovation_uid, form, error)
    db.session.commit()
    flash(_("Handed in. It counts when an officer has verified it."), "success")
    return _back(innovation_uid)


def _begin(
    form: forms.NewProjectForm | forms.OwnProjectForm,
    lead: Craftsman,
    unit: Unit | None,
) -> ResponseReturnValue:
    part = services.NewPart(
        craftsman=lead,
        role="lead",
        method_name=(form.method_name.data or "").strip(),
    )
    made = services.begin(db.session(), form.values(), lead=part, unit=unit, by=by())
    db.session.commit()
    flash(
        _("Recorded. Name who took part, add the papers, then hand it in."), "success"
    )
    return _back(made.uid)


def _form_page(
    form: FlaskForm, *, is_own: bool, innovation: Innovation | None = None
) -> ResponseReturnValue:
    page = render_template(
        "talentpool/growth/edit_innovation.html",
        form=form,
        is_own=is_own,
        innovation=innovation,
    )
    return page, 422 if form.errors else 200


def _back(uid: str) -> ResponseReturnValue:
    return redirect(url_for(".show_innovation", innovation_uid=uid))


def _edited_or_404(uid: str) -> Innovation:
    innovation = seen_or_404(uid)
    if not may_edit(innovation):
        abort(404)
    return innovation


def _one(form: FlaskForm, name: str, found: Sequence[Craftsman]) -> Craftsman | None:
    fault = forms.one_of(found, form[name].data or "")
    if fault:
        form[name].errors = [fault]
        return None
    return found[0]


def own_units() -> list[Unit]:
    """Return the units the user's roles name, and their own."""
    found = {
        unit.id: unit
        for unit in queries.list_units(db.session(), allowed_scopes("growth.record"))
    }
    own = signed_in_user().unit
    if own is not None:
        found.setdefault(own.id, own)
    return [
        u for u in found.values() if is_allowed("growth.record", places_at(u, None))
    ]


def places_at(unit: Unit | None, lead: Craftsman | None) -> list[Scope]:
    if unit is not None:
        districts = enclosing_districts(unit.district_code)
        return [Scope("unit", unit.uid), *(Scope("district", c) for c in districts)]
    code = lead.district_code if lead else ""
    return [Scope("district", c) for c in enclosing_districts(code)]
