"""What is recorded about everybody in the pool, column by column, in few statements.

The same facts as `admission.queries.facts` gathers for one person; a test holds the two
together. A large pool is read span by span, so that memory stays bounded.

Words used here:
    span: craftsmen whose ids lie between two numbers, both included.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from people.codes.models import SkillLevel
from talentpool.admission.models.applications import Application
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.queries.facts import (
    PROVEN,
    PROVEN_FLAGS,
    select_claimed,
    select_stated,
)
from talentpool.admission.rules.claims import read_claim
from talentpool.admission.rules.proposals import read_statement
from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    SkillCertificate,
    Studio,
)
from talentpool.dossiers.queries import within_scopes
from talentpool.dossiers.rules import LIVE_STATES, full_years
from talentpool.mentorship.models import Pair
from talentpool.standard.rules.evaluate_pool import (
    NO_PLACE,
    UNKNOWN,
    Numbers,
    PoolFacts,
    word_code,
)
from talentpool.standard.rules.profile import LEVELS

SPAN = 20_000  # dossiers at once
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pool:
    """Who is in the pool today, within the caller's scopes, and what is recorded."""

    ids: Numbers  # of craftsmen, rising
    places: Sequence[str]  # the district of each
    facts: PoolFacts

    def __len__(self) -> int:
        return len(self.ids)


