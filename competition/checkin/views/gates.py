"""The rooms with entry and exit, and what the devices at the gates did."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from accounts.users.queries import names_of
from competition.checkin import queries
from competition.checkin.forms import REASONS, GateForm
from competition.checkin.rules import OUTCOMES, REFUSED
from competition.checkin.services import gates as services
from competition.checkin.views.common import PERMISSION, bp
from competition.events.queries import get_event
from extensions import db


@bp.route("/events/<event_uid>/checkin/gates", methods=["GET", "POST"])
@permission_required(PERMISSION, within="event")
def list_gates(event_uid: str) -> ResponseReturnValue:
    """Show the rooms and who is in them; add one."""
    event = get_event(db.session(), event_uid)
    form = GateForm()
    if form.validate_on_submit():
        try:
            services.add_gate(
                db.session(),
                event=event,
                name=(form.name.data or "").strip(),
                closes_at=form.closes(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except services.GateError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The room is there; the devices learn of it at once."), "success")
            return redirect(url_for(".list_gates", event_uid=event.uid))
    gates = queries.list_gates(db.session(), event.id)
    inside = queries.list_inside_of(db.session(), [gate.id for gate in gates])
    page = render_template(
        "competition/checkin/list_gates.html",
        event=event,
        form=form,
        gates=[(gate, len(inside[gate.id])) for gate in gates],
        headcount=queries.headcount(db.session(), event.id),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/events/<event_uid>/checkin/gates/<gate_uid>/end")
@permission_required(PERMISSION, within="event")
def end_gate(event_uid: str, gate_uid: str) -> ResponseReturnValue:
    """Take a room out of use; what was scanned there stays."""
    event = get_event(db.session(), event_uid)
    gate = queries.find_gate(db.session(), gate_uid)
    if gate is None or gate.event_id != event.id:
        abort(404)
    services.end_gate(
        db.session(), gate=gate, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("The room is no longer in use."), "success")
    return redirect(url_for(".list_gates", event_uid=event.uid))


@bp.get("/events/<event_uid>/checkin/scans")
@permission_required(PERMISSION, within="event")
def list_scans(event_uid: str) -> ResponseReturnValue:
    """List what the devices at the gates did, newest first."""
    event = get_event(db.session(), event_uid)
    outcome = request.args.get("outcome", "")
    filters = (*OUTCOMES, REFUSED)
    outcome = outcome if outcome in filters else ""
    page = queries.list_scans(
        db.session(),
        event.id,
        outcome=outcome,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "competition/checkin/list_scans.html",
        event=event,
        outcome=outcome,
        filters=filters,
        reasons=REASONS,
        page=page,
        names=names_of(db.session(), {scan.by for scan in page.items}),
        url_for_page=lambda number: url_for(
            ".list_scans", event_uid=event.uid, outcome=outcome, page=number
        ),
    )
