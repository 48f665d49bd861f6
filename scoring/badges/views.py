"""The badges of an event's judges, made and ended by the committee."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from accounts.badges.forms import DaysForm
from accounts.badges.models import Badge
from accounts.badges.rules import days_window
from accounts.badges.services import issue
from accounts.badges.services.printing import Heading, badges_pdf
from competition.events.models import Event
from competition.events.queries import get_event
from extensions import LOCAL, db
from paper import send_pdf
from scoring.badges.queries import (
    SeatBadge,
    badge_scope,
    lacks_badge,
    list_seat_badges,
)

bp = Blueprint("badges", __name__)


@bp.get("/events/<event_uid>/badges")
@permission_required("judges.assign", within="event")
def list_badges(event_uid: str) -> ResponseReturnValue:
    """Show which judge has a badge and which tablet it belongs to."""
    event = get_event(db.session(), event_uid)
    return _page(event, _days_form(event))


@bp.post("/events/<event_uid>/badges")
@permission_required("judges.assign", within="event")
def make_badges(event_uid: str) -> ResponseReturnValue:
    """Print the badges that are missing, or a new one for one seat."""
    event = get_event(db.session(), event_uid)
    form = _days_form(event)
    if not form.validate_on_submit():
        return _page(event, form)
    chosen = _chosen(event, request.form.get("seat", ""))
    if not chosen:
        flash(_("Every judge has a badge already."), "info")
        return redirect(url_for(".list_badges", event_uid=event.uid))
    pdf = _print(event, chosen, form)
    db.session.commit()
    return send_pdf(pdf, _("Badges %(event)s", event=event.name), "badges")


@bp.post("/events/<event_uid>/badges/<uid>/revoke")
@permission_required("judges.assign", within="event")
def revoke(event_uid: str, uid: str) -> ResponseReturnValue:
    """End a badge and sign its tablet out, at once."""
    badge = _get_badge(event_uid, uid)
    issue.revoke_badge(
        db.session(), badge=badge, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(
        _("The badge is revoked and its tablet signed out. Unsent marks stay on it."),
        "success",
    )
    return redirect(url_for(".list_badges", event_uid=event_uid))


@bp.post("/events/<event_uid>/badges/<uid>/allow")
@permission_required("judges.assign", within="event")
def allow(event_uid: str, uid: str) -> ResponseReturnValue:
    """Let the next tablet that shows badge and PIN have the badge."""
    badge = _get_badge(event_uid, uid)
    issue.allow_another(
        db.session(), badge=badge, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("The next tablet that shows the badge and its PIN has it."), "success")
    return redirect(url_for(".list_badges", event_uid=event_uid))


def _page(event: Event, form: DaysForm) -> str:
    rows = list_seat_badges(db.session(), event)
    return render_template(
        "scoring/badges/list_badges.html",
        event=event,
        form=form,
        rows=rows,
        missing=sum(map(lacks_badge, rows)),
        now=datetime.now(UTC),
    )


def _days_form(event: Event) -> DaysForm:
    today = datetime.now(UTC).astimezone(LOCAL).date()
    begins: date = event.starts_at.astimezone(LOCAL).date()
    last = max(begins, today) + timedelta(days=1)
    return DaysForm(first=begins, last=last)


def _chosen(event: Event, seat_uid: str) -> list[SeatBadge]:
    rows = list_seat_badges(db.session(), event)
    if not seat_uid:
        return [row for row in rows if lacks_badge(row)]
    return [row for row in rows if row.seat.uid == seat_uid] or abort(404)


def _print(event: Event, chosen: Sequence[SeatBadge], form: DaysForm) -> bytes:
    begin, end = days_window(form.first.data, form.last.data, LOCAL)
    made = [
        issue.make_badge(
            db.session(),
            user=row.seat.user,
            purpose=issue.Purpose(
                label=row.seat.seat,
                valid_from=begin,
                valid_until=end,
                scope=badge_scope(event),
            ),
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        for row in chosen
    ]
    return badges_pdf(made, Heading(event.name, event.competition.name))


def _get_badge(event_uid: str, uid: str) -> Badge:
    event = get_event(db.session(), event_uid)
    found = [
        row.badge
        for row in list_seat_badges(db.session(), event)
        if row.badge is not None and row.badge.uid == uid
    ]
    return found[0] if found else abort(404)
