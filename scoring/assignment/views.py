"""Candidates and places for the committee; invitations and ties for each judge."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    current_actor,
    login_required_only,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from accounts.users.queries import find_by_username
from competition.events.models import Event
from competition.events.queries import get_event
from competition.events.rules import CHECKIN, CLOSED, DRAFT, REGISTRATION
from competition.recusal import queries as ties
from competition.recusal import services as recusal
from errors import DomainError
from extensions import db
from scoring.assignment import queries, rules, services
from scoring.assignment.forms import (
    FAULTS,
    KIND_LABELS,
    LEVELS,
    InviteForm,
    PlaceForm,
    QualifyForm,
    TieForm,
)
from scoring.assignment.models import JudgeInvitation
from scoring.judges.queries import list_seats, list_seats_of
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Scheme

bp = Blueprint("assignment", __name__)
# Until then a judge can still say that they are tied to somebody.
BEFORE_MARKING = frozenset({DRAFT, REGISTRATION, CLOSED, CHECKIN})


@bp.route("/events/<event_uid>/judges/candidates", methods=["GET", "POST"])
@permission_required("judges.assign", within="event")
def list_candidates(event_uid: str) -> ResponseReturnValue:
    """Show whom the committee asked, and ask another."""
    event = get_event(db.session(), event_uid)
    form = InviteForm()
    if form.validate_on_submit():
        user = find_by_username(db.session(), form.username.data or "")
        if user is None:
            form.form_errors.append(_("There is no user of that name."))
        else:
            try:
                services.invite(
                    db.session(),
                    event=event,
                    user=user,
                    actor=current_actor(),
                    now=datetime.now(UTC),
                )
            except services.AssignmentError as error:
                form.form_errors.append(error.message)
            else:
                db.session.commit()
                flash(_("Invited; the answer is asked on their page."), "success")
                return _to_candidates(event)
    page = render_template(
        "scoring/assignment/list_candidates.html",
        event=event,
        form=form,
        asked=queries.list_asked(db.session(), event),
        levels=LEVELS,
        faults=FAULTS,
        qualify_form=QualifyForm(formdata=None),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/events/<event_uid>/judges/candidates/<uid>/train")
@permission_required("judges.assign", within="event")
def train(event_uid: str, uid: str) -> ResponseReturnValue:
    """Keep that a judge was trained."""
    event = get_event(db.session(), event_uid)
    services.train(
        db.session(),
        invitation=_invitation(event, uid),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    return _to_candidates(event)


@bp.post("/events/<event_uid>/judges/candidates/<uid>/qualify")
@permission_required("judges.assign", within="event")
def qualify(event_uid: str, uid: str) -> ResponseReturnValue:
    """Keep what a judge is qualified for."""
    event = get_event(db.session(), event_uid)
    invitation, form = _invitation(event, uid), QualifyForm()
    if not form.validate_on_submit():
        flash(" ".join(str(e) for f in form.errors.values() for e in f), "danger")
        return _to_candidates(event)
    services.qualify(
        db.session(),
        user=invitation.user,
        grade=services.Grade(
            occupation_code=form.occupation_code.data or "",
            level=form.level.data,
            number=form.number.data or "",
            valid_until=form.valid_until.data,
        ),
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The qualification is kept."), "success")
    return _to_candidates(event)


@bp.route("/events/<event_uid>/judges/places", methods=["GET", "POST"])
@permission_required("judges.assign", within="event")
def show_places(event_uid: str) -> ResponseReturnValue:
    """Propose who takes which place; appoint as proposed, or as changed by hand."""
    event = get_event(db.session(), event_uid)
    version = schemes.find_frozen(db.session(), event.id) or schemes.find_newest(
        db.session(), event.id
    )
    scheme = schemes.load_scheme(version) if version else None
    form = PlaceForm()
    asked = queries.list_asked(db.session(), event)
    panels = queries.list_panels(scheme, queries.count_works(db.session(), event))
    proposed = rules.propose([one.candidate for one in asked], panels)
    choice: dict[str, list[int | None]] = {
        panel.letter: _filled((proposed or {}).get(panel.letter, []), panel.places)
        for panel in panels
    }
    broken: list[rules.Broken] = []
    if form.validate_on_submit() and scheme is not None:
        choice = {panel.letter: _chosen(panel, asked) for panel in panels}
        broken = rules.list_broken([one.candidate for one in asked], panels, choice)
        if _appoint(event, scheme, choice, form):
            return redirect(url_for("scoring.judges.list_seats", event_uid=event.uid))
    page = render_template(
        "scoring/assignment/show_places.html",
        event=event,
        form=form,
        asked=asked,
        panels=panels,
        choice=choice,
        is_possible=proposed is not None,
        broken=[_say(found, asked) for found in broken],
        fairness=services.measure(asked, panels, choice),
        names={one.user.id: one.user.display_name for one in asked},
        levels=LEVELS,
        faults=FAULTS,
        has_seats=bool(list_seats(db.session(), event.id)),
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/judging/own", methods=["GET", "POST"])
@login_required_only
def show_own() -> ResponseReturnValue:
    """Show one's invitations and what one declared; declare another tie."""
    user, form = signed_in_user(), TieForm()
    if form.validate_on_submit():
        unit_name = (form.unit.data or "").strip()
        try:
            recusal.declare(
                db.session(),
                user=user,
                tie=recusal.Tie(
                    kind=form.kind.data,
                    unit=recusal.find_named_unit(db.session(), unit_name),
                    name=(form.name.data or "").strip(),
                    id_number=(form.id_number.data or "").strip(),
                ),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except recusal.TieError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("Kept. Who assigns judges learns that there is a tie, not whom."))
            return redirect(url_for(".show_own"))
    page = render_template(
        "scoring/assignment/show_own.html",
        form=form,
        invitations=queries.list_invitations_of(db.session(), user.id),
        qualifications=queries.list_qualifications(db.session(), user.id),
        ties=ties.list_own(db.session(), user.id),
        kinds=KIND_LABELS,
        levels=LEVELS,
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/judging/own/ties/<uid>/withdraw")
@login_required_only
def withdraw_tie(uid: str) -> ResponseReturnValue:
    """Take back a tie declared by mistake."""
    user = signed_in_user()
    tie = ties.find_own(db.session(), user.id, uid) or abort(404)
    recusal.withdraw(
        db.session(), tie=tie, user=user, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    return redirect(url_for(".show_own"))


@bp.post("/judging/own/invitations/<uid>/<says>")
@login_required_only
def answer(uid: str, says: str) -> ResponseReturnValue:
    """Accept or decline an invitation."""
    own = queries.list_invitations_of(db.session(), signed_in_user().id)
    found = next((one for one in own if one.uid == uid), None)
    if found is None or says not in {"yes", "no"}:
        abort(404)
    services.answer(
        db.session(),
        invitation=found,
        says=says,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    return redirect(url_for(".show_own"))


def desk_items(session: Session, user: User, now: datetime) -> list[DeskItem]:
    """Return the invitations to answer, and the ties to think of before marking."""
    del now  # what waits here waits at any hour
    url = url_for("scoring.assignment.show_own")
    items = [
        DeskItem(
            title=_("%(event)s: do you judge?", event=one.event.name),
            text=_("The committee asks you; answer here."),
            url=url,
            order=12,
        )
        for one in queries.list_invitations_of(session, user.id)
        if not one.answer and one.event.state in BEFORE_MARKING
    ]
    seats = list_seats_of(session, user.id)
    is_soon = any(seat.event.state in BEFORE_MARKING for seat in seats)
    if is_soon and not ties.list_own(session, user.id):
        items.append(
            DeskItem(
                title=_("Are you tied to a contestant?"),
                text=_("Say so before marking begins; nobody learns to whom."),
                url=url,
                order=60,
            )
        )
    return items


def _appoint(
    event: Event,
    scheme: Scheme,
    choice: dict[str, list[int | None]],
    form: PlaceForm,
) -> bool:
    try:
        seats = services.appoint(
            db.session(),
            event=event,
            scheme=scheme,
            choice=choice,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return False
    db.session.commit()
    flash(_("%(count)s judges have their seats.", count=len(seats)), "success")
    return True


def _chosen(panel: rules.Panel, asked: Sequence[queries.Asked]) -> list[int | None]:
    by_uid = {one.user.uid: one.user.id for one in asked}
    return [
        by_uid.get(request.form.get(f"{panel.letter}-{place}", ""))
        for place in range(panel.places)
    ]


def _filled(chosen: Sequence[int], places: int) -> list[int | None]:
    return [*chosen, *[None] * (places - len(chosen))]


def _say(found: rules.Broken, asked: Sequence[queries.Asked]) -> str:
    text = str(FAULTS[found.code])
    if found.user_id is None:
        return text % {"panel": found.panel}
    name = next(o.user.display_name for o in asked if o.user.id == found.user_id)
    return f"{name} {text}"


def _invitation(event: Event, uid: str) -> JudgeInvitation:
    return queries.find_invitation(db.session(), event.id, uid) or abort(404)


def _to_candidates(event: Event) -> ResponseReturnValue:
    return redirect(url_for(".list_candidates", event_uid=event.uid))
