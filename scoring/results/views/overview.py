"""The chief judge's desk: gaps, signatures, what waits, decisions, lock and unlock."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
)
from accounts.users.models import User
from accounts.users.queries import names_of
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import list_managed_events
from errors import DomainError
from extensions import db
from scoring.judges import queries as judges
from scoring.marking import queries as marking
from scoring.results import queries
from scoring.results.forms import KIND_LABELS, DecisionForm, ReasonForm
from scoring.results.rules.score import ScoringError
from scoring.results.services import compute, decisions, locks
from scoring.results.services.compute import Ground
from scoring.results.services.desk import Progress, read_progress
from scoring.results.services.effects import foresee
from scoring.results.services.lives import list_lives
from scoring.results.views.common import bp, event_or_404, places
from scoring.scheme.views.texts import tell
from scoring.tablets.services import barrier

NAV = (NavItem(_l("Panel"), "scoring.results.list_overviews", "marks.overview", 31),)


@bp.get("/panels")
@permission_required("marks.overview")
def list_overviews() -> ResponseReturnValue:
    """List the events whose marks the user oversees."""
    events = list_managed_events(db.session(), allowed_scopes("marks.overview"))
    return render_template("scoring/results/list_overviews.html", events=events)


@bp.get("/events/<event_uid>/marks")
@permission_required("marks.overview", within="event")
def show_overview(event_uid: str) -> ResponseReturnValue:
    """Show how far the panel is and what has to be settled before the lock."""
    return _page(event_or_404(event_uid), None)


@bp.post("/events/<event_uid>/marks/open")
@permission_required("marks.lock", within="event")
def open_marking(event_uid: str) -> ResponseReturnValue:
    """Begin the marking."""
    event = event_or_404(event_uid)
    locks.open_marking(
        db.session(), event=event, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("Marking is open."), "success")
    return redirect(url_for(".show_overview", event_uid=event.uid))


@bp.post("/events/<event_uid>/decisions/preview")
@permission_required("marks.lock", within="event")
def preview_decision(event_uid: str) -> ResponseReturnValue:
    """Show what a decision would do; nothing is recorded yet."""
    event, form = event_or_404(event_uid), DecisionForm()
    ground = compute.read_ground(db.session(), event.id)
    form.offer([fact.entry for fact in ground.works], ground.scheme)
    if not form.validate_on_submit():
        return _page(event, form), 422
    try:
        effect = foresee(db.session(), event=event, ruling=form.ruling())
    except DomainError as error:
        form.form_errors.append(error.message)
        return _page(event, form), 422
    return render_template(
        "scoring/results/preview_decision.html",
        event=event,
        form=form,
        what=dict(form.what.choices)[form.what.data],
        effect=effect,
        places=ground.scheme.rounding.total,
    )


@bp.post("/events/<event_uid>/decisions")
@permission_required("marks.lock", within="event")
def decide(event_uid: str) -> ResponseReturnValue:
    """Take a decision on a work."""
    event, form = event_or_404(event_uid), DecisionForm()
    ground = compute.read_ground(db.session(), event.id)
    form.offer([fact.entry for fact in ground.works], ground.scheme)
    if form.validate_on_submit():
        try:
            decisions.decide(
                db.session(),
                event=event,
                ruling=form.ruling(),
                reason=form.reason.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The decision is recorded."), "success")
            return redirect(url_for(".show_overview", event_uid=event.uid))
    return _page(event, form), 422


@bp.post("/events/<event_uid>/decisions/<uid>/revoke")
@permission_required("marks.lock", within="event")
def revoke(event_uid: str, uid: str) -> ResponseReturnValue:
    """Take a decision back, with a reason."""

    def act(event: Event, reason: str) -> None:
        decisions.revoke(
            db.session(),
            event=event,
            uid=uid,
            reason=reason,
            actor=current_actor(),
            now=datetime.now(UTC),
        )

    return _with_reason(event_uid, act, _("The decision is revoked."))


@bp.post("/events/<event_uid>/late/<mark_id>")
@permission_required("marks.lock", within="event")
def set_aside(event_uid: str, mark_id: str) -> ResponseReturnValue:
    """Put a late mark aside, with a reason."""

    def act(event: Event, reason: str) -> None:
        decisions.set_aside(
            db.session(),
            event=event,
            mark_id=mark_id,
            reason=reason,
            actor=current_actor(),
            now=datetime.now(UTC),
        )

    return _with_reason(event_uid, act, _("The late mark is put aside."))


@bp.post("/events/<event_uid>/signatures/<uid>/return")
@permission_required("marks.lock", within="event")
def return_sheet(event_uid: str, uid: str) -> ResponseReturnValue:
    """Give a signed sheet back to its judge, with a reason."""

    def act(event: Event, reason: str) -> None:
        locks.return_sheet(
            db.session(),
            event=event,
            uid=uid,
            reason=reason,
            actor=current_actor(),
            now=datetime.now(UTC),
        )

    return _with_reason(event_uid, act, _("The sheet is with its judge again."))


@bp.post("/events/<event_uid>/marks/lock")
@permission_required("marks.lock", within="event")
def lock(event_uid: str) -> ResponseReturnValue:
    """Lock the marks and compute the result."""
    event = event_or_404(event_uid)
    try:
        locks.lock_marks(
            db.session(), event=event, actor=current_actor(), now=datetime.now(UTC)
        )
    except ScoringError as error:
        db.session.rollback()
        flash(" ".join(tell(fault) for fault in error.details[:3]), "danger")
        return redirect(url_for(".show_overview", event_uid=event_uid))
    db.session.commit()
    flash(_("The marks are locked and the result is computed."), "success")
    return redirect(url_for(".show_review", event_uid=event.uid))


@bp.post("/events/<event_uid>/marks/unlock")
@permission_required("marks.unlock", within="event")
def ask_unlock(event_uid: str) -> ResponseReturnValue:
    """Ask for the lock to be opened, with a reason."""

    def act(event: Event, reason: str) -> None:
        locks.ask_unlock(
            db.session(),
            event=event,
            reason=reason,
            actor=current_actor(),
            now=datetime.now(UTC),
        )

    done = _("Asked for. A second person confirms the unlock on this page.")
    return _with_reason(event_uid, act, done)


@bp.post("/events/<event_uid>/marks/unlock/confirm")
@permission_required("marks.unlock", within="event")
def confirm_unlock(event_uid: str) -> ResponseReturnValue:
    """Open the lock as the second person."""
    event = event_or_404(event_uid)
    locks.confirm_unlock(
        db.session(), event=event, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("The marks are open again; everybody signs anew."), "success")
    return redirect(url_for(".show_overview", event_uid=event.uid))


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Tell chief judges and supervisors which panels want their attention."""
    items = []
    events = list_managed_events(session, allowed_scopes("marks.overview"))
    asked = marking.list_unlocks_asked(session, [event.id for event in events])
    for event in events:
        if event.state == life.MARKING:
            text = _("Marking is under way: see gaps, conflicts and signatures")
        elif event.id in asked and event.state == life.LOCKED:
            text = _("An unlock waits for a second person")
        elif event.state == life.CHECKIN and is_allowed("marks.lock", places(event)):
            text = _("Open the marking when the works have their codes")
        else:
            continue
        url = url_for("scoring.results.show_overview", event_uid=event.uid)
        items.append(DeskItem(title=event.name, text=text, url=url, order=15))
    return items


