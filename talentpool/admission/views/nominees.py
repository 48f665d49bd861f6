"""The nominee's own word, and a referee's."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    current_actor,
    login_required_only,
    permission_required,
    signed_in_user,
)
from errors import DomainError
from extensions import db, limiter
from talentpool.admission.forms.applications import (
    NominationForm,
    ReferenceForm,
    WithdrawForm,
)
from talentpool.admission.models.applications import Application
from talentpool.admission.queries import applications as queries
from talentpool.admission.rules.applications import UNCONFIRMED
from talentpool.admission.services.drafts import is_nominee
from talentpool.admission.services.submit import add_reference, confirm_nomination
from talentpool.admission.views.common import LABELS, application_or_404, bp, now

GUESSES = "10 per hour"  # of an ID number


@bp.get("/nominations/<application_uid>")
@login_required_only
def show_nomination(application_uid: str) -> ResponseReturnValue:
    """Ask a nominee for their agreement.

    Whoever has the address sees who recommends whom for what only once the account or
    the ID number says that it is about them.
    """
    return _page(application_or_404(application_uid), NominationForm())


@bp.post("/nominations/<application_uid>")
@login_required_only
@limiter.limit(GUESSES)
def agree(application_uid: str) -> ResponseReturnValue:
    """Agree to a nomination; from here on it counts."""
    application, form = application_or_404(application_uid), NominationForm()
    if not form.validate_on_submit():
        return _page(application, form), 422
    try:
        confirm_nomination(
            db.session(),
            application,
            user=signed_in_user(),
            id_number=form.id_number.data or "",
            has_consented=form.consent_pool.data and form.consent_publication.data,
            actor=current_actor(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(application_or_404(application_uid), form), 422
    db.session.commit()
    flash(_("Thank you. Your agreement is on record; the review begins."), "success")
    return redirect(url_for(".show_application", application_uid=application_uid))


@bp.route("/applications/<application_uid>/reference", methods=["GET", "POST"])
@permission_required("pool.recommend", within="application")
def write_reference(application_uid: str) -> ResponseReturnValue:
    """Write as a referee; whoever has another part in it may not."""
    application, form = application_or_404(application_uid), ReferenceForm()
    status = 200
    if form.validate_on_submit():
        try:
            add_reference(
                db.session(),
                application,
                user=signed_in_user(),
                text=form.text.data or "",
                actor=current_actor(),
                now=now(),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            application, status = application_or_404(application_uid), error.status
        else:
            db.session.commit()
            flash(_("Your reference is on record."), "success")
            return redirect(request.path)
    page = render_template(
        "talentpool/admission/write_reference.html",
        application=application,
        references=queries.list_references(db.session(), application.id),
        form=form,
    )
    return page, 422 if form.errors and status == 200 else status


def _page(application: Application, form: NominationForm) -> str:
    known = is_nominee(application, signed_in_user())
    return render_template(
        "talentpool/admission/show_nomination.html",
        application=application,
        form=form,
        decline_form=WithdrawForm(formdata=None),
        is_known=known,
        is_waiting=application.state == UNCONFIRMED,
        labels=LABELS,
    )
