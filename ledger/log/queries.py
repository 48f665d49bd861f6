"""Reading the log."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from ledger.log.models import LedgerEntry
from ledger.log.rules import Link


def moment_text(at: datetime) -> str:
    """Return `at` as the chain writes it: RFC 3339, UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def iter_links(session: Session) -> Iterator[Link]:
    """Yield the whole chain in order, in pieces, so that a long log fits in memory."""
    rows = session.execute(
        select(LedgerEntry.__table__).order_by(LedgerEntry.__table__.c.seq),
        execution_options={"yield_per": 5000},
    )
    for row in rows:
        yield _link(row)


def head(session: Session) -> tuple[int, str] | None:
    """Return (seq, hash) of the newest entry, or None for an empty log."""
    row = session.execute(
        select(LedgerEntry.seq, LedgerEntry.hash)
        .order_by(LedgerEntry.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.seq, row.hash)


def list_for_scope(session: Session, scope: str) -> list[Link]:
    """Return the entries of one competition, event …, oldest first."""
    table = LedgerEntry.__table__
    rows = session.execute(
        select(table).where(table.c.scope == scope).order_by(table.c.seq)
    )
    return [_link(row) for row in rows]


def list_for_subject(session: Session, subject: str) -> list[Link]:
    """Return the entries about one thing, oldest first."""
    table = LedgerEntry.__table__
    rows = session.execute(
        select(table).where(table.c.subject == subject).order_by(table.c.seq)
    )
    return [_link(row) for row in rows]


def _link(row: Row[tuple[object, ...]]) -> Link:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to read a Core row
    values["at"] = moment_text(values["at"])
    return Link(**values)
