"""The page on which a second person confirms a change of the scheme."""

import json
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    permission_required,
)
from accounts.users.models import User
from accounts.users.queries import is_same_person, names_of
from competition.events.queries import list_managed_events
from extensions import db
from scoring.results.forms import ReasonForm
from scoring.results.services import scheme_change as service
from scoring.results.views.common import bp, event_or_404
from scoring.scheme import queries as schemes
from scoring.scheme.forms import words
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.views.texts import tell


class SeenForm(FlaskForm):
    """Confirms what was looked at: its digest."""

    seen = HiddenField()


@bp.get("/events/<event_uid>/scheme/change")
@permission_required("scheme.confirm", within="event")
def show_change(event_uid: str) -> ResponseReturnValue:
    """Show what the version that waits changes, before it is confirmed."""
    event = event_or_404(event_uid)
    try:
        effect = service.find_effect(db.session(), event)
    except service.NoChangeError as error:
        flash(error.message, "info")
        return redirect(url_for("scoring.scheme.show_scheme", event_uid=event.uid))
    seen = SeenForm(formdata=None)
    seen.seen.data = effect.digest
    me = current_actor().name
    asked_by = effect.waiting.made_by
    return render_template(
        "scoring/results/show_change.html",
        event=event,
        effect=effect,
        unfit=[(item, tell(item.why) if item.why else "") for item in effect.unfit],
        seen=seen,
        reasons=ReasonForm(formdata=None),
        words=words,
        names=names_of(db.session(), [asked_by]),
        is_mine=is_same_person(db.session(), asked_by, me),
        show=_show_number,
    )


@bp.post("/events/<event_uid>/scheme/change/confirm")
@permission_required("scheme.confirm", within="event")
def confirm_change(event_uid: str) -> ResponseReturnValue:
    """Replace the frozen scheme, as the second person."""
    event = event_or_404(event_uid)
    version = service.confirm_change(
        db.session(),
        event=event,
        seen=SeenForm().seen.data or "",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(
        _(
            "Version %(number)s is frozen now. Every judge signs again.",
            number=version.version,
        ),
        "success",
    )
    return redirect(url_for("scoring.scheme.show_scheme", event_uid=event.uid))


@bp.post("/events/<event_uid>/scheme/change/decline")
@permission_required("scheme.confirm", within="event")
def decline_change(event_uid: str) -> ResponseReturnValue:
    """Decline the change, or take it back, with a reason."""
    event, form = event_or_404(event_uid), ReasonForm()
    if not form.validate_on_submit():
        flash(_("Give a reason."), "danger")
        return redirect(url_for(".show_change", event_uid=event.uid))
    service.decline_change(
        db.session(),
        event=event,
        reason=form.reason.data or "",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The scheme stays as it is."), "success")
    return redirect(url_for("scoring.scheme.show_scheme", event_uid=event.uid))


@bp.get("/events/<event_uid>/scheme/<uid>/report")
@permission_required("scheme.confirm", within="event")
def show_change_report(event_uid: str, uid: str) -> ResponseReturnValue:
    """Show what a version changed in the results when it was confirmed."""
    event = event_or_404(event_uid)
    versions = {v.uid: v for v in schemes.list_versions(db.session(), event.id)}
    version = versions.get(uid)
    if version is None or not version.report:
        abort(404)
    return render_template(
        "scoring/results/show_change_report.html",
        event=event,
        version=version,
        report=json.loads(version.report),
        names=names_of(db.session(), [version.made_by, version.frozen_by]),
    )


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Tell those who may confirm which changes wait."""
    events = list_managed_events(session, allowed_scopes("scheme.confirm"))
    waiting = schemes.list_waiting(session, [event.id for event in events])
    return [
        DeskItem(
            title=event.name,
            text=_("A change of the frozen scheme waits for a second person"),
            url=url_for("scoring.results.show_change", event_uid=event.uid),
            order=14,
        )
        for event in events
        if event.id in waiting
    ]


def _show_number(value: object) -> str:
    return "–" if value is None else format_number(value)  # type: ignore[arg-type]
