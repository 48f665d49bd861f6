"""The panel of an event, put together by the committee."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from accounts.users import queries as users
from competition.events.models import Event
from competition.events.queries import get_event
from errors import DomainError
from extensions import db
from scoring.judges import queries, services
from scoring.judges.forms import PanelForm, SeatForm
from scoring.judges.models import FIRST_PANEL, JudgeSeat
from scoring.judges.rules import list_led
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Scheme

bp = Blueprint("judges", __name__)


@bp.route("/events/<event_uid>/judges", methods=["GET", "POST"])
@permission_required("judges.assign", within="event")
def list_seats(event_uid: str) -> ResponseReturnValue:
    """Show the panel; add a judge to it."""
    event = get_event(db.session(), event_uid)
    scheme = _find_scheme(event)
    form = SeatForm(panel=FIRST_PANEL)
    form.offer_criteria(scheme)
    if form.validate_on_submit() and _assign(event, form):
        return redirect(url_for(".list_seats", event_uid=event.uid))
    return _page(event, form, scheme)


@bp.post("/events/<event_uid>/judges/<uid>/end")
@permission_required("judges.assign", within="event")
def end_seat(event_uid: str, uid: str) -> ResponseReturnValue:
    """Take a seat away before marking begins."""
    event = get_event(db.session(), event_uid)
    services.end_seat(
        db.session(),
        seat=_get_seat(event, uid),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The judge has left the panel."), "success")
    return redirect(url_for(".list_seats", event_uid=event.uid))


@bp.post("/events/<event_uid>/judges/<uid>/panel")
@permission_required("judges.assign", within="event")
def move_seat(event_uid: str, uid: str) -> ResponseReturnValue:
    """Put a judge into a panel, as its chair or not."""
    event = get_event(db.session(), event_uid)
    seat, form = _get_seat(event, uid), PanelForm()
    if form.validate_on_submit():
        services.move_seat(
            db.session(),
            seat=seat,
            panel=(form.panel.data or "").strip(),
            is_chair=form.is_chair.data,
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        flash(_("The panel is changed."), "success")
    else:
        flash(_("Name the panel, such as A."), "danger")
    return redirect(url_for(".list_seats", event_uid=event.uid))


@bp.post("/events/<event_uid>/judges/<uid>/lift-recusal")
@permission_required("judges.assign", within="event")
def lift_recusal(event_uid: str, uid: str) -> ResponseReturnValue:
    """Let a judge mark in spite of a declared tie, with the reason."""
    event = get_event(db.session(), event_uid)
    services.lift_recusal(
        db.session(),
        seat=_get_seat(event, uid),
        reason=request.form.get("reason", ""),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The judge may mark; the reason is on record."), "warning")
    return redirect(url_for(".list_seats", event_uid=event.uid))


def _assign(event: Event, form: SeatForm) -> bool:
    user = users.find_by_username(db.session(), form.username.data or "")
    if user is None:
        form.username.errors = [_("There is no user of that name.")]
        return False
    try:
        seat = services.assign_judge(
            db.session(),
            event=event,
            user=user,
            appointment=services.Appointment(
                is_chief=form.is_chief.data,
                panel=(form.panel.data or "").strip() or FIRST_PANEL,
                is_chair=form.is_chair.data,
                covers=form.chosen(),
                recusal_reason=form.recusal_reason.data or "",
            ),
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return False
    db.session.commit()
    flash(
        _("%(name)s has seat %(seat)s.", name=user.display_name, seat=seat.seat),
        "success",
    )
    return True


def _page(event: Event, form: SeatForm, scheme: Scheme | None) -> str:
    seats = queries.list_seats(db.session(), event.id)
    text = request.args.get("q", "").strip()
    found = users.list_users(db.session(), text=text, page=1).items if text else []
    return render_template(
        "scoring/judges/list_seats.html",
        event=event,
        form=form,
        seats=seats,
        scheme=scheme,
        panel_form=PanelForm(formdata=None),
        led=_list_led(seats),
        coverage=queries.list_coverage(scheme, seats) if scheme else [],
        text=text,
        found=found[:10],
    )


def _list_led(seats: list[JudgeSeat]) -> dict[str, list[str]]:
    """Return the panels each seat leads, by seat."""
    places = queries.list_places(seats)
    return {seat.seat: list_led(places, seat.seat) for seat in seats}


def _find_scheme(event: Event) -> Scheme | None:
    version = schemes.find_frozen(db.session(), event.id) or schemes.find_newest(
        db.session(), event.id
    )
    return schemes.load_scheme(version) if version else None


def _get_seat(event: Event, uid: str) -> JudgeSeat:
    seats = {seat.uid: seat for seat in queries.list_seats(db.session(), event.id)}
    return seats.get(uid) or abort(404)