def _with_reason(
    event_uid: str, act: Callable[[Event, str], None], done: str
) -> ResponseReturnValue:
    """Do what needs a reason and nothing else, then show the overview again."""
    event, form = event_or_404(event_uid), ReasonForm()
    if not form.validate_on_submit():
        flash(_("Give a reason."), "danger")
    else:
        act(event, form.reason.data or "")
        db.session.commit()
        flash(done, "success")
    return redirect(url_for(".show_overview", event_uid=event.uid))


def _page(event: Event, form: DecisionForm | None) -> str:
    session = db.session()
    seats = judges.list_seats(session, event.id)
    try:
        ground = compute.read_ground(session, event.id)
    except compute.NoSchemeError:
        ground = None
    form = form or DecisionForm(formdata=None)
    if ground is not None:
        form.offer([fact.entry for fact in ground.works], ground.scheme)
    progress = read_progress(session, event.id, ground, seats) if ground else None
    standing = {d.uid for d in queries.list_standing(session, event.id)}
    lives = list_lives(session, event.id, seats)
    actors = {step.by for _state, steps in lives.values() for step in steps}
    tablets = barrier.list_panel_tablets(session, event, datetime.now(UTC))
    actors |= {by for found in tablets for by in found.vouchers}
    return render_template(
        "scoring/results/show_overview.html",
        tablets=tablets,
        describe=barrier.describe,
        event=event,
        ground=ground,
        progress=progress,
        seats=seats,
        lives=lives,
        names=names_of(session, actors),
        coverage=judges.list_coverage(ground.scheme, seats) if ground else [],
        signatures={s.seat_id: s for s in marking.list_signatures(session, event.id)},
        faults=_find_faults(ground, progress) if ground and progress else [],
        decisions=queries.list_decisions(session, event.id),
        standing=standing,
        lock=marking.find_lock(session, event.id),
        form=form,
        penalties=list(ground.scheme.penalties) if ground else [],
        reason_form_object=ReasonForm(formdata=None),
        kind_labels=KIND_LABELS,
        may_lock=is_allowed("marks.lock", places(event)),
        may_unlock=is_allowed("marks.unlock", places(event)),
        me=current_actor().name,
    )


def _find_faults(ground: Ground, progress: Progress) -> list[str]:
    """Return what would keep the marks from being scored, once none is missing."""
    if not progress.gaps.is_complete:
        return []
    try:
        compute.score_ground(ground)
    except ScoringError as error:
        return [tell(fault) for fault in error.details]
    return []
