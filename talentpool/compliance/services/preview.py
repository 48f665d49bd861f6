"""What would change under another version of the standard, before it is in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import numpy as np
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import Scope
from talentpool.admission.models.applications import Application
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries import applications, proposals
from talentpool.admission.rules.applications import RETURNED, RUNNING, UNCONFIRMED
from talentpool.admission.rules.proposals import OPEN
from talentpool.compliance.queries.facts import iter_pool
from talentpool.standard.rules.differences import Difference, differences
from talentpool.standard.rules.evaluate import (
    ADMISSIBLE,
    INADMISSIBLE,
    OUTCOMES,
    evaluate,
    verdict_from_json,
)
from talentpool.standard.rules.evaluate_pool import PoolVerdict, evaluate_pool
from talentpool.standard.rules.profile import Profile
from talentpool.standard.rules.values import facts_of

_ON_THE_WAY = (UNCONFIRMED, RUNNING, RETURNED)


@dataclass(frozen=True, slots=True)
class Moved:
    """An open proposal or application whose outcome another version would change."""

    subject: Proposal | Application
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is not decided yet, and what a version would change about it."""

    total: int
    moved: Sequence[Moved]

    @property
    def enters(self) -> list[Moved]:
        """Return what would become admissible."""
        return [item for item in self.moved if item.after == ADMISSIBLE]

    @property
    def drops(self) -> list[Moved]:
        """Return what would become inadmissible."""
        return [item for item in self.moved if item.after == INADMISSIBLE]


@dataclass(frozen=True, slots=True)
class Preview:
    """Two versions held against the same pool and the same open proposals."""

    differences: Sequence[Difference]
    counts: Mapping[tuple[str, str], int]  # dossiers by outcome before and after
    falls_out: Sequence[int]  # craftsmen against whom something would newly stand
    comes_clear: Sequence[int]  # craftsmen against whom nothing would stand any more
    clauses: Mapping[int, str]  # what would stand against each who falls out
    proposals: Waiting
    # Judged as if their batch were announced anew: each keeps the standard it has.
    applications: Waiting

    @property
    def total(self) -> int:
        """Return how many dossiers were compared."""
        return sum(self.counts.values())


def preview(
    session: Session,
    before: Profile,
    after: Profile,
    scopes: Iterable[Scope],
    on: date,
) -> Preview:
    """Compare two versions over everybody in the pool and all that waits to enter.

    Nobody is changed. Open proposals and applications are judged by the values noted
    when they were last judged.
    """
    scopes = list(scopes)
    bad = OUTCOMES.index(INADMISSIBLE)
    counts = dict.fromkeys(product(OUTCOMES, OUTCOMES), 0)
    falls_out: list[int] = []
    comes_clear: list[int] = []
    clauses: dict[int, str] = {}
    for pool in iter_pool(session, scopes, on):
        old, new = evaluate_pool(before, pool.facts), evaluate_pool(after, pool.facts)
        for pair, count in _counts(old, new).items():
            counts[pair] += count
        out = (old.outcomes != bad) & (new.outcomes == bad)
        clear = (old.outcomes == bad) & (new.outcomes != bad)
        falls_out += [int(i) for i in pool.ids[out]]
        comes_clear += [int(i) for i in pool.ids[clear]]
        for index in np.flatnonzero(out):
            clauses[int(pool.ids[index])] = _against(new, int(index))
    return Preview(
        differences=differences(before, after),
        counts=counts,
        falls_out=falls_out,
        comes_clear=comes_clear,
        clauses=clauses,
        proposals=_moved(session, after, _open_proposals(scopes)),
        applications=_moved(session, after, _open_applications(scopes)),
    )


def _counts(old: PoolVerdict, new: PoolVerdict) -> dict[tuple[str, str], int]:
    return {
        (before, after): int(
            np.count_nonzero((old.outcomes == i) & (new.outcomes == j))
        )
        for i, before in enumerate(OUTCOMES)
        for j, after in enumerate(OUTCOMES)
    }


def _against(verdict: PoolVerdict, index: int) -> str:
    """Return the clauses that stand against one person, joined by a comma."""
    return ", ".join(
        finding.condition.clause
        for finding in verdict.findings
        if finding.not_met[index]
        and not finding.waived[index]
        and finding.condition.group != "any"
    )


def _open_proposals(scopes: list[Scope]) -> Select[Any]:
    return (
        select(Proposal)
        .options(joinedload(Proposal.person), joinedload(Proposal.event))
        .where(Proposal.state == OPEN, proposals.within_scopes(scopes))
        .order_by(Proposal.id)
    )


def _open_applications(scopes: list[Scope]) -> Select[Any]:
    return (
        select(Application)
        .options(joinedload(Application.person), joinedload(Application.batch))
        .where(
            Application.state.in_(_ON_THE_WAY),
            Application.verdict != "",
            applications.within_scopes(scopes),
        )
        .order_by(Application.id)
    )


def _moved(session: Session, after: Profile, found: Select[Any]) -> Waiting:
    """Judge what waits by another version; only what would change is kept."""
    total = 0
    moved: list[Moved] = []
    for item in session.scalars(found.execution_options(yield_per=500)):
        total += 1
        facts = facts_of(verdict_from_json(item.verdict))
        outcome = evaluate(after, facts).outcome
        if outcome != item.outcome:
            moved.append(Moved(item, item.outcome, outcome))
    return Waiting(total, moved)
