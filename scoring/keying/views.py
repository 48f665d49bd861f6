"""Keying paper sheets in: by seats and work codes, never with a name."""

from datetime import UTC, datetime

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from competition.codes.queries import list_works
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import get_event, list_managed_events
from errors import DomainError
from extensions import db
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_seats
from scoring.keying import queries
from scoring.keying.forms import OpenForm, RowForm, SettleForm
from scoring.keying.models import KeyingSheet
from scoring.keying.rules import NUMBER, Cell, Reading
from scoring.keying.services import sheets
from scoring.paper.rules import SheetTextError, read_sheet_text
from scoring.sheets.queries import aspect_data

bp = Blueprint("keying", __name__)


@bp.get("/events/<event_uid>/keying")
@permission_required("keying.settle", within="event")
def show_keying(event_uid: str) -> ResponseReturnValue:
    """Show how far the paper sheets are; find the row of a scanned one."""
    event = get_event(db.session(), event_uid)
    text = request.args.get("sheet", "").strip()
    if text:
        return _find_row(event, text)
    return _overview(event, _open_form(event, fresh=True))


@bp.post("/events/<event_uid>/keying")
@permission_required("keying.enter", within="event")
def open_sheets(event_uid: str) -> ResponseReturnValue:
    """Open paper sheets for keying."""
    event = get_event(db.session(), event_uid)
    form = _open_form(event)
    if not form.validate_on_submit():
        return _overview(event, form), 422
    try:
        made = sheets.open_sheets(
            db.session(),
            event=event,
            seats=[form.seat.data] if form.seat.data else (),
            works=[form.work.data] if form.work.data else (),
            lost=form.lost.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        form.form_errors.append(error.message)
        return _overview(event, form), 422
    db.session.commit()
    flash(_("%(count)s sheets are open for keying.", count=len(made)), "success")
    return redirect(url_for(".show_keying", event_uid=event.uid))


@bp.get("/events/<event_uid>/keying/<uid>")
@permission_required("keying.enter", within="event")
def show_grid(event_uid: str, uid: str) -> ResponseReturnValue:
    """Show the grid of a seat: works and aspects, with what one has keyed oneself."""
    seat = _get_seat(event_uid, uid)
    session, me = db.session(), signed_in_user().uid
    own = queries.list_own_passes(session, seat.id, me)
    turns = queries.list_turns(session, seat.event_id)
    rows = [
        (sheet, sheets.read_pass(own[sheet.id]) if sheet.id in own else None)
        for sheet in queries.list_open(session, seat.id)
        if _is_mine(turns.get(sheet.id, []), me)
    ]
    aspects = sheets.list_sheet_aspects(session, seat)
    return render_template(
        "scoring/keying/show_grid.html",
        event=seat.event,
        seat=seat,
        rows=rows,
        aspects=aspects,
        data=[aspect_data(aspect) for aspect in aspects],
        form=RowForm(formdata=None),
        empty_reading=Reading(number="", cells={}),
        empty_cell=Cell(),
    )


@bp.post("/events/<event_uid>/keying/sheets/<uid>")
@permission_required("keying.enter", within="event")
def save_row(event_uid: str, uid: str) -> ResponseReturnValue:
    """Keep a row as it is, or take it as finished; the page asks with a script."""
    sheet, form = _get_sheet(event_uid, uid), RowForm()
    if not form.validate_on_submit():
        abort(400)
    session, user, now = db.session(), signed_in_user(), datetime.now(UTC)
    outcome = ""
    try:
        reading = _read_row(sheet)
        sheets.save_pass(session, sheet=sheet, reading=reading, user=user, now=now)
        # What was typed is kept also where it cannot be finished like this.
        session.commit()
        if request.form.get("done") == "yes":
            outcome = sheets.finish_pass(
                session, sheet=sheet, user=user, actor=current_actor(), now=now
            )
            session.commit()
    except DomainError as error:
        session.rollback()
        return _answer(sheet, error=error.message)
    return _answer(sheet, outcome=outcome)


@bp.route("/events/<event_uid>/keying/sheets/<uid>/settle", methods=["GET", "POST"])
@permission_required("keying.settle", within="event")
def settle(event_uid: str, uid: str) -> ResponseReturnValue:
    """Settle where two persons read a sheet differently, with the paper at hand."""
    sheet, form = _get_sheet(event_uid, uid), SettleForm()
    differences = sheets.list_differences(db.session(), sheet)
    if form.validate_on_submit():
        try:
            sheets.settle(
                db.session(),
                sheet=sheet,
                choices=_read_choices(),
                user=signed_in_user(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("Settled: the marks of this sheet are made."), "success")
            return redirect(url_for(".show_keying", event_uid=event_uid))
    names = {
        a.code: a.name for a in sheets.list_sheet_aspects(db.session(), sheet.seat)
    }
    me = signed_in_user().uid
    turns = queries.list_turns(db.session(), sheet.event_id).get(sheet.id, [])
    page = render_template(
        "scoring/keying/settle.html",
        event=sheet.event,
        sheet=sheet,
        # Whoever keyed the sheet learns nothing of the other one's values here either.
        differences=[] if any(turn.keyed_by == me for turn in turns) else differences,
        names=names,
        form=form,
    )
    return page, 422 if form.form_errors else 200


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Tell the desk where paper sheets are to be keyed in or settled."""
    events = list_managed_events(session, allowed_scopes("keying.settle"))
    left = queries.count_open(session, [event.id for event in events])
    return [
        DeskItem(
            title=_("Paper sheets: %(event)s", event=event.name),
            text=_("To be keyed in or settled"),
            url=url_for("scoring.keying.show_keying", event_uid=event.uid),
            count=left[event.id],
            order=13,
        )
        for event in events
        if event.id in left and event.state == life.MARKING
    ]


def _states(session: Session, event: Event) -> dict[int, str]:
    """Return how far each sheet is: new, first, both, second or closed."""
    turns = queries.list_turns(session, event.id)
    states = {}
    for sheet in queries.list_sheets(session, event.id):
        done = sum(turn.is_done for turn in turns.get(sheet.id, []))
        state = "closed" if sheet.closed_at else ("new", "first", "differs")[done]
        states[sheet.id] = state
    return states


def _overview(event: Event, form: OpenForm) -> str:
    session = db.session()
    found = queries.list_sheets(session, event.id)
    states = _states(session, event)
    seats: dict[JudgeSeat, dict[str, int]] = {}
    for sheet in found:
        counts = seats.setdefault(sheet.seat, {})
        counts[states[sheet.id]] = counts.get(states[sheet.id], 0) + 1
    return render_template(
        "scoring/keying/show_keying.html",
        event=event,
        form=form,
        seats=seats,
        differing=[sheet for sheet in found if states[sheet.id] == "differs"],
        is_open=event.state == life.MARKING,
    )


def _open_form(event: Event, *, fresh: bool = False) -> OpenForm:
    form = OpenForm(formdata=None) if fresh else OpenForm()
    panel = [s.seat for s in list_seats(db.session(), event.id) if s.covers]
    works = [work.work_code for work in list_works(db.session(), event.id)]
    form.seat.choices = [("", _("All")), *((seat, seat) for seat in panel)]
    form.work.choices = [("", _("All")), *((work, work) for work in works)]
    return form


def _find_row(event: Event, text: str) -> ResponseReturnValue:
    try:
        name = read_sheet_text(text)
    except SheetTextError:
        name = None
    seats = {seat.seat: seat for seat in list_seats(db.session(), event.id)}
    seat = seats.get(name.seat) if name and name.event_uid == event.uid else None
    if name is None or seat is None:
        flash(_("This code is of no mark sheet of this event."), "danger")
        return redirect(url_for(".show_keying", event_uid=event.uid))
    url = url_for(".show_grid", event_uid=event.uid, uid=seat.uid)
    return redirect(f"{url}#row-{name.work}")


def _read_row(sheet: KeyingSheet) -> Reading:
    aspects = sheets.list_sheet_aspects(db.session(), sheet.seat)
    return Reading(
        number=request.form.get("number", ""),
        cells={
            aspect.code: Cell(
                request.form.get(f"v-{aspect.code}", "")[:200],
                request.form.get(f"c-{aspect.code}", ""),
            )
            for aspect in aspects
        },
    )


def _read_choices() -> dict[str, Cell]:
    """Return what was chosen for each difference; one left open is not there."""
    found = {}
    for name in request.form:
        what = name.removeprefix("pick-")
        if what == name:
            continue
        source = {"first": "first", "second": "second"}.get(request.form[name], "other")
        value = request.form.get(f"{source}-v-{what}", "")
        comment = request.form.get(f"{source}-c-{what}", "")
        found[what] = Cell(value, "" if what == NUMBER else comment)
    return found


def _answer(
    sheet: KeyingSheet, *, error: str = "", outcome: str = ""
) -> ResponseReturnValue:
    if request.headers.get("X-Requested-With") == "jiangcai":
        return jsonify(error=error, outcome=outcome), 422 if error else 200
    if error:
        flash(error, "danger")
    url = url_for(".show_grid", event_uid=sheet.event.uid, uid=sheet.seat.uid)
    return redirect(url)


def _is_mine(turns: list[queries.Turn], me: str) -> bool:
    """Tell whether a person may key a sheet: their own pass is open, or a turn free."""
    own = [turn for turn in turns if turn.keyed_by == me]
    return not own[0].is_done if own else len(turns) < 2


def _get_seat(event_uid: str, uid: str) -> JudgeSeat:
    event = get_event(db.session(), event_uid)
    seats = {seat.uid: seat for seat in list_seats(db.session(), event.id)}
    return seats.get(uid) or abort(404)


def _get_sheet(event_uid: str, uid: str) -> KeyingSheet:
    event = get_event(db.session(), event_uid)
    return queries.find_sheet(db.session(), event.id, uid) or abort(404)
