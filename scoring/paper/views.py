"""What is printed around the marking: by seats and work codes, never with a name."""

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import permission_required, signed_in_user
from competition.events.models import Event
from competition.events.queries import get_event
from extensions import db
from paper import send_pdf
from scoring.judges import queries as judges
from scoring.paper.queries import Signed, list_signed
from scoring.paper.rules import SheetName, SheetTextError, read_sheet_text
from scoring.paper.services import blanks
from scoring.paper.services.records import record_sheet, refuse_closed

bp = Blueprint("paper", __name__)


@bp.get("/judging/<event_uid>/sheets.pdf")
@permission_required("marks.enter", within="event")
def print_own(event_uid: str) -> ResponseReturnValue:
    """Send the judge's own empty mark sheets, of all works or of `work`."""
    event = get_event(db.session(), event_uid)
    seat = judges.find_seat(db.session(), event.id, signed_in_user().id) or abort(403)
    return _send_sheets(event, seat.seat, request.args.get("work", ""))


@bp.get("/events/<event_uid>/paper")
@permission_required("marks.overview", within="event")
def show_papers(event_uid: str) -> ResponseReturnValue:
    """Show what can be printed, of one `work` or all; tell which sheet a code is of."""
    event = get_event(db.session(), event_uid)
    text = request.args.get("sheet", "").strip()
    found = blanks.find_blanks(db.session(), event)
    work = request.args.get("work", "")
    return render_template(
        "scoring/paper/show_papers.html",
        event=event,
        blanks=found,
        aspects=blanks.count_aspects(found) if found else {},
        signed=list_signed(db.session(), event.id),
        work=work if found and work in found.works else "",
        text=text,
        sheet=_read(text),
    )


@bp.get("/events/<event_uid>/paper/sheets.pdf")
@permission_required("marks.overview", within="event")
def print_sheets(event_uid: str) -> ResponseReturnValue:
    """Send empty mark sheets: of the whole event, or of `seat`, or for `work`."""
    event = get_event(db.session(), event_uid)
    return _send_sheets(
        event, request.args.get("seat", ""), request.args.get("work", "")
    )


@bp.get("/judging/<event_uid>/records/<uid>.pdf")
@permission_required("marks.enter", within="event")
def print_own_record(event_uid: str, uid: str) -> ResponseReturnValue:
    """Send what the judge signed: the table of all works, or one `work`."""
    event, signed = _find_signed(event_uid, uid)
    if signed.signature.seat.user_id != signed_in_user().id:
        abort(404)
    return _send_record(event, signed, with_name=False)


@bp.get("/events/<event_uid>/paper/records/<uid>.pdf")
@permission_required("marks.overview", within="event")
def print_record(event_uid: str, uid: str) -> ResponseReturnValue:
    """Send what a seat signed, with the judge's name."""
    event, signed = _find_signed(event_uid, uid)
    refuse_closed(db.session(), signed)
    return _send_record(event, signed, with_name=True)


def _find_signed(event_uid: str, uid: str) -> tuple[Event, Signed]:
    event = get_event(db.session(), event_uid)
    found = {s.signature.uid: s for s in list_signed(db.session(), event.id)}
    return event, found.get(uid) or abort(404)


def _send_record(event: Event, signed: Signed, *, with_name: bool) -> Response:
    work = request.args.get("work", "")
    pdf = record_sheet(db.session(), signed, work=work, with_name=with_name)
    seat, number = signed.signature.seat.seat, signed.signature.round
    name = " ".join(filter(None, (_("Record of marks"), event.name, seat, work)))
    return send_pdf(pdf, name, f"record-{event.uid[:8]}-{seat}-{number}")


def _send_sheets(event: Event, seat: str, work: str) -> Response:
    pdf = blanks.mark_sheets(db.session(), event=event, seat=seat, work=work)
    name = " ".join(filter(None, (_("Paper mark sheet"), event.name, seat, work)))
    return send_pdf(pdf, name, f"sheets-{event.uid[:8]}{seat and '-' + seat}")


def _read(text: str) -> SheetName | None:
    try:
        return read_sheet_text(text)
    except SheetTextError:
        return None
