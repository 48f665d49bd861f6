"""A judge's pages: what to mark, the marking screen, the signature. Codes only."""

from datetime import UTC, datetime

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
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
from scoring.evidence.forms import NoteForm
from scoring.evidence.services import notes
from scoring.exemplars.queries import read_exemplars
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.results.services.lives import list_lives
from scoring.scheme.rules.parse import examine, read_toml
from scoring.scheme.services.drafts import get_draft
from scoring.sheets import services
from scoring.sheets.forms import SignForm
from scoring.sheets.queries import (
    Sheet,
    aspect_data,
    find_alerts,
    find_sheet,
    sheet_data,
)
from scoring.tablets.services.barrier import list_open

bp = Blueprint("sheets", __name__)


class NoAspectError(DomainError):
    """There is nothing to be shown."""


NAV = (NavItem(_l("Marking"), "scoring.sheets.list_events", "marks.enter", 30),)


@bp.get("/judging")
@permission_required("marks.enter")
def list_events() -> ResponseReturnValue:
    """List the events the judge has a seat at."""
    seats = judges.list_seats_of(db.session(), signed_in_user().id)
    return render_template("scoring/sheets/list_events.html", seats=seats)


@bp.get("/judging/<event_uid>")
@permission_required("marks.enter", within="event")
def list_works(event_uid: str) -> ResponseReturnValue:
    """List the works to mark, by code, with how far each is."""
    seat = _get_seat(event_uid)
    sheet = find_sheet(db.session(), seat)
    return render_template(
        "scoring/sheets/list_works.html",
        seat=seat,
        event=seat.event,
        sheet=sheet,
        works=list(sheet.list_works()) if sheet else [],
        leads=judges.may_check_any(db.session(), seat),
    )


@bp.get("/judging/<event_uid>/mark")
@permission_required("marks.enter", within="event")
def mark(event_uid: str) -> ResponseReturnValue:
    """Open the marking screen; it goes on working when the network goes away.

    The page is the same for every judge and event: what is marked comes after it.
    """
    _get_seat(event_uid)
    return render_template(
        "scoring/sheets/mark.html", addresses=mark_addresses(), practice=False
    )


def mark_addresses() -> dict[str, str]:
    """Return where the marking screen sends, asks and leads to.

    `store` names the tablet's database; "" is the one for marks that count.
    """
    event = "EVENT"  # the page puts its own in
    return {
        "send": url_for("scoring.marks_api.send_marks"),
        "alerts": url_for("scoring.sheets.show_alerts", event_uid=event),
        "state": url_for("scoring.sheets.show_state", event_uid=event),
        "here": url_for("scoring.sheets.mark", event_uid=event),
        "exemplars": url_for(
            "scoring.exemplars.show_exemplar", event_uid=event, sha256="HASH"
        ),
        "leave": url_for("scoring.shell.show_app"),
        "store": "",
    }


@bp.get("/judging/<event_uid>/sheet.json")
@permission_required("marks.enter", within="event")
def show_state(event_uid: str) -> ResponseReturnValue:
    """Tell the judge's tablet what the server holds of their sheet."""
    _seat, sheet = _get_sheet(event_uid)
    return jsonify(sheet_data(sheet))


@bp.get("/judging/<event_uid>/alerts.json")
@permission_required("marks.enter", within="event")
def show_alerts(event_uid: str) -> ResponseReturnValue:
    """Tell an open tablet what to judge again and what to talk about."""
    known = request.args.get("known", "")
    return jsonify(find_alerts(db.session(), _get_seat(event_uid), known))


@bp.post("/judging/<event_uid>/notes")
@permission_required("marks.enter", within="event")
def add_note(event_uid: str) -> ResponseReturnValue:
    """Write down what the panel said where its judges lie far apart."""
    seat, form = _get_seat(event_uid), NoteForm()
    if form.validate_on_submit():
        notes.add_note(
            db.session(),
            event=seat.event,
            cell=(form.entry.data or "", form.aspect.data or ""),
            text=form.note.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        flash(_("The note is recorded."), "success")
    else:
        flash(_("Write down in a few sentences what the panel said."), "danger")
    return redirect(url_for(".list_works", event_uid=event_uid))


@bp.route("/judging/<event_uid>/sign", methods=["GET", "POST"])
@permission_required("marks.enter", within="event")
def sign(event_uid: str) -> ResponseReturnValue:
    """Show the judge's whole sheet and take their signature under it."""
    seat, sheet = _get_sheet(event_uid)
    form = SignForm()
    if form.validate_on_submit():
        try:
            services.sign_sheet(
                db.session(),
                seat=seat,
                digest=form.digest.data or "",
                device=form.device.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("Signed. Thank you."), "success")
            return redirect(url_for(".sign", event_uid=event_uid))
    state, steps = list_lives(db.session(), seat.event_id, [seat])[seat.id]
    return render_template(
        "scoring/sheets/sign.html",
        seat=seat,
        event=seat.event,
        sheet=sheet,
        sheet_state=state,
        steps=steps,
        names=names_of(db.session(), {step.by for step in steps if step.by}),
        values={(c.entry, c.aspect): c.value for c in sheet.counted},
        form=form,
        judge=signed_in_user().uid,
        open_tablets=list_open(db.session(), seat.event, datetime.now(UTC)),
    )


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Tell a judge what is left to mark or to sign."""
    items = []
    for seat in judges.list_seats_of(session, user.id):
        if seat.event.state != life.MARKING or not seat.covers:
            continue
        sheet = find_sheet(session, seat)
        if sheet is not None and sheet.signature is None:
            items.append(_desk_item(seat, len(sheet.gaps)))
    return items


def _desk_item(seat: JudgeSeat, gaps: int) -> DeskItem:
    page = "list_works" if gaps else "sign"
    return DeskItem(
        title=_("Mark: %(event)s", event=seat.event.name),
        text=_("Marks still to give") if gaps else _("All marks are there: sign"),
        url=url_for(f"scoring.sheets.{page}", event_uid=seat.event.uid),
        count=gaps or None,
        order=10,
    )


def _get_seat(event_uid: str) -> JudgeSeat:
    event = get_event(db.session(), event_uid)
    seat = judges.find_seat(db.session(), event.id, signed_in_user().id)
    return seat or abort(403)


def _get_sheet(event_uid: str) -> tuple[JudgeSeat, Sheet]:
    seat = _get_seat(event_uid)
    sheet = find_sheet(db.session(), seat)
    if sheet is None:
        raise services.SignError(_("Marking is not open at this event."))
    return seat, sheet


@bp.get("/events/<event_uid>/scheme/draft/tablet")
@permission_required("scheme.draft", within="event")
def preview(event_uid: str) -> ResponseReturnValue:
    """Show an aspect of the draft as judges will see it; nothing is kept."""
    event = get_event(db.session(), event_uid)
    draft = get_draft(db.session(), event)
    scheme, _faults = examine(read_toml(draft.text))
    aspects = list(scheme.aspects)
    if not aspects:
        raise NoAspectError(_("The draft has no aspect yet."))
    wanted = request.args.get("aspect", "")
    codes = [aspect.code for aspect in aspects]
    at = codes.index(wanted) if wanted in codes else 0
    return render_template(
        "scoring/sheets/preview.html",
        event=event,
        data=aspect_data(aspects[at], read_exemplars(db.session(), event.id)),
        number=at + 1,
        count=len(aspects),
        previous=codes[at - 1] if at else "",
        following=codes[at + 1] if at + 1 < len(codes) else "",
    )
