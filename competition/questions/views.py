"""The organiser's editor of an event's questions, with a preview."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from competition.events.models import Event
from competition.events.queries import get_event
from competition.questions.forms import (
    KIND_LABELS,
    QuestionForm,
    condition_labels,
    fault_text,
    form_data,
    localised,
    option_labels,
)
from competition.questions.queries import find_form, list_versions
from competition.questions.rules import Form, move, new_code, put, take_out
from competition.questions.services import change_form, list_used_codes
from errors import DomainError
from extensions import db

bp = Blueprint("questions", __name__)


@bp.get("/events/<event_uid>/questions")
@permission_required("events.manage", within="event")
def list_questions(event_uid: str) -> ResponseReturnValue:
    """Show an event's questions in their order, as entrants see them, and versions."""
    event = get_event(db.session(), event_uid)
    number, form = find_form(db.session(), event.id)
    return render_template(
        "competition/questions/list_questions.html",
        event=event,
        form=form,
        number=number,
        kind_labels=KIND_LABELS,
        conditions=condition_labels(event, form, str(get_locale())),
        versions=list_versions(db.session(), event.id),
        **question_words(),
    )


@bp.route("/events/<event_uid>/questions/new", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def add_question(event_uid: str) -> ResponseReturnValue:
    """Add a question at the end."""
    event = get_event(db.session(), event_uid)
    form = find_form(db.session(), event.id)[1]
    code = new_code(form, list_used_codes(db.session(), event))
    return _edit(event, form, code)


@bp.route("/events/<event_uid>/questions/<code>", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def edit_question(event_uid: str, code: str) -> ResponseReturnValue:
    """Change a question; entries keep the version they were filled in with."""
    event = get_event(db.session(), event_uid)
    form = find_form(db.session(), event.id)[1]
    if all(question.code != code for question in form):
        abort(404)
    return _edit(event, form, code)


@bp.post("/events/<event_uid>/questions/<code>/<any(up, down, out):step>")
@permission_required("events.manage", within="event")
def move_question(event_uid: str, code: str, step: str) -> ResponseReturnValue:
    """Move a question up or down, or take it out."""
    event = get_event(db.session(), event_uid)
    form = find_form(db.session(), event.id)[1]
    changed = (
        take_out(form, code)
        if step == "out"
        else move(form, code, -1 if step == "up" else 1)
    )
    _keep(event, changed)
    return redirect(url_for(".list_questions", event_uid=event_uid))


def question_words() -> dict[str, object]:
    """Return what the templates show questions by."""
    locale = str(get_locale())
    return {
        "said": lambda text, text_en: localised(text, text_en, locale),
        "option_labels": lambda question: option_labels(question, locale),
        "fault_text": fault_text,
    }


def _edit(event: Event, form: Form, code: str) -> ResponseReturnValue:
    known = {question.code: at for at, question in enumerate(form)}
    at = known.get(code)
    before = form[at] if at is not None else None
    edited = QuestionForm(data=form_data(before) if before else None)
    earlier = form[:at] if at is not None else form
    labels = condition_labels(event, earlier, str(get_locale()))
    edited.shown_if.choices = list(labels.items())
    if edited.validate_on_submit():
        changed = put(form, edited.question(code, before))
        if _keep(event, changed):
            return redirect(url_for(".list_questions", event_uid=event.uid))
    status = 422 if edited.is_submitted() else 200
    page = render_template(
        "competition/questions/edit_question.html",
        event=event,
        form=edited,
        is_new=before is None,
    )
    return page, status


def _keep(event: Event, form: Form) -> bool:
    try:
        number = change_form(
            db.session(),
            event=event,
            form=form,
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return False
    db.session.commit()
    flash(
        _("Version %(number)s of the questions is in force.", number=number), "success"
    )
    return True
