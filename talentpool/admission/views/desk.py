"""The publisher's desk of a batch: where everybody is, and what goes on a notice."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    current_actor,
    permission_required,
    signed_in_user,
)
from errors import DomainError
from extensions import LOCAL, db
from talentpool.admission.forms.reviews import PublishForm
from talentpool.admission.models.applications import Application, Batch
from talentpool.admission.queries import notices as notice_queries
from talentpool.admission.queries.batches import list_taking
from talentpool.admission.queries.reviews import (
    Filter,
    count_by_place,
    list_at_notice,
    list_in_batch,
)
from talentpool.admission.rules.batches import PLACES
from talentpool.admission.rules.notices import notice_phase
from talentpool.admission.services import batches
from talentpool.admission.services.notices import publish
from talentpool.admission.services.submit import NomineeError
from talentpool.admission.services.take import take_into_batch
from talentpool.admission.views.common import LABELS, batch_or_404, bp, now
from talentpool.admission.views.proposals import proposal_or_404


@bp.get("/batches/<intake_uid>/desk")
@permission_required("pool.admit", within="intake")
def show_desk(intake_uid: str) -> ResponseReturnValue:
    """Show where every application of a batch stands."""
    return _desk_page(batch_or_404(intake_uid), None)


@bp.post("/batches/<intake_uid>/notices")
@permission_required("pool.admit", within="intake")
def publish_notice(intake_uid: str) -> ResponseReturnValue:
    """Publish a notice of the chosen applications; today is its first day."""
    batch, form = batch_or_404(intake_uid), PublishForm()
    if not form.validate_on_submit():
        return _desk_page(batch, form), 422
    chosen = set(form.chosen.data or [])
    ready = [a for a in list_at_notice(db.session(), batch.id) if a.uid in chosen]
    try:
        notice = publish(
            db.session(),
            batch,
            ready,
            contact=form.contact.data or "",
            user=signed_in_user(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _desk_page(batch_or_404(intake_uid), form), error.status
    db.session.commit()
    flash(_("The notice is published."), "success")
    return redirect(url_for(".show_notice", notice_uid=notice.uid))


@bp.post("/proposals/<proposal_uid>/batch")
@permission_required("pool.admit", within="proposal")
def take_proposal(proposal_uid: str) -> ResponseReturnValue:
    """Take a published place into the open batch of its district."""
    proposal, moment = proposal_or_404(proposal_uid), now()
    today = moment.astimezone(LOCAL).date()
    taking = list_taking(db.session(), proposal.district_code, today)
    if not taking:
        raise batches.BatchNotOpenError
    application = Application(batch=taking[0])
    try:
        take_into_batch(
            db.session(), proposal, application, actor=current_actor(), now=moment
        )
    except NomineeError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".show_proposal", proposal_uid=proposal_uid))
    db.session.commit()
    flash(_("Taken into the batch; the nominee's agreement comes next."), "success")
    return redirect(url_for(".show_proposal", proposal_uid=proposal_uid))


def _page_url(batch_uid: str, wanted: Filter, number: int) -> str:
    return url_for(
        ".show_desk",
        intake_uid=batch_uid,
        page=number,
        q=wanted.text or None,
        at=wanted.at or None,
    )


def _desk_page(batch: Batch, form: PublishForm | None) -> str:
    session, moment = db.session(), now()
    today = moment.astimezone(LOCAL).date()
    ready = list_at_notice(session, batch.id)
    counts = count_by_place(session, batch.id)
    at = request.args.get("at", "")
    wanted = Filter(
        text=request.args.get("q", "").strip()[:80], at=at if at in PLACES else ""
    )
    form = form or PublishForm(formdata=None)
    form.chosen.choices = [
        SelectChoice(a.uid, f"{a.person.name if a.person else ''} · {a.trade}")
        for a in ready
    ]
    return render_template(
        "talentpool/admission/show_desk.html",
        batch=batch,
        phase=batches.phase_of(batch, moment),
        page=list_in_batch(
            session,
            batch.id,
            wanted=wanted,
            page=max(request.args.get("page", 1, int), 1),
        ),
        page_url=partial(_page_url, batch.uid, wanted),
        wanted=wanted,
        counts=[(place, counts[place]) for place in PLACES if place in counts],
        ready=ready,
        notices=[
            (notice, notice_phase(notice.last_day, notice.shown_until, today), count)
            for notice, count in notice_queries.list_of_batch(session, batch.id)
        ],
        today=today,
        form=form,
        labels=LABELS,
    )
