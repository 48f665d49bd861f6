"""The desk that takes results from elsewhere: by seats and work codes, never a name."""

from datetime import UTC, datetime
from itertools import islice
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from accounts.users.queries import is_same_person, names_of
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import get_event, list_managed_events, scopes_of
from errors import DomainError, FileFaultsError
from extensions import db
from paging import Pages
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_seats
from scoring.theory import queries, rules
from scoring.theory.forms import (
    OUTCOME_LABELS,
    OUTCOME_TONES,
    STATE_LABELS,
    STATE_TONES,
    ColumnsForm,
    ReceiveForm,
    UndoForm,
    meaning_choices,
    read_columns,
)
from scoring.theory.models import CHECKED, TAKEN, MarkImport
from scoring.theory.services import files
from scoring.theory.services.take import take_import, undo_import
from scoring.theory.services.words import tell

bp = Blueprint("theory", __name__)

_ON_A_PAGE = 100
_FAULTS_SHOWN = 200
_SAMPLES = 3  # values of a column that tell what it is


@bp.get("/events/<event_uid>/theory")
@permission_required("keying.settle", within="event")
def show_theory(event_uid: str) -> ResponseReturnValue:
    """Show which results came from elsewhere, and take more in."""
    event = get_event(db.session(), event_uid)
    return _overview(event, _receive_form(event, fresh=True))


@bp.post("/events/<event_uid>/theory")
@permission_required("keying.enter", within="event")
def receive(event_uid: str) -> ResponseReturnValue:
    """Take a file of results in; a second person confirms it."""
    event = get_event(db.session(), event_uid)
    form = _receive_form(event)
    if not form.validate_on_submit():
        return _overview(event, form), 422
    try:
        found = files.receive_file(
            db.session(),
            seat=_seats(event)[form.seat.data],
            data=form.file.data.read(),
            file_name=form.file.data.filename or "",
            user=signed_in_user(),
            now=datetime.now(UTC),
        )
    except FileFaultsError as error:
        shown = list(islice(error.faults, _FAULTS_SHOWN))
        form.form_errors.extend(shown)
    except DomainError as error:
        form.form_errors.append(error.message)
    else:
        db.session.commit()
        return redirect(url_for(".show_import", event_uid=event.uid, uid=found.uid))
    return _overview(event, form), 422


@bp.get("/events/<event_uid>/theory/<uid>")
@permission_required("keying.settle", within="event")
def show_import(event_uid: str, uid: str) -> ResponseReturnValue:
    """Show what a file would do, or did: every row and every fault."""
    return _page(_get_import(event_uid, uid))


@bp.post("/events/<event_uid>/theory/<uid>/columns")
@permission_required("keying.enter", within="event")
def set_columns(event_uid: str, uid: str) -> ResponseReturnValue:
    """Say what each column of the file holds."""
    found, form = _get_import(event_uid, uid), ColumnsForm()
    if not form.validate_on_submit():
        abort(400)
    session = db.session()
    count = len(files.read_table(found).headings)
    aspects = files.list_seat_aspects(session, found.seat)
    meanings = read_columns(request.form, count, aspects)
    files.set_meanings(session, found=found, meanings=meanings)
    session.commit()
    return redirect(url_for(".show_import", event_uid=event_uid, uid=uid))


