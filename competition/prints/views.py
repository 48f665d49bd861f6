"""What is printed for the day: one page of links, a PDF each."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access.services import permission_required
from competition.checkin.queries import list_gates
from competition.events.models import Event
from competition.events.queries import get_event
from competition.prints import services
from competition.prints.forms import EACH, KINDS, PrintForm
from competition.registration.models import Entry
from competition.registration.queries import list_accepted
from competition.registration.services.ticket_pdf import tickets_pdf
from competition.stations.rules.plan import list_stations
from competition.teams.queries.delegation import list_places
from extensions import db
from paper import send_pdf

bp = Blueprint("prints", __name__)
MOST = 400  # pages of pictures at a time: a unit's, or a group's, at most


@bp.get("/events/<event_uid>/prints")
@permission_required("tickets.print", within="event")
def show_prints(event_uid: str) -> ResponseReturnValue:
    """Offer what is printed for the day."""
    event = get_event(db.session(), event_uid)
    entries = list_accepted(db.session(), event.id)
    form = _read_form(event, entries)
    return render_template(
        "competition/prints/show_prints.html",
        event=event,
        form=form,
        kinds=KINDS,
        each=EACH,
        chosen={
            name: value
            for name in ("unit", "group", "stations", "in_row")
            if (value := form[name].data)
        },
        count=len(_chosen(entries, form)),
        gates=list_gates(db.session(), event.id),
    )


@bp.get("/events/<event_uid>/prints/<paper>.pdf")
@permission_required("tickets.print", within="event")
def download(event_uid: str, paper: str) -> ResponseReturnValue:
    """Send one of them."""
    event = get_event(db.session(), event_uid)
    entries = list_accepted(db.session(), event.id)
    form = _read_form(event, entries)
    if paper not in KINDS or not form.validate():
        abort(404)
    pdf = _make(event, paper, _chosen(entries, form)[:MOST], form)
    return send_pdf(pdf, f"{event.name} {KINDS[paper]}", f"{paper}-{event.uid}")


def _make(event: Event, kind: str, entries: list[Entry], form: PrintForm) -> bytes:
    match kind:
        case "tickets":
            return tickets_pdf([entry for entry in entries if entry.ticket])
        case "badges":
            return services.badges_pdf(event, entries, _teams_of(entries))
        case "names":
            return services.names_pdf(event, entries, _teams_of(entries))
        case "doors":
            return services.doors_pdf(event, list_gates(db.session(), event.id))
        case "stations":
            count = form.stations.data or 30
            labels = list_stations(count, count)
            return services.stations_pdf(event, labels, form.in_row.data or 6)
        case _:
            events = sorted(
                event.competition.events, key=lambda one: (one.starts_at, one.id)
            )
            return services.timetable_pdf(event.competition, events)


def _teams_of(entries: list[Entry]) -> dict[int, str]:
    places = list_places(db.session(), [entry.id for entry in entries])
    return {number: place.team.name for number, place in places.items()}


def _read_form(event: Event, entries: list[Entry]) -> PrintForm:
    form = PrintForm(request.args or None, meta={"csrf": False})
    units = {entry.unit.uid: entry.unit.name for entry in entries if entry.unit}
    form.offer_units(units)
    form.offer_groups({group.uid: group.name for group in event.groups})
    return form


def _chosen(entries: list[Entry], form: PrintForm) -> list[Entry]:
    unit, group = form.unit.data or "", form.group.data or ""
    return [
        e
        for e in entries
        if (not unit or (e.unit and e.unit.uid == unit))
        and (not group or (e.group and e.group.uid == group))
    ]
