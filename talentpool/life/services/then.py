"""What a dossier said on a day: as it was known then, and as it held then.

The facts keep their versions with the moment each was recorded; the log keeps what the
head was before each change, and every change of a fact's verification. Both together
give the dossier of any day back, without a copy of it having been made.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from extensions import LOCAL
from ledger.log.queries import list_for_subject
from ledger.log.rules import Link
from talentpool.dossiers.models import Craftsman, Evidence, Fact
from talentpool.dossiers.queries import day_of, list_facts
from talentpool.dossiers.rules import Version, is_valid_on, known_at


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """One fact as it was known on the day."""

    kind: str
    fact: Fact
    state: str  # of its verification, then
    held: bool  # it was valid on the day asked for
    documents: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """A dossier on a day."""

    known_on: date
    valid_on: date
    was_recorded: bool
    head: Mapping[str, str]  # columns of Craftsman as text
    changed_since: frozenset[str]  # fields of the person of which no clear text is kept
    facts: Sequence[KnownFact]


def show_then(
    session: Session, craftsman: Craftsman, *, known_on: date, valid_on: date
) -> Then:
    """Return the dossier as known at the end of one day, about another day.

    Source: rule P-51 in docs/rules/pool.md.
    """
    moment = _end_of(known_on)
    said = list_for_subject(session, f"craftsman:{craftsman.uid}")
    states = _states(said)
    by_kind = list_facts(session, craftsman)
    known = {
        kind: _known(rows, moment)
        for kind, rows in by_kind.items()
        if kind != "evidence"
    }
    papers = _known(by_kind["evidence"], moment)
    facts = [
        KnownFact(
            kind=kind,
            fact=fact,
            state=_state_at(fact, states.get(fact.uid, ()), moment),
            held=_held(fact, valid_on),
            documents=tuple(
                paper
                for paper in papers
                if isinstance(paper, Evidence) and paper.fact_uid == fact.uid
            ),
        )
        for kind, rows in known.items()
        for fact in rows
    ]
    head = _head_at(craftsman, said, moment)
    head["state"] = _pool_state(facts, valid_on)
    person = list_for_subject(session, f"person:{craftsman.person.uid}")
    return Then(
        known_on=known_on,
        valid_on=valid_on,
        was_recorded=craftsman.created_at <= moment,
        head=head,
        changed_since=_changed_since(person, moment),
        facts=facts,
    )


def version_of(fact: Fact) -> Version:
    """Return what of a fact decides when it counted."""
    return Version(
        id=fact.id,
        recorded_at=fact.recorded_at,
        supersedes_id=fact.supersedes_id,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
    )


def _end_of(day: date) -> datetime:
    following = datetime.combine(day + timedelta(days=1), time.min, LOCAL)
    return following - timedelta(microseconds=1)


def _known(rows: Sequence[Fact], moment: datetime) -> list[Fact]:
    wanted = set(known_at([version_of(fact) for fact in rows], moment))
    return [fact for fact in rows if fact.id in wanted]


def _held(fact: Fact, day: date) -> bool:
    """Tell whether a fact held on a day; one with a day of its own not before it."""
    return is_valid_on(version_of(fact), day) and day_of(fact) <= day


def _states(said: Sequence[Link]) -> dict[str, list[tuple[datetime, str]]]:
    found: dict[str, list[tuple[datetime, str]]] = {}
    for link in said:
        if link.action.startswith("dossier.fact_"):
            body = json.loads(link.body)
            at = datetime.fromisoformat(link.at)
            found.setdefault(body["fact"], []).append((at, body["state"]))
    return found


def _state_at(
    fact: Fact, said: Sequence[tuple[datetime, str]], moment: datetime
) -> str:
    before = [state for at, state in said if at <= moment]
    if before:
        return before[-1]
    # Loaded in bulk: its own entry comes with its first change, if ever.
    if fact.verified_at is not None:
        return "verified" if fact.verified_at <= moment else "claimed"
    return "claimed" if said else fact.state


def _head_at(
    craftsman: Craftsman, said: Sequence[Link], moment: datetime
) -> dict[str, str]:
    columns = inspect(Craftsman).column_attrs
    head = {column.key: str(getattr(craftsman, column.key)) for column in columns}
    for link in reversed(said):
        if datetime.fromisoformat(link.at) <= moment:
            break
        if link.action == "craftsman.updated":
            before: dict[str, Any] = json.loads(link.body)["before"]
            head |= {name: str(value) for name, value in before.items()}
    return head


def _pool_state(facts: Sequence[KnownFact], valid_on: date) -> str:
    steps: list[Any] = [
        item.fact
        for item in facts
        if item.kind == "step"
        and item.fact.valid_from is not None
        and item.fact.valid_from <= valid_on
    ]
    last = max(steps, key=lambda s: (s.valid_from, s.id), default=None)
    return last.to_state if last is not None else "active"


def _changed_since(said: Sequence[Link], moment: datetime) -> frozenset[str]:
    return frozenset(
        name
        for link in said
        if link.action == "person.updated" and datetime.fromisoformat(link.at) > moment
        for name in json.loads(link.body)["fields"]
    )
