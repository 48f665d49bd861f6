"""Pages of bulk registration: template, upload, refused rows, undoing."""

from datetime import UTC, datetime
from io import BytesIO
from math import ceil
from typing import Any

from flask import (
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.utils import secure_filename

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    current_actor,
    permission_required,
    signed_in_user,
)
from competition.bulk import queries
from competition.bulk.forms.faults import words
from competition.bulk.forms.labels import (
    STATES,
    TITLES,
    PhotosForm,
    SubmitForm,
    UndoForm,
    UploadForm,
    title_of,
    vocabulary,
)
from competition.bulk.forms.workbooks import refused_workbook, template_workbook
from competition.bulk.models import EntryBatch
from competition.bulk.services import batches
from competition.bulk.services.submit import list_begun, submit_complete
from competition.bulk.views.common import bp, event_or_404, is_committee
from competition.events.queries import list_events
from competition.events.services import is_open
from errors import DomainError
from extensions import db
from people.units.queries import find_unit

NAV = (
    NavItem(
        _l("Register in bulk"),
        "competition.bulk.list_open",
        "registration.bulk",
        21,
    ),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FAULTS_SHOWN = 100  # faults on a page


@bp.get("/bulk")
@permission_required("registration.bulk")
def list_open() -> ResponseReturnValue:
    """List the events one can bring people to now."""
    now = datetime.now(UTC)
    page = list_events(
        db.session(),
        now=now,
        stage="open",
        text=request.args.get("q", ""),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "competition/bulk/list_open.html",
        page=page,
        now=now,
        is_open=is_open,
        page_url=lambda number: url_for(".list_open", page=number),
    )


@bp.route("/events/<event_uid>/bulk", methods=["GET", "POST"])
@permission_required("registration.bulk")
def list_batches(event_uid: str) -> ResponseReturnValue:
    """Upload a file of entries, and list one's own uploads for the event."""
    event, form, now = event_or_404(event_uid), UploadForm(), datetime.now(UTC)
    if form.validate_on_submit():
        file = form.file.data
        try:
            batch = batches.take_in(
                db.session(),
                event=event,
                data=file.read(),
                file_name=file.filename or "",
                sender=batches.Sender(
                    signed_in_user(), allowed_scopes("registration.bulk")
                ),
                words=vocabulary(),
                now=now,
            )
        except batches.BatchFileError as error:
            db.session.rollback()
            lacking = [
                _("No column is %(field)s.", field=title_of(key)) for key in error.keys
            ]
            form.file.errors = [error.message, *lacking]
        else:
            db.session.commit()
            return redirect(url_for(".show_batch", upload_uid=batch.uid))
    page = render_template(
        "competition/bulk/list_batches.html",
        event=event,
        form=form,
        submit_form=SubmitForm(formdata=None),
        photos_form=PhotosForm(formdata=None),
        waiting_photos=queries.list_waiting_photos(
            db.session(), event_id=event.id, user_id=signed_in_user().id
        ),
        open=is_open(event, now),
        begun=list_begun(db.session(), event, allowed_scopes("registration.bulk")),
        page=queries.list_batches(
            db.session(),
            event_id=event.id,
            user_id=None if is_committee(event) else signed_in_user().id,
            page=request.args.get("page", 1, type=int),
        ),
        states=STATES,
        page_url=lambda number: url_for(
            ".list_batches", event_uid=event.uid, page=number
        ),
    )
    return page, 422 if form.errors else 200


@bp.get("/events/<event_uid>/bulk/template.xlsx")
@permission_required("registration.bulk")
def download_template(event_uid: str) -> ResponseReturnValue:
    """Hand out an empty file with the lists of this event."""
    event, session = event_or_404(event_uid), db.session()
    keys = [s.key for s in allowed_scopes("registration.bulk") if s.kind == "unit"]
    units = [unit for key in keys if (unit := find_unit(session, key)) is not None]
    data = BytesIO(template_workbook(session, event, units))
    return send_file(
        data, XLSX, as_attachment=True, download_name=f"entries-{event.uid[:8]}.xlsx"
    )


@bp.post("/events/<event_uid>/bulk/submit")
@permission_required("registration.bulk")
def submit_all(event_uid: str) -> ResponseReturnValue:
    """Submit the drafts whose papers are there."""
    event, form = event_or_404(event_uid), SubmitForm()
    if not form.validate_on_submit():
        flash(_("Confirm first that everybody has read the notice."), "danger")
        return redirect(url_for(".list_batches", event_uid=event_uid))
    outcome = submit_complete(
        db.session(),
        event=event,
        scopes=allowed_scopes("registration.bulk"),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(
        _(
            "%(submitted)s submitted, %(incomplete)s still lack something.",
            submitted=outcome.submitted,
            incomplete=outcome.incomplete,
        )
        + (_(" Press again for the others.") if outcome.left else ""),
        "success" if outcome.submitted else "warning",
    )
    return redirect(url_for(".list_batches", event_uid=event_uid))


@bp.get("/bulk/<upload_uid>")
@permission_required("registration.bulk")
def show_batch(upload_uid: str) -> ResponseReturnValue:
    """Show what a file would enter or has entered, and every fault."""
    return _page(_get_or_404(upload_uid))


@bp.post("/bulk/<upload_uid>/load")
@permission_required("registration.bulk")
def load(upload_uid: str) -> ResponseReturnValue:
    """Enter the rows without a fault."""
    batch = _get_or_404(upload_uid)
    batches.load_batch(
        db.session(),
        batch,
        scopes=allowed_scopes("registration.bulk"),
        words=vocabulary(),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    count = batch.fresh + batch.changed
    flash(
        ngettext("%(num)s entry made.", "%(num)s entries made.", count),
        "success",
    )
    return redirect(url_for(".show_batch", upload_uid=upload_uid))


@bp.post("/bulk/<upload_uid>/discard")
@permission_required("registration.bulk")
def discard(upload_uid: str) -> ResponseReturnValue:
    """Give up an upload that has entered nothing."""
    batch = _get_or_404(upload_uid)
    batches.discard(db.session(), batch, actor=current_actor(), now=datetime.now(UTC))
    db.session.commit()
    flash(_("Given up. Nothing was entered."), "success")
    return redirect(url_for(".list_batches", event_uid=batch.event.uid))


@bp.post("/bulk/<upload_uid>/undo")
@permission_required("registration.bulk")
def undo(upload_uid: str) -> ResponseReturnValue:
    """Take back what an upload entered, unless somebody has worked on it."""
    batch, form = _get_or_404(upload_uid), UndoForm()
    if not form.validate_on_submit():
        return _page(batch, undo_form=form), 422
    try:
        batches.undo(
            db.session(),
            batch,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(_get_or_404(upload_uid), undo_form=form), error.status
    db.session.commit()
    flash(_("Undone. The log keeps that it was."), "success")
    return redirect(url_for(".show_batch", upload_uid=upload_uid))


@bp.get("/bulk/<upload_uid>/refused.xlsx")
@permission_required("registration.bulk")
def download_refused(upload_uid: str) -> ResponseReturnValue:
    """Hand out the refused rows with their reasons, to be corrected and sent again."""
    batch = _get_or_404(upload_uid)
    if not batch.refused or batch.content_sealed is None:
        abort(404)
    stem = secure_filename(batch.file_name.rpartition(".")[0]) or "entries"
    return send_file(
        BytesIO(refused_workbook(batch)),
        XLSX,
        as_attachment=True,
        download_name=f"{stem}-reasons.xlsx",
    )


def _get_or_404(uid: str) -> EntryBatch:
    """Return one's own upload, or one for an event of one's committee."""
    batch = queries.find_batch(db.session(), uid)
    if batch is None:
        abort(404)
    if batch.user_id != signed_in_user().id and not is_committee(batch.event):
        abort(404)
    return batch


def _page(batch: EntryBatch, *, undo_form: UndoForm | None = None) -> str:
    _sheet, faults = batches.read_content(batch)
    number = max(request.args.get("page", 1, type=int), 1)
    pages = max(ceil(len(faults) / _FAULTS_SHOWN), 1)
    start = (min(number, pages) - 1) * _FAULTS_SHOWN
    shown: list[dict[str, Any]] = [
        {"fault": fault, "title": title_of(fault.key), "said": words(fault)}
        for fault in faults[start : start + _FAULTS_SHOWN]
    ]
    is_loaded = batch.state == "loaded"
    return render_template(
        "competition/bulk/show_batch.html",
        batch=batch,
        state=STATES[batch.state],
        columns=[
            (sheet_heading, TITLES[key])
            for key, column in sorted(_sheet.mapped.items(), key=lambda kv: kv[1])
            for sheet_heading in (_sheet.headings[column],)
        ],
        faults=shown,
        fault_count=len(faults),
        number=min(number, pages),
        pages=pages,
        undo_form=undo_form or UndoForm(formdata=None),
        later=queries.list_later(db.session(), batch) if is_loaded else [],
        traces=queries.list_traces(db.session(), batch.id)[:200] if is_loaded else [],
    )
