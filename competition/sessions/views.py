"""The timetable of an event: public to read, the committee's to make."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    current_actor,
    is_allowed,
    permission_required,
    public,
)
from accounts.roles.rules import Scope
from competition.events import queries as events
from competition.events import rules as life
from competition.events.models import Event
from competition.sessions import queries, services
from competition.sessions.forms import (
    PART_LABELS,
    ROUND_LABELS,
    SessionForm,
    session_data,
)
from competition.sessions.models import EventSession
from competition.sessions.rules import (
    FINAL,
    PARTS,
    ROUNDS,
    count_places,
)
from errors import DomainError
from extensions import LOCAL, db

bp = Blueprint("sessions", __name__)


@bp.get("/events/<event_uid>/timetable")
@public
def show_timetable(event_uid: str) -> ResponseReturnValue:
    """Show when and where each stage is held; a draft only to those who prepare it."""
    event = _event_or_404(event_uid)
    if event.state == life.DRAFT and not _may_manage(event):
        abort(404)
    return _page(event)


@bp.route("/events/<event_uid>/sessions/new", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def new_session(event_uid: str) -> ResponseReturnValue:
    """Add a session, beginning with the one before it."""
    event = _event_or_404(event_uid)
    form = SessionForm(data=_next_data(event))
    if form.validate_on_submit():
        try:
            services.add_session(
                db.session(),
                event=event,
                values=form.values(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The session is on the timetable."), "success")
            return redirect(url_for(".show_timetable", event_uid=event.uid))
    return render_template(
        "competition/sessions/edit_session.html", form=form, event=event, held=None
    )


@bp.route("/events/<event_uid>/sessions/<uid>", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def edit_session(event_uid: str, uid: str) -> ResponseReturnValue:
    """Change a session."""
    held = _session_or_404(event_uid, uid)
    form = SessionForm(data=session_data(held))
    if form.validate_on_submit():
        try:
            services.change_session(
                db.session(),
                held=held,
                values=form.values(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The changes are saved."), "success")
            return redirect(url_for(".show_timetable", event_uid=event_uid))
    return render_template(
        "competition/sessions/edit_session.html",
        form=form,
        event=held.event,
        held=held,
    )


@bp.post("/events/<event_uid>/sessions/<uid>/remove")
@permission_required("events.manage", within="event")
def remove_session(event_uid: str, uid: str) -> ResponseReturnValue:
    """Take a session off the timetable."""
    held = _session_or_404(event_uid, uid)
    services.remove_session(
        db.session(), held=held, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("The session is off the timetable."), "success")
    return redirect(url_for(".show_timetable", event_uid=event_uid))


def _page(event: Event) -> str:
    session = db.session()
    sessions = queries.list_sessions(session, [event.id])
    counts = events.count_entries(session, [event]).get(event.id, {})
    return render_template(
        "competition/sessions/show_timetable.html",
        event=event,
        stages=_list_stages(sessions),
        days=_list_days(sessions),
        accepted=counts.get("accepted", 0),
        can_manage=_may_manage(event),
        round_labels=ROUND_LABELS,
        part_labels=PART_LABELS,
    )


def _list_stages(sessions: list[EventSession]) -> list[dict[str, Any]]:
    """Return each stage with its sessions and how many places they make."""
    stages = []
    for round_ in ROUNDS:
        for part in PARTS:
            own = [s for s in sessions if (s.round, s.part) == (round_, part)]
            if own:
                stages.append(
                    {
                        "round": round_,
                        "part": part,
                        "sessions": own,
                        "places": count_places([s.stations for s in own]),
                    }
                )
    return stages


def _list_days(sessions: list[EventSession]) -> list[tuple[datetime, int]]:
    """Return the days that have sessions, with how many."""
    days = groupby(sessions, key=lambda s: s.starts_at.astimezone(LOCAL).date())
    return [(own[0].starts_at, len(own)) for _day, group in days for own in [[*group]]]


def _next_data(event: Event) -> dict[str, Any]:
    """Begin a new session where the last one ends, else with the event."""
    sessions = queries.list_sessions(db.session(), [event.id])
    if not sessions:
        begins = event.starts_at.astimezone(LOCAL).replace(tzinfo=None)
        return {"round": FINAL, "part": PARTS[1], "starts_at": begins}
    last = max(sessions, key=lambda s: (s.ends_at, s.id))
    data = session_data(last)
    length = data["ends_at"] - data["starts_at"]
    begins = data["ends_at"]
    return {**data, "name": "", "starts_at": begins, "ends_at": begins + length}


def _event_or_404(uid: str) -> Event:
    return events.find_event(db.session(), uid) or abort(404)


def _session_or_404(event_uid: str, uid: str) -> EventSession:
    held = queries.find_session(db.session(), uid)
    if held is None or held.event.uid != event_uid:
        abort(404)
    return held


def _may_manage(event: Event) -> bool:
    here = [Scope("event", event.uid), *events.scopes_of(event.competition)]
    return is_allowed("events.manage", here)
