"""The evidence of an application: one claim for each field of the standard."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from accounts.access.services import (
    current_actor,
    is_allowed,
    login_required_only,
    signed_in_user,
)
from errors import DomainError
from extensions import LOCAL, db
from people.attachments.services import send_attachment, store
from talentpool.admission.forms.evidence import evidence_rows, read_evidence
from talentpool.admission.models.applications import Application
from talentpool.admission.queries import applications as queries
from talentpool.admission.services import drafts
from talentpool.admission.views.common import (
    application_or_404,
    bp,
    is_english,
    now,
)
from talentpool.admission.views.draft_frame import (
    editable_or_404,
    frame,
    profile_of,
)
from talentpool.standard.rules.profile import FIELDS


@bp.get("/applications/<application_uid>/evidence")
@login_required_only
def show_evidence(application_uid: str) -> ResponseReturnValue:
    """Show each condition of the standard with what one claims for it."""
    application = editable_or_404(application_uid)
    if application is None:
        return redirect(url_for(".show_application", application_uid=application_uid))
    return _evidence_page(application)


@bp.post("/applications/<application_uid>/evidence/<field>")
@login_required_only
def save_evidence(application_uid: str, field: str) -> ResponseReturnValue:
    """Make, change or take back one claim, with its document."""
    application = editable_or_404(application_uid)
    if application is None:
        return redirect(url_for(".show_application", application_uid=application_uid))
    if field not in FIELDS:
        abort(404)
    session, moment, user = db.session(), now(), signed_in_user()
    form, value = read_evidence(field, now().astimezone(LOCAL).date())
    if value is None:
        return _evidence_page(application, {field: form}), 422
    upload = form.scan.data
    try:
        attachment = (
            store(
                session,
                data=upload.read(),
                file_name=upload.filename or "",
                kind="pool_claim",
                uploaded_by=user.uid,
                now=moment,
            )
            if upload and upload.filename
            else None
        )
        claim = drafts.ClaimValues(
            field=field,
            value=value,
            document=(form.document.data or "").strip(),
            attachment=attachment,
        )
        drafts.save_claim(
            session, application, claim, actor=current_actor(), now=moment
        )
    except DomainError as error:
        session.rollback()
        form.form_errors.append(error.message)
        return _evidence_page(application_or_404(application_uid), {field: form}), 422
    session.commit()
    flash(_("Saved."), "success")
    return redirect(
        url_for(".show_evidence", application_uid=application_uid, _anchor=field)
    )


@bp.get("/applications/<application_uid>/claims/<claim_uid>")
@login_required_only
def show_scan(application_uid: str, claim_uid: str) -> ResponseReturnValue:
    """Show the scan behind a claim to its applicant and to those who review it."""
    application = application_or_404(application_uid)
    user = signed_in_user()
    own = drafts.is_owner(application, user) or drafts.is_nominee(application, user)
    places = queries.places_of(application)
    if not own and not any(
        is_allowed(permission, places)
        for permission in ("pool.review", "pool.admit", "pool.assess")
    ):
        abort(404)
    claim = queries.find_claim(db.session(), application.id, claim_uid)
    if claim is None or claim.attachment is None:
        abort(404)
    return send_attachment(claim.attachment)


def _evidence_page(
    application: Application, refused: dict[str, FlaskForm] | None = None
) -> str:
    session = db.session()
    profile = profile_of(application)
    claims = {c.field: c for c in queries.list_claims(session, application.id)}
    return render_template(
        "talentpool/admission/edit_evidence.html",
        rows=evidence_rows(session, profile, claims, refused or {}),
        is_english=is_english(),
        **frame(application, "evidence"),
    )
