"""Compare photos and notes with the log, whenever the log is verified."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.queries import iter_said
from ledger.log.services import register_check
from scoring.evidence.models import DiscussionNote, MarkPhoto
from scoring.evidence.services import notes, photos


def listen() -> None:
    """Have them checked with every verification of the log."""
    register_check("evidence", lambda session: list(check_evidence(session)))


def check_evidence(session: Session) -> Iterator[str]:
    """Name every photo and every note of a panel that is not what the log says."""
    shot = {p.uid: photos.logged_fields(p) for p in session.scalars(select(MarkPhoto))}
    yield from _compared(session, "photo", "photos.received", shot)
    said = {
        n.uid: notes.logged_fields(n) for n in session.scalars(select(DiscussionNote))
    }
    yield from _compared(session, "note", "notes.made", said)


def _compared(
    session: Session, kind: str, action: str, rows: Mapping[str, Mapping[str, object]]
) -> Iterator[str]:
    logged = {said.uid: said.body for said in iter_said(session, action)}
    for uid, fields in rows.items():
        body = logged.pop(uid, None)
        if body is None:
            yield f"{kind} {uid} is not in the log"
        elif any(body[name] != value for name, value in fields.items()):
            yield f"{kind} {uid} differs from the log"
    yield from (f"{kind} {uid} is in the log and nowhere else" for uid in logged)
