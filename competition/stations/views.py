"""The committee's pages about the hall: its plan, and what contestants need."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from competition.events.models import Event
from competition.events.queries import get_event
from competition.stations import queries, services
from competition.stations.forms import NeedForm, PlanForm, plan_data
from competition.stations.rules.plan import Plan
from errors import DomainError
from extensions import db

bp = Blueprint("stations", __name__)


@bp.route("/events/<event_uid>/stations", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def edit_plan(event_uid: str) -> ResponseReturnValue:
    """Show and change the plan of the hall."""
    event = get_event(db.session(), event_uid)
    form = PlanForm(data=plan_data(_plan(event)))
    if form.validate_on_submit():
        try:
            services.save_plan(
                db.session(),
                event=event,
                plan=form.plan(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The plan of the hall is saved."), "success")
            return redirect(url_for(".edit_plan", event_uid=event.uid))
    page = _page(event, form, _need_form(event, fresh=True))
    return page, 422 if form.errors else 200


@bp.post("/events/<event_uid>/stations/needs")
@permission_required("events.manage", within="event")
def add_need(event_uid: str) -> ResponseReturnValue:
    """Say what a contestant needs of a station."""
    event = get_event(db.session(), event_uid)
    form = _need_form(event)
    if form.validate_on_submit():
        try:
            services.add_need(
                db.session(),
                event=event,
                entry_uid=form.entry.data,
                feature=form.feature.data,
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The draw of stations keeps this need."), "success")
            return redirect(url_for(".edit_plan", event_uid=event.uid))
    plan_form = PlanForm(formdata=None, data=plan_data(_plan(event)))
    return _page(event, plan_form, form), 422


@bp.post("/events/<event_uid>/stations/needs/<uid>/remove")
@permission_required("events.manage", within="event")
def remove_need(event_uid: str, uid: str) -> ResponseReturnValue:
    """Take a need back."""
    event = get_event(db.session(), event_uid)
    need = queries.find_need(db.session(), event.id, uid) or abort(404)
    services.remove_need(
        db.session(),
        event=event,
        need=need,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The need is taken back."), "success")
    return redirect(url_for(".edit_plan", event_uid=event.uid))


def _plan(event: Event) -> Plan:
    found = queries.find_plan(db.session(), event.id)
    return queries.read_plan(found) if found else Plan()


def _need_form(event: Event, *, fresh: bool = False) -> NeedForm:
    form = NeedForm(formdata=None) if fresh else NeedForm()
    form.offer(queries.list_contestants(db.session(), event.id), _plan(event))
    return form


def _page(event: Event, form: PlanForm, need_form: NeedForm) -> str:
    session = db.session()
    accepted = len(queries.list_accepted_ids(session, event.id))
    return render_template(
        "competition/stations/edit_plan.html",
        event=event,
        form=form,
        need_form=need_form,
        needs=queries.list_needs(session, event.id),
        has_plan=queries.find_plan(session, event.id) is not None,
        accepted=accepted,
        stations=len(services.list_targets(session, event.id, accepted)),
        obstacles=[
            services.tell_obstacle(obstacle)
            for obstacle in services.foresee_obstacles(session, event.id)
        ],
    )
