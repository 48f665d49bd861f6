"""The step of an event's own questions; hidden ones are asked once they apply."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from accounts.access.services import signed_in_user
from competition.questions.rules import Form, Question, list_shown
from competition.questions.views import question_words
from competition.registration.forms import StartForm
from competition.registration.models import Entry
from competition.registration.rules import entries as rules
from competition.registration.services.drafts import answers_of
from competition.registration.services.more import (
    Upload,
    facts_of,
    find_file,
    form_of,
    list_answers,
    save_more,
)
from competition.registration.views.common import (
    bp,
    is_of_own_unit,
    may_see,
    now,
    own_entry_or_404,
    words,
)
from competition.registration.views.guests import owner_or_guest
from competition.registration.views.steps import step_links
from errors import DomainError
from extensions import db
from people.attachments.services import send_attachment


@bp.route("/entries/<entry_uid>/more", methods=["GET", "POST"])
@owner_or_guest
def show_more(entry_uid: str) -> ResponseReturnValue:
    """Answer the event's own questions; what is sent is kept, right or wrong."""
    entry = own_entry_or_404(entry_uid)
    questions = form_of(db.session(), entry)[1]
    if not questions:
        return redirect(url_for(".show_papers", entry_uid=entry_uid))
    if not rules.may_change(entry.state, entry.reopened.split(), rules.MORE):
        return redirect(url_for(".show_entry", entry_uid=entry_uid))
    form = StartForm()
    if not form.validate_on_submit():
        return _page(entry, form, {})
    before = {one.code for one in _shown(entry)}
    try:
        faults = _save(entry, questions)
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(own_entry_or_404(entry_uid), form, {}), 422
    db.session.commit()
    return _after(entry, form, faults, before)


@bp.get("/entry-files/<answer_uid>")
@owner_or_guest
def show_answer_file(answer_uid: str) -> ResponseReturnValue:
    """Send a file that answers a question, to its owner and its reviewers."""
    file = find_file(db.session(), answer_uid) or abort(404)
    if file.entry.guest is not None:
        own_entry_or_404(file.entry.uid)
    elif not (may_see(file.entry, "registration.review") or is_of_own_unit(file.entry)):
        abort(404)
    return send_attachment(file.attachment)


def _save(entry: Entry, questions: Form) -> dict[str, str]:
    has_account = current_user.is_authenticated
    return save_more(
        db.session(),
        entry=entry,
        values={
            one.code: " ".join(request.form.getlist(one.code)) for one in questions
        },
        files={
            code: Upload(file.read(), file.filename or "")
            for code, file in request.files.items()
            if file.filename
        },
        uploaded_by=signed_in_user().uid if has_account else entry.uid,
        now=now(),
    )


def _after(
    entry: Entry, form: StartForm, faults: dict[str, str], before: set[str]
) -> ResponseReturnValue:
    """Go on, or ask again: what is wrong, and what the answers have opened."""
    if request.form.get("action") == "save":
        flash(_("The draft is saved."), "success")
        return redirect(url_for(".show_more", entry_uid=entry.uid))
    # A script had shown them, and they are among what was sent.
    opened = {one.code for one in _shown(entry)} - before - set(request.form)
    if faults:
        return _page(entry, form, faults), 422
    if opened:
        flash(_("Your answers lead to more questions."), "info")
        return _page(entry, form, {})
    return redirect(url_for(".show_papers", entry_uid=entry.uid))


def _shown(entry: Entry) -> list[Question]:
    facts = facts_of(db.session(), entry)
    return list_shown(form_of(db.session(), entry)[1], answers_of(entry).more, facts)


def _page(entry: Entry, form: StartForm, faults: dict[str, str]) -> str:
    answers = list_answers(db.session(), entry)
    return render_template(
        "competition/registration/more.html",
        entry=entry,
        form=form,
        questions=form_of(db.session(), entry)[1],
        answers=dict(answers_of(entry).more),
        faults=faults,
        shown={one.question.code for one in answers},
        facts=facts_of(db.session(), entry),
        files={one.text: one.file.attachment.file_name for one in answers if one.file},
        question_words=question_words(),
        steps=step_links(entry, "more"),
        **words(),
    )
