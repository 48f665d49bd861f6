"""Registering a team, showing it, changing it, replacing a member."""

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    login_required_only,
    permission_required,
)
from accounts.users.models import User
from accounts.users.queries import find_by_username
from competition.events.models import Event
from competition.events.queries import get_event
from competition.events.services import is_open
from competition.registration.forms import STATE_LABELS
from competition.registration.models import Entry
from competition.registration.rules.eligibility import RuleCheck
from competition.registration.rules.entries import DRAFT
from competition.registration.services.checks import check_entry, check_submitted
from competition.registration.views.common import described
from competition.teams.forms import (
    ROLE_LABELS,
    EndForm,
    ReplaceForm,
    TeamForm,
    team_data,
)
from competition.teams.models import Team, TeamMember
from competition.teams.queries import teams as queries
from competition.teams.queries.delegation import list_units
from competition.teams.services.replace import can_replace, replace_member
from competition.teams.services.roster import (
    Coach,
    TeamError,
    TeamValues,
    change_team,
    end_team,
    find_terms,
    register_team,
)
from competition.teams.views.common import (
    bp,
    is_committee,
    may_change,
    now,
    team_or_404,
)
from errors import DomainError
from extensions import db
from people.units.models import Unit
from people.units.queries import find_by_name


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Lead a team leader to their teams."""
    return [
        DeskItem(
            title=_("Team: %(name)s", name=team.name),
            text=team.event.name,
            url=url_for("competition.teams.show_team", team_uid=team.uid),
            order=12,
        )
        for team in queries.list_led(session, user.id)
    ]


@bp.get("/events/<event_uid>/teams")
@permission_required("registration.review", within="event")
def list_teams(event_uid: str) -> ResponseReturnValue:
    """List the teams of an event for the committee."""
    event = get_event(db.session(), event_uid)
    page = queries.list_teams(
        db.session(), event.id, request.args.get("page", 1, type=int)
    )
    return render_template(
        "competition/teams/list_teams.html",
        event=event,
        terms=find_terms(db.session(), event),
        page=page,
        counts=queries.count_members(db.session(), [team.id for team in page.items]),
        page_url=lambda number: url_for(
            ".list_teams", event_uid=event_uid, page=number
        ),
    )


@bp.route("/events/<event_uid>/teams/new", methods=["GET", "POST"])
@permission_required("registration.unit")
def new_team(event_uid: str) -> ResponseReturnValue:
    """Register a team of a unit one speaks for."""
    event = get_event(db.session(), event_uid)
    units = list_units(db.session(), event.id, allowed_scopes("registration.unit"))
    unit = _chosen(units)
    if unit is None:
        return render_template(
            "competition/teams/choose_unit.html", event=event, units=units
        )
    form = TeamForm()
    form.offer(queries.list_candidates(db.session(), event.id, unit.id))
    if form.validate_on_submit() and (values := _values(form, event, unit)):
        try:
            team = register_team(
                db.session(),
                event=event,
                unit=unit,
                values=values,
                actor=current_actor(),
                now=now(),
            )
        except TeamError as error:
            db.session.rollback()
            form.form_errors.extend(error.faults)
            return _form_page(form, get_event(db.session(), event_uid), None)
        db.session.commit()
        flash(_("The team is registered."), "success")
        return redirect(url_for(".show_team", team_uid=team.uid))
    return _form_page(form, event, None)


@bp.get("/teams/<team_uid>")
@login_required_only
def show_team(team_uid: str) -> ResponseReturnValue:
    """Show a team to its unit, its leader and the committee."""
    return _team_page(team_or_404(team_uid), EndForm(formdata=None))


@bp.route("/teams/<team_uid>/edit", methods=["GET", "POST"])
@login_required_only
def edit_team(team_uid: str) -> ResponseReturnValue:
    """Change a team while registration is open."""
    team = _changeable_or_404(team_uid)
    roster = queries.list_roster(db.session(), team.id)
    form = TeamForm(data=team_data(team, roster))
    form.offer(queries.list_candidates(db.session(), team.event_id, team.unit_id))
    if form.validate_on_submit() and (values := _values(form, team.event, team.unit)):
        try:
            change_team(
                db.session(), team=team, values=values, actor=current_actor(), now=now()
            )
        except TeamError as error:
            db.session.rollback()
            form.form_errors.extend(error.faults)
            team = team_or_404(team_uid)
            return _form_page(form, team.event, team)
        db.session.commit()
        flash(_("The changes are saved."), "success")
        return redirect(url_for(".show_team", team_uid=team_uid))
    return _form_page(form, team.event, team)


@bp.route("/teams/<team_uid>/replace", methods=["GET", "POST"])
@login_required_only
def replace(team_uid: str) -> ResponseReturnValue:
    """Put a substitute in a member's place."""
    team, form = team_or_404(team_uid), ReplaceForm()
    roster = queries.list_roster(db.session(), team.id)
    form.offer(roster)
    by_uid = {row.uid: row for row in roster}
    status = 200
    if form.validate_on_submit():
        try:
            replace_member(
                db.session(),
                team=team,
                member=by_uid[form.member.data],
                substitute=by_uid[form.substitute.data],
                reason=form.reason.data or "",
                actor=current_actor(),
                now=now(),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            team = team_or_404(team_uid)
        else:
            db.session.commit()
            flash(_("The substitute is a member of the team now."), "success")
            return redirect(url_for(".show_team", team_uid=team_uid))
    if form.is_submitted():
        status = 422
    page = render_template(
        "competition/teams/replace.html",
        team=team,
        form=form,
        can_replace=can_replace(db.session(), team, now()),
    )
    return page, status


@bp.post("/teams/<team_uid>/end")
@login_required_only
def end(team_uid: str) -> ResponseReturnValue:
    """Take a team back."""
    team, form = _changeable_or_404(team_uid), EndForm()
    if not form.validate_on_submit():
        return _team_page(team, form), 422
    try:
        end_team(
            db.session(),
            team=team,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=now(),
        )
    except TeamError as error:
        db.session.rollback()
        form.form_errors.extend(error.faults)
        return _team_page(team_or_404(team_uid), form), 422
    db.session.commit()
    flash(_("The team is taken back; its people's entries stay."), "success")
    return redirect(url_for(".show_team", team_uid=team_uid))


def _changeable_or_404(uid: str) -> Team:
    team = team_or_404(uid)
    return team if may_change(team) else abort(404)


def _chosen(units: list[Unit]) -> Unit | None:
    """Return the unit the address names, or the only one there is."""
    wanted = request.args.get("unit", "")
    if not wanted and len(units) == 1:
        return units[0]
    return next((unit for unit in units if unit.uid == wanted), None)


def _values(form: TeamForm, event: Event, unit: Unit) -> TeamValues | None:
    """Return what was filled in, None where a name or account is not known."""
    session = db.session()
    entries = {
        entry.uid: entry
        for entry in queries.list_candidates(session, event.id, unit.id)
    }
    leader = None
    if form.leader_account.data:
        leader = find_by_username(session, form.leader_account.data.lower())
        if leader is None or not leader.enabled:
            form.leader_account.errors = [_("There is no such account.")]
    coaches = []
    for part in form.coach_forms:
        of_unit = find_by_name(session, part.unit.data or "")
        if part.unit.data and of_unit is None:
            part.unit.errors = [
                _("No unit, or more than one, bears exactly this name.")
            ]
        if part.name.data:
            coaches.append(Coach(part.name.data, of_unit, part.id_number.data or ""))
    if form.leader_account.errors or any(part.errors for part in form.coach_forms):
        return None
    return TeamValues(
        name=form.name.data or "",
        leader_name=form.leader_name.data or "",
        leader=leader,
        coaches=coaches,
        members=[entries[uid] for uid in form.members.data or ()],
        substitutes=[entries[uid] for uid in form.substitutes.data or ()],
    )


def _form_page(form: TeamForm, event: Event, team: Team | None) -> tuple[str, int]:
    page = render_template(
        "competition/teams/edit_team.html",
        form=form,
        event=event,
        team=team,
        terms=find_terms(db.session(), event),
        open=is_open(event, now()),
    )
    return page, 422 if form.is_submitted() else 200


def _team_page(team: Team, form: EndForm) -> str:
    session = db.session()
    roster = queries.list_roster(session, team.id)
    terms = find_terms(session, team.event)
    counts = queries.count_members(session, [team.id])
    can_change = may_change(team)
    return render_template(
        "competition/teams/show_team.html",
        team=team,
        form=form,
        terms=terms,
        count=counts.get(team.id, 0),
        roster=[_line(row) for row in roster],
        former=queries.list_former(session, team.id),
        is_committee=is_committee(team),
        can_edit=can_change and is_open(team.event, now()) and team.ended_at is None,
        can_replace=terms is not None
        and any(row.role == "substitute" for row in roster)
        and can_replace(session, team, now()),
        role_labels=ROLE_LABELS,
        state_labels=STATE_LABELS,
    )


def _line(row: TeamMember) -> dict[str, object]:
    """Return somebody on the roster with the verdict of every rule."""
    checks = _checks(row.entry)
    return {
        "row": row,
        "checks": described(checks, row.entry.event),
        "fails": sum(check.is_blocking for check in checks),
    }


def _checks(entry: Entry) -> list[RuleCheck]:
    if entry.state == DRAFT:
        return check_entry(db.session(), entry=entry, now=now())
    return check_submitted(db.session(), entry=entry)
