"""Batches: what is open, what each asks for, and opening a new one."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    login_required_only,
    permission_required,
    public,
    signed_in_user,
)
from accounts.roles.rules import EVERYWHERE, Scope
from competition.events.queries import list_districts
from extensions import LOCAL, db
from people.districts.models import District
from people.units.queries import find_unit
from talentpool.admission.forms.applications import BatchForm, RecommendForm
from talentpool.admission.models.applications import Batch
from talentpool.admission.queries import batches as queries
from talentpool.admission.rules.batches import (
    CITY,
    DISTRICT,
    EXPERTS,
    UNIT_NOTICE,
    limits_of,
)
from talentpool.admission.services import batches, drafts
from talentpool.admission.views.common import LABELS, batch_or_404, bp, is_english, now
from talentpool.dossiers.rules import enclosing_districts
from talentpool.standard.queries import read_in_force, read_profile

NAV = (NavItem(_l("Join the pool"), "talentpool.admission.list_batches", "", order=60),)


@bp.get("/batches")
@public
def list_batches() -> ResponseReturnValue:
    """List the batches, those one can apply in first."""
    moment = now()
    found = [
        (batch, batches.phase_of(batch, moment))
        for batch in queries.list_batches(db.session())
    ]
    found.sort(key=lambda pair: pair[1] != "open")
    return render_template(
        "talentpool/admission/list_batches.html",
        batches=found,
        labels=LABELS,
        may_open=is_allowed("pool.admit"),
    )


@bp.route("/batches/new", methods=["GET", "POST"])
@permission_required("pool.admit")
def new_batch() -> ResponseReturnValue:
    """Announce a batch in one of one's own places."""
    form = BatchForm(data=_usual() if not _is_sent() else None)
    form.district_code.choices = [
        SelectChoice(place.code, place.name) for place in _places()
    ]
    if form.validate_on_submit() and _is_own_place(form):
        values = {k: v for k, v in form.data.items() if k != "csrf_token"}
        try:
            batch = batches.open_batch(
                db.session(),
                values=batches.BatchValues(**values),
                actor=current_actor(),
                now=now(),
            )
        except batches.BatchError as error:
            db.session.rollback()
            form.form_errors.extend(error.faults)
        else:
            db.session.commit()
            flash(_("The batch is announced."), "success")
            return redirect(url_for(".show_batch", intake_uid=batch.uid))
    page = render_template("talentpool/admission/new_batch.html", form=form)
    return page, 422 if form.errors else 200


@bp.get("/batches/<intake_uid>")
@public
def show_batch(intake_uid: str) -> ResponseReturnValue:
    """Show what a batch asks for, its steps, and how to apply."""
    return _batch_page(batch_or_404(intake_uid), None)


@bp.post("/batches/<intake_uid>/apply")
@login_required_only
def begin_own(intake_uid: str) -> ResponseReturnValue:
    """Begin one's own application, or go on with it."""
    application = drafts.start_own(
        db.session(),
        batch=batch_or_404(intake_uid),
        user=signed_in_user(),
        actor=current_actor(),
        now=now(),
    )
    db.session.commit()
    return redirect(url_for(".show_application", application_uid=application.uid))


@bp.post("/batches/<intake_uid>/recommend")
@permission_required("pool.recommend")
def recommend(intake_uid: str) -> ResponseReturnValue:
    """Begin a recommendation in the name of one's unit or association."""
    batch, form = batch_or_404(intake_uid), _recommend_form()
    nominator = _nominator(form) if form.validate_on_submit() else None
    if nominator is None:
        return _batch_page(batch, form), 422
    application = drafts.start_recommendation(
        db.session(),
        batch=batch,
        nominator=nominator,
        user=signed_in_user(),
        actor=current_actor(),
        now=now(),
    )
    db.session.commit()
    return redirect(
        url_for(".edit_application", application_uid=application.uid, step="person")
    )


@bp.post("/batches/<intake_uid>/close")
@permission_required("pool.admit", within="intake")
def close_batch(intake_uid: str) -> ResponseReturnValue:
    """Take no more applications."""
    batch = batch_or_404(intake_uid)
    batches.close_batch(db.session(), batch, actor=current_actor(), now=now())
    db.session.commit()
    flash(_("The batch is closed."), "success")
    return redirect(url_for(".show_batch", intake_uid=batch.uid))


def _batch_page(batch: Batch, form: RecommendForm | None) -> str:
    return render_template(
        "talentpool/admission/show_batch.html",
        batch=batch,
        phase=batches.phase_of(batch, now()),
        profile=read_profile(batch.profile_version.toml),
        form=form or _recommend_form(),
        may_recommend=is_allowed("pool.recommend"),
        may_manage=is_allowed("pool.admit", queries.places_of(batch)),
        labels=LABELS,
        is_english=is_english(),
    )


def _recommend_form() -> RecommendForm:
    form = RecommendForm()
    scopes = allowed_scopes("pool.recommend")
    found = []
    for scope in scopes:
        unit = find_unit(db.session(), scope.key) if scope.kind == "unit" else None
        if unit is not None:
            found.append(SelectChoice(unit.uid, unit.name))
    if any(scope.kind in {"district", "all"} for scope in scopes):
        found.append(SelectChoice("association", _("An association or union")))
    form.nominator.choices = found
    return form


def _nominator(form: RecommendForm) -> drafts.Nominator | None:
    """Return in whose name the user may recommend; None after naming the fault."""
    offered = {choice.value for choice in form.nominator.choices}
    if form.nominator.data not in offered:
        form.nominator.errors = [_("Choose in whose name you recommend.")]
        return None
    if form.nominator.data == "association":
        name = " ".join((form.association.data or "").split())
        if len(name) < 2:
            form.association.errors = [_("Enter the name of the association or union.")]
            return None
        return drafts.Nominator(name=name)
    unit = find_unit(db.session(), form.nominator.data)
    return drafts.Nominator(name=unit.name, unit=unit) if unit else None


def _usual() -> dict[str, Any]:
    """Return what a new batch is offered: the steps and limits of the standard."""
    today = now().astimezone(LOCAL).date()
    limits = limits_of(read_in_force(db.session(), today))
    return {"steps": [UNIT_NOTICE, DISTRICT, CITY, EXPERTS], **limits}


def _is_sent() -> bool:
    return bool(BatchForm().is_submitted())


def _places() -> list[District]:
    """Return the places a batch may be held in by the signed-in user."""
    scopes = allowed_scopes("pool.admit")
    return [
        place
        for place in list_districts(db.session())
        if EVERYWHERE in scopes or _lies_in(place.code, scopes)
    ]


def _lies_in(code: str, scopes: list[Scope]) -> bool:
    around = {Scope("district", place) for place in enclosing_districts(code)}
    return bool(around & set(scopes))


def _is_own_place(form: BatchForm) -> bool:
    if form.district_code.data in {
        choice.value for choice in form.district_code.choices
    }:
        return True
    form.district_code.errors = [_("Choose one of your own places.")]
    return False
