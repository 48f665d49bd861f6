"""The pages of a panel's chair: the panel's marks, and the sheets to countersign."""

from datetime import UTC, datetime

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    current_actor,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from accounts.users.queries import names_of
from competition.events import rules as life
from competition.events.queries import get_event
from errors import DomainError
from extensions import db
from scoring.evidence import queries as evidence
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.marking import queries as marking
from scoring.marking.models import AGREED, SheetSignature
from scoring.panels import services
from scoring.panels.forms import CheckForm
from scoring.panels.queries import count_to_check, find_panel, find_spread
from scoring.results.services.lives import list_lives
from scoring.scheme.rules.numbers import format_number, round_to
from scoring.sheets.queries import find_sheet

bp = Blueprint("panels", __name__)

bp.add_app_template_filter(
    lambda points: format_number(round_to(points, 2)), "points_text"
)

FOLLOW_EVERY = 5  # seconds between two looks of an open page


@bp.get("/judging/<event_uid>/panel")
@permission_required("marks.enter", within="event")
def show_panel(event_uid: str) -> ResponseReturnValue:
    """Show who has marked; where all have, the panel's marks side by side."""
    seat = _get_seat(event_uid)
    panel = find_panel(db.session(), seat) or abort(403)
    if panel.tag and request.if_none_match.contains(panel.tag):
        return Response(status=304)
    response = Response(
        render_template(
            "scoring/panels/show_panel.html",
            event=seat.event,
            seat=seat,
            panel=panel,
            every=FOLLOW_EVERY,
            is_open=seat.event.state == life.MARKING,
        )
    )
    response.set_etag(panel.tag)
    return response


@bp.get("/events/<event_uid>/spread")
@permission_required("marks.overview", within="event")
def show_spread(event_uid: str) -> ResponseReturnValue:
    """Show, live, how many judges have seen each work and how far they lie apart."""
    event = get_event(db.session(), event_uid)
    spread = find_spread(db.session(), event)
    tag = spread.tag if spread else ""
    if tag and request.if_none_match.contains(tag):
        return Response(status=304)
    response = Response(
        render_template(
            "scoring/panels/show_spread.html",
            event=event,
            spread=spread,
            every=FOLLOW_EVERY,
        )
    )
    response.set_etag(tag)
    return response


@bp.route("/judging/<event_uid>/panel/<uid>", methods=["GET", "POST"])
@permission_required("marks.enter", within="event")
def check_sheet(event_uid: str, uid: str) -> ResponseReturnValue:
    """Show a signed sheet to who may check it, and take what they say of it."""
    seat = _get_seat(event_uid)
    signature = _get_signature(seat, uid)
    form = CheckForm()
    if form.validate_on_submit():
        try:
            services.check_sheet(
                db.session(),
                seat=seat,
                uid=uid,
                verdict=_verdict(form),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            is_agreed = form.outcome.data == AGREED
            flash(
                _("Checked. Thank you.")
                if is_agreed
                else _("The sheet is with its judge again."),
                "success",
            )
            return redirect(url_for(".show_panel", event_uid=event_uid))
    return _page(seat, signature, form)


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Tell who leads a panel which sheets wait for their check."""
    items = []
    for seat in judges.list_seats_of(session, user.id):
        count = count_to_check(session, seat)
        if count:
            items.append(
                DeskItem(
                    title=_("Panel: %(event)s", event=seat.event.name),
                    text=_("Signed sheets to check"),
                    url=url_for("scoring.panels.show_panel", event_uid=seat.event.uid),
                    count=count,
                    order=11,
                )
            )
    return items


def _page(
    seat: JudgeSeat, signature: SheetSignature, form: CheckForm
) -> ResponseReturnValue:
    session = db.session()
    waiting = services.list_waiting(session, signature)
    # What stands on the sheet is read only where nothing on it is closed.
    sheet = None if waiting else find_sheet(session, signature.seat)
    checks = {c.signature_id: c for c in marking.list_checks(session, seat.event_id)}
    state, steps = list_lives(session, seat.event_id, [signature.seat])[
        signature.seat_id
    ]
    photos = [] if waiting else evidence.list_photos(session, seat.event_id)
    return render_template(
        "scoring/panels/check_sheet.html",
        event=seat.event,
        seat=seat,
        signature=signature,
        waiting=waiting,
        sheet=sheet,
        marks={(c.entry, c.aspect): c for c in sheet.counted} if sheet else {},
        comments=[c for c in sheet.counted if c.reason.strip()] if sheet else [],
        photos=[p for p in photos if p.seat_id == signature.seat_id],
        check=checks.get(signature.id),
        sheet_state=state,
        steps=steps,
        names=names_of(session, {step.by for step in steps if step.by}),
        form=form,
        is_open=seat.event.state == life.MARKING,
    )


def _verdict(form: CheckForm) -> services.Verdict:
    return services.Verdict(
        outcome=form.outcome.data or "",
        digest=form.digest.data or "",
        reason=form.reason.data or "",
        device=form.device.data or "",
    )


def _get_seat(event_uid: str) -> JudgeSeat:
    event = get_event(db.session(), event_uid)
    seat = judges.find_seat(db.session(), event.id, signed_in_user().id)
    return seat or abort(403)


def _get_signature(seat: JudgeSeat, uid: str) -> SheetSignature:
    """Return the signature where this seat may check it; else 404 or 403."""
    standing = {s.uid: s for s in marking.list_signatures(db.session(), seat.event_id)}
    signature = standing.get(uid) or abort(404)
    try:
        services.refuse_checker(db.session(), seat, signature)
    except services.CheckError:
        abort(403)
    return signature
