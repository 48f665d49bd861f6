"""The register of incidents: recorded by one, decided by another."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from accounts.access.services import is_allowed, permission_required, signed_in_user
from accounts.users.queries import names_of
from competition.codes.queries import list_works
from competition.events.models import Event
from competition.events.queries import get_event
from errors import DomainError
from extensions import db
from paper import language, make_pdf, page_words, send_pdf
from scoring.incidents import queries, services
from scoring.incidents.forms import KINDS, STATES, DecideForm, IncidentForm
from scoring.incidents.models import Incident
from scoring.incidents.rules import APPROVED, EQUIPMENT, OPEN
from scoring.results.forms import KIND_LABELS
from scoring.results.views.common import places
from scoring.scheme import queries as schemes
from twins import (
    Heading,
    Twin,
    asked_copies,
    asked_number,
    blanks_of,
    new_number,
    twins_pdf,
)

bp = Blueprint("incidents", __name__)


@bp.route("/events/<event_uid>/incidents", methods=["GET", "POST"])
@permission_required("marks.overview", within="event")
def list_incidents(event_uid: str) -> ResponseReturnValue:
    """Show the register; record an incident."""
    event = get_event(db.session(), event_uid)
    form = _incident_form(event)
    if form.validate_on_submit() and _record(event, form):
        return redirect(url_for(".list_incidents", event_uid=event.uid))
    state = request.args.get("state", "")
    found = queries.list_incidents(
        db.session(), event.id, state if state in STATES else ""
    )
    page = render_template(
        "scoring/incidents/list_incidents.html",
        event=event,
        form=form,
        incidents=found,
        state=state,
        kinds=KINDS,
        states=STATES,
        rulings=KIND_LABELS,
        names=names_of(db.session(), _people(found)),
        mine={one.uid for one in found if _may_decide(event, one)},
        may_lock=_may_lock(event),
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/events/<event_uid>/incidents/<uid>", methods=["GET", "POST"])
@permission_required("marks.overview", within="event")
def decide(event_uid: str, uid: str) -> ResponseReturnValue:
    """Decide an incident that somebody else recorded; shown to all who oversee."""
    event = get_event(db.session(), event_uid)
    incident = queries.find_incident(db.session(), event.id, uid) or abort(404)
    form = DecideForm(data={"paper": asked_number()})
    is_entitled = _may_lock(event) or services.is_chiefs(db.session(), incident)
    if form.is_submitted() and not is_entitled:
        form.form_errors = [*form.form_errors, _("The chief judge decides it.")]
    elif form.validate_on_submit() and _decide(incident, form):
        return redirect(url_for(".list_incidents", event_uid=event.uid))
    page = render_template(
        "scoring/incidents/decide.html",
        event=event,
        incident=incident,
        form=form,
        kinds=KINDS,
        states=STATES,
        rulings=KIND_LABELS,
        names=names_of(db.session(), _people([incident])),
        may_decide=_may_decide(event, incident),
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/events/<event_uid>/incidents.pdf")
@permission_required("marks.overview", within="event")
def print_incidents(event_uid: str) -> ResponseReturnValue:
    """Print the register, to be signed."""
    event = get_event(db.session(), event_uid)
    found = list(reversed(queries.list_incidents(db.session(), event.id)))
    names = names_of(db.session(), _people(found))
    data = {
        "lang": language(),
        "page_words": page_words(),
        "title": _("Register of incidents"),
        "competition": event.competition.name,
        "event": event.name,
        "headings": [
            *(_("No."), _("Time"), _("Work code"), _("Course of events")),
            *(_("Recorded by"), _("Decision"), _("Decided by")),
        ],
        "rows": [_row(incident, names) for incident in found],
        "signs": [_("Chief judge"), _("Supervisor")],
    }
    pdf = make_pdf("scoring/incidents/register.typ", data)
    return send_pdf(pdf, f"{event.name} {data['title']}", f"incidents-{event.uid}")


@bp.get("/events/<event_uid>/incidents/sheets.pdf")
@permission_required("marks.overview", within="event")
def print_sheets(event_uid: str) -> ResponseReturnValue:
    """Print `copies` sheets to record incidents on, of any work or of `entry`."""
    event = get_event(db.session(), event_uid)
    form = _incident_form(event)
    work = form.entry.data or ""
    if work and work not in dict(form.entry.choices):
        abort(404)
    known = [(str(form.entry.label.text), work)] if work else []
    made = []
    for _copy in range(asked_copies()):
        number = new_number()
        address = url_for(
            ".list_incidents",
            event_uid=event.uid,
            entry=work or None,
            paper=number,
            _anchor="record",
            _external=True,
        )
        blanks = blanks_of(form, leave_out=["entry"] if work else [])
        made.append(Twin(number=number, address=address, facts=known, blanks=blanks))
    signs = [_("Who saw it"), _("Chief judge")]
    return _send_twins(event, _("Record of an incident"), signs, made)


@bp.get("/events/<event_uid>/incidents/<uid>/sheet.pdf")
@permission_required("marks.overview", within="event")
def print_decision(event_uid: str, uid: str) -> ResponseReturnValue:
    """Print a sheet to decide an incident on."""
    event = get_event(db.session(), event_uid)
    incident = queries.find_incident(db.session(), event.id, uid) or abort(404)
    is_timed = incident.kind == EQUIPMENT
    number = new_number()
    address = url_for(
        ".decide", event_uid=event.uid, uid=uid, paper=number, _external=True
    )
    known = [
        (_("No."), str(incident.number)),
        (_("Work code"), incident.entry),
        (_("Happened at"), format_datetime(incident.happened_at, "MM-dd HH:mm")),
        (_("Course of events"), f"{KINDS[incident.kind]}: {incident.what}"),
        (_("What is asked for"), _asked(incident)),
    ]
    if is_timed:
        lost = _("%(count)s min", count=incident.lost_seconds // 60)
        known.append((_("Time lost"), lost))
    made = Twin(
        number=number,
        address=address,
        facts=[(label, said) for label, said in known if said],
        blanks=blanks_of(DecideForm(), leave_out=[] if is_timed else ["clock"]),
    )
    return _send_twins(event, _("Decision on an incident"), [_("Decided by")], [made])


def _send_twins(
    event: Event, title: str, signs: list[str], made: list[Twin]
) -> ResponseReturnValue:
    heading = Heading(
        title=title,
        competition=event.competition.name,
        event=event.name,
        signs=signs,
    )
    pdf = twins_pdf(heading, made)
    return send_pdf(pdf, f"{event.name} {title}", f"incident-{made[0].number}")


def _asked(incident: Incident) -> str:
    asked = KIND_LABELS.get(incident.ruling_kind, "")
    return f"{asked} {incident.ruling_target} {incident.ruling_value}".strip()


def _incident_form(event: Event) -> IncidentForm:
    """Return the form, begun with what the code of a paper sheet says."""
    asked = {"paper": asked_number(), "entry": request.args.get("entry", "")}
    form = IncidentForm(data=asked)
    version = schemes.find_frozen(db.session(), event.id)
    works = [work.work_code for work in list_works(db.session(), event.id)]
    form.offer(works, schemes.load_scheme(version) if version else None)
    return form


def _may_lock(event: Event) -> bool:
    return is_allowed("marks.lock", places(event))


def _may_decide(event: Event, incident: Incident) -> bool:
    return incident.state == OPEN and services.may_decide(
        db.session(), incident, signed_in_user(), may_lock=_may_lock(event)
    )


def _record(event: Event, form: IncidentForm) -> bool:
    try:
        services.report_incident(
            db.session(),
            event=event,
            report=services.Report(
                entry=form.entry.data,
                kind=form.kind.data,
                happened_at=form.moment(),
                what=(form.what.data or "").strip(),
                ruling=form.ruling(),
                lost_seconds=60 * (form.lost_minutes.data or 0),
                paper=form.paper.data or "",
            ),
            user=signed_in_user(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return False
    db.session.commit()
    flash(_("Recorded. Another person decides."), "success")
    return True


def _decide(incident: Incident, form: DecideForm) -> bool:
    shared: dict[str, Any] = {
        "incident": incident,
        "reason": form.reason.data or "",
        "user": signed_in_user(),
        "now": datetime.now(UTC),
        "paper": form.paper.data or "",
    }
    try:
        if form.verdict.data == APPROVED:
            services.approve(db.session(), clock=form.clock.data or "", **shared)
        else:
            services.decline(db.session(), **shared)
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return False
    db.session.commit()
    flash(_("Decided; the register keeps it."), "success")
    return True


def _row(incident: Incident, names: dict[str, str]) -> list[str]:
    ruling = _asked(incident)
    return [
        str(incident.number),
        format_datetime(incident.happened_at, "MM-dd HH:mm"),
        incident.entry,
        f"{KINDS[incident.kind]}: {incident.what}",
        _keyed(names.get(incident.recorded_by, ""), incident.paper),
        " ".join(
            part
            for part in (str(STATES[incident.state]), ruling, incident.decision_reason)
            if part
        ),
        _keyed(names.get(incident.decided_by, ""), incident.decision_paper),
    ]


def _keyed(name: str, paper: str) -> str:
    """Return who it is by, and from which paper they keyed it in."""
    return (
        _("%(name)s, from paper %(paper)s", name=name, paper=paper) if paper else name
    )


def _people(incidents: list[Incident]) -> set[str]:
    return {uid for one in incidents for uid in (one.recorded_by, one.decided_by)}
