"""Who has the words and keeps the filters of a query, within the caller's scopes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE, Scope
from people.districts.rules import is_within
from people.units.models import Unit
from talentpool.search.models import SearchDirty
from talentpool.search.queries import snapshots
from talentpool.search.queries.conditions import Known, keeping, look_up_names
from talentpool.search.queries.postings import Weighed, find_terms
from talentpool.search.queries.snapshots import latest_snapshot
from talentpool.search.queries.sources import load_sources
from talentpool.search.rules.columns import (
    Array,
    Moment,
    Snapshot,
    make_snapshot,
    to_array,
    to_bitmap,
    union,
)
from talentpool.search.rules.documents import (
    NAME_EXACT,
    TEXT_FIELDS,
    Document,
    make_document,
    weigh,
)
from talentpool.search.rules.narrowing import Part
from talentpool.search.rules.query import Condition, Query, Term
from talentpool.search.rules.records import CERTIFICATE, CONTEST, ROW, unpack
from talentpool.search.rules.source import NAME
from talentpool.standard.queries import find_in_force, read_profile, read_shipped
from talentpool.standard.rules.mentorship import MentorshipLimits

MERGE_AT = 200  # changes that wait; more would make every search look at too many
_NAME_WEIGHT = TEXT_FIELDS[NAME][2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What was found: in the index, then among the changes that wait."""

    parts: Sequence[Part]
    moment: Moment
    unknown: Sequence[Condition]


@dataclass(frozen=True, slots=True)
class _Where:
    """The caller's scopes, ready for comparing."""

    everywhere: bool
    districts: tuple[str, ...]
    unit_ids: tuple[int, ...]

    def holds(self, snapshot: Snapshot) -> BitMap:
        """Return who lies within the scopes."""
        if self.everywhere:
            return snapshot.present
        key = ("scope", self.districts, self.unit_ids)
        known: BitMap | None = snapshot.kept.get(key)
        if known is None:
            known = self._holds(snapshot)
            snapshot.kept.keep(key, known)
        return known

    def _holds(self, snapshot: Snapshot) -> BitMap:
        coded = snapshot.coded["district"]
        inside = [
            any(is_within(f"{raw:06d}", district) for district in self.districts)
            for raw in coded.values
        ]
        places = to_array(snapshot.present)
        if not len(places):
            return BitMap()
        mask = np.array(inside, np.bool_)[coded.codes[places]]
        if self.unit_ids:
            mask |= np.isin(snapshot.columns["unit"][places], self.unit_ids)
        return to_bitmap(places[mask])


def find_parts(
    session: Session,
    query: Query,
    scopes: Iterable[Scope],
    today: date,
    *,
    has_text: bool,
    is_ranked: bool,
) -> Parts:
    """Return who is found, before the facets narrow it.

    Args:
        session: the caller's transaction.
        query: what was typed, as it is understood.
        scopes: where the caller may search.
        today: the day of the search.
        has_text: something was typed.
        is_ranked: the order asked for needs scores.
    """
    # Dirty ones first: who is merged meanwhile is then still looked at by text, and
    # left out of what the bitmaps say.
    dirty = list_dirty_tokens(session)
    if len(dirty) >= MERGE_AT and snapshots.memory.merging is not None:
        snapshots.memory.merging()
    snapshot, changed = latest_snapshot(session)
    dirty = changed | dirty
    moment = _moment(session, today)
    known = look_up_names(session, query)
    where = _where(session, list(scopes))
    nobody = has_text and query.is_empty  # nothing but signs: nobody has them
    ranked = query.wanted if is_ranked else ()
    parts = [
        Part(snapshot=snapshot, hits=BitMap())
        if nobody
        else _indexed(session, query, known, snapshot, where, moment, ranked)
    ]
    if dirty:
        parts[0] = _without(parts[0], BitMap(dirty))
        if not nobody:
            parts.append(_waiting(session, query, known, dirty, where, moment))
    return Parts(parts=parts, moment=moment, unknown=known.unknown)


def list_dirty(session: Session, most: int | None = None) -> list[tuple[int, int]]:
    """Return what the index has not taken in yet: (row, craftsman), oldest first."""
    rows = session.execute(
        select(SearchDirty.id, SearchDirty.craftsman_id)
        .order_by(SearchDirty.id)
        .limit(most)
    )
    return [(row.id, row.craftsman_id) for row in rows]


def list_dirty_tokens(session: Session) -> dict[int, str]:
    """Return for each craftsman that changed the token of the last change."""
    rows = session.execute(
        select(SearchDirty.craftsman_id, SearchDirty.token).order_by(SearchDirty.id)
    )
    return {row.craftsman_id: row.token for row in rows}


def _without(part: Part, lost: BitMap) -> Part:
    return Part(
        snapshot=part.snapshot,
        hits=part.hits,
        lost=lost & part.snapshot.present,
        scores=part.scores,
        key=part.key,
    )


