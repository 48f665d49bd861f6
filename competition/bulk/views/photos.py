"""Photos of many people in one archive."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from accounts.access.services import (
    allowed_scopes,
    current_actor,
    permission_required,
    signed_in_user,
)
from competition.bulk import queries
from competition.bulk.forms.labels import PHOTO_FAULTS, PhotosForm
from competition.bulk.models import PhotoBatch
from competition.bulk.rules.photos import mask_file
from competition.bulk.services import photos
from competition.bulk.services.submit import list_begun
from competition.bulk.views.common import bp, event_or_404
from errors import DomainError
from extensions import db


@bp.post("/events/<event_uid>/bulk/photos")
@permission_required("registration.bulk")
def take_photos(event_uid: str) -> ResponseReturnValue:
    """Take an archive of photos in and show whose each one is."""
    event, form = event_or_404(event_uid), PhotosForm()
    back = redirect(url_for(".list_batches", event_uid=event_uid))
    if not form.validate_on_submit():
        flash(_("Choose a file first."), "warning")
        return back
    try:
        batch = photos.take_photos(
            db.session(),
            event=event,
            data=form.photos.data.read(),
            user=signed_in_user(),
            scopes=allowed_scopes("registration.bulk"),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return back
    db.session.commit()
    return redirect(url_for(".show_photos", photos_uid=batch.uid))


@bp.get("/bulk/photos/<photos_uid>")
@permission_required("registration.bulk")
def show_photos(photos_uid: str) -> ResponseReturnValue:
    """Show whose photo each file is, what is wrong, and who is left without."""
    batch = _own_or_404(photos_uid)
    drafts = list_begun(db.session(), batch.event, allowed_scopes("registration.bulk"))
    names = {entry.id: entry for entry in drafts}
    lines = photos.read_lines(batch)
    given = {line.entry_id for line in lines}
    return render_template(
        "competition/bulk/show_photos.html",
        batch=batch,
        event=batch.event,
        matched=[
            (mask_file(line.file), names[line.entry_id])
            for line in lines
            if line.entry_id in names
        ],
        refused=[
            (mask_file(line.file), PHOTO_FAULTS[line.fault])
            for line in lines
            if line.fault
        ],
        without=[
            entry
            for entry in drafts
            if entry.id not in given
            and not any(paper.kind == "photo" for paper in entry.papers)
        ],
    )


@bp.post("/bulk/photos/<photos_uid>/load")
@permission_required("registration.bulk")
def load_photos(photos_uid: str) -> ResponseReturnValue:
    """Give the drafts the photos that matched."""
    batch = _own_or_404(photos_uid)
    count = photos.load_photos(
        db.session(),
        batch,
        scopes=allowed_scopes("registration.bulk"),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    told = ngettext("%(num)s draft got a photo.", "%(num)s drafts got a photo.", count)
    flash(told, "success")
    return redirect(url_for(".list_batches", event_uid=batch.event.uid))


@bp.post("/bulk/photos/<photos_uid>/discard")
@permission_required("registration.bulk")
def discard_photos(photos_uid: str) -> ResponseReturnValue:
    """Give an archive up that nobody has got a photo from."""
    batch = _own_or_404(photos_uid)
    photos.discard_photos(
        db.session(), batch, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("Given up. Nothing was entered."), "success")
    return redirect(url_for(".list_batches", event_uid=batch.event.uid))


def _own_or_404(uid: str) -> PhotoBatch:
    """Return one's own archive; anybody else's is not there."""
    batch = queries.find_photos(db.session(), uid)
    if batch is None or batch.user_id != signed_in_user().id:
        abort(404)
    return batch
