"""Bringing pool files in: upload, columns, faults, loading, undoing."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts.access.services import (
    NavItem,
    current_actor,
    is_allowed,
    permission_required,
    signed_in_user,
)
from extensions import db
from talentpool.imports.forms import upload
from talentpool.imports.forms.changes import shower
from talentpool.imports.forms.faults import title_of, words
from talentpool.imports.forms.files import faults_workbook, template_workbook
from talentpool.imports.forms.labels import STATES
from talentpool.imports.models import ImportBatch, ImportChange
from talentpool.imports.queries import batches as queries
from talentpool.imports.queries.later import list_later
from talentpool.imports.rules.ready import Shown
from talentpool.imports.rules.states import (
    ENDED,
    MOST_BYTES,
    WAITING,
    WHOLE,
    WORKING,
)
from talentpool.imports.services import batches, progress, undo
from talentpool.imports.services.worker import start_worker

bp = Blueprint("imports", __name__, url_prefix="/pool/imports")

NAV = (NavItem(_l("Import"), "talentpool.imports.list_batches", "pool.import", 62),)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.url_value_preprocessor
def _take_large_files(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the form is read, and for those only who may bring a file in.
    if current_user.is_authenticated and is_allowed("pool.import"):
        request.max_content_length = MOST_BYTES + 2**20


@bp.route("", methods=["GET", "POST"])
@permission_required("pool.import")
def list_batches() -> ResponseReturnValue:
    """List one's own imports, and begin another."""
    form = upload.UploadForm()
    if form.validate_on_submit():
        file = form.file.data
        try:
            batch = batches.take_in(
                db.session(),
                stream=file.stream,
                file_name=file.filename or "",
                user=signed_in_user(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except batches.ImportFileError as error:
            form.file.errors = [error.message]
        else:
            db.session.commit()
            start_worker(batch.uid)
            return redirect(url_for(".show_batch", batch_uid=batch.uid))
    page = render_template(
        "talentpool/imports/list_batches.html",
        form=form,
        page=queries.list_batches(
            db.session(),
            signed_in_user(),
            page=max(request.args.get("page", 1, int), 1),
        ),
        states=STATES,
        page_url=lambda number: url_for(".list_batches", page=number),
        most=MOST_BYTES // 2**20,
    )
    return page, 422 if form.errors else 200


@bp.get("/template.xlsx")
@permission_required("pool.import")
def download_template() -> ResponseReturnValue:
    """Hand out an empty file with every column and what it takes."""
    data = BytesIO(template_workbook(db.session()))
    return send_file(data, XLSX, as_attachment=True, download_name="pool-template.xlsx")


@bp.get("/<batch_uid>")
@permission_required("pool.import")
def show_batch(batch_uid: str) -> ResponseReturnValue:
    """Show where an import is and what it waits for; 304 while that is the same."""
    batch = _get_or_404(batch_uid)
    tag = _tag(batch)
    if request.if_none_match.contains(tag):
        return "", 304
    response = make_response(_page(batch))
    response.set_etag(tag)
    return response


@bp.post("/<batch_uid>/mapping")
@permission_required("pool.import")
def set_mapping(batch_uid: str) -> ResponseReturnValue:
    """Say which column is which; the rows are then checked."""
    batch = _get_or_404(batch_uid)
    headings = json.loads(batch.headings)
    given = [request.form.get(f"column-{n}", "") for n in range(len(headings))]
    mapping, faults = upload.read_mapping(given, headings)
    if faults:
        return _page(batch, mapping=mapping, mapping_faults=faults), 422
    batches.set_mapping(
        db.session(),
        batch,
        mapping=mapping,
        user=signed_in_user(),
        now=datetime.now(UTC),
    )
    return _sent(batch)


@bp.post("/<batch_uid>/load")
@permission_required("pool.import")
def load(batch_uid: str) -> ResponseReturnValue:
    """Make the dossiers of the rows without a fault."""
    batch, form = _get_or_404(batch_uid), upload.LoadForm()
    batches.begin_loading(
        db.session(),
        batch,
        takes_as_verified=bool(form.verified.data),
        takes_changes=bool(form.update.data),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    return _sent(batch)


@bp.post("/<batch_uid>/undo")
@permission_required("pool.import")
def undo_batch(batch_uid: str) -> ResponseReturnValue:
    """Remove what an import made, unless others have worked on it."""
    batch, form = _get_or_404(batch_uid), upload.UndoForm()
    if not form.validate_on_submit():
        return _page(batch, undo_form=form), 422
    try:
        undo.begin_undo(
            db.session(),
            batch,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except undo.LaterWorkError as error:
        flash(error.message, "danger")
        return _page(batch, undo_form=form), 409
    return _sent(batch)


@bp.post("/<batch_uid>/discard")
@permission_required("pool.import")
def discard(batch_uid: str) -> ResponseReturnValue:
    """Give up an import that has changed nothing."""
    batch = _get_or_404(batch_uid)
    batches.discard(db.session(), batch, actor=current_actor(), now=datetime.now(UTC))
    db.session.commit()
    flash(_("Given up. Nothing in the pool has changed."), "success")
    return redirect(url_for(".list_batches"))


@bp.post("/<batch_uid>/resume")
@permission_required("pool.import")
def resume(batch_uid: str) -> ResponseReturnValue:
    """Call a worker again for an import whose worker has gone silent."""
    batch = _get_or_404(batch_uid)
    if batches.is_silent(batch, datetime.now(UTC)):
        start_worker(batch.uid)
    return redirect(url_for(".show_batch", batch_uid=batch.uid))


@bp.get("/<batch_uid>/faults.xlsx")
@permission_required("pool.import")
def download_faults(batch_uid: str) -> ResponseReturnValue:
    """Hand out the faulty rows with what is wrong, to be corrected and sent again."""
    batch = _get_or_404(batch_uid)
    if not batch.faulty:
        abort(404)
    data = BytesIO(faults_workbook(db.session(), batch))
    name = f"faults-{batch.created_at:%Y%m%d-%H%M}.xlsx"
    return send_file(data, XLSX, as_attachment=True, download_name=name)


def _sent(batch: ImportBatch) -> ResponseReturnValue:
    db.session.commit()
    start_worker(batch.uid)
    return redirect(url_for(".show_batch", batch_uid=batch.uid))


def _get_or_404(uid: str) -> ImportBatch:
    """Return one's own batch."""
    batch = queries.find_batch(db.session(), uid)
    if batch is None or batch.user_id != signed_in_user().id:
        abort(404)
    return batch


def _tag(batch: ImportBatch) -> str:
    silent = batches.is_silent(batch, datetime.now(UTC))
    return f"{batch.state}-{_done(batch)}-{batch.rows}-{silent:d}"


def _done(batch: ImportBatch) -> int:
    """Return how many rows of the present step are done, committed or not."""
    heard = progress.find(batch.uid) if batch.state in WHOLE else None
    return heard.done if heard else batch.done


def _in_words(
    session: Session, changes: Sequence[ImportChange]
) -> list[tuple[ImportChange, list[Shown]]]:
    """Return what the file says otherwise of each dossier, field by field."""
    if not changes:
        return []
    show = shower(session)
    return [(kept, show(queries.open_change(kept))) for kept in changes]


def _page(
    batch: ImportBatch,
    *,
    mapping: dict[str, int] | None = None,
    mapping_faults: Iterable[str] = (),
    undo_form: upload.UndoForm | None = None,
) -> str:
    session, now = db.session(), datetime.now(UTC)
    mapping = json.loads(batch.mapping) if mapping is None else mapping
    faults = queries.list_faults(
        session, batch, page=max(request.args.get("page", 1, int), 1)
    )
    changes = queries.list_changes(
        session, batch, page=max(request.args.get("changes", 1, int), 1)
    )
    return render_template(
        "talentpool/imports/show_batch.html",
        batch=batch,
        state=STATES[batch.state],
        is_working=batch.state in WORKING,
        is_waiting=batch.state in WAITING,
        is_ended=batch.state in ENDED,
        is_silent=batches.is_silent(batch, now),
        tag=_tag(batch),
        done=_done(batch),
        percent=100 * _done(batch) // batch.rows if batch.rows else 0,
        changes=_in_words(session, changes.items),
        changes_page=changes,
        headings=json.loads(batch.headings),
        chosen={number: key for key, number in mapping.items()},
        choices=upload.choices(),
        mapping_faults=list(mapping_faults),
        counts=queries.count_by_code(session, batch) if batch.faulty else [],
        faults=faults,
        words=lambda code, params="{}": words(code, json.loads(params)),
        title_of=title_of,
        load_form=upload.LoadForm(formdata=None),
        undo_form=undo_form or upload.UndoForm(formdata=None),
        later=list_later(session, batch) if batch.state == "loaded" else [],
        page_url=lambda number: url_for(
            ".show_batch", batch_uid=batch.uid, page=number, _anchor="faults"
        ),
        changes_url=lambda number: url_for(
            ".show_batch", batch_uid=batch.uid, changes=number, _anchor="changes"
        ),
    )
