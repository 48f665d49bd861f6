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
from scoring.incidents.rules import APPROVED, OPEN
from scoring.results.forms import KIND_LABELS
from scoring.results.views.common import places
from scoring.scheme import queries as schemes

bp = Blueprint("incidents", __name__)


@bp.route("/events/<event_uid>/incidents", methods=["GET", "POST"])
@permission_required("marks.overview", within="event")
def list_incidents(event_uid: str) -> ResponseReturnValue:
    """Show the register; record an incident."""
    event = get_event(db.session(), event_uid)
    form = IncidentForm()
    version = schemes.find_frozen(db.session(), event.id)
    works = [work.work_code for work in list_works(db.session(), event.id)]
    form.offer(works, schemes.load_scheme(version) if version else None)
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
    form = DecideForm()
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
    asked = KIND_LABELS.get(incident.ruling_kind, "")
    ruling = f"{asked} {incident.ruling_target} {incident.ruling_value}".strip()
    return [
        str(incident.number),
        format_datetime(incident.happened_at, "MM-dd HH:mm"),
        incident.entry,
        f"{KINDS[incident.kind]}: {incident.what}",
        names.get(incident.recorded_by, ""),
        " ".join(
            part
            for part in (str(STATES[incident.state]), ruling, incident.decision_reason)
            if part
        ),
        names.get(incident.decided_by, ""),
    ]


def _people(incidents: list[Incident]) -> set[str]:
    return {uid for one in incidents for uid in (one.recorded_by, one.decided_by)}
