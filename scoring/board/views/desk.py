"""The committee runs the board; whoever may see marks walks through the reveal."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectField
from wtforms.validators import Optional

from accounts.access.services import current_actor, permission_required
from competition.codes.queries import list_decoded
from competition.events import rules as life
from competition.events.forms import options
from competition.events.models import Event
from errors import DomainError
from extensions import LOCAL, db
from scoring.board import queries
from scoring.board.rules.reveal import list_groups, order_frozen, resolve
from scoring.board.services import run
from scoring.board.views import shared
from scoring.board.views.common import SHOWS_LABELS, bp, event_or_404


class PlanForm(FlaskForm):
    """What the public may see, and when it freezes."""

    shows = SelectField(
        _l("What the event's rules allow"), choices=options(SHOWS_LABELS.items())
    )
    freeze_at = DateTimeLocalField(_l("Freeze at"), [Optional()])


ACTIONS = {
    "open": run.open_board,
    "freeze": run.freeze_board,
    "finish": run.finish_board,
}


@bp.route("/events/<event_uid>/board", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def show_desk(event_uid: str) -> ResponseReturnValue:
    """Show how the board is run, and change it."""
    event = event_or_404(event_uid)
    plan = queries.find_plan(db.session(), event.id)
    frozen = plan and plan.freeze_at
    form = PlanForm(
        shows=plan.shows if plan else "progress",
        freeze_at=frozen.astimezone(LOCAL).replace(tzinfo=None) if frozen else None,
    )
    if form.validate_on_submit():
        at = form.freeze_at.data
        try:
            run.set_plan(
                db.session(),
                event=event,
                shows=form.shows.data,
                freeze_at=at.replace(tzinfo=LOCAL).astimezone(UTC) if at else None,
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The changes are saved."), "success")
            return redirect(url_for(".show_desk", event_uid=event.uid))
    return _desk_page(event, form)


@bp.post("/events/<event_uid>/board/steps/<action>")
@permission_required("events.manage", within="event")
def take_step(event_uid: str, action: str) -> ResponseReturnValue:
    """Open, freeze or finish the board."""
    event = event_or_404(event_uid)
    if action not in ACTIONS:
        abort(404)
    try:
        ACTIONS[action](
            db.session(), event=event, actor=current_actor(), now=datetime.now(UTC)
        )
    except DomainError as error:
        db.session.rollback()
        form = PlanForm()
        form.form_errors = [*form.form_errors, error.message]
        return _desk_page(event_or_404(event_uid), form), 409
    db.session.commit()
    return redirect(url_for(".show_desk", event_uid=event.uid))


@bp.get("/events/<event_uid>/board/reveal")
@permission_required("marks.overview", within="event")
def show_reveal(event_uid: str) -> ResponseReturnValue:
    """Give the presenter the whole reveal; from here on it needs no network."""
    event = event_or_404(event_uid)
    session = db.session()
    shared.get_board(event.uid, rests=False)  # the newest numbers
    frozen = queries.read_public(session, event.id).get("rows", {})
    final = queries.read_jury(session, event.id).get("rows", {})
    names = _list_names(event)
    groups = {group.code: group.name for group in event.groups}
    shows = [
        {
            "group": groups.get(code, code),
            "start": order_frozen(frozen, final, code),
            "steps": resolve(frozen, final, code),
        }
        for code in list_groups(final)
    ]
    data = {"names": names, "groups": [_group_data(show) for show in shows]}
    return render_template(
        "scoring/board/show_reveal.html",
        event=event,
        shows=shows,
        names=names,
        data=data,
        has_ended=event.state in (life.LOCKED, life.DECODED, life.PUBLISHED),
    )


def _list_names(event: Event) -> dict[str, str]:
    """Return who made each work, once two persons have decoded the codes."""
    if event.state not in (life.DECODED, life.PUBLISHED):
        return {}
    return {
        entry.work_code: f"{entry.name} · {entry.unit_name}"
        for entry in list_decoded(db.session(), event.id)
        if entry.work_code
    }


def _group_data(show: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": show["group"],
        "start": show["start"],
        "steps": [[s.kind, s.code, s.position, s.rank, s.total] for s in show["steps"]],
    }


def _desk_page(event: Event, form: PlanForm) -> str:
    session = db.session()
    return render_template(
        "scoring/board/show_desk.html",
        event=event,
        form=form,
        plan=queries.find_plan(session, event.id),
        shown=queries.read_public(session, event.id),
        shows_labels=SHOWS_LABELS,
    )
