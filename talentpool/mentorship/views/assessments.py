"""Assessments of a pair, its graduation, and another mentor."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    current_actor,
    is_allowed,
    login_required_only,
    permission_required,
    signed_in_user,
)
from accounts.users.queries import names_of
from errors import DomainError
from extensions import db
from people.attachments.services import send_attachment, store
from talentpool.dossiers.queries import find_by_certificate, places_of
from talentpool.mentorship.forms import plans as forms
from talentpool.mentorship.models import Assessment, Pair
from talentpool.mentorship.queries import plans as queries
from talentpool.mentorship.queries.agreements import find_newest
from talentpool.mentorship.rules import assessments as rules
from talentpool.mentorship.rules.agreements import (
    APPRENTICE,
    MENTOR,
)
from talentpool.mentorship.rules.pairs import LIVE_STATES
from talentpool.mentorship.services import assessing as services
from talentpool.mentorship.services.ending import change_mentor, graduate
from talentpool.mentorship.services.pairs import PairRefusedError, limits_in_force
from talentpool.mentorship.views.common import (
    LABELS,
    Standing,
    bp,
    is_password,
    moment,
    pair_or_404,
    standing_or_404,
    today,
)


@bp.get("/pairs/<pair_uid>/assessments")
@login_required_only
def list_assessments(pair_uid: str) -> ResponseReturnValue:
    """List the assessments of a pair with their outcomes."""
    pair, standing = _pair_or_404(pair_uid)
    session = db.session()
    final = queries.find_last_final(session, pair.id)
    return render_template(
        "talentpool/mentorship/list_assessments.html",
        pair=pair,
        standing=standing,
        assessments=queries.list_assessments(session, pair.id),
        today=today(),
        views_of=rules.VIEWS_OF,
        final=final,
        graduating=forms.GraduateForm(formdata=None, data={"on": today()})
        if standing.is_officer
        and pair.state in {"active", "due", "extended"}
        and final is not None
        and final.outcome == "passed"
        else None,
        adding=forms.AddAssessmentForm(formdata=None, data={"due_on": today()})
        if standing.may_draw and pair.state in LIVE_STATES
        else None,
        successors=queries.list_successors(session, pair.id),
        labels=LABELS,
    )


@bp.post("/pairs/<pair_uid>/assessments/new")
@login_required_only
def add_assessment(pair_uid: str) -> ResponseReturnValue:
    """Plan an assessment besides those of the term."""
    pair, standing = _pair_or_404(pair_uid)
    form = forms.AddAssessmentForm()
    if not standing.may_draw or not form.validate():
        abort(404)
    try:
        services.add_assessment(
            db.session(),
            pair,
            form.kind.data,
            form.due_on.data or today(),
            user=signed_in_user(),
            now=moment(),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
    else:
        db.session.commit()
        flash(_("The assessment is planned."), "success")
    return redirect(url_for(".list_assessments", pair_uid=pair_uid))


@bp.route("/pairs/<pair_uid>/assessments/<assessment_uid>", methods=["GET", "POST"])
@login_required_only
def show_assessment(pair_uid: str, assessment_uid: str) -> ResponseReturnValue:
    """Show an assessment as far as one may see it, and take one's own view."""
    pair, standing = _pair_or_404(pair_uid)
    assessment = _assessment_or_404(pair, assessment_uid)
    form, session = forms.ViewForm(), db.session()
    if not form.is_submitted():
        return _page(pair, assessment, standing)
    if form.role.data not in _roles_of(standing):
        abort(404)
    if not form.validate():
        return _page(pair, assessment, standing, form), 422
    now = moment()
    if not is_password(form, now):
        session.commit()  # the count of failures stays
        form.password.errors = [_("The password is not right. Nothing was signed.")]
        return _again(pair_uid, assessment_uid, form), 422
    try:
        _give(assessment, form)
    except DomainError as error:
        session.rollback()
        form.form_errors = [*form.form_errors, error.message]
        return _again(pair_uid, assessment_uid, form), error.status
    session.commit()
    flash(_("Your view is signed. You see the others when all are there."), "success")
    return redirect(
        url_for(".show_assessment", pair_uid=pair_uid, assessment_uid=assessment_uid)
    )


