"""Writing the log. Call `record` in the transaction that makes the change.

If the log entry cannot be written the exception passes through and nothing happens:
an action off the record is impossible by construction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from ledger.log import queries
from ledger.log.models import LedgerEntry
from ledger.log.rules import GENESIS, Link, canonical, link_hash

_LOCK = 0x4A43_0001  # PostgreSQL advisory lock: one writer of the log at a time


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's user uid, or the name of a job, import or support tool."""

    kind: str  # human | system | import | support
    name: str


SYSTEM = Actor("system", "system")


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
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        # Order of the log is order of commits: held until this transaction ends.
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    seq, prev_hash = queries.head(session) or (0, GENESIS)
    unsealed = Link(
        seq=seq + 1,
        at=queries.moment_text(now),
        actor_kind=actor.kind,
        actor=actor.name,
        action=action,
        subject=subject,
        scope=scope,
        body=canonical(body or {}),
        prev_hash=prev_hash,
        hash="",
    )
    link = replace(unsealed, hash=link_hash(unsealed))
    values = {name: getattr(link, name) for name in link.__slots__} | {"at": now}
    session.execute(insert(LedgerEntry), values)
    return link
