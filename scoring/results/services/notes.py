"""What rooms above add to the pages of published results, without being known here."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

EventNotes = Callable[[Session, str], list[str]]  # by the event's uid: sentences
_events: dict[str, EventNotes] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something about one entry's result, for those who may read its whole sheet."""

    title: str
    lines: tuple[str, ...]
    link: str = ""
    url: str = ""


SheetNotes = Callable[[Session, str], list[Note]]  # by the entry's uid
_sheets: dict[str, SheetNotes] = {}


def register_notes(name: str, events: EventNotes, sheets: SheetNotes) -> None:
    """Let a room above say something on result pages and on an entry's explanation.

    Call it from the room's `listen()`; registering a name again replaces it.
    """
    _events[name], _sheets[name] = events, sheets


def list_event_notes(session: Session, event_uid: str) -> tuple[str, ...]:
    """Return what is said in public about an event's result."""
    return tuple(
        said for name in sorted(_events) for said in _events[name](session, event_uid)
    )


def list_sheet_notes(session: Session, entry_uid: str) -> list[Note]:
    """Return what is said about an entry's result to those who read its sheet."""
    return [
        note for name in sorted(_sheets) for note in _sheets[name](session, entry_uid)
    ]
