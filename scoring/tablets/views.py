"""What people say of a tablet: its name, that it is lost, that two vouch for it."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    permission_required,
)
from accounts.users.models import User
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import find_event, list_managed_events
from extensions import db
from scoring.tablets import queries
from scoring.tablets.forms import LostForm, NameForm, OverrideForm
from scoring.tablets.services import overrides

bp = Blueprint("tablets", __name__)


@bp.post("/events/<event_uid>/tablets/name")
@permission_required("marks.overview", within="event")
def name_tablet(event_uid: str) -> ResponseReturnValue:
    """Give a tablet the name that is written on it."""
    event, form = _get_event(event_uid), NameForm()
    if not form.validate_on_submit():
        flash(_("Give the name that is written on the tablet."), "danger")
        return _back(event)
    overrides.name_tablet(
        db.session(),
        event=event,
        device=form.device.data or "",
        name=form.name.data or "",
        **_who_and_when(),
    )
    return _done(event, _("The tablet has its name."))


@bp.post("/events/<event_uid>/tablets/lost")
@permission_required("marks.overview", within="event")
def mark_lost(event_uid: str) -> ResponseReturnValue:
    """Say that a tablet is not to be found."""
    event, form = _get_event(event_uid), LostForm()
    if not form.validate_on_submit():
        flash(_("Say how the tablet was lost."), "danger")
        return _back(event)
    overrides.mark_lost(
        db.session(),
        event=event,
        device=form.device.data or "",
        reason=form.reason.data or "",
        **_who_and_when(),
    )
    return _done(event, _("The tablet is marked as lost."))


@bp.post("/events/<event_uid>/tablets/override")
@permission_required("marks.unlock", within="event")
def ask_override(event_uid: str) -> ResponseReturnValue:
    """Ask that the panel goes on without a tablet."""
    event, form = _get_event(event_uid), OverrideForm()
    if not form.validate_on_submit():
        flash(_("Give the reason and the number of the paper sheet."), "danger")
        return _back(event)
    overrides.ask_override(
        db.session(),
        event=event,
        device=form.device.data or "",
        reason=form.reason.data or "",
        sheet=form.sheet.data or "",
        **_who_and_when(),
    )
    return _done(event, _("Asked for. A second person confirms it on this page."))


@bp.post("/events/<event_uid>/tablets/override/<uid>/confirm")
@permission_required("marks.unlock", within="event")
def confirm_override(event_uid: str, uid: str) -> ResponseReturnValue:
    """Confirm it as the second person."""
    event = _get_event(event_uid)
    overrides.confirm_override(db.session(), event=event, uid=uid, **_who_and_when())
    return _done(event, _("The panel goes on without this tablet."))


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Tell who may unlock marks of overrides that wait, and of those that ended."""
    events = {
        event.id: event
        for event in list_managed_events(session, allowed_scopes("marks.unlock"))
        if event.state in {life.MARKING, life.LOCKED}
    }
    items = []
    for override in queries.list_open_overrides(session, events):
        text = (
            _("A tablet two persons vouched for is there again and holds marks")
            if override.ended_at
            else _("A tablet is to be passed over: a second person confirms")
        )
        event = events[override.event_id]
        url = url_for("scoring.results.show_overview", event_uid=event.uid)
        items.append(DeskItem(title=event.name, text=text, url=url, order=12))
    return items


def _get_event(uid: str) -> Event:
    return find_event(db.session(), uid) or abort(404)


def _who_and_when() -> dict[str, Any]:
    return {"actor": current_actor(), "now": datetime.now(UTC)}


def _back(event: Event) -> ResponseReturnValue:
    return redirect(url_for("scoring.results.show_overview", event_uid=event.uid))


def _done(event: Event, text: str) -> ResponseReturnValue:
    db.session.commit()
    flash(text, "success")
    return _back(event)
