"""Photos of the levels: added by who builds the scheme, seen by judges."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    current_actor,
    permission_required,
    signed_in_user,
)
from competition.events.models import Event
from competition.events.queries import get_event
from errors import DomainError
from extensions import db
from people.attachments.services import send_attachment
from scoring.exemplars import queries, services
from scoring.exemplars.forms import ExemplarForm

bp = Blueprint("exemplars", __name__)


@bp.route("/events/<event_uid>/scheme/exemplars", methods=["GET", "POST"])
@permission_required("scheme.draft", within="event")
def list_exemplars(event_uid: str) -> ResponseReturnValue:
    """Show the photos of every level of every judged aspect, and add one."""
    event, form = get_event(db.session(), event_uid), ExemplarForm()
    if not form.validate_on_submit():
        return _page(event, form), 422 if form.is_submitted() else 200
    try:
        services.add_exemplar(
            db.session(),
            event=event,
            place=(form.aspect.data or "", form.level.data),
            caption=form.caption.data or "",
            data=form.file.data.read(),
            user=signed_in_user(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(get_event(db.session(), event_uid), form), error.status
    db.session.commit()
    flash(_("The photo is added."), "success")
    anchor = f"{form.aspect.data}-{form.level.data}"
    return redirect(url_for(".list_exemplars", event_uid=event.uid, _anchor=anchor))


@bp.post("/events/<event_uid>/scheme/exemplars/<uid>/remove")
@permission_required("scheme.draft", within="event")
def remove(event_uid: str, uid: str) -> ResponseReturnValue:
    """Take a photo away."""
    event = get_event(db.session(), event_uid)
    exemplar = queries.find_exemplar(db.session(), event.id, uid) or abort(404)
    services.remove_exemplar(
        db.session(), exemplar=exemplar, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("The photo is taken away."), "success")
    return redirect(url_for(".list_exemplars", event_uid=event.uid))


@bp.get("/events/<event_uid>/scheme/exemplars/<uid>/photo")
@permission_required("scheme.draft", within="event")
def show_photo(event_uid: str, uid: str) -> ResponseReturnValue:
    """Send a photo to who builds the scheme."""
    event = get_event(db.session(), event_uid)
    found = queries.find_exemplar(db.session(), event.id, uid) or abort(404)
    return send_attachment(found.attachment)


@bp.get("/judging/<event_uid>/exemplars/<sha256>")
@permission_required("marks.enter", within="event")
def show_exemplar(event_uid: str, sha256: str) -> ResponseReturnValue:
    """Send a photo to a judge's tablet, by its hash."""
    event = get_event(db.session(), event_uid)
    found = queries.find_by_hash(db.session(), event.id, sha256) or abort(404)
    return send_attachment(found.attachment)


def _page(event: Event, form: ExemplarForm) -> str:
    session = db.session()
    there: dict[tuple[str, int], list[object]] = {}
    for one in queries.list_exemplars(session, event.id):
        there.setdefault((one.aspect, one.level), []).append(one)
    return render_template(
        "scoring/exemplars/list_exemplars.html",
        event=event,
        form=form,
        aspects=queries.list_judged(session, event.id),
        there=there,
        most=services.MOST_PER_LEVEL,
        is_fixed=services.is_fixed(event),
    )
