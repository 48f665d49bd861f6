"""Compare the marks with the log, whenever the log is verified."""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.models import LedgerEntry
from ledger.log.queries import iter_said
from ledger.log.services import register_check
from scoring.marking.models import DiscussionNote, MarkEvent, MarkPhoto
from scoring.marking.rules.wire import body_hash
from scoring.marking.services import notes, photos
from scoring.marking.services.receive import row_digest, wire_of


def listen() -> None:
    """Have the marks checked with every verification of the log."""
    register_check("marks", lambda session: list(find_disagreements(session)))
    register_check("evidence", lambda session: list(check_evidence(session)))


def find_disagreements(session: Session) -> Iterator[str]:
    """Name every mark that differs from what the log says, or is on one side only."""
    logged: dict[str, list[object]] = {}
    rows = session.scalars(
        select(LedgerEntry.body).where(LedgerEntry.action == "marks.received")
    )
    for body in rows:
        for seq, mark_id, *rest in json.loads(body)["marks"]:
            logged[mark_id] = [seq, *rest]
    statement = select(MarkEvent).order_by(MarkEvent.event_id, MarkEvent.seq)
    for mark in session.scalars(statement.execution_options(yield_per=5000)):
        expected = logged.pop(mark.id, None)
        if expected is None:
            yield f"mark {mark.id} is not in the log"
        elif expected != [
            mark.seq,
            mark.status,
            body_hash(wire_of(mark)),
            row_digest(mark),
        ]:
            yield f"mark {mark.id} differs from the log"
        elif mark.body_hash != expected[2]:
            yield f"mark {mark.id} carries another hash than its content has"
    for mark_id in logged:
        yield f"mark {mark_id} is in the log and nowhere else"


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
