"""Compare the marks with the log, whenever the log is verified."""

import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.models import LedgerEntry
from ledger.log.services import register_check
from outbox import body_hash
from scoring.marking.models import MarkEvent
from scoring.marking.services.receive import row_digest, wire_of


def listen() -> None:
    """Have the marks checked with every verification of the log."""
    register_check("marks", lambda session: list(find_disagreements(session)))


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
