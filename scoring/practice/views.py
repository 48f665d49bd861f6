"""Practice pages: the chief judge's round, the judges' samples and what came out."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    current_actor,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.events.models import Event
from competition.events.queries import get_event, scopes_of
from errors import DomainError
from extensions import db
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.practice import queries, services
from scoring.practice.forms import RoundForm
from scoring.practice.models import PracticeRound
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Scheme

bp = Blueprint("practice", __name__)


@bp.route("/events/<event_uid>/practice", methods=["GET", "POST"])
@permission_required("marks.overview", within="event")
def show_practice(event_uid: str) -> ResponseReturnValue:
    """Show the panel's practice rounds; open one as chief judge."""
    event = get_event(db.session(), event_uid)
    scheme, may_hold = _find_scheme(event), _may_hold(event)
    form = RoundForm(scheme=scheme) if scheme else None
    if form is not None and form.is_submitted() and not may_hold:
        abort(403)
    if form is not None and form.validate_on_submit():
        try:
            services.open_round(
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
            flash(_("The practice is open on the judges' tablets."), "success")
            return redirect(url_for(".show_practice", event_uid=event.uid))
    status = 422 if form is not None and form.errors else 200
    return _page(event, form, scheme, may_hold=may_hold), status


@bp.post("/events/<event_uid>/practice/<uid>/close")
@permission_required("marks.lock", within="event")
def close(event_uid: str, uid: str) -> ResponseReturnValue:
    """End a practice and show how the panel agrees."""
    event = get_event(db.session(), event_uid)
    services.close_round(
        db.session(),
        event=event,
        uid=uid,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The practice is closed. This is how the panel agrees."), "success")
    return redirect(url_for(".show_round", event_uid=event.uid, uid=uid))


@bp.get("/events/<event_uid>/practice/<uid>")
@permission_required("marks.overview", within="event")
def show_round(event_uid: str, uid: str) -> ResponseReturnValue:
    """Show how the panel agreed in a closed practice."""
    event = get_event(db.session(), event_uid)
    found = queries.find_round(db.session(), event.id, uid) or abort(404)
    if found.closed_at is None:
        # What one judge gave leads no other: nothing is shown before the end.
        return redirect(url_for(".show_practice", event_uid=event.uid))
    return render_template(
        "scoring/practice/show_round.html",
        event=event,
        round=found,
        names=dict(found.list_works()),
        found=queries.compare_round(db.session(), found),
        own_seat="",
    )


@bp.get("/judging/<event_uid>/practice")
@permission_required("marks.enter", within="event")
def show_own(event_uid: str) -> ResponseReturnValue:
    """Tell a judge about the practice: where to mark, and afterwards how it went."""
    seat = _get_seat(event_uid)
    found = queries.find_last(db.session(), seat.event_id)
    if found is not None and found.closed_at is not None:
        return render_template(
            "scoring/practice/show_round.html",
            event=seat.event,
            round=found,
            names=dict(found.list_works()),
            found=queries.compare_round(db.session(), found),
            own_seat=seat.seat,
        )
    return render_template(
        "scoring/practice/show_own.html",
        event=seat.event,
        seat=seat,
        works=found.list_works() if found else [],
        sheet=queries.practice_sheet(db.session(), found, seat) if found else None,
    )


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Tell a judge of a practice that waits for their marks."""
    return [
        DeskItem(
            title=_("Practice: %(event)s", event=seat.event.name),
            text=_("Mark the samples"),
            url=url_for("scoring.practice.show_own", event_uid=seat.event.uid),
            order=9,
        )
        for seat in queries.list_waiting(session, user.id)
    ]


@bp.get("/judging/<event_uid>/samples")
@permission_required("marks.enter", within="event")
def mark(event_uid: str) -> ResponseReturnValue:
    """Open the marking screen on the samples; it keeps a store of its own."""
    _get_round(_get_seat(event_uid))
    addresses = {
        "send": url_for("scoring.practice_api.send_practice"),
        "alerts": "",
        "state": url_for(".show_sheet", event_uid="EVENT"),
        "here": url_for(".mark", event_uid="EVENT"),
        "exemplars": url_for(
            "scoring.exemplars.show_exemplar", event_uid="EVENT", sha256="HASH"
        ),
        "leave": url_for(".show_own", event_uid="EVENT"),
        "store": "jiangcai-practice",
    }
    return render_template(
        "scoring/sheets/mark.html", addresses=addresses, practice=True
    )


@bp.get("/judging/<event_uid>/samples.json")
@permission_required("marks.enter", within="event")
def show_sheet(event_uid: str) -> ResponseReturnValue:
    """Tell the tablet the samples and what this judge has given them."""
    seat = _get_seat(event_uid)
    return jsonify(queries.practice_sheet(db.session(), _get_round(seat), seat))


def _get_round(seat: JudgeSeat) -> PracticeRound:
    return queries.find_last(db.session(), seat.event_id) or abort(404)


def _get_seat(event_uid: str) -> JudgeSeat:
    event = get_event(db.session(), event_uid)
    seat = judges.find_seat(db.session(), event.id, signed_in_user().id)
    return seat or abort(403)


def _find_scheme(event: Event) -> Scheme | None:
    version = schemes.find_frozen(db.session(), event.id)
    return None if version is None else schemes.load_scheme(version)


def _may_hold(event: Event) -> bool:
    places = [Scope("event", event.uid), *scopes_of(event.competition)]
    return is_allowed("marks.lock", places)


def _page(
    event: Event, form: RoundForm | None, scheme: Scheme | None, *, may_hold: bool
) -> str:
    session = db.session()
    rounds = queries.list_rounds(session, event.id)
    current = next((r for r in rounds if r.closed_at is None), None)
    return render_template(
        "scoring/practice/show_practice.html",
        event=event,
        form=form,
        aspects=list(scheme.aspects) if scheme else [],
        rounds=[
            (r, queries.compare_round(session, r).agreement)
            for r in rounds
            if r.closed_at is not None
        ],
        current=current,
        progress=queries.count_by_seat(session, current) if current else [],
        may_hold=may_hold,
    )
