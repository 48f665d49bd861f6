"""The plan of a pair: task sheet, milestones with evidence, log with photos."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from accounts.access.services import (
    current_actor,
    login_required_only,
    signed_in_user,
)
from accounts.users.queries import names_of
from errors import DomainError
from extensions import db
from people.attachments.models import Attachment
from people.attachments.services import send_attachment, store
from talentpool.mentorship.forms import plans as forms
from talentpool.mentorship.models import Milestone, Pair
from talentpool.mentorship.queries import plans as queries
from talentpool.mentorship.queries.agreements import find_newest
from talentpool.mentorship.rules.agreements import APPRENTICE, MENTOR
from talentpool.mentorship.rules.pairs import LIVE_STATES
from talentpool.mentorship.rules.plans import WAITING
from talentpool.mentorship.services import plans as services
from talentpool.mentorship.views.common import (
    LABELS,
    Standing,
    bp,
    language,
    moment,
    pair_or_404,
    standing_or_404,
    today,
)

_EMPTY_LINES = 3  # for milestones that are added


@bp.get("/pairs/<pair_uid>/plan")
@login_required_only
def show_plan(pair_uid: str) -> ResponseReturnValue:
    """Show the milestones of a pair and the history of its task sheet."""
    pair, standing = _pair_or_404(pair_uid)
    session = db.session()
    milestones = queries.list_milestones(session, pair.id)
    history = services.list_history(session, pair)
    uids = [m.signed_by for m in milestones] + [sheet.made_by for sheet, _d in history]
    return render_template(
        "talentpool/mentorship/show_plan.html",
        pair=pair,
        standing=standing,
        milestones=milestones,
        late={m.uid for m in milestones if m.state in WAITING and m.due_on < today()},
        history=history,
        claim=forms.ClaimForm(formdata=None, data={"reached_on": today()}),
        answer=forms.SignMilestoneForm(formdata=None),
        may_claim=_is_learning(pair) and APPRENTICE in standing.parties,
        may_sign=_is_learning(pair) and MENTOR in standing.parties,
        may_plan=_is_learning(pair) and standing.may_draw,
        names=names_of(session, uids),
        labels=LABELS,
    )


@bp.post("/pairs/<pair_uid>/plan/begin")
@login_required_only
def begin_plan(pair_uid: str) -> ResponseReturnValue:
    """Give a pair that was recorded from paper the plan of its trade."""
    pair, standing = _pair_or_404(pair_uid)
    if not standing.may_draw or not _is_learning(pair):
        abort(404)
    services.begin_plan(
        db.session(), pair, language=language(), actor=current_actor(), now=moment()
    )
    db.session.commit()
    return redirect(url_for(".show_plan", pair_uid=pair_uid))


@bp.route("/pairs/<pair_uid>/plan/edit", methods=["GET", "POST"])
@login_required_only
def edit_plan(pair_uid: str) -> ResponseReturnValue:
    """Change the task sheet; every version stays."""
    pair, standing = _pair_or_404(pair_uid)
    if not standing.may_draw or not _is_learning(pair):
        abort(404)
    form = forms.TasksForm()
    if not form.is_submitted():
        for milestone in queries.list_milestones(db.session(), pair.id):
            line = {"uid": milestone.uid, "title": milestone.title}
            form.tasks.append_entry({**line, "due_on": milestone.due_on})
        for _line in range(_EMPTY_LINES):
            form.tasks.append_entry()
    elif form.validate() and not form.tasks.errors:
        try:
            services.change_tasks(
                db.session(),
                pair,
                form.given(),
                reason=(form.reason.data or "").strip(),
                actor=current_actor(),
                now=moment(),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors = [*form.form_errors, error.message]
        else:
            db.session.commit()
            flash(_("The task sheet has a new version."), "success")
            return redirect(url_for(".show_plan", pair_uid=pair_uid))
    return (
        render_template(
            "talentpool/mentorship/edit_plan.html",
            pair=pair_or_404(pair_uid),
            form=form,
        ),
        422 if form.errors else 200,
    )


@bp.post("/pairs/<pair_uid>/milestones/<milestone_uid>/claim")
@login_required_only
def claim_milestone(pair_uid: str, milestone_uid: str) -> ResponseReturnValue:
    """Hand evidence in that a milestone was reached."""
    pair, standing = _pair_or_404(pair_uid)
    milestone = _milestone_or_404(pair, milestone_uid)
    form = forms.ClaimForm()
    if APPRENTICE not in standing.parties:
        abort(404)
    if not form.validate():
        return _refuse(form, ".show_plan", pair)
    try:
        claim = services.Claim(
            reached_on=form.reached_on.data or today(),
            attachment=_keep(form.evidence.data, "pair_milestone"),
            note=form.note.data or "",
        )
        services.claim_milestone(
            db.session(), milestone, claim, user=signed_in_user(), now=moment()
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
    else:
        db.session.commit()
        flash(_("Handed in: the mentor signs it."), "success")
    return redirect(url_for(".show_plan", pair_uid=pair_uid))


@bp.post("/pairs/<pair_uid>/milestones/<milestone_uid>/sign")
@login_required_only
def sign_milestone(pair_uid: str, milestone_uid: str) -> ResponseReturnValue:
    """Sign as the mentor that a milestone was reached, or give it back."""
    pair, standing = _pair_or_404(pair_uid)
    milestone = _milestone_or_404(pair, milestone_uid)
    form = forms.SignMilestoneForm()
    if MENTOR not in standing.parties:
        abort(404)
    if not form.validate():
        return _refuse(form, ".show_plan", pair)
    try:
        services.sign_milestone(
            db.session(),
            milestone,
            is_reached=form.is_reached.data == "yes",
            answer=(form.answer.data or "").strip(),
            user=signed_in_user(),
            now=moment(),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
    else:
        db.session.commit()
        flash(_("Saved."), "success")
    return redirect(url_for(".show_plan", pair_uid=pair_uid))


@bp.get("/pairs/<pair_uid>/milestones/<milestone_uid>/evidence")
@login_required_only
def show_milestone_file(pair_uid: str, milestone_uid: str) -> ResponseReturnValue:
    """Show the evidence of a milestone to the parties and the union."""
    pair, _standing = _pair_or_404(pair_uid)
    milestone = _milestone_or_404(pair, milestone_uid)
    if milestone.attachment is None:
        abort(404)
    return send_attachment(milestone.attachment)


@bp.route("/pairs/<pair_uid>/log", methods=["GET", "POST"])
@login_required_only
def show_log(pair_uid: str) -> ResponseReturnValue:
    """Show the log of a pair, and take a new entry with its photos."""
    pair, standing = _pair_or_404(pair_uid)
    session, form = db.session(), forms.LessonForm()
    if not form.is_submitted():
        form.held_on.data = today()
    may_write = _is_learning(pair) and bool(
        {MENTOR, APPRENTICE} & set(standing.parties)
    )
    if form.is_submitted() and not may_write:
        abort(404)
    if form.validate_on_submit():
        try:
            _write(pair, form)
        except DomainError as error:
            session.rollback()
            form.form_errors = [*form.form_errors, error.message]
        else:
            session.commit()
            flash(_("Written into the log."), "success")
            return redirect(url_for(".show_log", pair_uid=pair_uid))
    pair = pair_or_404(pair_uid)
    page = queries.list_log(session, pair.id, max(request.args.get("page", 1, int), 1))
    uids = [
        uid for entry in page.items for uid in (entry.written_by, entry.confirmed_by)
    ]
    return (
        render_template(
            "talentpool/mentorship/show_log.html",
            pair=pair,
            standing=standing,
            page=page,
            hours=queries.sum_minutes(session, pair.id) // 60,
            form=form if may_write else None,
            may_confirm=MENTOR in standing.parties,
            names=names_of(session, uids),
            page_url=lambda number: url_for(
                ".show_log", pair_uid=pair_uid, page=number
            ),
        ),
        422 if form.errors else 200,
    )


@bp.post("/pairs/<pair_uid>/log/<lesson_uid>/confirm")
@login_required_only
def confirm_lesson(pair_uid: str, lesson_uid: str) -> ResponseReturnValue:
    """Say as the mentor that an entry is right."""
    pair, standing = _pair_or_404(pair_uid)
    entry = queries.find_log(db.session(), pair, lesson_uid)
    if entry is None or MENTOR not in standing.parties:
        abort(404)
    services.confirm_log(db.session(), entry, user=signed_in_user(), now=moment())
    db.session.commit()
    return redirect(url_for(".show_log", pair_uid=pair_uid))


@bp.get("/pairs/<pair_uid>/log/photos/<picture_uid>")
@login_required_only
def show_log_photo(pair_uid: str, picture_uid: str) -> ResponseReturnValue:
    """Show a photo of the log to the parties and the union."""
    pair, _standing = _pair_or_404(pair_uid)
    photo = queries.find_photo(db.session(), pair, picture_uid)
    if photo is None:
        abort(404)
    return send_attachment(photo.attachment)


def _pair_or_404(uid: str) -> tuple[Pair, Standing]:
    pair = pair_or_404(uid)
    return pair, standing_or_404(pair, find_newest(db.session(), pair.id))


def _milestone_or_404(pair: Pair, uid: str) -> Milestone:
    milestone = queries.find_milestone(db.session(), pair, uid)
    if milestone is None:
        abort(404)
    return milestone


def _is_learning(pair: Pair) -> bool:
    return pair.state in LIVE_STATES


def _write(pair: Pair, form: forms.LessonForm) -> None:
    held: date = form.held_on.data
    lesson = services.Lesson(
        held_on=held,
        minutes=form.length(),
        text=(form.text.data or "").strip(),
        photos=[
            _keep(upload, "pair_log")
            for upload in form.photos.data or []
            if upload and upload.filename
        ],
    )
    services.write_log(db.session(), pair, lesson, user=signed_in_user(), now=moment())


def _keep(upload: FileStorage, kind: str) -> Attachment:
    return store(
        db.session(),
        data=upload.read(),
        file_name=upload.filename or "",
        kind=kind,
        uploaded_by=signed_in_user().uid,
        now=moment(),
    )


def _refuse(
    form: forms.ClaimForm | forms.SignMilestoneForm, endpoint: str, pair: Pair
) -> ResponseReturnValue:
    for errors in form.errors.values():
        flash(str(errors[0]), "danger")
    return redirect(url_for(endpoint, pair_uid=pair.uid))