def is_live(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Return the condition that a craftsman is in the pool today, within `scopes`."""
    return and_(Craftsman.state.in_(LIVE_STATES), within_scopes(scopes))


def iter_pool(
    session: Session,
    scopes: Iterable[Scope],
    on: date,
    *,
    fields: Collection[str] | None = None,
    span: int = SPAN,
) -> Iterator[Pool]:
    """Yield the pool within `scopes` piece by piece, years counted to `on`.

    Args:
        session: the caller's transaction.
        scopes: of the caller.
        on: the day.
        fields: what is asked; all of it, unless given.
        span: how many dossiers a piece holds at most.
    """
    scopes = list(scopes)
    last = 0
    while True:
        ids = session.scalars(
            select(Craftsman.id)
            .where(is_live(scopes), Craftsman.id > last)
            .order_by(Craftsman.id)
            .limit(span)
        ).all()
        if not ids:
            return
        yield _load(session, scopes, on, (ids[0], ids[-1]), fields)
        last = ids[-1]


def _load(
    session: Session,
    scopes: Sequence[Scope],
    on: date,
    span: Span,
    fields: Collection[str] | None,
) -> Pool:
    heads = session.execute(
        select(
            Craftsman.id,
            Craftsman.employment,
            Craftsman.post_kind,
            Craftsman.front_line,
            Craftsman.union_member,
            Craftsman.trade_since,
            Craftsman.district_code,
        )
        .where(is_live(scopes), Craftsman.id.between(*span))
        .order_by(Craftsman.id)
    ).all()
    ids = np.array([head[0] for head in heads], np.int32)
    columns = {
        "employment": _words("employment", [head[1] for head in heads]),
        "post_kind": _words("post_kind", [head[2] for head in heads]),
        "front_line": _flags(head[3] for head in heads),
        "union_member": _flags(head[4] for head in heads),
        "years_in_trade": _years([head[5] for head in heads], on),
    }
    for name, found in _counted(span):
        if fields is None or name in fields:
            columns[name] = _spread(ids, session.execute(found).all())
    if fields is None or set(PROVEN) & set(fields):
        _add_proven(session, ids, columns, span)
    best: dict[str, Numbers] = {}
    if fields is None or "competitions" in fields:
        best = _places(session, ids, span)
    places = [head[6] for head in heads]
    return Pool(ids, places, PoolFacts(len(ids), columns, best))


def _counted(span: Span) -> list[tuple[str, Select[Any]]]:
    """Return the fields that are counted from facts; nothing found is not recorded."""
    named = and_(Achievement.kind == "method", Achievement.named_after_person)
    benefit = and_(Achievement.benefit_yuan.is_not(None), Achievement.benefit_yuan != 0)
    useful = and_(~named, or_(Achievement.kind == "patent", benefit))
    return [
        (
            "certificate_rank",
            _of(SkillCertificate, func.max(SkillLevel.rank), span).join(
                SkillLevel, SkillLevel.code == SkillCertificate.level_code
            ),
        ),
        ("named_methods", _of(Achievement, func.count(), span).where(named)),
        ("innovations", _of(Achievement, func.count(), span).where(useful)),
        (
            "leads_studio",
            _of(Studio, func.max(1), span).where(Studio.role == "leader"),
        ),
        (
            "graduated_apprentices",
            select(Pair.mentor_id, func.count())
            .where(Pair.state == "graduated", Pair.mentor_id.between(*span))
            .group_by(Pair.mentor_id),
        ),
    ]


def _of(model: type[Any], value: ColumnElement[Any], span: Span) -> Select[Any]:
    """Return a value per craftsman over the verified facts of one kind."""
    return (
        select(model.craftsman_id, value)
        .where(
            model.craftsman_id.between(*span),
            model.is_current,
            model.state == "verified",
        )
        .group_by(model.craftsman_id)
    )


def _add_proven(
    session: Session, ids: Numbers, columns: dict[str, Numbers], span: Span
) -> None:
    """Add what was proven at the admission; of counts where nothing is recorded."""
    rows: dict[str, list[tuple[int, int]]] = {name: [] for name in PROVEN}
    stated = select_stated(PROVEN_FLAGS).where(Proposal.craftsman_id.between(*span))
    for craftsman_id, name, text, _document in session.execute(stated):
        rows[name].append((craftsman_id, int(bool(read_statement(name, text)))))
    claimed = select_claimed(PROVEN).where(Application.craftsman_id.between(*span))
    for craftsman_id, name, text, _document in session.execute(claimed):
        rows[name].append((craftsman_id, int(read_claim(name, text))))
    for name, found in rows.items():
        column = _spread(ids, found)
        own = columns.get(name)
        if own is not None:
            column = np.where(own == UNKNOWN, column, own)
        columns[name] = column


def _places(session: Session, ids: Numbers, span: Span) -> dict[str, Numbers]:
    best = func.min(CompetitionRecord.place)
    rows = session.execute(
        _of(CompetitionRecord, best, span)
        .add_columns(CompetitionRecord.tier)
        .where(
            CompetitionRecord.place.is_not(None),
            CompetitionRecord.of_count.is_not(None),
        )
        .group_by(CompetitionRecord.tier)
    ).all()
    return {
        tier: _spread(
            ids, [(row[0], row[1]) for row in rows if row[2] == tier], NO_PLACE
        )
        for tier in LEVELS
    }


def _spread(ids: Numbers, rows: Sequence[Any], nothing: int = UNKNOWN) -> Numbers:
    """Put (craftsman, value) rows where the craftsmen stand; of two the later."""
    column = np.full(len(ids), nothing, np.int32)
    if not rows or not len(ids):
        return column
    wanted = np.array([row[0] for row in rows], np.int32)
    values = np.array([row[1] for row in rows], np.int32)
    at = np.searchsorted(ids, wanted)
    at[at == len(ids)] = 0
    mine = ids[at] == wanted
    column[at[mine]] = values[mine]
    return column


def _words(field: str, values: Sequence[str]) -> Numbers:
    codes = {value: word_code(field, value) for value in set(values)}
    return np.array([codes[value] for value in values], np.int32)


def _flags(values: Iterable[bool | None]) -> Numbers:
    return np.array([UNKNOWN if v is None else int(v) for v in values], np.int32)


def _years(days: Sequence[date | None], on: date) -> Numbers:
    known = {day: full_years(day, on) for day in set(days) if day is not None}
    # Somebody who starts in the trade tomorrow has no years, not an unknown number.
    return np.array(
        [UNKNOWN if day is None else max(known[day], 0) for day in days], np.int32
    )
