"""Writing the log, checking it, and signing where it stands.

Call `record` in the transaction that makes the change.

If the log entry cannot be written the exception passes through and nothing happens:
an action off the record is impossible by construction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from ledger.log import queries
from ledger.log.models import LedgerEntry
from ledger.log.rules import (
    GENESIS,
    Checkpoint,
    Link,
    Verdict,
    canonical,
    checkpoint_message,
    examine,
    link_hash,
)
from ledger.signatures.services import is_genuine_by, public_key_hex, sign

CHECKPOINT = "checkpoint"  # the purpose its signatures cover
_LOCK = 0x4A43_0001  # PostgreSQL advisory lock: one writer of the log at a time


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's user uid, or the name of a job, import or support tool."""

    kind: str  # human | system | import | support
    name: str


SYSTEM = Actor("system", "system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an entry of the log will say; see `record`."""

    actor: Actor
    action: str
    subject: str
    scope: str = ""
    body: Mapping[str, Any] | None = None


# A check compares an upper room's rows with the log and yields what does not agree.
Check = Callable[[Session], Iterable[str]]
_checks: dict[str, Check] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What the person who verifies a file knows from elsewhere."""

    checkpoint: Path | None = None  # a signed head, kept where the file was not
    printed: tuple[str, ...] = ()  # NUMBER:CHARACTERS, as they stand on paper
    public_key: str = ""  # whose signatures count, hex


# How a file with this suffix is verified: (problems, summary). The audit bundle's room
# adds ".zip".
FileCheck = Callable[[Path, Witness], tuple[Sequence[str], str]]
FILE_CHECKS: dict[str, FileCheck] = {}


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject: str,
    now: datetime,
    scope: str = "",
    body: Mapping[str, Any] | None = None,
) -> Link:
    """Append one entry in the caller's transaction and return it; no commit.

    Args:
        session: the transaction that also holds the change itself.
        actor: who did it.
        action: "<topic>.<past participle>", e.g. "registration.submitted".
        subject: what it is about, "<kind>:<uid>".
        now: when, by the server's clock.
        scope: the event or competition it belongs to, "<kind>:<uid>".
        body: identifiers, values without personal data, digests and commitments.
    """
    note = Note(actor=actor, action=action, subject=subject, scope=scope, body=body)
    return record_all(session, [note], now)[0]


def record_all(session: Session, notes: Sequence[Note], now: datetime) -> list[Link]:
    """Append several entries of one moment, in their order; see `record`."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        # Order of the log is order of commits: held until this transaction ends.
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    seq, prev_hash = queries.head(session) or (0, GENESIS)
    links: list[Link] = []
    for number, note in enumerate(notes, seq + 1):
        unsealed = Link(
            seq=number,
            at=queries.moment_text(now),
            actor_kind=note.actor.kind,
            actor=note.actor.name,
            action=note.action,
            subject=note.subject,
            scope=note.scope,
            body=canonical(note.body or {}),
            prev_hash=prev_hash,
            hash="",
        )
        links.append(replace(unsealed, hash=link_hash(unsealed)))
        prev_hash = links[-1].hash
    if links:
        names = Link.__slots__
        rows = [{n: getattr(link, n) for n in names} | {"at": now} for link in links]
        session.execute(insert(cast("Table", LedgerEntry.__table__)), rows)
    return links


def register_check(name: str, check: Check) -> None:
    """Let an upper room check its rows against the log whenever that is verified.

    Call it from the room's `listen()`; registering a name again replaces it.
    """
    _checks[name] = check


def register_file_check(suffix: str, check: FileCheck) -> None:
    """Let an upper room verify files with this suffix in `jiangcai verify FILE`."""
    FILE_CHECKS[suffix] = check


def verify(
    session: Session, checkpoint: Checkpoint | None = None, *, release: bool = False
) -> Verdict:
    """Check the whole chain, and against a checkpoint where one is given.

    With `release` writers get their turn meanwhile; see `queries.iter_links`.
    """
    return examine(queries.iter_links(session, release=release), checkpoint)


def list_disagreements(session: Session) -> list[str]:
    """Return what the rooms' own checks found, as "<check>: <problem>"."""
    return [
        f"{name}: {problem}"
        for name, check in sorted(_checks.items())
        for problem in check(session)
    ]


def last_moment(session: Session) -> datetime | None:
    """Return when the newest entry was written; None for an empty log."""
    return session.scalar(select(func.max(LedgerEntry.at)))


def make_checkpoint(session: Session, *, now: datetime) -> Checkpoint:
    """Return the signed head of the log, to be kept where the log is not."""
    seq, head = queries.head(session) or (0, GENESIS)
    return _signed(seq, head, queries.moment_text(now))


def checkpoint_at(link: Link) -> Checkpoint:
    """Return the signed head as it was when `link` was written; the same each time.

    For paper: whoever keeps the sheet can show that nothing up to this entry was
    changed since.
    """
    return _signed(link.seq, link.hash, link.at)


def _signed(seq: int, head: str, at: str) -> Checkpoint:
    return Checkpoint(
        seq=seq,
        hash=head,
        at=at,
        public_key=public_key_hex(),
        signature=sign(checkpoint_message(seq, head, at), CHECKPOINT).hex(),
    )


def is_genuine_checkpoint(checkpoint: Checkpoint, public_key: str = "") -> bool:
    """Tell whether a checkpoint carries a right signature (of that key, if given)."""
    if public_key and checkpoint.public_key.lower() != public_key.lower():
        return False
    try:
        signature = bytes.fromhex(checkpoint.signature)
    except ValueError:
        return False
    message = checkpoint_message(checkpoint.seq, checkpoint.hash, checkpoint.at)
    return is_genuine_by(checkpoint.public_key, message, signature, CHECKPOINT)
