"""Reading the log."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, Row, func, or_, select, true
from sqlalchemy.orm import Session

from ledger.log.models import DayCheckpoint, LedgerEntry
from ledger.log.rules import Checkpoint, Kept, Link

_HEAD = (  # made once: every change of state asks it
    select(LedgerEntry.seq, LedgerEntry.hash).order_by(LedgerEntry.seq.desc()).limit(1)
)

_PIECE = 5000  # entries read at once


def moment_text(at: datetime) -> str:
    """Return `at` as the chain writes it: RFC 3339, UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def iter_links(
    session: Session, *, release: bool = False, after: int = -1
) -> Iterator[Link]:
    """Yield the whole chain in order, in pieces, so that a long log fits in memory.

    Args:
        session: where to read.
        release: end the transaction after each piece, so that writers of a SQLite
            file need not wait for the end; what the caller changed would be lost.
        after: begin behind the entry of this number.
    """
    table, last = LedgerEntry.__table__, after
    piece = select(table).order_by(table.c.seq).limit(_PIECE)
    while rows := session.execute(piece.where(table.c.seq > last)).all():
        if release:
            session.rollback()
        for row in rows:
            yield _link(row)
        last = rows[-1].seq


def list_links(session: Session, *, after: int, limit: int) -> list[Link]:
    """Return at most `limit` entries that follow the one of this number, in order."""
    table = LedgerEntry.__table__
    wanted = select(table).where(table.c.seq > after).order_by(table.c.seq)
    return [_link(row) for row in session.execute(wanted.limit(limit))]


