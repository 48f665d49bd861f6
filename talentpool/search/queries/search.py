"""The one query of the pool: list, count, facets, export, page, API and command line.

It always carries the caller's scope; who holds nothing finds nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from people.units.models import Unit
from talentpool.search.queries.found import find_parts, list_dirty
from talentpool.search.queries.occupations import with_present
from talentpool.search.queries.sources import load_sources
from talentpool.search.rules.facets import FACETS, NONE
from talentpool.search.rules.narrowing import (
    Narrowed,
    Option,
    Part,
    narrow,
    options,
    page_of,
)
from talentpool.search.rules.query import Condition
from talentpool.search.rules.request import SearchRequest
from talentpool.search.rules.source import Source

__all__ = ["Found", "count", "export", "list_dirty", "list_ids", "search"]

EXPORT_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer: the page's craftsmen in order, and counts over all that were found."""

    request: SearchRequest
    total: int
    items: Sequence[Source]
    facets: dict[str, list[Option]]  # empty unless asked for
    is_indexed: bool  # False: the index was never built
    unknown: Sequence[Condition] = ()  # names in the text that nothing has


def search(
    session: Session, request: SearchRequest, *, scopes: Iterable[Scope], today: date
) -> Found:
    """Answer a search within `scopes`; ages are as of the end of this year."""
    looked = _look(session, request, scopes, today, with_facets=request.with_facets)
    start = (request.page - 1) * request.size
    parts, narrowed = looked.parts, looked.narrowed
    ids = page_of(parts, narrowed, request.sort, start, start + request.size)
    sources = load_sources(session, ids)
    return Found(
        request=request,
        total=narrowed.total,
        items=[sources[number] for number in ids if number in sources],
        facets=_facets(session, narrowed.counts, looked.chosen),
        is_indexed=bool(parts[0].snapshot.version),
        unknown=looked.unknown,
    )


def count(
    session: Session, request: SearchRequest, *, scopes: Iterable[Scope], today: date
) -> int:
    """Return how many the search finds."""
    return _look(session, request, scopes, today).narrowed.total


def list_ids(
    session: Session, request: SearchRequest, *, scopes: Iterable[Scope], today: date
) -> list[int]:
    """Return the ids of everybody the search finds, in its order."""
    looked = _look(session, request, scopes, today)
    total = looked.narrowed.total
    return page_of(looked.parts, looked.narrowed, request.sort, 0, total)


def export(
    session: Session, request: SearchRequest, *, scopes: Iterable[Scope], today: date
) -> Iterator[Source]:
    """Yield everybody the search finds, in its order, whatever the page."""
    ids = list_ids(session, request, scopes=scopes, today=today)
    for start in range(0, len(ids), EXPORT_BATCH):
        part = ids[start : start + EXPORT_BATCH]
        sources = load_sources(session, part)
        yield from (sources[number] for number in part if number in sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    parts: Sequence[Part]
    narrowed: Narrowed
    chosen: Mapping[str, Sequence[str]]
    unknown: Sequence[Condition]


def _look(
    session: Session,
    request: SearchRequest,
    scopes: Iterable[Scope],
    today: date,
    *,
    with_facets: bool = False,
) -> _Looked:
    found = find_parts(
        session,
        request.query,
        scopes,
        today,
        has_text=bool(request.text),
        is_ranked=request.sort == "relevance",
    )
    chosen = {facet: request.choice(facet) for facet in FACETS}
    chosen["unit"] = _unit_rows(session, chosen["unit"])
    chosen["occupation"] = with_present(session, chosen["occupation"])
    narrowed = narrow(found.parts, chosen, found.moment, count=with_facets)
    return _Looked(
        parts=found.parts, narrowed=narrowed, chosen=chosen, unknown=found.unknown
    )


def _unit_rows(session: Session, uids: Sequence[str]) -> tuple[str, ...]:
    """Return units as the columns hold them: by row, which never leaves the system."""
    if not uids:
        return ()
    rows = session.scalars(select(Unit.id).where(Unit.uid.in_(uids)))
    found = [*(str(row) for row in rows), *(["0"] if NONE in uids else [])]
    return tuple(found) or ("-1",)  # a unit nobody knows is nobody's


def _facets(
    session: Session,
    counts: Mapping[str, Counter[str]],
    chosen: Mapping[str, Sequence[str]],
) -> dict[str, list[Option]]:
    found = {f: options(f, total, chosen[f]) for f, total in counts.items()}
    if "unit" in found:
        found["unit"] = _with_uids(session, found["unit"])
    return found


def _with_uids(session: Session, units: Sequence[Option]) -> list[Option]:
    rows = [int(option.value) for option in units]
    uids = {
        str(number): uid
        for number, uid in session.execute(
            select(Unit.id, Unit.uid).where(Unit.id.in_(rows))
        )
    } | {"0": NONE}
    return [
        Option(value=uids[option.value], count=option.count)
        for option in units
        if option.value in uids
    ]
