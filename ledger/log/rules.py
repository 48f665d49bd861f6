"""How the log is chained, and how a chain is checked.

Words used here:
    body: what happened, as canonical JSON text. It holds identifiers and digests,
        never a person's data.
    commitment: SHA-256 over a random salt and a value. It proves the value while the
        salt exists; when the salt is erased, the value cannot be found from it.
    chain: each entry's hash covers the previous entry's hash, so that no entry can be
        changed, removed or moved without every later hash being wrong.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: the entry's number and what about it."""

    seq: int
    problem: str


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
    """Check a whole chain, in order; return the first fault or None.

    Source: RELIABILITY rules 2.2, kept in docs/rules/ledger.md as L-01 to L-03.
    """
    return next(_faults(links), None)


def _faults(links: Iterable[Link]) -> Iterator[Fault]:
    previous, expected = GENESIS, 1
    for link in links:
        if link.seq != expected:
            yield Fault(expected, f"entry {expected} is missing; {link.seq} follows")
        elif link.prev_hash != previous:
            yield Fault(link.seq, "does not follow from the entry before it")
        elif link.hash != link_hash(link):
            yield Fault(link.seq, "was changed after it was written")
        previous, expected = link.hash, link.seq + 1
