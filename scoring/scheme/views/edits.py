"""Changes of a draft: one form, one change, one revision."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from competition.events.models import Event
from errors import DomainError
from extensions import db
from scoring.scheme.forms.node import PREFIX, make_form, node_at
from scoring.scheme.forms.start import ActForm, VersionForm
from scoring.scheme.rules import draft as rules
from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.parse import read_toml
from scoring.scheme.rules.write import write_toml
from scoring.scheme.services import drafts
from scoring.scheme.services.drafts import DraftMovedError
from scoring.scheme.views.common import bp, event_or_404
from scoring.scheme.views.texts import tell_with_place
from scoring.scheme.views.workshop import page

Edited = tuple[rules.Values, str | None]  # the changed document, the node to open


@bp.post("/events/<event_uid>/scheme/draft/node")
@permission_required("scheme.draft", within="event")
def save_node(event_uid: str) -> ResponseReturnValue:
    """Keep what the form of a node says, faults and all."""
    event = event_or_404(event_uid)
    draft = drafts.get_draft(db.session(), event)
    document = read_toml(draft.text)
    path = request.form.get(f"{PREFIX}path", "")
    try:
        form = make_form(document, path, draft.revision, shown=False)
    except (rules.NoNodeError, KeyError):
        abort(400)
    revision = _number(str(form.revision.data or ""))
    if not form.validate_on_submit():
        return page(event, draft, form=form), 422
    try:
        changes = form.changes(node_at(document, path))
        changed = rules.change_node(document, path, changes)
        then = request.form.get("then", "")
        at: str | None = path
        if then == "add":
            parent, level = rules.parent_of(path), rules.level_of(path)
            changed, at = rules.add_node(changed, parent, level)
        _save(event, changed, revision)
    except SchemeError as error:
        form.other.errors = [tell_with_place(fault) for fault in error.details]
        return page(event, draft, form=form), 422
    except DraftMovedError as error:
        db.session.rollback()
        draft = drafts.get_draft(db.session(), event)
        form.revision.data = str(draft.revision)
        hint = _("Below is what you typed. Save again to put it over the other change.")
        return page(event, draft, form=form, messages=[error.message, hint]), 409
    except DomainError as error:
        return page(event, draft, form=form, messages=[error.message]), error.status
    db.session.commit()
    if then == "close":
        at = None
    return _back(event, at, saved=True)


@bp.post("/events/<event_uid>/scheme/draft/change")
@permission_required("scheme.draft", within="event")
def change_tree(event_uid: str) -> ResponseReturnValue:
    """Add, delete, move or double a node."""

    def edit(document: rules.Values) -> Edited:
        verb, _space, rest = request.form.get("op", "").partition(" ")
        path, _space, more = rest.partition(" ")
        more = more or request.form.get("to", "")
        match verb:
            case "add":
                return rules.add_node(document, more, path)
            case "up" | "down":
                return rules.shift_node(document, path, -1 if verb == "up" else 1)
            case "copy":
                return rules.duplicate_node(document, path)
            case "move":
                return rules.rehome_node(document, path, more)
            case "delete":
                return rules.delete_node(document, path), rules.parent_of(path) or None
            case _:
                raise rules.NoNodeError(verb)

    return _edit(event_or_404(event_uid), edit)


@bp.post("/events/<event_uid>/scheme/draft/undo")
@permission_required("scheme.draft", within="event")
def undo_draft(event_uid: str) -> ResponseReturnValue:
    """Bring back what the draft was before the last change."""
    event, form = event_or_404(event_uid), ActForm()
    drafts.undo_draft(
        db.session(),
        event=event,
        revision=form.number(),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The last change is undone. Undo again to have it back."), "success")
    return _back(event, None)


@bp.post("/events/<event_uid>/scheme/draft/drop")
@permission_required("scheme.draft", within="event")
def drop_draft(event_uid: str) -> ResponseReturnValue:
    """Throw the draft away."""
    event, form = event_or_404(event_uid), ActForm()
    drafts.drop_draft(
        db.session(),
        event=event,
        revision=form.number(),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The draft is gone."), "success")
    return redirect(url_for(".show_scheme", event_uid=event.uid))


@bp.post("/events/<event_uid>/scheme/draft/attach")
@permission_required("scheme.draft", within="event")
def attach_draft(event_uid: str) -> ResponseReturnValue:
    """Make a version of the draft: it is checked whole, then it can be frozen."""
    event, form = event_or_404(event_uid), VersionForm()
    draft = drafts.get_draft(db.session(), event)
    if not form.validate_on_submit():
        return page(event, draft, version_form=form), 422
    try:
        drafts.attach_draft(
            db.session(),
            event=event,
            revision=form.number(),
            reason=form.reason.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except SchemeError:
        message = _("The draft has faults. Mend them first; each is listed below.")
        return page(event, draft, version_form=form, messages=[message]), 422
    except DomainError as error:
        messages = [error.message]
        return page(event, draft, version_form=form, messages=messages), error.status
    db.session.commit()
    flash(_("The draft is a version now. Check it, then freeze it."), "success")
    return redirect(url_for(".show_scheme", event_uid=event.uid))


def _edit(event: Event, edit: Callable[[rules.Values], Edited]) -> ResponseReturnValue:
    """Change the tree of the draft and open the node that it is about."""
    draft, revision = drafts.get_draft(db.session(), event), ActForm().number()
    try:
        drafts.check_revision(draft, revision)
        changed, at = edit(read_toml(draft.text))
        _save(event, changed, revision)
    except rules.NoNodeError:
        abort(400)
    except DraftMovedError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return _back(event, None)
    db.session.commit()
    return _back(event, at)


def _save(event: Event, changed: rules.Values, revision: int) -> None:
    drafts.save_draft(
        db.session(),
        event=event,
        revision=revision,
        text=write_toml(changed),
        actor=current_actor(),
        now=datetime.now(UTC),
    )


def _back(event: Event, at: str | None, *, saved: bool = False) -> ResponseReturnValue:
    if at is None:
        return redirect(url_for(".show_draft", event_uid=event.uid))
    told = "1" if saved else None
    return redirect(
        url_for(".show_draft", event_uid=event.uid, at=at, saved=told, _anchor="node")
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1
