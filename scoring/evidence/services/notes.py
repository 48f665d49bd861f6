"""The panel's notes on judges who lie far apart: written once, never changed."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.evidence.models import DiscussionNote
from scoring.marking.queries import list_counted
from scoring.marking.rules.calls import list_disputes, mark_list
from scoring.scheme import queries as schemes

LONGEST = 1000


class NoteError(DomainError):
    """The note cannot be taken, or not like this."""


def add_note(
    session: Session,
    *,
    event: Event,
    cell: tuple[str, str],
    text: str,
    actor: Actor,
    now: datetime,
) -> DiscussionNote:
    """Write down what the panel said about a cell; the marks stay as they are.

    Args:
        session: the transaction.
        event: where.
        cell: work code and aspect.
        text: what was said, at most 1000 characters.
        actor: who writes it down.
        now: when.

    Raises:
        NoteError: the marks are closed, the judges do not lie apart there, or no text.
    """
    said = text.strip()
    if event.state != life.MARKING:
        raise NoteError(_("Marking is not open at this event."))
    if not said or len(said) > LONGEST:
        raise NoteError(_("Write down in a few sentences what the panel said."))
    version = schemes.find_frozen(session, event.id)
    disputes = (
        []
        if version is None
        else list_disputes(
            schemes.load_scheme(version),
            list_counted(session, event.id, entry=cell[0]),
        )
    )
    found = next((d for d in disputes if (d.entry, d.aspect) == cell), None)
    if found is None:
        raise NoteError(_("The judges do not lie too far apart here, or not any more."))
    note = DiscussionNote(
        event_id=event.id,
        entry=found.entry,
        aspect=found.aspect,
        marks=mark_list(found),
        note=said,
        made_at=now,
        made_by=actor.name,
    )
    session.add(note)
    session.flush()
    record(
        session,
        actor=actor,
        action="notes.made",
        subject=f"note:{note.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body=logged_fields(note),
    )
    return note


def logged_fields(note: DiscussionNote) -> dict[str, object]:
    """Return what the log says of a note."""
    return {
        "entry": note.entry,
        "aspect": note.aspect,
        "marks": note.marks,
        "note": note.note,
    }
