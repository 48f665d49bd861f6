"""The reviewers' pages: what waits, the frozen dossier, and each step of the chain."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    allowed_scopes,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.roles.rules import Scope
from accounts.users.queries import names_of
from errors import DomainError
from extensions import LOCAL, db
from people.codes.queries import list_levels
from talentpool.admission.forms import reviews as forms
from talentpool.admission.forms.differences import said
from talentpool.admission.forms.evidence import evidence_rows, read_evidence, text_of
from talentpool.admission.models.applications import Application
from talentpool.admission.queries import applications as queries
from talentpool.admission.queries import batches as batch_queries
from talentpool.admission.queries.notices import (
    find_of_application,
    find_unit_notice,
    list_of_application,
)
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules import batches as steps
from talentpool.admission.rules.conflicts import DECIDER, PUBLISHER, REVIEWER
from talentpool.admission.services import review
from talentpool.admission.services.assess import judge_application
from talentpool.admission.services.drafts import ClaimValues
from talentpool.admission.services.enter import enter
from talentpool.admission.services.parties import conflict_message, conflicts_of
from talentpool.admission.services.points import points_of_application
from talentpool.admission.services.snapshots import changes_since, read_snapshot
from talentpool.admission.views.common import (
    LABELS,
    application_or_404,
    bp,
    history,
    is_english,
    now,
)
from talentpool.dossiers.rules import enclosing_districts
from talentpool.identity.models import Likeness
from talentpool.identity.queries import list_of_person
from talentpool.standard.forms import LABELS as POINTS_LABELS
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.evaluate import suggested_class
from talentpool.standard.rules.profile import FIELDS


@bp.get("/reviews/<application_uid>")
@permission_required("pool.review", within="application")
def show_review(application_uid: str) -> ResponseReturnValue:
    """Show what was submitted, what differs today, the verdict, and what to do."""
    return _review_page(_submitted_or_404(application_uid))


@bp.post("/reviews/<application_uid>/claims/<claim_uid>")
@permission_required("pool.review", within="application")
def check_claim(application_uid: str, claim_uid: str) -> ResponseReturnValue:
    """Verify or refuse one piece of evidence."""
    application = _at_office_or_403(application_uid)
    claim = queries.find_claim(db.session(), application.id, claim_uid)
    if claim is None or not claim.is_current:
        abort(404)
    form = forms.ClaimCheckForm()
    return _do(
        application,
        form,
        lambda: review.check_claim(
            db.session(),
            application,
            claim,
            accepted=request.form.get("accepted") == "yes",
            note=(form.note.data or "").strip(),
            user=signed_in_user(),
            now=now(),
        ),
        _("Recorded; the verdict was made again."),
    )


@bp.post("/reviews/<application_uid>/evidence/<field>")
@permission_required("pool.review", within="application")
def state_claim(application_uid: str, field: str) -> ResponseReturnValue:
    """Record what a document proves that the reviewer has seen."""
    application = _at_office_or_403(application_uid)
    if field not in FIELDS:
        abort(404)
    form, value = read_evidence(field, now().astimezone(LOCAL).date())
    if not value or not form.document.data:
        wrong = " ".join(str(error) for error in form.form_errors)
        asked = _("Enter the value and the document that proves it.")
        flash(wrong or asked, "danger")
        return redirect(url_for(".show_review", application_uid=application_uid))
    values = ClaimValues(field=field, value=value, document=form.document.data)
    return _do(
        application,
        form,
        lambda: review.state_claim(
            db.session(), application, values, user=signed_in_user(), now=now()
        ),
        _("Recorded; the verdict was made again."),
    )


@bp.post("/reviews/<application_uid>/paper")
@permission_required("pool.review", within="application")
def confirm_on_paper(application_uid: str) -> ResponseReturnValue:
    """Note that the nominee has signed on paper."""
    application, form = _submitted_or_404(application_uid), forms.PaperForm()
    return _do(
        application,
        form,
        lambda: review.confirm_on_paper(
            db.session(),
            application,
            document=form.document.data or "",
            user=signed_in_user(),
            now=now(),
        ),
        _("The nominee's agreement is on record; the review begins."),
    )


@bp.post("/reviews/<application_uid>/pass")
@permission_required("pool.review", within="application")
def pass_step(application_uid: str) -> ResponseReturnValue:
    """Pass the present step of one's office."""
    application, form = _at_office_or_403(application_uid), forms.PassForm()
    return _do(
        application,
        form,
        lambda: review.pass_step(
            db.session(),
            application,
            application.step,
            reason=form.remark.data or "",
            user=signed_in_user(),
            now=now(),
        ),
        _("Passed."),
    )


