"""The facet columns in memory, and counting and ordering by them.

Words used here:
    snapshot: the columns of every document as of one merge, indexed by craftsman.id.
    hits: what a query's words found within the caller's scope, before narrowing.
    coded: values numbered 0, 1, 2 … so that counting them is one `bincount`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.search.rules.documents import Document
from talentpool.search.rules.facets import (
    AGES,
    FACETS,
    LISTED,
    acceptor,
    age_band,
    value_of,
)

Array = NDArray[np.int64]
Mask = NDArray[np.bool_]

# column of the document: how it is kept
KEPT: Mapping[str, Any] = {
    "level": np.int8,
    "skill": np.int8,
    "pool_class": np.int8,
    "state": np.int8,
    "sex": np.int8,
    "honour": np.int8,
    "birth_year": np.int16,
    "district": np.int32,
    "unit_id": np.int32,
    "occupation": np.int64,
    "entered": np.int32,
    "name_key": np.int64,
    "name_code": np.int64,
    "name_length": np.int16,
}
_COLUMN = {"class": "pool_class", "age": "birth_year"}  # where names differ
_NUMBERED = ("district", "occupation")  # facets whose raw values are far apart
_ABSENT = -9  # state of an id without a document


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """`values[codes[i]]` is the raw value of the i-th hit."""

    values: Sequence[int]
    codes: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The columns of every document; it is never changed, only replaced."""

    version: int
    token: str
    columns: Mapping[str, NDArray[Any]]
    coded: Mapping[str, Coded]

    @property
    def size(self) -> int:
        """Return one more than the highest id."""
        return len(self.columns["state"])

    def present(self) -> Array:
        """Return the ids that have a document, ascending."""
        return np.flatnonzero(self.columns["state"] != _ABSENT)

    def known(self, ids: Array) -> Array:
        """Return those of `ids` that have a document, in their order."""
        inside = ids[ids < self.size]
        is_known: Mask = self.columns["state"][inside] != _ABSENT
        return inside[is_known]


