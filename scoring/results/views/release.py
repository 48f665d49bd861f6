"""The release plan, and what each audience sees before anybody does."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from extensions import LOCAL, db
from scoring.results import queries
from scoring.results.forms import AUDIENCE_LABELS, PART_LABELS, ReleaseForm
from scoring.results.rules.release import AUDIENCES, PARTS, Sight
from scoring.results.services import publish as publishing
from scoring.results.services import release
from scoring.results.views.common import bp, event_or_404
from scoring.results.views.public import make_page


@bp.route("/events/<event_uid>/release", methods=["GET", "POST"])
@permission_required("results.publish", within="event")
def show_release(event_uid: str) -> ResponseReturnValue:
    """Show who sees what from when, and change it."""
    event, form = event_or_404(event_uid), ReleaseForm()
    if not form.validate_on_submit():
        return _plan_page(event, form), 422 if form.is_submitted() else 200
    at = form.opens_at.data if form.mode.data == release.MOMENT else None
    try:
        release.set_release(
            db.session(),
            event=event,
            cell=(form.audience.data, form.part.data),
            mode=form.mode.data,
            opens_at=at.replace(tzinfo=LOCAL).astimezone(UTC) if at else None,
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors = [*form.form_errors, error.message]
        return _plan_page(event_or_404(event_uid), form), error.status
    db.session.commit()
    flash(_("The changes are saved."), "success")
    return redirect(url_for(".show_release", event_uid=event.uid))


@bp.get("/events/<event_uid>/release/preview/<audience>")
@permission_required("results.publish", within="event")
def preview_release(event_uid: str, audience: str) -> ResponseReturnValue:
    """Show the page of the result as an audience sees it at a moment.

    It is the page itself, made by the same function; before there is a publication it
    is made of what would be published now.
    """
    event, now = event_or_404(event_uid), datetime.now(UTC)
    if audience not in AUDIENCES:
        abort(404)
    publications = queries.list_of_event(db.session(), event.uid)
    if not any(found.withdrawn_at is None for found in publications):
        if event.state != life.DECODED:
            flash(_("A preview can be made once the codes are decoded."), "info")
            return redirect(url_for(".show_release", event_uid=event.uid))
        draft = publishing.draft(db.session(), event, current_actor(), now)
        publications = [draft, *publications]
    at = _moment_asked(now)
    plan = queries.read_plan(db.session(), event.uid)
    preview = {"audience": AUDIENCE_LABELS[audience], "at": at}
    return make_page(publications, (), Sight(plan, frozenset({audience}), at), preview)


def _moment_asked(now: datetime) -> datetime:
    try:
        asked = datetime.fromisoformat(request.args.get("at", ""))
    except ValueError:
        return now
    return asked.replace(tzinfo=LOCAL).astimezone(UTC)


def _plan_page(event: Event, form: ReleaseForm) -> str:
    now = datetime.now(UTC)
    plan = queries.read_plan(db.session(), event.uid)
    return render_template(
        "scoring/results/show_release.html",
        event=event,
        form=form,
        plan=plan,
        sights={a: Sight(plan, frozenset({a}), now) for a in AUDIENCES},
        is_published=event.state == life.PUBLISHED,
        is_there=event.state in {life.DECODED, life.PUBLISHED},
        audiences=AUDIENCES,
        parts=PARTS,
        audience_labels=AUDIENCE_LABELS,
        part_labels=PART_LABELS,
        local_now=now.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M"),
    )
