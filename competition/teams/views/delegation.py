"""The delegation of a unit, or of a team leader, over all events of a competition."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from accounts.access.services import (
    allowed_scopes,
    current_actor,
    is_allowed,
    login_required_only,
    permission_required,
    signed_in_user,
)
from accounts.roles.rules import Scope
from competition.bulk.forms.labels import SubmitAgainForm
from competition.bulk.services.resubmit import submit_again
from competition.events.models import Competition
from competition.events.queries import find_competition, scopes_of
from competition.events.services import is_open
from competition.registration.forms import STATE_LABELS
from competition.registration.rules.entries import ENTRY_STATES
from competition.teams.forms import ROLE_LABELS, fault_texts
from competition.teams.queries import delegation as queries
from competition.teams.queries.teams import list_led
from competition.teams.views.common import bp, now
from extensions import db
from people.units.models import Unit


@bp.get("/delegations")
@permission_required("registration.unit")
def list_delegations() -> ResponseReturnValue:
    """List the competitions one's unit has entered."""
    scopes = allowed_scopes("registration.unit")
    return render_template(
        "competition/teams/list_delegations.html",
        competitions=queries.list_competitions(db.session(), scopes),
    )


@bp.get("/competitions/<competition_uid>/delegation")
@login_required_only
def show_delegation(competition_uid: str) -> ResponseReturnValue:
    """Show who is entered where, and the places left; leaders see their own teams."""
    session = db.session()
    competition = find_competition(session, competition_uid) or abort(404)
    units = queries.list_units_in(
        session, competition.id, allowed_scopes("registration.unit")
    )
    unit = _chosen(units)
    own = _own(session, competition, unit)
    quotas = queries.list_quotas(
        session, competition.id, own, with_open=unit is not None
    )
    event_uid = request.args.get("event", "")
    text = request.args.get("q", "").strip()
    state = request.args.get("state", "")
    page = queries.list_delegation(
        session,
        competition.id,
        own,
        event_uid=event_uid,
        text=text,
        state=state if state in ENTRY_STATES else "",
        page=request.args.get("page", 1, type=int),
    )
    moment = now()
    may_submit = unit is not None and _may_submit(competition, unit)
    return render_template(
        "competition/teams/show_delegation.html",
        may_submit=may_submit,
        returned=sum(quota.returned for quota in quotas),
        submit_form=SubmitAgainForm(formdata=None),
        moment=moment,
        competition=competition,
        units=units,
        unit=unit,
        quotas=quotas,
        team_events=queries.list_team_event_ids(session, competition.id),
        open={q.event.id for q in quotas if is_open(q.event, moment)},
        event_uid=event_uid,
        text=text,
        state_asked=state,
        states=ENTRY_STATES,
        page=page,
        places=queries.list_places(session, [entry.id for entry in page.items]),
        state_labels=STATE_LABELS,
        role_labels=ROLE_LABELS,
        page_url=lambda number: url_for(
            ".show_delegation",
            competition_uid=competition_uid,
            unit=unit.uid if unit else None,
            event=event_uid or None,
            q=text or None,
            state=state or None,
            page=number,
        ),
    )


@bp.post("/competitions/<competition_uid>/delegation/submit-again")
@permission_required("registration.unit")
def submit_returned(competition_uid: str) -> ResponseReturnValue:
    """Submit every returned entry of the unit that is mended; name what is left."""
    session = db.session()
    competition = find_competition(session, competition_uid) or abort(404)
    scopes = allowed_scopes("registration.unit")
    units = queries.list_units_in(session, competition.id, scopes)
    unit = _chosen(units)
    if unit is None or not _may_submit(competition, unit):
        abort(403)
    if not SubmitAgainForm().validate_on_submit():
        flash(_("Confirm first that everybody has read the notice."), "danger")
        return redirect(
            url_for(".show_delegation", competition_uid=competition_uid, unit=unit.uid)
        )
    again = submit_again(
        session,
        competition_id=competition.id,
        unit=unit,
        actor=current_actor(),
        now=now(),
    )
    session.commit()
    return render_template(
        "competition/teams/submitted_again.html",
        competition=competition,
        unit=unit,
        again=again,
        faults={left.entry.id: fault_texts(left.faults) for left in again.left},
    )


def _may_submit(competition: Competition, unit: Unit) -> bool:
    """Tell whether the user completes the entries of a unit that have no account."""
    own = [Scope("unit", unit.uid), *scopes_of(competition)]
    return is_allowed("registration.bulk", own)


def _chosen(units: list[Unit]) -> Unit | None:
    wanted = request.values.get("unit", "")
    if not wanted:
        return units[0] if units else None
    return next((unit for unit in units if unit.uid == wanted), None) or abort(404)


def _own(
    session: Session, competition: Competition, unit: Unit | None
) -> ColumnElement[bool]:
    """Return which entries are shown: a unit's, else those of the teams one leads."""
    if unit is not None:
        return queries.of_unit(unit)
    led = [
        team.id
        for team in list_led(session, signed_in_user().id)
        if team.event.competition_id == competition.id
    ]
    return queries.of_teams(led) if led else abort(404)
