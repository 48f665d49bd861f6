"""The public notice, and objections by anybody who reads it."""

from datetime import date

from flask import Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from accounts.access.services import public
from errors import DomainError
from extensions import LOCAL, db, limiter
from people.attachments.services import store
from talentpool.admission.forms.reviews import LABELS, ObjectForm, ReceiptForm
from talentpool.admission.models.notices import Notice
from talentpool.admission.queries import notices as queries
from talentpool.admission.rules.notices import (
    GONE,
    RUNNING,
    notice_phase,
    tidy_receipt,
)
from talentpool.admission.services.notices import lines_shown
from talentpool.admission.services.objections import Content, file_objection
from talentpool.admission.views.common import bp, now

OBJECTIONS = "6 per hour"  # by one address
LOOKS = "30 per minute"


@bp.get("/notices")
@public
def list_notices() -> ResponseReturnValue:
    """List the notices that are shown today."""
    today = _today()
    return _unindexed(
        render_template(
            "talentpool/admission/list_notices.html",
            notices=[
                (notice, notice_phase(notice.last_day, notice.shown_until, today))
                for notice in queries.list_shown(db.session(), today)
            ],
            labels=LABELS,
        )
    )


@bp.get("/notices/<notice_uid>")
@public
def show_notice(notice_uid: str) -> ResponseReturnValue:
    """Show a notice between its dates; afterwards it is gone."""
    notice = _shown_or_404(notice_uid)
    phase = notice_phase(notice.last_day, notice.shown_until, _today())
    return _unindexed(
        render_template(
            "talentpool/admission/show_notice.html",
            notice=notice,
            lines=lines_shown(db.session(), notice),
            phase=phase,
            labels=LABELS,
        )
    )


@bp.get("/notices/<notice_uid>/object")
@public
def ask_objection(notice_uid: str) -> ResponseReturnValue:
    """Ask what somebody objects to."""
    notice = _shown_or_404(notice_uid)
    return _object_page(notice, _object_form(notice))


@bp.post("/notices/<notice_uid>/object")
@public
@limiter.limit(OBJECTIONS)
def take_objection(notice_uid: str) -> ResponseReturnValue:
    """Take an objection; who objects and why is encrypted at once."""
    notice = _shown_or_404(notice_uid)
    form = _object_form(notice)
    if not form.validate_on_submit() or not (form.line.data or "").isdigit():
        return _object_page(notice, form, 422)
    moment, upload = now(), form.document.data
    try:
        attachment = (
            store(
                db.session(),
                data=upload.read(),
                file_name=upload.filename or "",
                kind="objection",
                uploaded_by="public",
                now=moment,
            )
            if upload and upload.filename
            else None
        )
        objection = file_objection(
            db.session(),
            notice,
            int(form.line.data),
            kind=form.kind.data,
            content=Content(
                name=form.name.data or "",
                contact=form.contact.data or "",
                text=form.text.data or "",
            ),
            attachment=attachment,
            now=moment,
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        notice = _shown_or_404(notice_uid)
        _fill_lines(form, notice)
        return _object_page(notice, form, error.status)
    receipt, due_on = objection.receipt, objection.due_on
    db.session.commit()
    return _unindexed(
        render_template(
            "talentpool/admission/show_receipt.html", receipt=receipt, due_on=due_on
        )
    )


@bp.get("/objections/receipt")
@public
def ask_receipt() -> ResponseReturnValue:
    """Ask for the receipt of an objection."""
    return _unindexed(
        render_template(
            "talentpool/admission/follow_objection.html",
            form=ReceiptForm(formdata=None),
            objection=None,
            labels=LABELS,
        )
    )


@bp.post("/objections/receipt")
@public
@limiter.limit(LOOKS)
def follow_objection() -> ResponseReturnValue:
    """Tell an objector what came of it, by their receipt."""
    form, found = ReceiptForm(), None
    if form.validate_on_submit():
        receipt = tidy_receipt(form.receipt.data or "")
        found = queries.find_by_receipt(db.session(), receipt)
        if found is None:
            form.receipt.errors = [_("There is no objection with this receipt.")]
    page = render_template(
        "talentpool/admission/follow_objection.html",
        form=form,
        objection=found,
        labels=LABELS,
    )
    return _unindexed(page, 200 if found else 422)


def _unindexed(page: str, status: int = 200) -> Response:
    """Return a page that search engines are told to leave alone."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _today() -> date:
    return now().astimezone(LOCAL).date()


def _shown_or_404(uid: str) -> Notice:
    notice = queries.find_notice(db.session(), uid)
    if notice is None:
        abort(404)
    today = _today()
    phase = notice_phase(notice.last_day, notice.shown_until, today)
    if phase == GONE or today < notice.first_day:
        abort(404)
    return notice


def _object_form(notice: Notice) -> ObjectForm:
    form = ObjectForm()
    _fill_lines(form, notice)
    return form


def _fill_lines(form: ObjectForm, notice: Notice) -> None:
    form.line.choices = [
        SelectChoice(str(line.position), f"{line.name} · {line.unit} · {line.trade}")
        for line in lines_shown(db.session(), notice)
    ]


def _object_page(notice: Notice, form: ObjectForm, status: int = 200) -> Response:
    phase = notice_phase(notice.last_day, notice.shown_until, _today())
    if phase != RUNNING:
        return make_response(redirect(url_for(".show_notice", notice_uid=notice.uid)))
    page = render_template(
        "talentpool/admission/object.html", notice=notice, form=form, labels=LABELS
    )
    return _unindexed(page, status)
