"""How the log is chained, and how a chain is checked.

Words used here:
    body: what happened, as canonical JSON text. It holds identifiers and digests,
        never a person's data.
    commitment: SHA-256 over a random salt and a value. It proves the value while the
        salt exists; when the salt is erased, the value cannot be found from it.
    chain: each entry's hash covers the previous entry's hash, so that no entry can be
        changed, removed or moved without every later hash being wrong.
    head: the hash of the newest entry; it stands for the whole log up to there.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORMAT = "jiangcai-ledger/1"  # of an exported log, and of a mirror
GENESIS = "0" * 64  # what the first entry names as the previous hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One log entry as far as the chain covers it."""

    seq: int  # 1, 2, 3 … without gaps
    at: str  # RFC 3339, UTC, microseconds
    actor_kind: str  # human | system | import | support
    actor: str  # uid of the user, or the name of the job
    action: str
    subject: str  # "<kind>:<uid>"
    scope: str  # "<kind>:<uid>" of the competition, event … or ""
    body: str
    prev_hash: str
    hash: str


class FaultKind(StrEnum):
    """What can be wrong with a chain."""

    MISSING = "missing"
    UNLINKED = "unlinked"
    CHANGED = "changed"
    CUT_OFF = "cut_off"
    REPLACED = "replaced"


_PROBLEMS = {
    FaultKind.MISSING: "is missing",
    FaultKind.UNLINKED: "does not follow from the entry before it",
    FaultKind.CHANGED: "was changed after it was written",
    FaultKind.CUT_OFF: "is in the checkpoint, and the log ends before it",
    FaultKind.REPLACED: "is another one than the checkpoint was signed for",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: the entry's number and what about it."""

    seq: int
    kind: FaultKind

    @property
    def problem(self) -> str:
        return _PROBLEMS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of the log at a moment, signed; of use where the log is not.

    A chain alone does not show that its end was cut off or that all of it was written
    anew. One checkpoint in other hands does.
    """

    seq: int
    hash: str
    at: str  # RFC 3339, UTC
    public_key: str  # hex
    signature: str  # hex, over `checkpoint_message`


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A checkpoint of the table of days."""

    number: int
    day: str  # ISO, in the installation's own zone
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of a chain found."""

    count: int  # entries before the fault, or all of them
    head: str  # hash of the last of these
    fault: Fault | None


def canonical(value: Mapping[str, Any]) -> str:
    """Return JSON with sorted keys and no spaces, so that equal facts hash equally."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def digest(value: Mapping[str, Any]) -> str:
    """Return the SHA-256 of `value`'s canonical form, in hex."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def commitment(salt: bytes, value: Mapping[str, Any]) -> str:
    """Return SHA-256(salt ‖ canonical value), in hex; for personal data only."""
    return hashlib.sha256(salt + canonical(value).encode()).hexdigest()


def link_hash(link: Link) -> str:
    """Return the hash entry `link` must carry (64 hex digits)."""
    body_hash = hashlib.sha256(link.body.encode()).hexdigest()
    head = "\n".join(
        (
            str(link.seq),
            link.at,
            link.actor_kind,
            link.actor,
            link.action,
            link.subject,
            link.scope,
            body_hash,
        )
    )
    return hashlib.sha256(f"{link.prev_hash}\n{head}".encode()).hexdigest()


def first_fault(links: Iterable[Link]) -> Fault | None:
    """Check a whole chain, in order; return the first fault or None."""
    return examine(links).fault


def examine(links: Iterable[Link], checkpoints: Iterable[Checkpoint] = ()) -> Verdict:
    """Check a whole chain, in order, and against the checkpoints there are.

    Source: rules L-01 to L-04 in docs/rules/ledger.md.
    """
    wanted: dict[int, set[str]] = {}
    for checkpoint in checkpoints:
        wanted.setdefault(checkpoint.seq, set()).add(checkpoint.hash)
    count, head = 0, GENESIS
    for link in links:
        kind = _fault_of(link, count + 1, head)
        if kind is None and wanted.pop(link.seq, {link.hash}) != {link.hash}:
            kind = FaultKind.REPLACED
        if kind is not None:
            return Verdict(count=count, head=head, fault=Fault(count + 1, kind))
        count, head = link.seq, link.hash
    beyond = [seq for seq in wanted if seq > count]
    fault = Fault(min(beyond), FaultKind.CUT_OFF) if beyond else None
    return Verdict(count=count, head=head, fault=fault)


def missing_numbers(kept: Sequence[Kept]) -> list[int]:
    """Return which numbers are missing among checkpoints numbered from 1 on."""
    there = {item.number for item in kept}
    return [n for n in range(1, max(there, default=0)) if n not in there]


def checkpoint_message(seq: int, head: str, at: str) -> bytes:
    """Return what the signature of a checkpoint covers."""
    return f"{seq}\n{head}\n{at}".encode()


def write_line(link: Link) -> str:
    """Return an entry as a line of an exported log."""
    return canonical({name: getattr(link, name) for name in link.__slots__})


def read_line(line: str) -> Link:
    """Return the entry a line of an exported log holds.

    Raises:
        ValueError: the line is not such an entry.
    """
    values = json.loads(line)
    if not isinstance(values, dict) or set(values) != set(Link.__slots__):
        raise ValueError("not an entry of a log")
    if type(values["seq"]) is not int:
        raise ValueError("seq is not a whole number")
    if any(type(v) is not str for k, v in values.items() if k != "seq"):
        raise ValueError("a value is not text")
    return Link(**values)


def _fault_of(link: Link, expected: int, previous: str) -> FaultKind | None:
    if link.seq != expected:
        return FaultKind.MISSING
    if link.prev_hash != previous:
        return FaultKind.UNLINKED
    return None if link.hash == link_hash(link) else FaultKind.CHANGED
