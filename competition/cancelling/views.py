"""The committee cancels an event or a competition."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from accounts.users.queries import is_same_person, names_of
from competition.cancelling import queries, services
from competition.cancelling.forms import STATE_LABELS, CancelForm
from competition.cancelling.models import ASKED
from competition.events.models import Competition, Event
from competition.events.queries import find_competition, find_event
from errors import DomainError
from extensions import db

bp = Blueprint("cancelling", __name__)

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# What may still be done with a cancelled event: making another one like it.
_AFTER = frozenset({"competition.events.clone_event"})


class EventCancelledError(DomainError):
    """The event is cancelled: nothing about it changes any more."""


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Ask the second person of the committee."""
    scopes = allowed_scopes("events.manage")
    wishes = queries.list_open(session, scopes) if scopes else []
    return [
        DeskItem(
            title=_("Cancel %(name)s?", name=services.target_of(wish).name),
            text=wish.reason,
            url=_url(services.target_of(wish)),
            order=15,
        )
        for wish in wishes
        if not is_same_person(session, wish.asked_by, user.uid)
    ]


@bp.before_app_request
def keep_what_is_cancelled() -> None:
    """Refuse whatever would change a cancelled event, on every page of every room."""
    uid = (request.view_args or {}).get("event_uid")
    if uid is None or request.method in _READING or request.endpoint in _AFTER:
        return
    if current_user.is_authenticated and queries.is_cancelled(db.session(), uid):
        raise EventCancelledError(_("This event is cancelled. No step leads on."))


@bp.route("/events/<event_uid>/cancel", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def cancel_event(event_uid: str) -> ResponseReturnValue:
    """Ask for an event to be cancelled, confirm it, or leave it."""
    event = find_event(db.session(), event_uid) or abort(404)
    return _take_step(event)


@bp.route("/competitions/<competition_uid>/cancel", methods=["GET", "POST"])
@permission_required("events.manage", within="competition")
def cancel_competition(competition_uid: str) -> ResponseReturnValue:
    """Ask for a competition to be cancelled, confirm it, or leave it."""
    competition = find_competition(db.session(), competition_uid) or abort(404)
    return _take_step(competition)


def _take_step(target: Event | Competition) -> ResponseReturnValue:
    form = CancelForm()
    if not form.validate_on_submit():
        return _page(target, form), 422 if form.is_submitted() else 200
    try:
        told = _do(target, form)
    except DomainError as error:
        db.session.rollback()
        if isinstance(error, services.ReasonMissingError):
            form.reason.errors = [error.message]
        else:
            form.form_errors.append(error.message)
        return _page(target, form), error.status
    db.session.commit()
    flash(told, "success")
    return redirect(_url(target))


def _do(target: Event | Competition, form: CancelForm) -> str:
    """Take the step that was asked for and return what is said of it."""
    session, actor, now = db.session(), current_actor(), datetime.now(UTC)
    action = request.form.get("action", "ask")
    told: str = _("It is cancelled.")
    if action == "ask":
        reason = form.reason.data or ""
        made = services.ask(session, target=target, reason=reason, actor=actor, now=now)
        if made.state == ASKED:
            told = _("Asked for. Another person of the committee confirms it.")
        return told
    wish = queries.find_open(session, target)
    if wish is None or action not in ("confirm", "decline"):
        abort(409)
    if action == "confirm":
        services.confirm(session, wish=wish, actor=actor, now=now)
    else:
        services.decline(session, wish=wish, actor=actor, now=now)
        told = _("It is held as planned.")
    return told


def _page(target: Event | Competition, form: CancelForm) -> str:
    session = db.session()
    ending = queries.list_ending(target)
    wish = queries.find_open(session, target)
    history = queries.list_of(session, target)
    return render_template(
        "competition/cancelling/cancel.html",
        target=target,
        is_event=isinstance(target, Event),
        form=form,
        ending=ending,
        entries=queries.count_handed_in(session, ending),
        wish=wish,
        is_own=wish is not None
        and is_same_person(session, wish.asked_by, signed_in_user().uid),
        history=history,
        names=names_of(session, [row.asked_by for row in history]),
        state_labels=STATE_LABELS,
        url=_url(target),
    )


def _url(target: Event | Competition) -> str:
    if isinstance(target, Event):
        return url_for("competition.cancelling.cancel_event", event_uid=target.uid)
    return url_for(
        "competition.cancelling.cancel_competition", competition_uid=target.uid
    )