@bp.post("/reviews/<application_uid>/return")
@permission_required("pool.review", within="application")
def return_application(application_uid: str) -> ResponseReturnValue:
    """Give an application back to an earlier step or to its applicant."""
    application, form = _at_office_or_403(application_uid), forms.ReturnForm()
    return _do(
        application,
        form,
        lambda: review.return_to(
            db.session(),
            application,
            form.to.data or "",
            reason=form.return_reason.data or "",
            user=signed_in_user(),
            now=now(),
        ),
        _("Returned; the reason is on record."),
    )


@bp.post("/reviews/<application_uid>/refuse")
@permission_required("pool.review", within="application")
def refuse_application(application_uid: str) -> ResponseReturnValue:
    """Refuse an application with a reason."""
    application, form = _at_office_or_403(application_uid), forms.RefuseForm()
    return _do(
        application,
        form,
        lambda: review.refuse(
            db.session(),
            application,
            reason=form.refuse_reason.data or "",
            user=signed_in_user(),
            now=now(),
        ),
        _("Refused; the reason is on record."),
    )


@bp.post("/reviews/<application_uid>/decide")
@permission_required("pool.admit", within="application")
def decide_application(application_uid: str) -> ResponseReturnValue:
    """Record the leading group's decision with its minute."""
    application, form = _at_office_or_403(application_uid), forms.DecideForm()
    return _do(
        application,
        form,
        lambda: review.decide(
            db.session(),
            application,
            pool_class=form.pool_class.data,
            minute_number=form.minute_number.data or "",
            reason=form.decide_reason.data or "",
            user=signed_in_user(),
            now=now(),
        ),
        _("The decision is on record; the public notice comes next."),
    )


@bp.post("/reviews/<application_uid>/enter")
@permission_required("pool.admit", within="application")
def enter_pool(application_uid: str) -> ResponseReturnValue:
    """Take the person into the pool after the notice."""
    application, form = _at_office_or_403(application_uid), FlaskForm()
    return _do(
        application,
        form,
        lambda: enter(db.session(), application, user=signed_in_user(), now=now()),
        _("Entered. The certificate can be printed from the dossier."),
    )


def _do(
    application: Application,
    form: FlaskForm,
    act: Callable[[], object],
    success: str,
) -> ResponseReturnValue:
    """Carry a form's act out, or show the page again with everything that is wrong."""
    uid = application.uid
    if not form.validate_on_submit():
        return _review_page(application, form), 422
    try:
        act()
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _review_page(_submitted_or_404(uid), form), error.status
    db.session.commit()
    flash(success, "success")
    return redirect(url_for(".show_review", application_uid=uid))


def _submitted_or_404(uid: str) -> Application:
    application = application_or_404(uid)
    if application.round == 0:
        abort(404)
    return application


def _at_office_or_403(uid: str) -> Application:
    application = _submitted_or_404(uid)
    if application.state == rules.RUNNING and not _is_my_step(application):
        abort(403)
    return application


