"""One work on the chief judge's desk: its marks, photos, the panel's notes."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, is_allowed, permission_required
from accounts.users.queries import names_of
from competition.events import rules as life
from extensions import db
from people.attachments.services import send_attachment
from scoring.evidence import queries as evidence
from scoring.evidence.forms import NoteForm
from scoring.evidence.services import notes
from scoring.judges import queries as judges
from scoring.marking import queries as marking
from scoring.marking.rules.calls import list_calls
from scoring.marking.rules.panel import find_closed
from scoring.results import queries
from scoring.results.forms import KIND_LABELS
from scoring.results.rules.scheme_change import keep_known
from scoring.results.services import compute
from scoring.results.views.common import bp, event_or_404, places
from scoring.scheme import queries as schemes


@bp.get("/events/<event_uid>/marks/<work_code>")
@permission_required("marks.overview", within="event")
def show_work(event_uid: str, work_code: str) -> ResponseReturnValue:
    """Show everything that happened to one work, by seats and codes."""
    event, session = event_or_404(event_uid), db.session()
    version, _facts = compute.read_frame(session, event.id)
    scheme = schemes.load_scheme(version)
    seats = judges.list_seats(session, event.id)
    counted = keep_known(
        scheme, marking.list_counted(session, event.id, entry=work_code)
    )
    # What lies in a closed cell is told to nobody yet, whoever looks.
    found = find_closed(scheme, counted) if event.state == life.MARKING else ()
    closed = {aspect for _entry, aspect in found}
    photos = evidence.list_photos(session, event.id, work_code)
    photographed = {
        (p.entry, p.aspect, p.seat.seat) for p in photos if p.status == "stored"
    }
    may_note = event.state == life.MARKING and is_allowed("marks.lock", places(event))
    notes_made = evidence.list_notes(session, event.id, work_code)
    return render_template(
        "scoring/results/show_work.html",
        event=event,
        work_code=work_code,
        aspects=list(scheme.aspects),
        seats=seats,
        own={
            seat.seat: {a.code for a in judges.list_aspects(scheme, seat, seats)}
            for seat in seats
        },
        closed=closed,
        marks={(c.aspect, c.judge): c for c in counted},
        calls={
            (call.aspect, call.judge): call.what
            for call in list_calls(scheme.aspects, counted, photographed)
            if call.aspect not in closed
        },
        disputes=evidence.list_open_disputes(session, event.id, scheme, counted),
        photos=photos,
        notes=notes_made,
        names=names_of(session, {note.made_by for note in notes_made}),
        history=marking.list_history(session, event.id, work_code),
        counted={c.id for c in counted},
        decisions=[
            d for d in queries.list_decisions(session, event.id) if d.entry == work_code
        ],
        kind_labels=KIND_LABELS,
        may_lock=may_note,
    )


@bp.get("/events/<event_uid>/marks/photos/<photo_uid>")
@permission_required("marks.overview", within="event")
def show_photo(event_uid: str, photo_uid: str) -> ResponseReturnValue:
    """Send a photo of a mark to those who oversee the panel."""
    event = event_or_404(event_uid)
    photo = evidence.find_photo(db.session(), event.id, photo_uid)
    return send_attachment(photo.attachment) if photo else abort(404)


@bp.post("/events/<event_uid>/notes")
@permission_required("marks.lock", within="event")
def add_note(event_uid: str) -> ResponseReturnValue:
    """Write down what the panel said where its judges lie far apart."""
    event, form = event_or_404(event_uid), NoteForm()
    if form.validate_on_submit():
        notes.add_note(
            db.session(),
            event=event,
            cell=(form.entry.data or "", form.aspect.data or ""),
            text=form.note.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        flash(_("The note is recorded."), "success")
    else:
        flash(_("Write down in a few sentences what the panel said."), "danger")
    return redirect(url_for(".show_overview", event_uid=event.uid))
