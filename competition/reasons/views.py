"""The committee keeps the reasons it gives again and again."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from competition.events.models import Event
from competition.events.queries import get_event
from competition.reasons import queries, services
from competition.reasons.forms import ABOUT_LABELS, ReasonTextForm
from errors import DomainError
from extensions import db

bp = Blueprint("reasons", __name__)


@bp.route("/events/<event_uid>/reasons", methods=["GET", "POST"])
@permission_required("registration.review", within="event")
def list_reasons(event_uid: str) -> ResponseReturnValue:
    """Show the reasons the organiser keeps, and keep another one."""
    event, form = get_event(db.session(), event_uid), ReasonTextForm()
    if not form.validate_on_submit():
        return _page(event, form), 422 if form.is_submitted() else 200
    try:
        services.keep_reason(
            db.session(),
            event=event,
            about=form.about.data,
            text=form.text.data,
            text_en=form.text_en.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(get_event(db.session(), event_uid), form), error.status
    db.session.commit()
    flash(_("The reason is kept."), "success")
    return redirect(url_for(".list_reasons", event_uid=event.uid))


@bp.post("/events/<event_uid>/reasons/<uid>/retire")
@permission_required("registration.review", within="event")
def retire(event_uid: str, uid: str) -> ResponseReturnValue:
    """Offer a reason no more."""
    event = get_event(db.session(), event_uid)
    kept = queries.find_reason(db.session(), event, uid) or abort(404)
    services.retire_reason(
        db.session(),
        kept=kept,
        event=event,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The reason is offered no more."), "success")
    return redirect(url_for(".list_reasons", event_uid=event.uid))


def _page(event: Event, form: ReasonTextForm) -> str:
    return render_template(
        "competition/reasons/list_reasons.html",
        event=event,
        form=form,
        reasons=queries.list_reasons(db.session(), event),
        about_labels=ABOUT_LABELS,
    )