def head(session: Session) -> tuple[int, str] | None:
    """Return (seq, hash) of the newest entry, or None for an empty log."""
    row = session.execute(_HEAD).one_or_none()
    return None if row is None else (row.seq, row.hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What part of the log somebody looks at; "" leaves a field open."""

    action: str = ""
    about: str = ""  # a subject, scope or actor, with or without its kind
    scopes: tuple[str, ...] | None = None  # where to look; None is everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """A page of the log, newest first."""

    links: list[Link]
    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))


def list_page(
    session: Session, chosen: LogFilter, *, page: int, per_page: int = 50
) -> LogPage:
    """Return one page of the entries that `chosen` lets through."""
    table = LedgerEntry.__table__
    wanted = _condition(chosen)
    total = session.scalar(select(func.count()).select_from(table).where(wanted)) or 0
    page = min(max(page, 1), max(1, -(-total // per_page)))
    rows = session.execute(
        select(table)
        .where(wanted)
        .order_by(table.c.seq.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    links = [_link(row) for row in rows]
    return LogPage(links=links, page=page, per_page=per_page, total=total)


def list_actions(session: Session, scopes: tuple[str, ...] | None = None) -> list[str]:
    """Return every action the log knows (in these scopes), by name."""
    found = select(LedgerEntry.action).distinct().order_by(LedgerEntry.action)
    if scopes is not None:
        found = found.where(LedgerEntry.scope.in_(scopes))
    return list(session.scalars(found))


def iter_file_links(path: Path) -> Iterator[Link]:
    """Yield the chain in a SQLite file, opened for reading only, without our program.

    Raises:
        sqlite3.DatabaseError: it is no such file, or it holds no log.
    """
    names = ", ".join(f'"{name}"' for name in Link.__slots__)
    with closing(_open_file(path)) as connection:
        for row in connection.execute(f"select {names} from ledger_entry order by seq"):  # noqa: S608 - our own column names
            values = dict(zip(Link.__slots__, row, strict=True))
            yield Link(**(values | {"at": _file_moment(values["at"])}))


def list_file_kept(path: Path) -> list[Kept]:
    """Return the checkpoints kept in a SQLite file; [] for one from before there were.

    Raises:
        sqlite3.DatabaseError: it is no such file.
    """
    with closing(_open_file(path)) as connection:
        if not connection.execute(
            "select 1 from sqlite_master where name = 'ledger_checkpoint'"
        ).fetchone():
            return []
        rows = connection.execute(
            "select number, day, seq, hash, at, public_key, signature "
            "from ledger_checkpoint order by number"
        ).fetchall()
    return [
        Kept(number=number, day=day, checkpoint=_checkpoint(seq, hash_, at, *signed))
        for number, day, seq, hash_, moment, *signed in rows
        for at in (_file_moment(moment),)
    ]


def list_kept(session: Session) -> list[Kept]:
    """Return the checkpoints of all days, the oldest first."""
    rows = session.scalars(select(DayCheckpoint).order_by(DayCheckpoint.number))
    return [_kept(row) for row in rows]


def find_kept(session: Session, number: int) -> Kept | None:
    """Return the checkpoint with that number, or None."""
    row = session.get(DayCheckpoint, number)
    return None if row is None else _kept(row)


def find_kept_on(session: Session, day: date) -> Kept | None:
    """Return the checkpoint of that day, or None."""
    row = session.scalar(select(DayCheckpoint).where(DayCheckpoint.day == day))
    return None if row is None else _kept(row)


def count_kept(session: Session) -> int:
    """Return how many days have a checkpoint."""
    return session.scalar(select(func.count()).select_from(DayCheckpoint)) or 0


def find_first(session: Session, scope: str) -> int | None:
    """Return the number of the first entry of a competition, event …, if any."""
    return session.scalar(
        select(func.min(LedgerEntry.seq)).where(LedgerEntry.scope == scope)
    )


def has_newer(session: Session, scope: str, than: int) -> bool:
    """Tell whether anything was logged in a scope after an entry."""
    newer = select(LedgerEntry.seq).where(
        LedgerEntry.scope == scope, LedgerEntry.seq > than
    )
    return session.scalar(newer.limit(1)) is not None


def list_for_scope(session: Session, scope: str, action: str = "") -> list[Link]:
    """Return the entries of one competition, event …, oldest first; of one action."""
    table = LedgerEntry.__table__
    wanted = select(table).where(table.c.scope == scope).order_by(table.c.seq)
    if action:
        wanted = wanted.where(table.c.action == action)
    return [_link(row) for row in session.execute(wanted)]


def last_actions(
    session: Session, scopes: Iterable[str], actions: Iterable[str]
) -> dict[str, str]:
    """Return which of these actions happened last in each scope, where one did."""
    rows = session.execute(
        select(LedgerEntry.scope, LedgerEntry.action)
        .where(
            LedgerEntry.scope.in_(list(scopes)), LedgerEntry.action.in_(list(actions))
        )
        .order_by(LedgerEntry.seq)
    )
    return dict(rows.all())


def count_since(session: Session, *, action: str, actor: str, since: datetime) -> int:
    """Return how often somebody did one thing since a moment."""
    table = LedgerEntry.__table__
    found = (
        select(func.count())
        .select_from(table)
        .where(table.c.actor == actor, table.c.action == action, table.c.at >= since)
    )
    return session.scalar(found) or 0


def list_of_action(
    session: Session, action: str, *, since: datetime, subject: str = ""
) -> list[Link]:
    """Return the entries of one action since a moment, oldest first."""
    table = LedgerEntry.__table__
    wanted = select(table).where(table.c.action == action, table.c.at >= since)
    if subject:
        wanted = wanted.where(table.c.subject == subject)
    return [_link(row) for row in session.execute(wanted.order_by(table.c.seq))]


def list_for_subject(session: Session, subject: str) -> list[Link]:
    """Return the entries about one thing, oldest first."""
    table = LedgerEntry.__table__
    rows = session.execute(
        select(table).where(table.c.subject == subject).order_by(table.c.seq)
    )
    return [_link(row) for row in rows]


def find_entry(session: Session, *, action: str, subject: str) -> Link | None:
    """Return the first entry that says this of a thing."""
    table = LedgerEntry.__table__
    row = session.execute(
        select(table)
        .where(table.c.action == action, table.c.subject == subject)
        .order_by(table.c.seq)
        .limit(1)
    ).one_or_none()
    return None if row is None else _link(row)


def find_entry_before(
    session: Session, *, action: str, subject: str, seq: int
) -> Link | None:
    """Return the last entry before `seq` that says this of a thing."""
    table = LedgerEntry.__table__
    row = session.execute(
        select(table)
        .where(table.c.action == action, table.c.subject == subject)
        .where(table.c.seq < seq)
        .order_by(table.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _link(row)


@dataclass(frozen=True, slots=True)
class Said:
    """What one entry says, for a room that compares its rows with the log."""

    action: str
    uid: str  # of the subject, without its kind
    body: dict[str, Any]


def iter_said(session: Session, *prefixes: str) -> Iterator[Said]:
    """Yield what the entries whose action begins like this say, oldest first."""
    table = LedgerEntry.__table__
    rows = session.execute(
        select(table.c.action, table.c.subject, table.c.body)
        .where(or_(*(table.c.action.startswith(p, autoescape=True) for p in prefixes)))
        .order_by(table.c.seq)
        .execution_options(yield_per=_PIECE)
    )
    for action, subject, body in rows:
        yield Said(action, subject.partition(":")[2], json.loads(body))


def _condition(chosen: LogFilter) -> ColumnElement[bool]:
    table = LedgerEntry.__table__
    wanted: ColumnElement[bool] = true()
    if chosen.scopes is not None:
        wanted &= table.c.scope.in_(chosen.scopes)
    if chosen.action:
        wanted &= table.c.action == chosen.action
    if chosen.about:
        about = (table.c.subject, table.c.scope, table.c.actor)
        ending = f":{chosen.about}"
        wanted &= or_(
            *(column == chosen.about for column in about),
            *(column.endswith(ending, autoescape=True) for column in about[:2]),
        )
    return wanted


def _link(row: Row[tuple[object, ...]]) -> Link:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to read a Core row
    values["at"] = moment_text(values["at"])
    return Link(**values)


def _kept(row: DayCheckpoint) -> Kept:
    made = _checkpoint(
        row.seq, row.hash, moment_text(row.at), row.public_key, row.signature
    )
    return Kept(number=row.number, day=row.day.isoformat(), checkpoint=made)


def _checkpoint(
    seq: int, hash_: str, at: str, public_key: str, signature: str
) -> Checkpoint:
    return Checkpoint(
        seq=seq, hash=hash_, at=at, public_key=public_key, signature=signature
    )


def _open_file(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    return sqlite3.connect(address, uri=True)


def _file_moment(text: object) -> str:
    return moment_text(datetime.fromisoformat(str(text)).replace(tzinfo=UTC))
