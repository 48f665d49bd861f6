"""Compare dossiers with the log, whenever it is verified.

What was loaded in bulk is in the log by its number only; of these the facts are
compared from their first change on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ledger.log.queries import Said, iter_said
from ledger.log.services import register_check
from talentpool.dossiers.models import FACT_MODELS, Craftsman, Fact
from talentpool.dossiers.services.facts import fact_digest

_ENTERED, _LOADED = "craftsman.entered", "craftsman.bulk_loaded"
_UPDATED, _MOVED = "craftsman.updated", "craftsman.state_changed"


@dataclass(slots=True)
class _Logged:
    """What the log says of dossiers, by uid."""

    facts: dict[str, tuple[str, str]] = field(default_factory=dict)  # state, digest
    superseded: set[str] = field(default_factory=set)
    heads: dict[str, dict[str, str]] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    loaded: int = 0


def listen() -> None:
    """Have dossiers checked with every verification of the log."""
    register_check("dossiers", lambda session: list(find_disagreements(session)))


def find_disagreements(session: Session) -> Iterator[str]:
    """Name every craftsman and fact that is not what the log says."""
    logged = _read(session)
    yield from _check_heads(session, logged)
    for model in FACT_MODELS:
        yield from _check_facts(session, model, logged)
    yield from (f"fact {uid} is in the log and nowhere else" for uid in logged.facts)


def _read(session: Session) -> _Logged:
    logged = _Logged()
    for said in iter_said(session, "craftsman.", "dossier.fact_"):
        if said.action.startswith("dossier."):
            body = said.body
            logged.facts[body["fact"]] = (body["state"], body["digest"])
            logged.superseded |= {body.get("supersedes", "")} - {""}
        elif said.action == _LOADED:
            logged.loaded += said.body["count"]
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
    rows = session.scalars(select(Craftsman).order_by(Craftsman.id))
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


def _check_facts(session: Session, model: type[Fact], logged: _Logged) -> Iterator[str]:
    rows = session.scalars(
        select(model)
        .options(joinedload(model.craftsman).load_only(Craftsman.uid))
        .order_by(model.id)
        .execution_options(yield_per=2000)
    )
    for fact in rows:
        said = logged.facts.pop(fact.uid, None)
        if said is None:
            if fact.craftsman.uid in logged.entered:
                yield f"fact {fact.uid} is not in the log"
            elif fact.is_current == (fact.uid in logged.superseded):
                yield f"fact {fact.uid} differs from the log"
        elif said != (fact.state, fact_digest(fact)) or (
            fact.is_current == (fact.uid in logged.superseded)
        ):
            yield f"fact {fact.uid} differs from the log"


def _text(row: Craftsman, name: str) -> str:
    value: Any = getattr(row, name)
    return str(value)
