"""A scheme as text, as files, and against another one."""

from datetime import UTC, datetime

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from competition.events.models import Event
from errors import DomainError
from extensions import db
from scoring.scheme import queries
from scoring.scheme.forms import words
from scoring.scheme.forms.start import TextForm
from scoring.scheme.rules.bench import lay_out
from scoring.scheme.rules.diff import diff_documents
from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.parse import read_toml
from scoring.scheme.services import drafts
from scoring.scheme.services.drafts import DraftMovedError
from scoring.scheme.services.files import export_scheme
from scoring.scheme.views.common import bp, event_or_404
from scoring.scheme.views.texts import tell_with_place

DRAFT = "draft"
_TYPES = {
    "toml": "text/plain; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NoFileError(DomainError):
    """The draft cannot be written as a file of that kind."""


@bp.route("/events/<event_uid>/scheme/draft/text", methods=["GET", "POST"])
@permission_required("scheme.draft", within="event")
def edit_text(event_uid: str) -> ResponseReturnValue:
    """Show and change the draft as TOML."""
    event, form = event_or_404(event_uid), TextForm()
    draft = drafts.get_draft(db.session(), event)
    if form.validate_on_submit():
        try:
            drafts.save_draft(
                db.session(),
                event=event,
                revision=form.number(),
                text=(form.text.data or "").replace("\r\n", "\n"),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except SchemeError as error:
            form.text.errors = [tell_with_place(fault) for fault in error.details]
        except DraftMovedError as error:
            db.session.rollback()
            draft = drafts.get_draft(db.session(), event)
            form.revision.data = str(draft.revision)
            hint = _("Save again to put your text over the other change.")
            form.form_errors += [error.message, hint]
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The text is saved."), "success")
            return redirect(url_for(".edit_text", event_uid=event.uid))
    elif request.method == "GET":
        form.text.data, form.revision.data = draft.text, str(draft.revision)
    bench = lay_out(read_toml(draft.text))
    page = render_template(
        "scoring/scheme/edit_text.html",
        event=event,
        draft=draft,
        form=form,
        faults=[tell_with_place(fault) for fault in bench.faults],
        warnings=[tell_with_place(warning) for warning in bench.warnings],
    )
    return page, 422 if form.errors else 200


@bp.get("/events/<event_uid>/scheme/draft.<kind>")
@permission_required("scheme.draft", within="event")
def download_draft(event_uid: str, kind: str) -> ResponseReturnValue:
    """Hand out the draft as TOML, JSON or a workbook."""
    draft = drafts.get_draft(db.session(), event_or_404(event_uid))
    return send_scheme(draft.text, kind, "draft")


@bp.get("/events/<event_uid>/scheme/diff")
@permission_required("scheme.draft", within="event")
def show_diff(event_uid: str) -> ResponseReturnValue:
    """Tell what differs between two versions, or a version and the draft."""
    event = event_or_404(event_uid)
    texts = list_texts(event)
    names = list(texts)
    new = request.args.get("new") or (names[-1] if names else "")
    default = names[max(names.index(new) - 1, 0)] if new in names else ""
    old = request.args.get("old") or default
    if not {old, new} <= texts.keys():
        abort(404)
    return render_template(
        "scoring/scheme/show_diff.html",
        event=event,
        names=names,
        old=old,
        new=new,
        changes=diff_documents(read_toml(texts[old]), read_toml(texts[new])),
        words=words,
    )


def list_texts(event: Event) -> dict[str, str]:
    """Return the texts that can be compared, oldest first: versions, then the draft."""
    versions = reversed(queries.list_versions(db.session(), event.id))
    texts = {str(version.version): version.text for version in versions}
    draft = queries.find_draft(db.session(), event.id)
    if draft is not None:
        texts[DRAFT] = draft.text
    return texts


def send_scheme(text: str, kind: str, stem: str) -> Response:
    """Send a scheme as a file; as TOML just as it was written."""
    if kind not in _TYPES:
        abort(404)
    try:
        data = (
            text.encode()
            if kind == "toml"
            else export_scheme(read_toml(text), f".{kind}")
        )
    except SchemeError as error:
        raise NoFileError(
            _("This draft does not fit into a workbook: %(why)s")
            % {"why": " ".join(tell_with_place(fault) for fault in error.details[:3])}
        ) from error
    return Response(
        data,
        content_type=_TYPES[kind],
        headers={"Content-Disposition": f"attachment; filename={stem}.scheme.{kind}"},
    )