def _indexed(
    session: Session,
    query: Query,
    known: Known,
    snapshot: Snapshot,
    where: _Where,
    moment: Moment,
    ranked: Sequence[Term],
) -> Part:
    inside = where.holds(snapshot)
    wanted, excluded = keeping(snapshot, query, known, moment)
    found = find_terms(session, query.terms, snapshot)
    for term, fields in found.items():
        having = union(bitmap for _weight, bitmap in fields)
        (excluded if term.is_excluded else wanted).append(having)
    # What was merged after this process read the columns waits for the next look:
    # `inside` holds only whom the snapshot knows.
    hits = BitMap.intersection(inside, *wanted) - union(excluded)
    is_plain = not wanted and not excluded
    return Part(
        snapshot=snapshot,
        hits=hits,
        scores=_scores(snapshot, hits, ranked, found) if ranked else None,
        key=("scope", where.everywhere, where.districts, where.unit_ids)
        if is_plain
        else None,
    )


def _scores(
    snapshot: Snapshot,
    hits: BitMap,
    terms: Sequence[Term],
    found: Mapping[Term, Weighed],
) -> Array:
    """Return the scores by place; those of who is not found do not matter."""
    size = len(snapshot.columns["unit"])
    total = np.zeros(size, np.uint8)
    for term in terms:
        best = np.zeros(size, np.uint8)
        for weight, bitmap in found[term]:  # heaviest last
            members = to_array(bitmap & hits)
            best[members] = weight
            if weight == _NAME_WEIGHT:
                # A name that holds the word and is as long as it is the word.
                exact = snapshot.columns["name_length"][members] == len(term.text)
                best[members[exact]] = NAME_EXACT
        total += best
    return total


def _waiting(
    session: Session,
    query: Query,
    known: Known,
    dirty: Mapping[int, str],
    where: _Where,
    moment: Moment,
) -> Part:
    """Look at those whose change waits, by text, with the same rules."""
    documents, snapshot = _fresh_snapshot(session, dirty)
    known = _with_new_trades(known, documents)
    wanted, excluded = keeping(snapshot, query, known, moment)
    scores = np.zeros(len(documents), np.uint8)
    for term in query.terms:
        weights = np.array([weigh(document, term) for document in documents], np.uint8)
        having = to_bitmap(np.flatnonzero(weights))
        (excluded if term.is_excluded else wanted).append(having)
        scores += 0 if term.is_excluded else weights
    inside = where.holds(snapshot)
    hits = BitMap.intersection(inside, *wanted) - union(excluded)
    return Part(snapshot=snapshot, hits=hits, scores=scores if query.wanted else None)


def _fresh_snapshot(
    session: Session, dirty: Mapping[int, str]
) -> tuple[list[Document], Snapshot]:
    """Return the documents of those who changed, and their numbers."""
    memory = snapshots.memory
    made = memory.waiting
    if made is None or made[0] != dirty:
        documents = _fresh_documents(session, dirty)
        snapshot = make_snapshot(
            unpack(ROW, (d.numbers for d in documents)),
            unpack(CERTIFICATE, (d.certificates for d in documents)),
            unpack(CONTEST, (d.contests for d in documents)),
        )
        made = memory.waiting = (dict(dirty), documents, snapshot)
    return made[1], made[2]


def _fresh_documents(session: Session, dirty: Mapping[int, str]) -> list[Document]:
    """Return the documents of changed craftsmen, read once for each change."""
    known = snapshots.memory.documents
    changes = [(n, token) for n, token in dirty.items() if token != snapshots.GONE]
    missing = [number for number, token in changes if (number, token) not in known]
    for number, source in load_sources(session, missing).items():
        known[number, dirty[number]] = make_document(source)
    if len(known) > 4 * len(dirty) + 1000:
        snapshots.memory.documents = {c: known[c] for c in changes if c in known}
    return [known[change] for change in changes if change in known]


def _with_new_trades(known: Known, documents: Sequence[Document]) -> Known:
    """Add the trades of records that the index has not met yet."""
    new = {trade for d in documents for trade in d.record_trades.split("\n") if trade}
    return known.with_trades(new)


def _moment(session: Session, today: date) -> Moment:
    version = find_in_force(session, today)
    limits = read_profile(version.toml).mentorship if version else _shipped_limits()
    return Moment(today, limits.capacities, limits.mentor_rank)


@cache
def _shipped_limits() -> MentorshipLimits:
    return read_shipped().mentorship


def _where(session: Session, scopes: list[Scope]) -> _Where:
    uids = [scope.key for scope in scopes if scope.kind == "unit"]
    found = session.scalars(select(Unit.id).where(Unit.uid.in_(uids))) if uids else ()
    return _Where(
        everywhere=EVERYWHERE in scopes,
        districts=tuple(
            sorted(scope.key for scope in scopes if scope.kind == "district")
        ),
        unit_ids=tuple(sorted(found)),
    )
