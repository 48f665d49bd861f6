"""The check-in desk: scan or type, compare, let in or turn away."""

import secrets
from datetime import UTC, datetime, timedelta

from flask import (
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import (
    session as cookie,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.roles.queries import list_grants
from accounts.roles.rules import Scope, scopes_for
from accounts.users.models import User
from competition.checkin import queries
from competition.checkin.forms import (
    REASONS,
    AcceptLateForm,
    FindForm,
    RefuseForm,
    TakeBackForm,
)
from competition.checkin.services import desk as services
from competition.checkin.services.desk import Desk
from competition.checkin.services.second import find_second_person
from competition.checkin.views.common import PERMISSION, bp
from competition.events.models import Event
from competition.events.queries import get_event, list_managed_events, scopes_of
from competition.events.rules import CHECKIN, CLOSED
from competition.registration.models import Entry
from competition.registration.services.rulebook import rulebook_of
from extensions import db
from people.attachments.services import send_attachment
from people.persons.queries import open_id_number
from people.persons.rules import mask_id

NAV = (NavItem(_l("Check-in"), "competition.checkin.list_events", "checkin.do", 30),)
SOON = timedelta(days=7)  # from then on a closed registration waits for its check-in


@bp.get("/checkin")
@permission_required(PERMISSION)
def list_events() -> ResponseReturnValue:
    """List the events whose check-in the user does, soonest first."""
    events = list_managed_events(db.session(), allowed_scopes(PERMISSION))
    waiting = [event for event in events if event.state in {CLOSED, CHECKIN}]
    return render_template("competition/checkin/list_events.html", events=waiting)


@bp.get("/events/<event_uid>/checkin")
@permission_required(PERMISSION, within="event")
def show_desk(event_uid: str) -> ResponseReturnValue:
    """Show the desk; `?entry=` shows one entry to compare."""
    event = get_event(db.session(), event_uid)
    uid = request.args.get("entry", "")
    entry = _entry_of(event, uid) if uid else None
    return _desk_page(event, FindForm(formdata=None), entry=entry)


@bp.post("/events/<event_uid>/checkin/open")
@permission_required(PERMISSION, within="event")
def open_desk(event_uid: str) -> ResponseReturnValue:
    """Open the check-in of the event."""
    event = get_event(db.session(), event_uid)
    services.open_checkin(
        db.session(), event=event, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("Check-in is open."), "success")
    return _to_desk(event)


@bp.post("/events/<event_uid>/checkin/find")
@permission_required(PERMISSION, within="event")
def find(event_uid: str) -> ResponseReturnValue:
    """Find whom a scanned or typed text means."""
    event = get_event(db.session(), event_uid)
    form = FindForm()
    if not form.validate_on_submit():
        return _desk_page(event, form), 422
    text = form.text.data or ""
    found = services.identify(db.session(), _desk(event), text)
    db.session.commit()
    if found.entry is not None:
        return _to_desk(event, found.entry)
    return _desk_page(event, FindForm(formdata=None), found=found, asked=text)


@bp.post("/events/<event_uid>/checkin/<entry_uid>/confirm")
@permission_required(PERMISSION, within="event")
def confirm(event_uid: str, entry_uid: str) -> ResponseReturnValue:
    """Let somebody in."""
    event = get_event(db.session(), event_uid)
    entry = _entry_of(event, entry_uid)
    services.confirm(db.session(), _desk(event), entry)
    db.session.commit()
    return _to_desk(event, entry)


@bp.route("/events/<event_uid>/checkin/<entry_uid>/refuse", methods=["GET", "POST"])
@permission_required(PERMISSION, within="event")
def refuse(event_uid: str, entry_uid: str) -> ResponseReturnValue:
    """Turn somebody away, with the reason."""
    event = get_event(db.session(), event_uid)
    entry = _entry_of(event, entry_uid)
    form = RefuseForm()
    if not form.validate_on_submit():
        return _step_page("refuse", event, entry, form)
    services.refuse(
        db.session(),
        _desk(event),
        entry,
        code=form.code.data,
        note=form.note.data or "",
    )
    db.session.commit()
    flash(_("Turned away, and kept with the reason."), "warning")
    return _to_desk(event)


@bp.route(
    "/events/<event_uid>/checkin/<entry_uid>/accept-late", methods=["GET", "POST"]
)
@permission_required(PERMISSION, within="event")
def accept_late(event_uid: str, entry_uid: str) -> ResponseReturnValue:
    """Let a latecomer in; the chief judge confirms with their own password."""
    event = get_event(db.session(), event_uid)
    entry = _entry_of(event, entry_uid)
    form = AcceptLateForm()
    if not form.validate_on_submit():
        return _step_page("accept_late", event, entry, form)
    here = _desk(event)
    chief = find_second_person(
        db.session(),
        username=form.username.data or "",
        password=form.password.data or "",
        address=request.remote_addr or "",
        now=here.now,
    )
    if chief is None:
        db.session.commit()  # the failed try counts
        form.form_errors.append(_("The second person's name or password is wrong."))
        return _step_page("accept_late", event, entry, form)
    services.accept_late(
        db.session(),
        here,
        entry,
        chief=chief,
        first=signed_in_user(),
        reason=form.reason.data or "",
    )
    db.session.commit()
    return _to_desk(event, entry)


@bp.route("/events/<event_uid>/checkin/<entry_uid>/take-back", methods=["GET", "POST"])
@permission_required(PERMISSION, within="event")
def take_back(event_uid: str, entry_uid: str) -> ResponseReturnValue:
    """Undo a check-in made by mistake."""
    event = get_event(db.session(), event_uid)
    entry = _entry_of(event, entry_uid)
    form = TakeBackForm()
    if not form.validate_on_submit():
        return _step_page("take_back", event, entry, form)
    services.take_back(db.session(), _desk(event), entry, reason=form.reason.data or "")
    db.session.commit()
    flash(_("The check-in was taken back."), "warning")
    return _to_desk(event)


@bp.post("/events/<event_uid>/checkin/close")
@permission_required(PERMISSION, within="event")
def close_desk(event_uid: str) -> ResponseReturnValue:
    """Close check-in: whoever did not come is absent."""
    event = get_event(db.session(), event_uid)
    absent = services.close_checkin(
        db.session(), event=event, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("Check-in is closed; %(count)s absent.", count=absent), "success")
    return _to_desk(event)


@bp.get("/events/<event_uid>/checkin/count")
@permission_required(PERMISSION, within="event")
def count(event_uid: str) -> ResponseReturnValue:
    """Return the head-count as a piece of the desk page, for its script."""
    event = get_event(db.session(), event_uid)
    return render_template(
        "competition/checkin/count.html",
        event=event,
        headcount=queries.headcount(db.session(), event.id),
    )


@bp.get("/events/<event_uid>/checkin/list")
@permission_required(PERMISSION, within="event")
def list_entries(event_uid: str) -> ResponseReturnValue:
    """List who is expected, and who is still missing."""
    event = get_event(db.session(), event_uid)
    status = request.args.get("status", "")
    text = request.args.get("q", "").strip()
    page = queries.list_entries(
        db.session(),
        event.id,
        status=status if status in queries.FILTERS else "",
        text=text,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "competition/checkin/list_entries.html",
        event=event,
        page=page,
        status=status,
        text=text,
        filters=queries.FILTERS,
        url_for_page=lambda number: url_for(
            ".list_entries", event_uid=event.uid, status=status, q=text, page=number
        ),
    )


@bp.get("/events/<event_uid>/checkin/<entry_uid>/photo")
@permission_required(PERMISSION, within="event")
def photo(event_uid: str, entry_uid: str) -> Response:
    """Send the photo to compare."""
    event = get_event(db.session(), event_uid)
    picture = _entry_of(event, entry_uid).photo
    if picture is None:
        abort(404)
    return send_attachment(picture)


def desk_items(session: Session, user: User, now: datetime) -> list[DeskItem]:
    """Return the check-ins that wait for this user."""
    places = scopes_for(list_grants(session, user.id), PERMISSION)
    if not places:
        return []
    return [
        DeskItem(
            title=_("Check-in: %(event)s", event=event.name),
            text=_("The desk is open.")
            if event.state == CHECKIN
            else _("Not opened yet."),
            url=url_for("competition.checkin.show_desk", event_uid=event.uid),
            order=10,
        )
        for event in list_managed_events(session, places)
        if event.state == CHECKIN
        or (event.state == CLOSED and event.starts_at - now < SOON)
    ]


def _desk(event: Event) -> Desk:
    if "device" not in cookie:
        cookie["device"] = secrets.token_hex(3)
    return Desk(event, current_actor(), cookie["device"], datetime.now(UTC))


def _entry_of(event: Event, uid: str) -> Entry:
    entry = queries.find_entry(db.session(), uid)
    if entry is None or entry.event_id != event.id:
        abort(404)
    return entry


def _to_desk(event: Event, entry: Entry | None = None) -> ResponseReturnValue:
    uid = entry.uid if entry else None
    return redirect(url_for(".show_desk", event_uid=event.uid, entry=uid))


def _desk_page(
    event: Event,
    form: FindForm,
    *,
    entry: Entry | None = None,
    found: services.Found | None = None,
    asked: str = "",
) -> str:
    session = db.session()
    return render_template(
        "competition/checkin/show_desk.html",
        event=event,
        form=form,
        opened=queries.find_session(session, event.id),
        headcount=queries.headcount(session, event.id),
        entry=entry,
        checkin=queries.find_checkin(session, entry.id) if entry else None,
        id_number=_masked_id(entry),
        found=found,
        asked=asked,
        refusals=queries.list_refusals(session, event.id, limit=5),
        questions=queries.count_open_questions(session, event.id),
        reasons=REASONS,
        may_see_teams=_may_see_teams(event),
    )


def _may_see_teams(event: Event) -> bool:
    """Tell whether a substitute can be let in from here: the committee, in teams."""
    around = [Scope("event", event.uid), *scopes_of(event.competition)]
    return (
        is_allowed("registration.review", around)
        and rulebook_of(db.session(), event).document.team_max is not None
    )


def _step_page(
    name: str,
    event: Event,
    entry: Entry,
    form: RefuseForm | AcceptLateForm | TakeBackForm,
) -> ResponseReturnValue:
    page = render_template(
        f"competition/checkin/{name}.html",
        event=event,
        entry=entry,
        form=form,
        id_number=_masked_id(entry),
    )
    return page, 422 if form.is_submitted() else 200


def _masked_id(entry: Entry | None) -> str:
    if entry is None or entry.person is None:
        return ""
    return mask_id(open_id_number(entry.person))
