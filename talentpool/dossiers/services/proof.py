"""Compare dossiers with the log, whenever it is verified.

What was loaded in bulk is in the log by its number only; of these the facts are
compared from their first change on.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ledger.log.queries import Said, iter_said
from ledger.log.services import register_check
from talentpool.dossiers.models import FACT_MODELS, Craftsman, Fact, Membership
from talentpool.dossiers.services.facts import fact_digest
from talentpool.dossiers.services.moves import ERASED, MOVED

_ENTERED, _LOADED = "craftsman.entered", "craftsman.bulk_loaded"
_UNLOADED = "craftsman.bulk_unloaded"
_UPDATED, _MOVED = "craftsman.updated", "craftsman.state_changed"
_GIVEN = "pool.memberships_added"  # to dossiers older than memberships, at once
_GIVEN_BY = "migration 0038"


@dataclass(slots=True)
class _Logged:
    """What the log says of dossiers, by uid."""

    facts: dict[str, tuple[str, str]] = field(default_factory=dict)  # state, digest
    recorded: dict[str, str] = field(default_factory=dict)  # the digest's dossier
    owners: dict[str, str] = field(default_factory=dict)  # whose they are now
    superseded: set[str] = field(default_factory=set)
    heads: dict[str, dict[str, str]] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    loaded: int = 0
    given: Mapping[str, Any] = field(default_factory=dict)  # memberships, at once


def listen() -> None:
    """Have dossiers checked with every verification of the log."""
    register_check("dossiers", lambda session: list(find_disagreements(session)))


def find_disagreements(session: Session) -> Iterator[str]:
    """Name every craftsman and fact that is not what the log says."""
    logged = _read(session)
    yield from _check_heads(session, logged)
    yield from _check_given(session, logged)
    ids: dict[str, int] = dict(
        session.execute(select(Craftsman.uid, Craftsman.id)).all()
    )
    for model in FACT_MODELS:
        yield from _check_facts(session, model, logged, ids)
    yield from (f"fact {uid} is in the log and nowhere else" for uid in logged.facts)


def _read(session: Session) -> _Logged:
    logged = _Logged()
    for said in iter_said(session, "craftsman.", "dossier.fact", _GIVEN):
        if said.action == _GIVEN:
            logged.given = said.body
        elif said.action == MOVED:
            logged.owners |= dict.fromkeys(said.body["facts"], said.uid)
        elif said.action == ERASED:
            for uid, left in said.body["facts"].items():
                logged.recorded[uid] = said.uid
                if uid in logged.facts:
                    logged.facts[uid] = (logged.facts[uid][0], left)
        elif said.action.startswith("dossier."):
            body = said.body
            logged.recorded[body["fact"]] = logged.owners[body["fact"]] = said.uid
            logged.facts[body["fact"]] = (body["state"], body["digest"])
            logged.superseded |= {body.get("supersedes", "")} - {""}
        elif said.action in (_LOADED, _UNLOADED):
            sign = 1 if said.action == _LOADED else -1
            logged.loaded += sign * said.body["count"]
        else:
            if said.action == _ENTERED:
                logged.entered.add(said.uid)
            logged.heads.setdefault(said.uid, {}).update(_head_of(said))
    return logged


def _head_of(said: Said) -> Mapping[str, str]:
    """Return the columns of a head an entry speaks of, as text."""
    if said.action == _ENTERED:
        return {
            "level": said.body["level"],
            "pool_class": said.body["class"],
            "certificate_number": said.body["certificate"],
            "state": "active",
        }
    if said.action == _MOVED:
        return {"state": said.body["to"]}
    after: dict[str, str] = said.body["after"] if said.action == _UPDATED else {}
    return after


def _check_heads(session: Session, logged: _Logged) -> Iterator[str]:
    unsaid = 0
    every = select(Craftsman).order_by(Craftsman.id)
    rows = session.scalars(every.execution_options(yield_per=2000))
    for row in rows:
        said = logged.heads.pop(row.uid, {})
        unsaid += row.uid not in logged.entered
        wrong = [name for name, value in said.items() if value != _text(row, name)]
        if wrong:
            yield f"craftsman {row.uid} differs from the log: {', '.join(wrong)}"
    if unsaid != logged.loaded:
        yield (
            f"{unsaid} craftsmen are in the pool without an entry of their own, and "
            f"the log says {logged.loaded} were loaded"
        )
    yield from (f"craftsman {uid} is in the log only" for uid in logged.heads)


def _check_given(session: Session, logged: _Logged) -> Iterator[str]:
    """Compare the memberships that migration 0038 added with its one entry."""
    rows = session.execute(
        select(
            Membership.uid,
            Membership.level,
            Membership.pool_class,
            Membership.valid_from,
        )
        .where(Membership.recorded_by == _GIVEN_BY)
        .order_by(Membership.uid)
    ).all()
    lines = [
        f"{row[0]} {row[1]} {row[2]} {row[3].isoformat()}" for row in rows if row[3]
    ]
    found = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    if lines and found != logged.given.get("digest"):
        yield f"the memberships added by {_GIVEN_BY} differ from the log"


def _check_facts(
    session: Session, model: type[Fact], logged: _Logged, ids: Mapping[str, int]
) -> Iterator[str]:
    rows = session.scalars(
        select(model)
        .options(joinedload(model.craftsman).load_only(Craftsman.uid))
        .order_by(model.id)
        .execution_options(yield_per=2000)
    )
    for fact in rows:
        said = logged.facts.pop(fact.uid, None)
        if logged.owners.get(fact.uid, fact.craftsman.uid) != fact.craftsman.uid:
            yield f"fact {fact.uid} is in another dossier than the log says"
        if said is None:
            moved = fact.uid in logged.owners
            given = model is Membership and fact.recorded_by == _GIVEN_BY
            if fact.craftsman.uid in logged.entered and not (moved or given):
                yield f"fact {fact.uid} is not in the log"
            elif fact.is_current == (fact.uid in logged.superseded):
                yield f"fact {fact.uid} differs from the log"
        elif said != (
            fact.state,
            fact_digest(fact, ids.get(logged.recorded[fact.uid])),
        ) or (fact.is_current == (fact.uid in logged.superseded)):
            yield f"fact {fact.uid} differs from the log"


def _text(row: Craftsman, name: str) -> str:
    value: Any = getattr(row, name)
    return str(value)