@bp.post("/pairs/<pair_uid>/assessments/<assessment_uid>/close")
@login_required_only
def close_assessment(pair_uid: str, assessment_uid: str) -> ResponseReturnValue:
    """Say whether an assessment is passed: the union, of the final one; else a unit."""
    pair, standing = _pair_or_404(pair_uid)
    assessment, form = _assessment_or_404(pair, assessment_uid), forms.CloseForm()
    if not _may_close(assessment, standing):
        abort(404)
    if form.validate():
        try:
            services.close_assessment(
                db.session(),
                assessment,
                is_passed=form.is_passed.data == "yes",
                note=(form.note.data or "").strip(),
                user=signed_in_user(),
                now=moment(),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors = [*form.form_errors, error.message]
        else:
            db.session.commit()
            flash(_("The assessment is closed."), "success")
            return redirect(url_for(".list_assessments", pair_uid=pair_uid))
    pair = pair_or_404(pair_uid)
    assessment = _assessment_or_404(pair, assessment_uid)
    return _page(pair, assessment, standing, closing=form), 422


@bp.get("/pairs/<pair_uid>/assessments/<assessment_uid>/file")
@login_required_only
def show_test_file(pair_uid: str, assessment_uid: str) -> ResponseReturnValue:
    """Show the file of a skill test to the parties and the union."""
    pair, _standing = _pair_or_404(pair_uid)
    assessment = _assessment_or_404(pair, assessment_uid)
    found = next((v.attachment for v in assessment.views if v.attachment), None)
    if found is None or not services.is_shown(assessment):
        abort(404)
    return send_attachment(found)


@bp.post("/pairs/<pair_uid>/graduate")
@permission_required("mentorship.manage", within="pair")
def graduate_pair(pair_uid: str) -> ResponseReturnValue:
    """Let the apprentice graduate; both dossiers say so."""
    pair, form = pair_or_404(pair_uid), forms.GraduateForm()
    graduate(
        db.session(),
        pair,
        on=form.on.data or today(),
        actor=current_actor(),
        now=moment(),
    )
    db.session.commit()
    flash(_("The apprentice has graduated."), "success")
    return redirect(url_for(".list_assessments", pair_uid=pair_uid))


@bp.route("/pairs/<pair_uid>/mentor", methods=["GET", "POST"])
@permission_required("mentorship.manage", within="pair")
def give_mentor(pair_uid: str) -> ResponseReturnValue:
    """Give the apprentice another mentor: the pair ends, its successor is a draft."""
    pair = pair_or_404(pair_uid)
    if pair.state not in LIVE_STATES:
        abort(404)
    form = forms.ChangeMentorForm()
    if not form.is_submitted():
        form.on.data = today()
    elif form.validate():
        mentor = find_by_certificate(
            db.session(), (form.certificate.data or "").strip().upper()
        )
        if mentor is None or not is_allowed("mentorship.manage", places_of(mentor)):
            form.certificate.errors = [_("There is no mentor with this number here.")]
        else:
            try:
                made = change_mentor(
                    db.session(),
                    pair,
                    mentor,
                    on=form.on.data or today(),
                    reason=form.reason.data or "",
                    actor=current_actor(),
                    now=moment(),
                )
            except PairRefusedError as error:
                db.session.rollback()
                form.form_errors = [*form.form_errors, *error.messages]
            except DomainError as error:
                db.session.rollback()
                form.form_errors = [*form.form_errors, error.message]
            else:
                db.session.commit()
                flash(_("The new pair is a draft. Draw up its agreement."), "success")
                return redirect(url_for(".edit_agreement", pair_uid=made.uid))
    return (
        render_template(
            "talentpool/mentorship/change_mentor.html",
            pair=pair_or_404(pair_uid),
            form=form,
        ),
        422 if form.errors else 200,
    )


def _pair_or_404(uid: str) -> tuple[Pair, Standing]:
    pair = pair_or_404(uid)
    return pair, standing_or_404(pair, find_newest(db.session(), pair.id))


def _assessment_or_404(pair: Pair, uid: str) -> Assessment:
    assessment = queries.find_assessment(db.session(), pair, uid)
    if assessment is None:
        abort(404)
    return assessment


def _roles_of(standing: Standing) -> list[str]:
    """Return as what the user judges; the unit and the union record the skill test."""
    roles = []
    if MENTOR in standing.parties:
        roles.append(rules.MENTOR)
    if APPRENTICE in standing.parties:
        roles.append(rules.APPRENTICE)
    if standing.is_unit:
        roles.append(rules.UNIT)
    if standing.is_unit or standing.is_officer:
        roles.append(rules.TEST)
    return roles


def _may_close(assessment: Assessment, standing: Standing) -> bool:
    if assessment.kind == rules.FINAL:
        return standing.is_officer
    return standing.is_officer or standing.is_unit


def _give(assessment: Assessment, form: forms.ViewForm) -> None:
    session, user, now = db.session(), signed_in_user(), moment()
    upload = form.evidence.data
    attachment = (
        store(
            session,
            data=upload.read(),
            file_name=upload.filename or "",
            kind="pair_test",
            uploaded_by=user.uid,
            now=now,
        )
        if upload and upload.filename and form.role.data == rules.TEST
        else None
    )
    given = services.Given(
        marks=form.marks(),
        comment=form.comment.data or "",
        document=(form.document.data or "").strip(),
        attachment=attachment,
    )
    services.give_view(
        session, assessment, form.role.data or "", given, user=user, now=now
    )


def _again(pair_uid: str, assessment_uid: str, form: forms.ViewForm) -> str:
    pair, standing = _pair_or_404(pair_uid)
    return _page(pair, _assessment_or_404(pair, assessment_uid), standing, form)


def _page(
    pair: Pair,
    assessment: Assessment,
    standing: Standing,
    form: forms.ViewForm | None = None,
    closing: forms.CloseForm | None = None,
) -> str:
    given = {view.role: view for view in assessment.views}
    wanted = rules.VIEWS_OF[assessment.kind]
    roles = _roles_of(standing)
    open_roles = [role for role in roles if role in wanted and role not in given]
    is_shown = services.is_shown(assessment)
    bands = limits_in_force(db.session(), moment()).bands
    marks = services.marks_of(assessment)
    own = {
        view.role for view in assessment.views if view.signed_by == signed_in_user().uid
    }
    if form is None:
        form = forms.ViewForm(formdata=None)
        form.role.data = open_roles[0] if open_roles else ""
    return render_template(
        "talentpool/mentorship/show_assessment.html",
        pair=pair,
        standing=standing,
        assessment=assessment,
        wanted=wanted,
        given=given,
        marks={role: m for role, m in marks.items() if is_shown or role in own},
        criteria=rules.CRITERIA,
        is_shown=is_shown,
        disagreements=rules.find_disagreements(marks, bands) if is_shown else [],
        weakest=rules.weakest_of(marks, bands) if is_shown else "",
        form=form if open_roles and not assessment.outcome else None,
        asked=rules.CRITERIA_OF.get(form.role.data or "", ()),
        closing=(closing or forms.CloseForm(formdata=None))
        if is_shown and not assessment.outcome and _may_close(assessment, standing)
        else None,
        names=names_of(
            db.session(), [v.signed_by for v in given.values()] + [assessment.closed_by]
        ),
        labels=LABELS,
    )
