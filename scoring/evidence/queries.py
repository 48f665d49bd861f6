"""Reading photos, notes and comments, and the disputes that wait for a note."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from scoring.evidence.models import CommentPolicy, DiscussionNote, MarkPhoto
from scoring.judges.models import JudgeSeat
from scoring.marking.models import STORED, SheetSignature
from scoring.marking.queries import list_counted
from scoring.marking.rules.calls import Cell, Dispute, list_disputes, mark_list
from scoring.marking.rules.cells import Counted
from scoring.scheme.rules.tree import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a judge wrote to a mark that counts."""

    aspect: str
    seat: str
    value: str
    text: str


def list_comments(session: Session, event_id: int, entry: str) -> list[Comment]:
    """Return the comments on the marks of a work that count, by aspect and seat.

    Whether they may be shown to the contestant is `may_read_comments`'s to say.
    """
    return [
        Comment(aspect=c.aspect, seat=c.judge, value=c.value, text=c.reason)
        for c in list_counted(session, event_id, entry=entry)
        if c.reason.strip()
    ]


def list_photos(
    session: Session, event_id: int, entry: str | None = None
) -> list[MarkPhoto]:
    """Return the photos of an event or of one work, late ones too, oldest first."""
    statement = (
        select(MarkPhoto)
        .options(joinedload(MarkPhoto.seat), joinedload(MarkPhoto.attachment))
        .where(MarkPhoto.event_id == event_id)
        .order_by(MarkPhoto.id)
    )
    if entry is not None:
        statement = statement.where(MarkPhoto.entry == entry)
    return list(session.scalars(statement))


def find_photo(session: Session, event_id: int, uid: str) -> MarkPhoto | None:
    """Return a photo of an event."""
    return session.scalar(
        select(MarkPhoto)
        .options(joinedload(MarkPhoto.attachment))
        .where(MarkPhoto.event_id == event_id, MarkPhoto.uid == uid)
    )


def list_photographed(
    session: Session, event_id: int, seat_id: int | None = None
) -> dict[Cell, list[str]]:
    """Return the hashes of the photos that came in time, by entry, aspect and seat."""
    statement = (
        select(MarkPhoto.entry, MarkPhoto.aspect, JudgeSeat.seat, MarkPhoto.sha256)
        .join(JudgeSeat, JudgeSeat.id == MarkPhoto.seat_id)
        .where(MarkPhoto.event_id == event_id, MarkPhoto.status == STORED)
        .order_by(MarkPhoto.id)
    )
    if seat_id is not None:
        statement = statement.where(MarkPhoto.seat_id == seat_id)
    found: dict[Cell, list[str]] = {}
    for entry, aspect, seat, sha256 in session.execute(statement):
        found.setdefault((entry, aspect, seat), []).append(sha256)
    return found


def list_notes(
    session: Session, event_id: int, entry: str | None = None
) -> list[DiscussionNote]:
    """Return the panel's notes on an event or on one work, oldest first."""
    statement = (
        select(DiscussionNote)
        .where(DiscussionNote.event_id == event_id)
        .order_by(DiscussionNote.id)
    )
    if entry is not None:
        statement = statement.where(DiscussionNote.entry == entry)
    return list(session.scalars(statement))


def count_remarks(session: Session, event_id: int) -> tuple[int, int, int]:
    """Count the notes, signatures and returned sheets: each new one changes a sheet."""
    notes = select(func.count()).where(DiscussionNote.event_id == event_id)
    signed = select(func.count(), func.count(SheetSignature.returned_at)).where(
        SheetSignature.event_id == event_id
    )
    signatures, returned = session.execute(signed).one()
    return session.scalar(notes) or 0, signatures, returned


def list_open_disputes(
    session: Session,
    event_id: int,
    scheme: Scheme,
    counted: Iterable[Counted],
    *,
    excused: Collection[str] = (),
) -> list[Dispute]:
    """Return the disputes without a note on the marks as they are now."""
    disputes = list_disputes(scheme, counted, excused=excused)
    return list_unsettled(disputes, list_settled(session, event_id)) if disputes else []


def list_settled(session: Session, event_id: int) -> set[tuple[str, str, str]]:
    """Return what the panel's notes are about: entry, aspect and marks."""
    return {
        (note.entry, note.aspect, note.marks) for note in list_notes(session, event_id)
    }


def list_unsettled(
    disputes: Iterable[Dispute], settled: Collection[tuple[str, str, str]]
) -> list[Dispute]:
    """Return the disputes that no note settles."""
    return [d for d in disputes if (d.entry, d.aspect, mark_list(d)) not in settled]


def find_policy(session: Session, event_id: int) -> CommentPolicy | None:
    """Return what was last decided about the comments of an event."""
    return session.scalar(
        select(CommentPolicy)
        .where(CommentPolicy.event_id == event_id)
        .order_by(CommentPolicy.id.desc())
        .limit(1)
    )


def may_read_comments(session: Session, event_id: int) -> bool:
    """Tell whether contestants read the comments on their work, once published.

    The default is that they do not. Whether the result is published is for the page
    that shows it.
    """
    policy = find_policy(session, event_id)
    return policy is not None and policy.is_released
