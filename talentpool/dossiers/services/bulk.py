"""Loading many dossiers at once, for imports and the demonstration."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Table, delete, select
from sqlalchemy.orm import Session

from bulk import draw_ids, insert_rows
from extensions import new_uid
from ledger.log.services import Actor, record
from talentpool.dossiers.models import Craftsman, DossierLook
from talentpool.dossiers.queries import KINDS
from talentpool.dossiers.rules import GONE_STATES
from talentpool.dossiers.services.craftsmen import draw_number
from talentpool.dossiers.signals import craftsman_changed

CHUNK = 500  # rows per statement


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCraftsman:
    """One dossier to load.

    `head` holds the columns of `Craftsman` (person_id, pool_class, level, entered_on,
    occupation_edition, occupation_code, trade, district_code and any other); `facts`
    the columns of the facts by kind, as named in `queries.KINDS`. A fact is verified
    unless it says `state`. Who is in the pool gets the membership of the tier, unless
    memberships are given.
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
    ids = draw_ids(session, table_of(Craftsman), len(rows))
    insert_rows(
        session,
        table_of(Craftsman),
        [{"id": number, **head} for number, head in zip(ids, heads, strict=True)],
    )
    for kind, model in KINDS.items():
        facts = [
            _fact(number, values, actor, now)
            for number, head, row in zip(ids, heads, rows, strict=True)
            for values in _facts_of(kind, head, row)
        ]
        insert_rows(session, table_of(model), facts)
    record(
        session,
        actor=actor,
        action="craftsman.bulk_loaded",
        subject="craftsman:batch",
        now=now,
        body={
            "count": len(rows),
            "digest": _digest([head["uid"] for head in heads]),
        },
    )
    for craftsman_id in ids if announce else ():
        craftsman_changed.send(None, session=session, craftsman_id=craftsman_id)
    return ids


def _facts_of(
    kind: str, head: Mapping[str, Any], row: NewCraftsman
) -> Sequence[Mapping[str, Any]]:
    given = row.facts.get(kind, ())
    if kind != "membership" or given or head.get("state") in GONE_STATES:
        return given
    return [
        {
            "level": head["level"],
            "pool_class": head["pool_class"],
            "valid_from": head["entered_on"],
        }
    ]


def bulk_unload(
    session: Session, ids: Sequence[int], *, actor: Actor, now: datetime
) -> None:
    """Remove dossiers that were loaded by mistake, with one log entry for all.

    The caller has made sure that nothing rests on them, and told the triggers of the
    facts which dossiers may go (see migration 0020).
    """
    uids: list[str] = []
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        found = select(Craftsman.uid).where(Craftsman.id.in_(part))
        uids += session.scalars(found)
        looks = delete(DossierLook).where(DossierLook.craftsman_id.in_(part))
        session.execute(looks)
        for model in KINDS.values():
            _remove(session, delete(model).where(model.craftsman_id.in_(part)))
        _remove(session, delete(Craftsman).where(Craftsman.id.in_(part)))
    record(
        session,
        actor=actor,
        action="craftsman.bulk_unloaded",
        subject="craftsman:batch",
        now=now,
        body={"count": len(uids), "digest": _digest(uids)},
    )


def _remove(session: Session, statement: Delete) -> None:
    # Nobody holds these rows: the session need not be searched for each of them.
    session.execute(statement, execution_options={"synchronize_session": False})


def _digest(uids: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(uids)).encode()).hexdigest()


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


def table_of(model: type[Any]) -> Table:
    """Return the table of a model."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker
    return table
