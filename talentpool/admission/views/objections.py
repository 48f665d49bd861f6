"""Handling objections: the sealed text is opened with a purpose; then the outcome."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    resolves,
    signed_in_user,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from errors import DomainError
from extensions import LOCAL, db
from people.attachments.services import send_attachment
from talentpool.admission.forms.reviews import OutcomeForm, PurposeForm
from talentpool.admission.models.notices import Objection
from talentpool.admission.queries import notices as queries
from talentpool.admission.queries.applications import places_of
from talentpool.admission.services import objections
from talentpool.admission.services.objections import Content
from talentpool.admission.views.common import LABELS, bp, now


@resolves("objection")
def _objection_places(session: Session, uid: str) -> Iterable[Scope] | None:
    found = queries.find_objection(session, uid)
    return None if found is None else places_of(found.application)


def desk_items(session: Session, _user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell a publisher how many objections wait for their outcome."""
    if not is_allowed("pool.admit"):
        return []
    scopes = allowed_scopes("pool.admit")
    waiting = queries.count_open_objections(session, scopes)
    if not waiting:
        return []
    return [
        DeskItem(
            title=_("Objections to a public notice"),
            text=_("They suspend the entry until their outcome is on record."),
            url=url_for("talentpool.admission.list_objections"),
            count=waiting,
            order=4,
        )
    ]


@bp.get("/objections")
@permission_required("pool.admit")
def list_objections() -> ResponseReturnValue:
    """List the objections of the publisher's places."""
    return render_template(
        "talentpool/admission/list_objections.html",
        page=queries.list_objections(
            db.session(),
            allowed_scopes("pool.admit"),
            page=max(request.args.get("page", 1, int), 1),
        ),
        page_url=lambda number: url_for(".list_objections", page=number),
        today=now().astimezone(LOCAL).date(),
        labels=LABELS,
    )


@bp.get("/objections/<objection_uid>")
@permission_required("pool.admit", within="objection")
def show_objection(objection_uid: str) -> ResponseReturnValue:
    """Show what an objection is about; its text is opened by a step of its own."""
    return _page(_get_or_404(objection_uid))


@bp.post("/objections/<objection_uid>/open")
@permission_required("pool.admit", within="objection")
def open_objection(objection_uid: str) -> ResponseReturnValue:
    """Open the sealed text once; who and what for goes into the log."""
    objection, form = _get_or_404(objection_uid), PurposeForm()
    if not form.validate_on_submit():
        return _page(objection, purpose=form), 422
    content = objections.open_content(
        db.session(),
        objection,
        purpose=form.purpose.data or "",
        actor=current_actor(),
        now=now(),
    )
    db.session.commit()
    return _page(_get_or_404(objection_uid), content=content)


@bp.get("/objections/<objection_uid>/document")
@permission_required("pool.admit", within="objection")
def show_objection_document(objection_uid: str) -> ResponseReturnValue:
    """Show the stamped letter or other proof."""
    objection = _get_or_404(objection_uid)
    if objection.attachment is None:
        abort(404)
    return send_attachment(objection.attachment)


@bp.post("/objections/<objection_uid>/outcome")
@permission_required("pool.admit", within="objection")
def answer_objection(objection_uid: str) -> ResponseReturnValue:
    """Record the outcome; the entry goes on or ends."""
    objection, form = _get_or_404(objection_uid), OutcomeForm()
    if not form.validate_on_submit():
        return _page(objection, outcome=form), 422
    try:
        objections.answer(
            db.session(),
            objection,
            upheld=form.verdict.data == "upheld",
            outcome=form.outcome.data or "",
            document=form.document.data or "",
            user=signed_in_user(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(_get_or_404(objection_uid), outcome=form), error.status
    db.session.commit()
    flash(_("The outcome is on record."), "success")
    return redirect(url_for(".show_objection", objection_uid=objection_uid))


def _get_or_404(uid: str) -> Objection:
    return queries.find_objection(db.session(), uid) or abort(404)


def _page(
    objection: Objection,
    *,
    content: Content | None = None,
    purpose: PurposeForm | None = None,
    outcome: OutcomeForm | None = None,
) -> str:
    return render_template(
        "talentpool/admission/show_objection.html",
        objection=objection,
        content=content,
        purpose_form=purpose or PurposeForm(formdata=None),
        outcome_form=outcome or OutcomeForm(formdata=None),
        labels=LABELS,
    )
