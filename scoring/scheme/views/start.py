"""Where a draft begins: the gallery, a file, another event's scheme, or nothing."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    allowed_scopes,
    current_actor,
    permission_required,
)
from competition.events.models import Event
from competition.events.queries import list_managed_events
from errors import DomainError
from extensions import db
from scoring.scheme import queries
from scoring.scheme.forms.start import CloneForm, TextForm, UploadForm
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules import draft as rules
from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.write import write_toml
from scoring.scheme.services import drafts, imports, versions
from scoring.scheme.views.common import bp, event_or_404
from scoring.scheme.views.texts import tell_with_place

_Start = tuple[str, str, int]  # text, origin, number of the version it is


@bp.get("/events/<event_uid>/scheme/draft/new")
@permission_required("scheme.draft", within="event")
def start_draft(event_uid: str) -> ResponseReturnValue:
    """Choose what the draft begins as."""
    return _page(event_or_404(event_uid))


@bp.post("/events/<event_uid>/scheme/draft/new/example")
@permission_required("scheme.draft", within="event")
def begin_with_example(event_uid: str) -> ResponseReturnValue:
    """Begin with a scheme of the gallery."""
    name = request.form.get("name", "")
    try:
        text = versions.read_example(name)
    except KeyError:
        abort(400)
    return _begin(event_or_404(event_uid), lambda: (text, name, 0))


@bp.post("/events/<event_uid>/scheme/draft/new/empty")
@permission_required("scheme.draft", within="event")
def begin_empty(event_uid: str) -> ResponseReturnValue:
    """Begin with one component, one criterion and one aspect."""
    event = event_or_404(event_uid)
    text = write_toml(rules.new_document(event.name))
    return _begin(event, lambda: (text, _("an empty scheme"), 0))


@bp.post("/events/<event_uid>/scheme/draft/new/version")
@permission_required("scheme.draft", within="event")
def begin_with_version(event_uid: str) -> ResponseReturnValue:
    """Begin with a version of this event's own scheme."""
    event = event_or_404(event_uid)
    number = request.form.get("number", "")
    version = (
        queries.find_version(db.session(), event.id, int(number))
        if number.isascii() and number.isdigit() and len(number) < 5
        else None
    ) or abort(400)
    origin = _("version %(number)s", number=version.version)
    return _begin(event, lambda: (version.text, origin, version.version))


@bp.post("/events/<event_uid>/scheme/draft/new/clone")
@permission_required("scheme.draft", within="event")
def begin_with_clone(event_uid: str) -> ResponseReturnValue:
    """Begin with the scheme of another event."""
    event, form = event_or_404(event_uid), CloneForm()
    found = {version.event.uid: version for version in _list_others(event)}
    form.event.choices = [SelectChoice(uid, uid) for uid in found]
    if not form.validate_on_submit():
        return _page(event, clone_form=form), 422
    version = found[form.event.data]
    return _begin(event, lambda: (version.text, _name_event(version), 0))


@bp.post("/events/<event_uid>/scheme/draft/new/file")
@permission_required("scheme.draft", within="event")
def begin_with_file(event_uid: str) -> ResponseReturnValue:
    """Begin with a file: TOML, JSON, our workbook or one of CIS."""
    event, form = event_or_404(event_uid), UploadForm()
    if not form.validate_on_submit():
        return _page(event, upload_form=form), 422

    def read() -> _Start:
        name = str(form.file.data.filename or "")
        found = imports.read_scheme_file(
            name, form.file.data.read(), with_deductions=bool(form.deductions.data)
        )
        for note in found.notes:
            flash(note, "info")
        return found.text, name or _("a file"), 0

    return _begin(event, read, upload_form=form)


@bp.post("/events/<event_uid>/scheme/draft/new/text")
@permission_required("scheme.draft", within="event")
def begin_with_text(event_uid: str) -> ResponseReturnValue:
    """Begin with TOML that was typed or pasted."""
    event, form = event_or_404(event_uid), TextForm()
    if not form.validate_on_submit():
        return _page(event, text_form=form), 422
    text = (form.text.data or "").replace("\r\n", "\n")
    return _begin(event, lambda: (text, _("a pasted text"), 0), text_form=form)


def _begin(
    event: Event,
    read: Callable[[], _Start],
    *,
    upload_form: UploadForm | None = None,
    text_form: TextForm | None = None,
) -> ResponseReturnValue:
    try:
        text, origin, number = read()
        drafts.begin_draft(
            db.session(),
            event=event,
            text=text,
            origin=origin,
            based_on=number,
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except SchemeError as error:
        faults = [tell_with_place(fault) for fault in error.details]
        return _page(
            event, faults=faults, upload_form=upload_form, text_form=text_form
        ), 422
    except DomainError as error:
        return _page(
            event, faults=[error.message], upload_form=upload_form, text_form=text_form
        ), error.status
    db.session.commit()
    flash(_("The draft is ready to be worked on."), "success")
    return redirect(url_for(".show_draft", event_uid=event.uid))


def _list_others(event: Event) -> list[SchemeVersion]:
    events = list_managed_events(db.session(), allowed_scopes("scheme.draft"))
    ids = [other.id for other in events if other.id != event.id]
    return queries.list_newest(db.session(), ids)


def _name_event(version: SchemeVersion) -> str:
    return f"{version.event.competition.name} · {version.event.name}"


def _page(
    event: Event,
    *,
    faults: list[str] | None = None,
    upload_form: UploadForm | None = None,
    clone_form: CloneForm | None = None,
    text_form: TextForm | None = None,
) -> str:
    clone = clone_form or CloneForm(formdata=None)
    clone.event.choices = [
        SelectChoice(version.event.uid, f"{_name_event(version)} · {version.title}")
        for version in _list_others(event)
    ]
    return render_template(
        "scoring/scheme/start_draft.html",
        event=event,
        draft=queries.find_draft(db.session(), event.id),
        own=queries.find_newest(db.session(), event.id),
        gallery=versions.list_gallery(),
        faults=faults or [],
        upload_form=upload_form or UploadForm(formdata=None),
        clone_form=clone,
        text_form=text_form or TextForm(formdata=None),
    )
