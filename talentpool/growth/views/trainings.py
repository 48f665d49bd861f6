"""Trainings of one's places: recording them, their people, and their end."""

import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    is_allowed,
    permission_required,
    resolves,
    signed_in_user,
)
from accounts.roles.rules import EVERYWHERE, Scope
from errors import DomainError
from extensions import db
from people.districts.models import District
from people.districts.queries import list_provinces, list_within
from people.units.models import Unit
from people.units.queries import find_unit
from talentpool.growth.forms import trainings as forms
from talentpool.growth.forms.innovations import one_of
from talentpool.growth.forms.trainings import LABELS
from talentpool.growth.models.trainings import Training
from talentpool.growth.queries import trainings as queries
from talentpool.growth.queries.innovations import find_people
from talentpool.growth.rules.trainings import (
    COLUMNS,
    KINDS,
    MINUTES_PER_HOUR,
    STATES,
    hours_text,
)
from talentpool.growth.services import trainings as services
from talentpool.growth.views.common import bp, by
from talentpool.growth.views.recording import own_units

NAV = (NavItem(_l("Training"), "talentpool.growth.list_trainings", "pool.view", 64),)
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@resolves("training")
def _training_places(session: Session, uid: str) -> Iterable[Scope] | None:
    training = queries.find_training(session, uid)
    return None if training is None else queries.places_of(training)


@bp.get("/trainings")
@permission_required("pool.view")
def list_trainings() -> ResponseReturnValue:
    """List the trainings of the reader's places."""
    session = db.session()
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    year = request.args.get("year", 0, int)
    wanted = queries.TrainingFilter(
        kind=kind if kind in KINDS else "",
        state=state if state in STATES else "",
        year=year if 1900 < year < 2200 else 0,
        text=request.args.get("q", "").strip(),
    )
    asked: dict[str, Any] = {
        "kind": wanted.kind or None,
        "state": wanted.state or None,
        "year": wanted.year or None,
        "q": wanted.text or None,
    }
    page = queries.list_trainings(
        session,
        allowed_scopes("pool.view"),
        wanted=wanted,
        page=max(request.args.get("page", 1, int), 1),
    )
    return render_template(
        "talentpool/growth/list_trainings.html",
        page=page,
        people=queries.count_people(session, [training.id for training in page.items]),
        wanted=wanted,
        kinds=KINDS,
        states=STATES,
        labels=LABELS,
        hours=hours_text,
        may_record=is_allowed("growth.record"),
        page_url=lambda number: url_for(".list_trainings", page=number, **asked),
    )


@bp.route("/trainings/new", methods=["GET", "POST"])
@permission_required("growth.record")
def new_training() -> ResponseReturnValue:
    """Record a training of a unit, or of a place."""
    session, form = db.session(), forms.NewTrainingForm()
    units = own_units()
    form.host.choices = [
        *(SelectChoice(f"unit:{unit.uid}", unit.name) for unit in units),
        *_places(session),
    ]
    if form.validate_on_submit():
        unit, code = _host(session, form.host.data)
        made = services.begin(
            session, form.values(), unit=unit, district_code=code, by=by()
        )
        session.commit()
        flash(_("Recorded. Add who took part, then close it as held."), "success")
        return _back(made.uid)
    if units and not form.is_submitted():
        form.organiser.data = units[0].name
    return _form_page(form, None)


@bp.get("/trainings/<training_uid>")
@permission_required("pool.view", within="training")
def show_training(training_uid: str) -> ResponseReturnValue:
    """Show a training and who took part."""
    return _page(_training_or_404(training_uid))


@bp.route("/trainings/<training_uid>/edit", methods=["GET", "POST"])
@permission_required("growth.record", within="training")
def edit_training(training_uid: str) -> ResponseReturnValue:
    """Change what is recorded of a training that is open."""
    training = _training_or_404(training_uid)
    form = forms.TrainingForm(
        obj=training, data={"hours": Decimal(training.minutes) / MINUTES_PER_HOUR}
    )
    if form.validate_on_submit():
        services.change(db.session(), training, form.values(), by=by())
        db.session.commit()
        flash(_("Saved."), "success")
        return _back(training_uid)
    return _form_page(form, training)


@bp.post("/trainings/<training_uid>/people")
@permission_required("growth.record", within="training")
def put_person(training_uid: str) -> ResponseReturnValue:
    """Put somebody of the pool on a training, or change their line."""
    training, form = _training_or_404(training_uid), forms.PersonForm()
    if not form.validate_on_submit():
        return _page(training, form), 422
    session, text = db.session(), form.who.data or ""
    scopes = allowed_scopes("growth.record")
    found = find_people(session, text, scopes, unit_id=training.unit_id)
    if fault := one_of(found, text):
        form.who.errors = [fault]
        return _page(training, form), 422
    person, given = found[0].person, form.given(training.minutes)
    try:
        new = services.put_person(session, training, person, given, by=by())
    except DomainError as error:
        return _refused(training_uid, form, error)
    session.commit()
    said = (
        _("%(name)s is on the list.") if new else _("The line of %(name)s is changed.")
    )
    flash(said % {"name": person.name}, "success")
    return _back(training_uid)