@bp.post("/events/<event_uid>/theory/<uid>/take")
@permission_required("keying.settle", within="event")
def take(event_uid: str, uid: str) -> ResponseReturnValue:
    """Confirm a file as the second person: its marks are made."""
    found = _get_import(event_uid, uid)
    count = take_import(
        db.session(), found=found, user=signed_in_user(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(ngettext("%(num)s mark made.", "%(num)s marks made.", count), "success")
    return redirect(url_for(".show_import", event_uid=event_uid, uid=uid))


@bp.post("/events/<event_uid>/theory/<uid>/discard")
@permission_required("keying.settle", within="event")
def discard(event_uid: str, uid: str) -> ResponseReturnValue:
    """Give a file up before a mark is made of it."""
    found = _get_import(event_uid, uid)
    files.discard(
        db.session(), found=found, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("Given up. No mark was made."), "success")
    return redirect(url_for(".show_theory", event_uid=event_uid))


@bp.post("/events/<event_uid>/theory/<uid>/undo")
@permission_required("keying.settle", within="event")
def undo(event_uid: str, uid: str) -> ResponseReturnValue:
    """Take back the marks of a file, with a reason."""
    found, form = _get_import(event_uid, uid), UndoForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        count, left = undo_import(
            db.session(),
            found=found,
            reason=form.reason.data or "",
            user=signed_in_user(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(_get_import(event_uid, uid), form), error.status
    db.session.commit()
    said = ngettext("%(num)s mark taken back.", "%(num)s marks taken back.", count)
    if left:
        said += " " + _("%(count)s were changed since and stay.", count=left)
    flash(said, "success")
    return redirect(url_for(".show_import", event_uid=event_uid, uid=uid))


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Tell the desk which files of results wait for a second person."""
    events = list_managed_events(session, allowed_scopes("keying.settle"))
    return [
        DeskItem(
            title=_("Results from a file: %(event)s", event=found.event.name),
            text=_("A second person has to confirm them"),
            url=url_for(
                "scoring.theory.show_import",
                event_uid=found.event.uid,
                uid=found.uid,
            ),
            count=1,
            order=13,
        )
        for found in queries.list_waiting(session, [event.id for event in events])
        if found.received_by != user.uid and found.event.state == life.MARKING
    ]


def _seats(event: Event) -> dict[str, JudgeSeat]:
    return {s.seat: s for s in list_seats(db.session(), event.id) if s.covers}


def _receive_form(event: Event, *, fresh: bool = False) -> ReceiveForm:
    form = ReceiveForm(formdata=None) if fresh else ReceiveForm()
    form.seat.choices = [(seat, seat) for seat in _seats(event)]
    return form


def _overview(event: Event, form: ReceiveForm) -> str:
    found = queries.list_imports(db.session(), event.id)
    return render_template(
        "scoring/theory/show_theory.html",
        event=event,
        form=form,
        imports=found,
        names=names_of(db.session(), {one.received_by for one in found}),
        states=STATE_LABELS,
        tones=STATE_TONES,
        is_open=event.state == life.MARKING and bool(form.seat.choices),
        may_receive=_may_enter(event),
    )


def _page(found: MarkImport, undo_form: UndoForm | None = None) -> str:
    session, user = db.session(), signed_in_user()
    is_waiting = found.state == CHECKED
    foreseen = files.foresee(session, found) if is_waiting else None
    faults = foreseen.checked.faults if foreseen else ()
    return render_template(
        "scoring/theory/show_import.html",
        event=found.event,
        found=found,
        names=names_of(
            session, {found.received_by, found.decided_by, found.undone_by} - {""}
        ),
        states=STATE_LABELS,
        tones=STATE_TONES,
        columns=_columns(found),
        choices=meaning_choices(files.list_seat_aspects(session, found.seat)),
        faults=[tell(fault) for fault in faults[:_FAULTS_SHOWN]],
        fault_count=len(faults),
        without=foreseen.checked.without if foreseen and not faults else (),
        is_own=is_same_person(session, found.received_by, user.uid),
        may_enter=_may_enter(found.event),
        is_waiting=is_waiting,
        is_taken=found.state == TAKEN,
        columns_form=ColumnsForm(formdata=None),
        undo_form=undo_form or UndoForm(formdata=None),
        **_rows(found, foreseen),
    )


def _rows(found: MarkImport, foreseen: files.Foreseen | None) -> dict[str, Any]:
    """Return the rows of a page, narrowed by what becomes of them."""
    rows = foreseen.rows if foreseen else ()
    outcome = request.args.get("outcome", "")
    chosen = [row for row in rows if outcome in {"", row.outcome}]
    number = max(request.args.get("page", 1, type=int), 1)
    page = Pages(page=number, total=len(chosen), per_page=_ON_A_PAGE)
    return {
        "rows": chosen[page.part],
        "page": page,
        "page_url": lambda n: url_for(
            ".show_import",
            event_uid=found.event.uid,
            uid=found.uid,
            outcome=outcome or None,
            page=n,
        ),
        "counts": {
            name: sum(row.outcome == name for row in rows) for name in rules.OUTCOMES
        },
        "outcomes": OUTCOME_LABELS,
        "outcome_tones": OUTCOME_TONES,
    }


def _columns(found: MarkImport) -> list[dict[str, Any]]:
    """Return each column with its meaning and the first things that stand in it."""
    table, meanings = files.read_table(found), files.read_meanings(found)
    columns = []
    for number, heading in enumerate(table.headings):
        cells = (c[number] for _row, c in table.rows if len(c) > number and c[number])
        columns.append(
            {
                "number": number,
                "heading": heading or _("column %(number)s", number=number + 1),
                "meaning": meanings.get(number, ""),
                "samples": list(islice(cells, _SAMPLES)),
            }
        )
    return columns


def _may_enter(event: Event) -> bool:
    here = [Scope("event", event.uid), *scopes_of(event.competition)]
    return is_allowed("keying.enter", here)


def _get_import(event_uid: str, uid: str) -> MarkImport:
    event = get_event(db.session(), event_uid)
    return queries.find_import(db.session(), event.id, uid) or abort(404)
