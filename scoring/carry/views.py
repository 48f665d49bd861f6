"""The desk that takes marks which come by hand; codes and counts only."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from accounts.users.queries import is_same_person, names_of
from competition.events.models import Event
from competition.events.queries import get_event, list_managed_events, scopes_of
from extensions import db
from scoring.carry import queries
from scoring.carry.forms import CarryForm, DeclineForm
from scoring.carry.models import WAITING, Parcel
from scoring.carry.rules.faults import Fault
from scoring.carry.rules.frames import FramesError, join_frames
from scoring.carry.services import parcels
from scoring.carry.services.words import CarryFaultsError, refuse

bp = Blueprint("carry", __name__)


@bp.get("/events/<event_uid>/carry")
@permission_required("carry.confirm", within="event")
def show_desk(event_uid: str) -> ResponseReturnValue:
    """Show what came by hand, and take more in."""
    return _desk(get_event(db.session(), event_uid), CarryForm(formdata=None))


@bp.post("/events/<event_uid>/carry")
@permission_required("carry.receive", within="event")
def receive(event_uid: str) -> ResponseReturnValue:
    """Take a file or a run of codes in; a second person confirms it."""
    event, form = get_event(db.session(), event_uid), CarryForm()
    if not form.validate_on_submit():
        return _desk(event, form), 422
    try:
        parcel = parcels.receive_parcel(
            db.session(),
            event=event,
            data=_read_form(form),
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except CarryFaultsError as error:
        form.form_errors.extend(error.faults)
        return _desk(event, form), 422
    db.session.commit()
    return redirect(url_for(".show_parcel", event_uid=event.uid, uid=parcel.uid))


@bp.get("/events/<event_uid>/carry/<uid>")
@permission_required("carry.confirm", within="event")
def show_parcel(event_uid: str, uid: str) -> ResponseReturnValue:
    """Show what a parcel holds and what becomes of each mark."""
    parcel = _get_parcel(event_uid, uid)
    return _parcel(parcel, DeclineForm(formdata=None))


@bp.post("/events/<event_uid>/carry/<uid>/take")
@permission_required("carry.confirm", within="event")
def take(event_uid: str, uid: str) -> ResponseReturnValue:
    """Confirm a parcel as the second person: its marks reach the server."""
    try:
        _take(_get_parcel(event_uid, uid))
    except IntegrityError:
        # The same mark came at the same moment by the network; now it is there to find.
        db.session.rollback()
        _take(_get_parcel(event_uid, uid))
    flash(_("The marks are taken. See below what became of each."), "success")
    return redirect(url_for(".show_parcel", event_uid=event_uid, uid=uid))


@bp.post("/events/<event_uid>/carry/<uid>/decline")
@permission_required("carry.confirm", within="event")
def decline(event_uid: str, uid: str) -> ResponseReturnValue:
    """Put a parcel away with a reason; the tablet still has its marks."""
    parcel, form = _get_parcel(event_uid, uid), DeclineForm()
    if not form.validate_on_submit():
        return _parcel(parcel, form), 422
    parcels.decline_parcel(
        db.session(),
        parcel=parcel,
        reason=form.reason.data or "",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The parcel is put away. Its marks are still on the tablet."), "success")
    return redirect(url_for(".show_desk", event_uid=event_uid))


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Tell the desk which parcels wait for a second person."""
    events = list_managed_events(session, allowed_scopes("carry.confirm"))
    return [
        DeskItem(
            title=_("Carried marks: %(event)s", event=parcel.event.name),
            text=_("A second person has to confirm them"),
            url=url_for(
                "scoring.carry.show_parcel",
                event_uid=parcel.event.uid,
                uid=parcel.uid,
            ),
            count=parcel.marks,
            order=12,
        )
        for parcel in queries.list_waiting(session, [event.id for event in events])
        if parcel.received_by != user.uid
    ]


def _take(parcel: Parcel) -> None:
    parcels.take_parcel(
        db.session(), parcel=parcel, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()


def _read_form(form: CarryForm) -> bytes:
    lines = (form.frames.data or "").splitlines()
    data: bytes = form.file.data.read() if form.file.data else b""
    if data and any(lines):
        raise refuse([Fault("both", {})])
    if data:
        return data
    try:
        return join_frames(lines)
    except FramesError as error:
        raise refuse(error.faults) from None


def _get_parcel(event_uid: str, uid: str) -> Parcel:
    event = get_event(db.session(), event_uid)
    return queries.find_parcel(db.session(), event.id, uid) or abort(404)


def _desk(event: Event, form: CarryForm) -> str:
    found = queries.list_parcels(db.session(), event.id)
    actors = {name for p in found for name in (p.received_by, p.decided_by) if name}
    here = [Scope("event", event.uid), *scopes_of(event.competition)]
    return render_template(
        "scoring/carry/show_desk.html",
        event=event,
        form=form,
        parcels=found,
        names=names_of(db.session(), actors),
        may_receive=is_allowed("carry.receive", here),
    )


def _parcel(parcel: Parcel, form: DeclineForm) -> str:
    session = db.session()
    faults: Sequence[str] = ()
    rows = parcels.read_rows(parcel)
    if parcel.state == WAITING:
        try:
            rows = parcels.foresee_parcel(session, parcel, datetime.now(UTC))
        except CarryFaultsError as error:
            faults = error.faults
    me = current_actor().name
    return render_template(
        "scoring/carry/show_parcel.html",
        event=parcel.event,
        parcel=parcel,
        rows=rows,
        counts=parcels.count_rows(rows),
        faults=faults,
        form=form,
        is_own=is_same_person(session, parcel.received_by, me),
        names=names_of(session, {parcel.received_by, parcel.decided_by} - {""}),
    )
