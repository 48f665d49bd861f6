"""Loading many dossiers at once, for imports and the demonstration."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from extensions import new_uid
from ledger.log.services import Actor, record
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import KINDS
from talentpool.dossiers.services.craftsmen import draw_number
from talentpool.dossiers.signals import craftsman_changed

CHUNK = 500  # rows per statement


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCraftsman:
    """One dossier to load.

    `head` holds the columns of `Craftsman` (person_id, pool_class, level, entered_on,
    occupation_edition, occupation_code, trade, district_code and any other); `facts`
    the columns of the facts by kind, as named in `queries.KINDS`. A fact is verified
    unless it says `state`.
    """

    head: Mapping[str, Any]
    facts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def bulk_load(
    session: Session,
    rows: Sequence[NewCraftsman],
    *,
    actor: Actor,
    now: datetime,
    announce: bool = True,
) -> list[int]:
    """Insert dossiers quickly, with one log entry for the batch; return their ids.

    Args:
        session: the caller's transaction.
        rows: persons that are not in the pool yet.
        actor: the import or job.
        now: the server's clock; a head or fact may carry an earlier one.
        announce: tell `craftsman_changed` for each; False where the caller rebuilds
            the search index afterwards.
    """
    heads = [_head(row.head, now) for row in rows]
    _number(session, heads)
    _insert_by_shape(session, Craftsman, heads)
    wanted = {head["uid"] for head in heads}
    ids = _ids_by_uid(session, sorted(wanted))
    for kind, model in KINDS.items():
        facts = [
            _fact(ids[head["uid"]], values, actor, now)
            for head, row in zip(heads, rows, strict=True)
            for values in row.facts.get(kind, ())
        ]
        _insert_by_shape(session, model, facts)
    uids = "\n".join(sorted(wanted))
    record(
        session,
        actor=actor,
        action="craftsman.bulk_loaded",
        subject="craftsman:batch",
        now=now,
        body={
            "count": len(rows),
            "digest": hashlib.sha256(uids.encode()).hexdigest(),
        },
    )
    loaded = [ids[head["uid"]] for head in heads]
    for craftsman_id in loaded if announce else ():
        craftsman_changed.send(None, session=session, craftsman_id=craftsman_id)
    return loaded


def _head(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {"uid": new_uid(), "created_at": now, "updated_at": now, **given}


def _number(session: Session, heads: Sequence[dict[str, Any]]) -> None:
    """Give certificate numbers to those without; drawn again where one is taken."""
    used = {h["certificate_number"] for h in heads if h.get("certificate_number")}
    waiting = [head for head in heads if not head.get("certificate_number")]
    while waiting:
        drawn = [draw_number(head["entered_on"].year) for head in waiting]
        used |= _taken(session, drawn)
        again = []
        for head, number in zip(waiting, drawn, strict=True):
            if number in used:
                again.append(head)
            else:
                used.add(number)
                head["certificate_number"] = number
        waiting = again


def _taken(session: Session, numbers: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(numbers), CHUNK):
        part = numbers[start : start + CHUNK]
        column = Craftsman.certificate_number
        found.update(session.scalars(select(column).where(column.in_(part))))
    return found


def _fact(
    craftsman_id: int, given: Mapping[str, Any], actor: Actor, now: datetime
) -> dict[str, Any]:
    fact = {
        "uid": new_uid(),
        "craftsman_id": craftsman_id,
        "source": "import",
        "recorded_at": now,
        "recorded_by": actor.name,
        "state": "verified",
        "is_current": True,
        **given,
    }
    if fact["state"] == "verified":
        fact.setdefault("verified_by", actor.name)
        fact.setdefault("verified_at", now)
    return fact


def _ids_by_uid(session: Session, uids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(uids), CHUNK):
        part = uids[start : start + CHUNK]
        rows = session.execute(
            select(Craftsman.uid, Craftsman.id).where(Craftsman.uid.in_(part))
        )
        found |= {uid: number for uid, number in rows}  # noqa: C416 - rows, not pairs
    return found


def _insert_by_shape(
    session: Session, model: type[Any], rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows whose columns differ: those of one shape go together."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        shapes.setdefault(tuple(sorted(row)), []).append(row)
    for group in shapes.values():
        _insert(session, model, group)


def _insert(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(model), rows[start : start + CHUNK])
