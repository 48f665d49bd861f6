"""The one query of the pool: list, count, facets, export, page, API and command line.

It always carries the caller's scope; who holds nothing finds nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE, Scope
from people.districts.rules import is_within
from people.units.models import Unit
from talentpool.search.models import SearchDirty
from talentpool.search.queries.postings import find_words
from talentpool.search.queries.snapshots import current_snapshot
from talentpool.search.queries.sources import load_sources
from talentpool.search.rules.columns import (
    Array,
    Hits,
    Mask,
    Option,
    Snapshot,
    narrow,
    page_of,
)
from talentpool.search.rules.documents import NAME as NAME_FIELD
from talentpool.search.rules.documents import (
    NAME_EXACT,
    TEXT_FIELDS,
    Document,
    Source,
    make_document,
    score,
)
from talentpool.search.rules.facets import FACETS
from talentpool.search.rules.request import SearchRequest

EXPORT_BATCH = 500
_NAME_WEIGHT = TEXT_FIELDS[NAME_FIELD][2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer: the page's craftsmen in order, and counts over all that were found."""

    request: SearchRequest
    total: int
    items: Sequence[Source]
    facets: dict[str, list[Option]]  # empty unless asked for
    is_indexed: bool  # False: the index was never built


@dataclass(frozen=True, slots=True)
class _Where:
    """The caller's scopes, ready for comparing."""

    everywhere: bool
    districts: tuple[str, ...]
    unit_ids: frozenset[int]

    def holds(self, document: Document) -> bool:
        code = f"{document.district:06d}"
        return (
            self.everywhere
            or any(is_within(code, district) for district in self.districts)
            or document.unit_id in self.unit_ids
        )

    def mask(self, snapshot: Snapshot, ids: Array) -> Mask:
        if self.everywhere:
            return np.ones(len(ids), np.bool_)
        coded = snapshot.coded["district"]
        inside = [
            any(is_within(f"{raw:06d}", d) for d in self.districts)
            for raw in coded.values
        ]
        mask = np.array(inside, np.bool_)[coded.codes[ids]]
        if self.unit_ids:
            units = snapshot.columns["unit_id"][ids]
            mask |= np.isin(units, sorted(self.unit_ids))
        return mask


def search(
    session: Session, request: SearchRequest, *, scopes: Iterable[Scope], today: date
) -> Found:
    """Answer a search within `scopes`; ages are as of the end of this year."""
    hits = _hits(session, request, list(scopes))
    chosen = {facet: request.choice(facet) for facet in FACETS}
    passing, facets = narrow(hits, chosen, today.year, count=request.with_facets)
    start = (request.page - 1) * request.size
    ids = page_of(hits, passing, request.sort, start, start + request.size)
    sources = load_sources(session, ids)
    return Found(
        request=request,
        total=int(np.count_nonzero(passing)),
        items=[sources[number] for number in ids if number in sources],
        facets=facets,
        is_indexed=bool(hits.snapshot.version),
    )


def export(
    session: Session, request: SearchRequest, *, scopes: Iterable[Scope], today: date
) -> Iterator[Source]:
    """Yield everybody the search finds, in its order, whatever the page."""
    hits = _hits(session, request, list(scopes))
    chosen = {facet: request.choice(facet) for facet in FACETS}
    passing, _facets = narrow(hits, chosen, today.year, count=False)
    ids = page_of(hits, passing, request.sort, 0, len(passing))
    for start in range(0, len(ids), EXPORT_BATCH):
        part = ids[start : start + EXPORT_BATCH]
        sources = load_sources(session, part)
        yield from (sources[number] for number in part if number in sources)


def list_dirty(session: Session) -> list[tuple[int, int]]:
    """Return what the index has not taken in yet: (row, craftsman), oldest first."""
    rows = session.execute(
        select(SearchDirty.id, SearchDirty.craftsman_id).order_by(SearchDirty.id)
    )
    return [(row.id, row.craftsman_id) for row in rows]


def _hits(session: Session, request: SearchRequest, scopes: list[Scope]) -> Hits:
    words = request.words
    if request.text and not words:  # nothing but signs: nobody has them
        scopes = []
    # Dirty ones first: who is merged meanwhile is then still looked at by text, and
    # left out of what the bitmaps say.
    dirty = sorted({number for _row, number in list_dirty(session)})
    snapshot = current_snapshot(session)
    where = _where(session, scopes)
    ids, scores = _kept(session, words, snapshot, BitMap(dirty))
    inside = where.mask(snapshot, ids)
    fresh = [make_document(s) for s in load_sources(session, dirty).values()]
    scored = [(document, score(document, words)) for document in fresh]
    new = [(d, s) for d, s in scored if s is not None and where.holds(d)]
    return Hits(
        snapshot=snapshot,
        kept=ids[inside],
        dirty=[document for document, _score in new],
        scores=np.concatenate([scores[inside], np.array([s for _d, s in new], int)]),
    )


def _kept(
    session: Session, words: Sequence[str], snapshot: Snapshot, dirty: BitMap
) -> tuple[Array, Array]:
    """Return ids and scores of those the index finds, ascending by id."""
    if not words:
        present = snapshot.present()
        if dirty:
            present = present[~np.isin(present, np.array(dirty.to_array(), np.int64))]
        return present, np.zeros(len(present), np.int64)
    found = find_words(session, words)
    unions = [BitMap.union(BitMap(), *(b for _w, b in f)) for f in found.values()]
    both = BitMap.intersection(*unions) - dirty
    ids = np.array(both.to_array(), np.int64)
    # What was merged after this process read the columns waits for the next look.
    ids = snapshot.known(ids)
    scores = np.zeros(len(ids), np.int64)
    for word, fields in found.items():
        scores += _word_scores(snapshot, ids, word, fields)
    return ids, scores


def _word_scores(
    snapshot: Snapshot, ids: Array, word: str, fields: list[tuple[int, BitMap]]
) -> Array:
    best = np.zeros(len(ids), np.int64)
    for weight, bitmap in fields:  # heaviest last
        members = np.array(bitmap.to_array(), np.int64)
        inside = members[np.isin(members, ids, assume_unique=True)]
        places = np.searchsorted(ids, inside)
        best[places] = weight
        if weight == _NAME_WEIGHT:
            # A name that holds the word and is as long as it is the word.
            exact = snapshot.columns["name_length"][inside] == len(word)
            best[places[exact]] = NAME_EXACT
    return best


def _where(session: Session, scopes: list[Scope]) -> _Where:
    uids = [scope.key for scope in scopes if scope.kind == "unit"]
    found = session.scalars(select(Unit.id).where(Unit.uid.in_(uids))) if uids else ()
    return _Where(
        everywhere=EVERYWHERE in scopes,
        districts=tuple(scope.key for scope in scopes if scope.kind == "district"),
        unit_ids=frozenset(found),
    )