@bp.post("/trainings/<training_uid>/list")
@permission_required("growth.record", within="training")
def take_list(training_uid: str) -> ResponseReturnValue:
    """Put everybody of a file on a training; all of it, or nothing."""
    training, form = _training_or_404(training_uid), forms.ListForm()
    if not form.validate_on_submit():
        return _page(training, form), 422
    try:
        new, changed = services.put_list(
            db.session(),
            training,
            form.document.data.read(),
            results=forms.result_words(),
            by=by(),
        )
    except services.ListFaultsError as error:
        db.session.rollback()
        form.document.errors = [error.message]
        texts = forms.fault_texts(error.faults)
        return _page(_training_or_404(training_uid), form, texts), 422
    except DomainError as error:
        return _refused(training_uid, form, error)
    db.session.commit()
    flash(
        _("Taken: %(new)s new, %(changed)s changed.", new=new, changed=changed),
        "success",
    )
    return _back(training_uid)


@bp.get("/trainings/template.xlsx")
@permission_required("growth.record")
def download_template() -> ResponseReturnValue:
    """Send an empty list with its columns."""
    with io.BytesIO() as out:
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet(_("Who took part"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 20, text)
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, str(LABELS["training_column"][column]), bold)
        book.close()
        data = out.getvalue()
    answer = Response(data, content_type=_SHEET)
    answer.headers["Content-Disposition"] = "attachment; filename=list.xlsx"
    return answer


@bp.post("/trainings/<training_uid>/people/<attendance_uid>/remove")
@permission_required("growth.record", within="training")
def remove_person(training_uid: str, attendance_uid: str) -> ResponseReturnValue:
    """Take somebody off a training."""
    training = _training_or_404(training_uid)
    attendance = queries.find_attendance(db.session(), attendance_uid)
    if attendance is None or attendance.training_id != training.id:
        abort(404)
    services.remove_person(db.session(), attendance, by=by())
    db.session.commit()
    return _back(training_uid)


@bp.post("/trainings/<training_uid>/hold")
@permission_required("growth.record", within="training")
def close_training(training_uid: str) -> ResponseReturnValue:
    """Say that a training was held: it counts from now on."""
    training, form = _training_or_404(training_uid), FlaskForm()
    try:
        services.close(db.session(), training, by=by())
    except DomainError as error:
        return _refused(training_uid, form, error)
    db.session.commit()
    flash(_("Held. It counts from now on."), "success")
    return _back(training_uid)


@bp.post("/trainings/<training_uid>/reopen")
@permission_required("growth.record", within="training")
def reopen_training(training_uid: str) -> ResponseReturnValue:
    """Open a held training again, to correct it."""
    training, form = _training_or_404(training_uid), forms.ReasonForm()
    if not form.validate_on_submit():
        return _page(training, form), 422
    reason = (form.reason.data or "").strip()
    services.reopen(db.session(), training, reason=reason, by=by())
    db.session.commit()
    flash(_("Opened again. It does not count until it is closed."), "success")
    return _back(training_uid)


@bp.post("/trainings/<training_uid>/cancel")
@permission_required("growth.record", within="training")
def cancel_training(training_uid: str) -> ResponseReturnValue:
    """Say that a training was not held."""
    training, form = _training_or_404(training_uid), forms.ReasonForm()
    if not form.validate_on_submit():
        return _page(training, form), 422
    reason = (form.reason.data or "").strip()
    services.cancel(db.session(), training, reason=reason, by=by())
    db.session.commit()
    flash(_("Recorded as not held."), "success")
    return _back(training_uid)


def _training_or_404(uid: str) -> Training:
    return queries.find_training(db.session(), uid) or abort(404)


def _back(uid: str) -> ResponseReturnValue:
    return redirect(url_for(".show_training", training_uid=uid))


def _refused(uid: str, form: FlaskForm, error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    form.form_errors.append(error.message)
    return _page(_training_or_404(uid), form), error.status


def _form_page(form: FlaskForm, training: Training | None) -> ResponseReturnValue:
    page = render_template(
        "talentpool/growth/edit_training.html", form=form, training=training
    )
    return page, 422 if form.errors else 200


def _page(
    training: Training, wrong: FlaskForm | None = None, faults: Iterable[str] = ()
) -> str:
    def form_of(kind: type[FlaskForm]) -> FlaskForm:
        if wrong is not None and type(wrong) is kind:
            return wrong
        return kind(formdata=None)

    uid = training.uid
    return render_template(
        "talentpool/growth/show_training.html",
        training=training,
        page=queries.list_attendances(
            db.session(), training.id, page=max(request.args.get("page", 1, int), 1)
        ),
        page_url=lambda n: url_for(".show_training", training_uid=uid, page=n),
        labels=LABELS,
        hours=hours_text,
        wrong=wrong if wrong is not None and wrong.errors else None,
        faults=list(faults),
        may_record=is_allowed("growth.record", queries.places_of(training)),
        person_form=form_of(forms.PersonForm),
        list_form=form_of(forms.ListForm),
        reason_form=form_of(forms.ReasonForm),
    )


def _places(session: Session) -> list[SelectChoice]:
    scopes = allowed_scopes("growth.record")
    found = {d.code: d.name for d in _all_places(session, scopes)}
    return [SelectChoice(f"district:{code}", name) for code, name in found.items()]


def _all_places(session: Session, scopes: list[Scope]) -> list[District]:
    if EVERYWHERE in scopes:
        unit = signed_in_user().unit
        city = f"{unit.district_code[:4]}00" if unit else ""
        return list_within(session, city) if city else list_provinces(session)
    codes = [scope.key for scope in scopes if scope.kind == "district"]
    return [place for code in codes for place in list_within(session, code)]


def _host(session: Session, chosen: str) -> tuple[Unit | None, str]:
    kind, _sign, key = chosen.partition(":")
    if kind == "district":
        return None, key
    unit = find_unit(session, key) or abort(404)
    return unit, unit.district_code