EMPTY = Snapshot(
    version=0,
    token="",
    columns={name: np.zeros(0, dtype) for name, dtype in KEPT.items()},
    coded={facet: Coded(values=(), codes=np.zeros(0, np.int64)) for facet in _NUMBERED},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Craftsmen found, with their scores: those of the snapshot, then dirty ones."""

    snapshot: Snapshot
    kept: Array  # ids that the snapshot knows
    dirty: Sequence[Document]
    scores: NDArray[Any]  # of kept, then of dirty

    @property
    def ids(self) -> Array:
        """Return the ids, in the order of `scores`."""
        extra = np.array([d.craftsman_id for d in self.dirty], np.int64)
        return np.concatenate([self.kept, extra])

    def column(self, name: str) -> Array:
        """Return a column's values, in the order of `scores`."""
        extra = np.array([getattr(d, name) for d in self.dirty], np.int64)
        kept = self.snapshot.columns[name][self.kept].astype(np.int64)
        return np.concatenate([kept, extra])


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value of a facet and how many hits have it, its own choice ignored."""

    value: str
    count: int


def replace_rows(
    old: Snapshot, rows: Sequence[Sequence[int]], *, version: int, token: str
) -> Snapshot:
    """Return the snapshot after a merge; `rows` are id and then the `KEPT` columns."""
    table = np.array(rows, np.int64).reshape(len(rows), len(KEPT) + 1)
    ids = table[:, 0]
    size = max(old.size, int(ids.max(initial=-1)) + 1)
    columns: dict[str, NDArray[Any]] = {}
    for number, (name, dtype) in enumerate(KEPT.items(), start=1):
        column = np.full(size, _ABSENT if name == "state" else 0, dtype)
        column[: old.size] = old.columns[name]
        column[ids] = table[:, number]
        columns[name] = column
    coded = {facet: _number(columns[facet]) for facet in _NUMBERED}
    return Snapshot(version=version, token=token, columns=columns, coded=coded)


def _number(column: NDArray[Any]) -> Coded:
    # Sorting and comparing is many times faster than `np.unique`.
    ordered = np.sort(column)
    is_first = np.ones(len(ordered), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    values = ordered[is_first]
    codes = np.searchsorted(values, column).astype(np.int64)
    return Coded(values=[int(v) for v in values], codes=codes)


def code(hits: Hits, facet: str, year: int) -> Coded:
    """Return the hits' values of a facet; `year` is the one ages are told in."""
    if facet in _NUMBERED:
        return _code_numbered(hits, facet)
    raw = hits.column(_COLUMN.get(facet, facet))
    if facet == "age":
        low = int(raw.min(initial=year))
        high = int(raw.max(initial=year))
        bands = np.array([age_band(y, year) for y in range(low, high + 1)], np.int64)
        return Coded(values=range(len(AGES)), codes=bands[raw - low])
    return Coded(values=range(-1, len(LISTED[facet])), codes=raw + 1)


def _code_numbered(hits: Hits, facet: str) -> Coded:
    known = hits.snapshot.coded[facet]
    places = {value: place for place, value in enumerate(known.values)}
    extra = [
        places.setdefault(getattr(document, facet), len(places))
        for document in hits.dirty
    ]
    codes = np.concatenate([known.codes[hits.kept], np.array(extra, np.int64)])
    return Coded(values=list(places), codes=codes)


def narrow(
    hits: Hits, chosen: Mapping[str, Sequence[str]], year: int, *, count: bool
) -> tuple[Mask, dict[str, list[Option]]]:
    """Return which hits pass every facet, and each facet's counts.

    Values of one facet are joined by "or", facets by "and". A facet's counts are of
    the hits that pass all the others.

    Source: rules S-08 and S-09 in docs/rules/search.md.
    """
    wanted = [f for f in FACETS if count or chosen.get(f)]
    coded = {facet: code(hits, facet, year) for facet in wanted}
    passes = {
        facet: _accepted(facet, coded[facet].values, chosen[facet])[coded[facet].codes]
        for facet in wanted
        if chosen.get(facet)
    }
    failed = np.zeros(len(hits.scores), np.int8)
    for ok in passes.values():
        failed += ~ok
    counts: dict[str, list[Option]] = {}
    for facet in FACETS if count else ():
        base = failed - ~passes[facet] == 0 if facet in passes else failed == 0
        counts[facet] = _options(facet, coded[facet], base, chosen.get(facet, ()))
    return failed == 0, counts


def _accepted(facet: str, values: Sequence[int], chosen: Sequence[str]) -> Mask:
    accepts = acceptor(facet, chosen)
    return np.array([accepts(raw) for raw in values], np.bool_)


def _options(
    facet: str, coded: Coded, base: Mask, chosen: Sequence[str]
) -> list[Option]:
    counts = np.bincount(coded.codes[base], minlength=len(coded.values))
    found = {
        value_of(facet, raw): int(number)
        for raw, number in zip(coded.values, counts, strict=True)
        if number
    }
    for value in chosen:
        if value not in found:  # a chosen value stays in sight; so does a group
            inside = _accepted(facet, coded.values, (value,))
            found[value] = int(counts[inside].sum()) if len(inside) else 0
    options = [Option(value=value, count=number) for value, number in found.items()]
    return sorted(options, key=lambda o: _option_order(facet, o))


def _option_order(facet: str, option: Option) -> tuple[int, str]:
    if facet == "occupation":
        return -option.count, option.value
    if facet == "district":
        return 0, option.value
    listed = LISTED[facet]
    place = listed.index(option.value) if option.value in listed else len(listed)
    return (-place if facet == "skill" and place < len(listed) else place), ""


def page_of(hits: Hits, passing: Mask, sort: str, start: int, stop: int) -> list[int]:
    """Return the ids of places `start` to `stop` in a total order.

    Source: rule S-07 in docs/rules/search.md.
    """
    keys = [key[passing] for key in _sort_keys(hits, sort)]
    if start >= len(keys[0]):
        return []
    order = np.lexsort(keys[::-1])[start:stop]
    return [int(number) for number in hits.ids[passing][order]]


def _sort_keys(hits: Hits, sort: str) -> list[Array]:
    """Return the keys of a sort, most important first, each ascending."""
    ids = hits.ids
    if sort == "name":
        return [hits.column("name_key"), hits.column("name_code"), ids]
    if sort == "newest":
        return [-hits.column("entered"), -ids]
    level = hits.column("level")
    if sort == "level":
        return [level, -hits.column("skill"), ids]
    honour = hits.column("honour")
    honour[honour < 0] = len(LISTED["honour"])
    # One number sorts far quicker than three: ids stay below 2^40.
    rank = (-hits.scores.astype(np.int64) * 8 + level) * 8 + honour
    return [(rank << 40) + ids]
