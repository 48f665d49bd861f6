"""Writing the log, checking it, and signing where it stands.

Call `record` in the transaction that makes the change.

If the log entry cannot be written the exception passes through and nothing happens:
an action off the record is impossible by construction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from ledger.log import queries
from ledger.log.models import DayCheckpoint, LedgerEntry
from ledger.log.rules import (
    GENESIS,
    Checkpoint,
    Kept,
    Link,
    Verdict,
    canonical,
    checkpoint_message,
    examine,
    link_hash,
    missing_numbers,
)
from ledger.signatures.services import is_genuine_by, public_key_hex, sign

CHECKPOINT = "checkpoint"  # the purpose its signatures cover
KEPT = "checkpoint.kept"
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
    _hold(session)
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
    session: Session, checkpoints: Iterable[Checkpoint] = (), *, release: bool = False
) -> Verdict:
    """Check the whole chain, against every kept checkpoint and those given.

    With `release` writers get their turn meanwhile; see `queries.iter_links`.
    """
    kept = [item.checkpoint for item in queries.list_kept(session)]
    links = queries.iter_links(session, release=release)
    return examine(links, [*kept, *checkpoints])


def list_kept_faults(kept: Sequence[Kept], public_key: str = "") -> list[str]:
    """Return what is wrong with kept checkpoints themselves: numbers and signatures.

    Args:
        kept: all of an installation.
        public_key: who must have signed, in hex; "" for whoever they name.
    """
    gone = [f"checkpoint {n} is missing" for n in missing_numbers(kept)]
    forged = [
        f"checkpoint {item.number} of {item.day}: its signature is wrong"
        for item in list_forged(kept, public_key)
    ]
    return [*gone, *forged]


def list_forged(kept: Sequence[Kept], public_key: str = "") -> list[Kept]:
    """Return the kept checkpoints that `public_key` (hex) did not sign."""
    return [
        item for item in kept if not is_genuine_checkpoint(item.checkpoint, public_key)
    ]


def listen() -> None:
    """Check the kept checkpoints whenever the log is verified."""
    register_check("checkpoints", _check_kept)


def _check_kept(session: Session) -> Iterable[str]:
    kept = queries.list_kept(session)
    yield from list_kept_faults(kept, public_key_hex())
    there = {item.checkpoint.hash for item in kept}
    for said in queries.iter_said(session, KEPT):
        if said.body["hash"] not in there:
            yield f"the checkpoint of {said.body['day']} is missing"


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


def keep_checkpoint(
    session: Session, *, day: date, actor: Actor, now: datetime
) -> Kept:
    """Return the checkpoint of `day`; sign, keep and log it if there is none yet."""
    _hold(session)
    found = queries.find_kept_on(session, day)
    if found is not None:
        return found
    made, number = make_checkpoint(session, now=now), queries.count_kept(session) + 1
    session.add(
        DayCheckpoint(
            number=number,
            day=day,
            seq=made.seq,
            hash=made.hash,
            at=now,
            public_key=made.public_key,
            signature=made.signature,
        )
    )
    record(
        session,
        actor=actor,
        action=KEPT,
        subject=f"checkpoint:{number}",
        now=now,
        body={"day": day.isoformat(), "seq": made.seq, "hash": made.hash},
    )
    return Kept(number=number, day=day.isoformat(), checkpoint=made)


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


def _hold(session: Session) -> None:
    """Keep other writers of the log out until this transaction ends.

    On SQLite whoever may write holds the database already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
