"""The arbitration group's desk: taking up, hearing, deciding; an event's terms."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from competition.events.queries import get_event
from errors import DomainError
from extensions import db
from scoring.appeals import queries, rules
from scoring.appeals.forms import (
    DecisionForm,
    EffectForm,
    HearingForm,
    ReasonForm,
    TermsForm,
)
from scoring.appeals.models import Appeal
from scoring.appeals.services import effects, steps
from scoring.appeals.services.notes import say_step
from scoring.appeals.services.words import (
    OUTCOME_LABELS,
    STATE_LABELS,
    WINDOW_LABELS,
)
from scoring.appeals.views.common import bp, may_decide
from scoring.scheme.rules.numbers import format_number


@bp.get("/events/<event_uid>/appeals")
@permission_required("appeals.decide", within="event")
def list_appeals(event_uid: str) -> ResponseReturnValue:
    """List an event's appeals, those that wait first."""
    event, state = get_event(db.session(), event_uid), request.args.get("state", "")
    return render_template(
        "scoring/appeals/list_appeals.html",
        event=event,
        appeals=queries.list_of_event(
            db.session(), event.id, state if state in rules.STATES else ""
        ),
        terms=queries.get_terms(db.session(), event.id),
        state=state,
        states=STATE_LABELS,
        now=datetime.now(UTC),
        is_late=rules.is_late,
    )


@bp.get("/events/<event_uid>/appeals/<uid>")
@permission_required("appeals.decide", within="event")
def show_case(event_uid: str, uid: str) -> ResponseReturnValue:
    """Show an appeal to who decides it, with what a changed mark would move."""
    appeal = _appeal_or_404(event_uid, uid)
    effect, fault = None, ""
    form = EffectForm(request.args, meta={"csrf": False})
    cells = effects.list_cells(db.session(), appeal)
    form.cell.choices = [
        SelectChoice(c.key, f"{c.aspect} {c.name} · {c.seat}: {c.value}") for c in cells
    ]
    if request.args and form.validate():
        try:
            effect = effects.foresee(
                db.session(),
                appeal,
                key=form.cell.data or "",
                value=form.value.data or "",
            )
        except DomainError as error:
            fault = error.message
    return _page(appeal, effect_form=form, effect=effect, fault=fault)


@bp.post("/events/<event_uid>/appeals/<uid>/admit")
@permission_required("appeals.decide", within="event")
def admit(event_uid: str, uid: str) -> ResponseReturnValue:
    """Take an appeal up."""
    appeal = _appeal_or_404(event_uid, uid)

    def take() -> None:
        steps.admit(
            db.session(), appeal=appeal, user=signed_in_user(), now=datetime.now(UTC)
        )

    return _after(appeal, take, _("The appeal is taken up."))


@bp.post("/events/<event_uid>/appeals/<uid>/refuse")
@permission_required("appeals.decide", within="event")
def refuse(event_uid: str, uid: str) -> ResponseReturnValue:
    """Refuse to take an appeal up."""
    appeal, form = _appeal_or_404(event_uid, uid), ReasonForm()
    if not form.validate_on_submit():
        return _page(appeal, refusal=form), 422

    def take() -> None:
        steps.refuse(
            db.session(),
            appeal=appeal,
            reason=form.reason.data or "",
            user=signed_in_user(),
            now=datetime.now(UTC),
        )

    return _after(
        appeal, take, _("The appeal is not taken up; the reply can be printed.")
    )


@bp.post("/events/<event_uid>/appeals/<uid>/hearing")
@permission_required("appeals.decide", within="event")
def set_hearing(event_uid: str, uid: str) -> ResponseReturnValue:
    """Invite to a hearing."""
    appeal, form = _appeal_or_404(event_uid, uid), HearingForm()
    if not form.validate_on_submit():
        return _page(appeal, hearing=form), 422

    def take() -> None:
        steps.set_hearing(
            db.session(),
            appeal=appeal,
            at=form.moment(),
            place=form.place.data or "",
            user=signed_in_user(),
            now=datetime.now(UTC),
        )

    return _after(appeal, take, _("The hearing is set; the parties see it."))


@bp.post("/events/<event_uid>/appeals/<uid>/decide")
@permission_required("appeals.decide", within="event")
def decide(event_uid: str, uid: str) -> ResponseReturnValue:
    """Decide an appeal in its instance."""
    appeal, form = _appeal_or_404(event_uid, uid), DecisionForm()
    if not may_decide(appeal):
        abort(403)
    if not form.validate_on_submit():
        return _page(appeal, decision=form), 422

    def take() -> None:
        steps.decide(
            db.session(),
            appeal=appeal,
            outcome=form.outcome.data or "",
            reason=form.reason.data or "",
            revises=bool(form.revises.data),
            user=signed_in_user(),
            now=datetime.now(UTC),
        )

    return _after(
        appeal, take, _("The decision is on record; the reply can be printed.")
    )


@bp.route("/events/<event_uid>/appeals/terms", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def set_terms(event_uid: str) -> ResponseReturnValue:
    """Set the windows of an event, and say that it has ended."""
    event = get_event(db.session(), event_uid)
    terms = queries.get_terms(db.session(), event.id)
    form = TermsForm(obj=terms)
    if form.validate_on_submit():
        try:
            steps.set_terms(
                db.session(),
                event=event,
                values=form.values(),
                ends_now=bool(form.ends_now.data),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The times for appeals are kept."), "success")
            return redirect(url_for(".set_terms", event_uid=event.uid))
    return render_template(
        "scoring/appeals/set_terms.html",
        event=event,
        form=form,
        terms=terms,
        open_count=queries.count_open(db.session(), event.uid),
    )


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Tell the arbitration group which events have open appeals."""
    scopes = allowed_scopes("appeals.decide")
    if not scopes:
        return []
    events = queries.list_events(session, scopes)
    counts = queries.count_open_of(session, [event.id for event in events])
    return [
        DeskItem(
            title=event.name,
            text=_("Appeals to decide"),
            url=url_for("scoring.appeals.list_appeals", event_uid=event.uid),
            count=counts[event.id],
            order=6,
        )
        for event in events
    ]


def _appeal_or_404(event_uid: str, uid: str) -> Appeal:
    event = get_event(db.session(), event_uid)
    found = queries.find_appeal(db.session(), uid, event_id=event.id)
    return found or abort(404)


def _after(appeal: Appeal, take: Callable[[], None], said: str) -> ResponseReturnValue:
    target = url_for(".show_case", event_uid=appeal.event.uid, uid=appeal.uid)
    try:
        take()
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
    else:
        db.session.commit()
        flash(said, "success")
    return redirect(target)


def _page(appeal: Appeal, **given: object) -> str:
    bars = rules.list_bars(queries.find_ties(db.session(), appeal, signed_in_user()))
    shown = {
        "effect_form": None,
        "effect": None,
        "fault": "",
        "refusal": ReasonForm(formdata=None),
        "hearing": HearingForm(formdata=None),
        "decision": DecisionForm(formdata=None),
        **given,
    }
    return render_template(
        "scoring/appeals/show_case.html",
        event=appeal.event,
        appeal=appeal,
        grounds=steps.read_grounds(appeal),
        course=[say_step(step) for step in appeal.steps],
        correction=queries.find_correction(db.session(), appeal),
        barred=steps.say_bars(bars) if bars else "",
        may_decide=may_decide(appeal),
        states=STATE_LABELS,
        outcomes=OUTCOME_LABELS,
        window_labels=WINDOW_LABELS,
        print_number=format_number,
        **shown,
    )