def _is_my_step(application: Application) -> bool:
    """Tell whether the present step is one of the signed-in user's office."""
    step = application.step
    if step in steps.LEVEL_STEPS:
        code = steps.level_code(step, application.district_code or "")
        places = [Scope("district", place) for place in enclosing_districts(code)]
        return is_allowed("pool.review", places)
    if step in {steps.EXPERTS, steps.DECISION, steps.NOTICE}:
        return is_allowed("pool.admit", batch_queries.places_of(application.batch))
    return False


def _today() -> Any:  # noqa: ANN401 - a date
    return now().astimezone(LOCAL).date()


def _review_page(application: Application, refused: FlaskForm | None = None) -> str:
    session, moment = db.session(), now()
    profile = read_profile(application.batch.profile_version.toml)
    verdict = judge_application(session, application, moment)
    levels = {str(level.rank): level.name for level in list_levels(session)}
    claims = queries.list_claims(session, application.id)
    snapshots = queries.list_snapshots(session, application.id)
    moves = queries.list_moves(session, application.id)
    return render_template(
        "talentpool/admission/show_review.html",
        application=application,
        profile=profile,
        verdict=verdict,
        conditions={c.id: c for c in profile.conditions},
        points=points_of_application(session, application, moment),
        points_labels=POINTS_LABELS,
        waivers={w.clause: w for w in profile.waivers},
        level_names=levels,
        claims=[(claim, text_of(claim.field, claim.value, levels)) for claim in claims],
        rows=evidence_rows(session, profile, {c.field: c for c in claims}, {}),
        frozen=read_snapshot(snapshots[-1]) if snapshots else {},
        snapshot=snapshots[-1] if snapshots else None,
        changes=said(changes_since(session, application, snapshots[-1]), levels)
        if snapshots
        else [],
        references=queries.list_references(session, application.id),
        unit_notice=find_unit_notice(session, application),
        notice=find_of_application(session, application.id),
        objections=list_of_application(session, application.id),
        history=history(moves),
        people=names_of(session, {m.made_by for m in moves}),
        hindrances=_hindrances(session, application),
        is_mine=application.state == rules.RUNNING and _is_my_step(application),
        alike=_alike(application),
        is_late=application.due_on is not None and application.due_on < _today(),
        is_english=is_english(),
        labels=LABELS,
        **_forms(application, suggested_class(profile, verdict), refused),
    )


def _alike(application: Application) -> list[Likeness]:
    """Return who the person may be besides, for those who judge that."""
    if application.person is None or not is_allowed("identity.resolve"):
        return []
    scopes = allowed_scopes("identity.resolve")
    return list_of_person(db.session(), application.person, scopes)


def _hindrances(session: Session, application: Application) -> list[str]:
    """Return why the signed-in user must stay away from the present step."""
    role = {
        steps.EXPERTS: PUBLISHER,
        steps.DECISION: DECIDER,
        steps.NOTICE: PUBLISHER,
    }.get(application.step, REVIEWER)
    codes = conflicts_of(session, application, signed_in_user(), role)
    return [conflict_message(code) for code in codes]


def _forms(
    application: Application, pool_class: str, refused: FlaskForm | None
) -> dict[str, Any]:
    made: dict[str, FlaskForm] = {
        "claim_form": forms.ClaimCheckForm(formdata=None),
        "paper_form": forms.PaperForm(formdata=None),
        "pass_form": forms.PassForm(formdata=None),
        "return_form": forms.ReturnForm(formdata=None),
        "refuse_form": forms.RefuseForm(formdata=None),
        "decide_form": forms.DecideForm(
            formdata=None, data={"pool_class": pool_class or "skilled"}
        ),
    }
    for name, form in made.items():
        if refused is not None and type(form) is type(refused):
            made[name] = refused
    chain = application.batch.steps
    before = steps.steps_before(chain, application.step) if application.step else ()
    made["return_form"]["to"].choices = [
        SelectChoice("", _("The applicant")),
        *(SelectChoice(step, LABELS["step"][step]) for step in before),
    ]
    return {**made, "faults": refused}
