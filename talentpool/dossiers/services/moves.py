"""What a merge of two records does to dossiers, as the log tells it.

The rows themselves are moved by whoever merges (`talentpool.identity`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.log.services import Actor, record
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.signals import craftsman_changed

MOVED = "dossier.facts_moved"
ERASED = "dossier.facts_erased"


def log_moved_facts(
    session: Session,
    facts: Iterable[str],
    *,
    source: Craftsman,
    to: Craftsman,
    actor: Actor,
    now: datetime,
) -> None:
    """Log that facts, by uid, stand in another dossier from now on."""
    uids = sorted(facts)
    if uids:
        record(
            session,
            actor=actor,
            action=MOVED,
            subject=f"craftsman:{to.uid}",
            now=now,
            body={"from": source.uid, "facts": uids},
        )


def log_erased_facts(
    session: Session,
    craftsman: Craftsman,
    facts: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Log what is left of facts (uid → digest) once their person was erased."""
    if facts:
        record(
            session,
            actor=actor,
            action=ERASED,
            subject=f"craftsman:{craftsman.uid}",
            now=now,
            body={"facts": dict(sorted(facts.items()))},
        )


def log_moved_head(
    session: Session,
    craftsman: Craftsman,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    """Log the columns of a head that were taken over from the other record."""
    if after:
        record(
            session,
            actor=actor,
            action="craftsman.updated",
            subject=f"craftsman:{craftsman.uid}",
            now=now,
            body={
                "before": {name: str(value) for name, value in before.items()},
                "after": {name: str(value) for name, value in after.items()},
            },
        )


def announce(session: Session, *craftsmen: Craftsman) -> None:
    """Tell the rooms above that these dossiers changed."""
    for craftsman in craftsmen:
        craftsman_changed.send(None, session=session, craftsman_id=craftsman.id)
