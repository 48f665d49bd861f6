"""Counting, narrowing and ordering what was found.

Words used here:
    part: what was found within one snapshot; a search has a part for the database as
        last merged and one for the changes that wait.
    lost: craftsmen whose change waits; they count in the other part.
    tree: a facet whose values lie in groups, which are values too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from pyroaring import BitMap

from talentpool.search.rules.columns import (
    Array,
    Coded,
    Moment,
    Snapshot,
    coded_bitmap,
    to_array,
    value_bitmaps,
)
from talentpool.search.rules.facets import (
    BANDED,
    CODED,
    FACETS,
    LISTED,
    NONE,
    TREES,
    groups_of,
    text_of,
)

MOST_UNITS = 30  # shown of a facet that may have thousands
_STRETCH = 65_536  # places of an order looked at in one go
_FIRST = 500  # places of an order: the first pages
_FEW = 20_000  # found: sorting all of them costs no more than choosing a page first
_LAST_DAY = 4_000_000  # later than any day's number
_LAST_ID = 2**32 - 1

Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Craftsmen found in one snapshot, before narrowing."""

    snapshot: Snapshot
    hits: BitMap
    lost: BitMap = field(default_factory=BitMap)
    scores: Array | None = None  # by place; None where no word was asked for
    key: object = None  # names `hits` where the same will be asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value of a facet and how many of those found have it, its own choice ignored.

    `depth` is how many groups of a tree it lies in.
    """

    value: str
    count: int
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """The places of each part that pass every facet, and each facet's counts."""

    passing: Sequence[BitMap]
    counts: Mapping[str, Counter[str]]

    @property
    def total(self) -> int:
        """Return how many pass."""
        return sum(len(places) for places in self.passing)


def narrow(
    parts: Sequence[Part], chosen: Chosen, moment: Moment, *, count: bool
) -> Narrowed:
    """Return who passes every facet, and each facet's counts.

    Values of one facet are joined by "or", facets by "and". A facet's counts are of
    the hits that pass all the others.

    Source: rules S-08 and S-09 in docs/rules/search.md.
    """
    counts: dict[str, Counter[str]] = {f: Counter() for f in FACETS} if count else {}
    passing = []
    for part in parts:
        having = {f: _having(part, f, v, moment) for f, v in chosen.items() if v}
        both = Counted(BitMap.intersection(part.hits, *having.values()))
        lost = Counted(both.bitmap & part.lost)
        passing.append(both.bitmap - part.lost)
        for facet, total in counts.items():
            base, gone = both, lost
            if facet in having:
                others = [places for f, places in having.items() if f != facet]
                base = Counted(BitMap.intersection(part.hits, *others))
                gone = Counted(base.bitmap & part.lost)
            counted = _counted(part, facet, base, moment, chosen)
            if total:
                total.update(counted)
            else:  # many times faster
                dict.update(total, counted)
            if gone.bitmap:
                total.subtract(_count(part.snapshot, facet, gone, moment))
    return Narrowed(passing=passing, counts=counts)


class Counted:
    """Whom a facet is counted over; most facets share one."""

    def __init__(self, bitmap: BitMap) -> None:
        self.bitmap = bitmap

    @cached_property
    def places(self) -> Array:
        return to_array(self.bitmap)


def _having(part: Part, facet: str, chosen: Sequence[str], moment: Moment) -> BitMap:
    snapshot = part.snapshot
    if facet not in CODED:
        return value_bitmaps(snapshot.values(facet, moment), facet, chosen)
    key = ("chosen", facet, tuple(chosen))
    known: BitMap | None = snapshot.kept.get(key)
    if known is None:
        known = coded_bitmap(snapshot, facet, chosen)
        snapshot.kept.keep(key, known)
    return known


def _counted(
    part: Part, facet: str, base: Counted, moment: Moment, chosen: Chosen
) -> Counter[str]:
    """Count a facet, or remember it where the same is asked for again and again."""
    if part.key is None:
        return _count(part.snapshot, facet, base, moment)
    others = tuple((f, tuple(v)) for f, v in chosen.items() if v and f != facet)
    key = (part.key, moment, others, facet if facet in chosen else "", "counts")
    known = part.snapshot.kept.get(key)
    if known is None:
        known = {}
        part.snapshot.kept.keep(key, known)
    if facet not in known:
        known[facet] = _count(part.snapshot, facet, base, moment)
    found: Counter[str] = known[facet]
    return found


def _count(
    snapshot: Snapshot, facet: str, base: Counted, moment: Moment
) -> Counter[str]:
    if facet in CODED:
        return _count_coded(snapshot, facet, base)
    values = (*LISTED[facet], NONE)
    bitmaps = snapshot.values(facet, moment)
    count = base.bitmap.intersection_cardinality
    return Counter(
        {
            value: count(having)
            for value, having in zip(values, bitmaps, strict=True)
            if having
        }
    )


def _count_coded(snapshot: Snapshot, facet: str, base: Counted) -> Counter[str]:
    coded = snapshot.coded[facet]
    counts = np.bincount(coded.codes[base.places], minlength=len(coded.values))
    nodes = _nodes(snapshot, facet, coded)
    sums = np.bincount(nodes.of, weights=counts[nodes.code], minlength=len(nodes.names))
    return Counter(
        {nodes.names[n]: int(sums[n]) for n in np.flatnonzero(sums).tolist()}
    )


@dataclass(frozen=True, slots=True)
class _Nodes:
    """A coded facet's values and groups; `of[i]` is a node that `code[i]` lies in."""

    names: Sequence[str]
    of: Array
    code: Array


def _nodes(snapshot: Snapshot, facet: str, coded: Coded) -> _Nodes:
    key = (facet, len(coded.values))
    nodes: _Nodes | None = snapshot.kept.get(key)
    if nodes is None:
        numbers: dict[str, int] = {}
        pairs: list[tuple[int, int]] = []
        for code, raw in enumerate(coded.values):
            value = text_of(facet, raw)
            around = groups_of(facet, value) if facet in TREES else ()
            names = (*around, value)
            pairs += [(numbers.setdefault(n, len(numbers)), code) for n in names]
        table = np.array(pairs, np.int64).reshape(len(pairs), 2)
        nodes = _Nodes(names=list(numbers), of=table[:, 0], code=table[:, 1])
        snapshot.kept.keep(key, nodes)
    return nodes


def options(facet: str, counts: Counter[str], chosen: Sequence[str]) -> list[Option]:
    """Return a facet's values in their order; chosen ones stay in sight."""
    found = {value: count for value, count in counts.items() if count}
    found |= {value: 0 for value in chosen if value not in found}
    if facet == "unit":
        # Thousands of units: only those that many have are put in order.
        least = sorted(found.values())[-MOST_UNITS:][0] if found else 0
        many = [v for v, count in found.items() if count >= least or v in chosen]
        many.sort(key=lambda v: (v not in chosen, -found[v], v))
        most = many[:MOST_UNITS]
        return [Option(value=v, count=found[v]) for v in most]
    if facet in TREES:
        return [
            Option(value=v, count=found[v], depth=len(groups_of(facet, v)))
            for v in sorted(found)
        ]
    places = {value: place for place, value in enumerate((*LISTED[facet], NONE))}
    ordered = sorted(found, key=places.__getitem__)
    if facet in {"skill", "year"}:  # the highest, the latest first
        last = [value for value in ordered if value == NONE]
        ordered = [*(v for v in reversed(ordered) if v != NONE), *last]
    return [Option(value=value, count=found[value]) for value in ordered]


def page_of(
    parts: Sequence[Part], narrowed: Narrowed, sort: str, start: int, stop: int
) -> list[int]:
    """Return the ids of places `start` to `stop` in a total order.

    What it costs depends on how many were found, not on which page is asked for.

    Source: rule S-07 in docs/rules/search.md.
    """
    stop = min(stop, narrowed.total)
    if start >= stop:
        return []
    # Of a part sorted by itself, those around the page are enough: the others can
    # move it by no more than their number.
    tables, before = [], 0
    for number, (part, places) in enumerate(zip(parts, narrowed.passing, strict=True)):
        if number == 0 and len(places) > _FEW:
            before = max(0, start - narrowed.total + len(places))
            around = _in_order(part, places, sort, before, stop)
        else:
            around = to_array(places)
        tables.append(_sort_keys(part, around, sort))
    keys = [np.concatenate(columns) for columns in zip(*tables, strict=True)]
    order = np.lexsort(keys[::-1])[start - before : stop - before]
    return [int(number) for number in keys[-1][order]]


def _in_order(part: Part, places: BitMap, sort: str, start: int, stop: int) -> Array:
    """Return the places that come from `start` to `stop` among many."""
    order = _whole_order(part.snapshot, sort)
    if part.scores is not None and sort == "relevance":
        return _by_score(part.scores, order, to_array(places), start, stop)
    if len(places) == len(order):
        return order[start:stop]
    if stop <= _FIRST:  # found one by one where many pass, long before the end
        head = [place for place in order[: stop * 16].tolist() if place in places]
        if len(head) >= stop:
            return np.array(head[start:stop], order.dtype)
    is_among = np.zeros(len(part.snapshot.columns["standing"]), np.bool_)
    is_among[to_array(places)] = True
    return _first(is_among, True, order, start, stop)


def _by_score(
    scores: Array, order: Array, members: Array, start: int, stop: int
) -> Array:
    of_members = scores[members]
    ranks = np.zeros(len(scores), np.uint8)
    ranks[members] = of_members
    counts = np.bincount(of_members)
    found: list[Array] = []
    passed = 0
    for rank in np.flatnonzero(counts)[::-1].tolist():
        first, last = max(0, start - passed), stop - passed
        if first < counts[rank]:
            found.append(_first(ranks, rank, order, first, last))
        passed += int(counts[rank])
        if passed >= stop:
            break
    return np.concatenate(found)


def _first(marks: Array, mark: int, order: Array, start: int, stop: int) -> Array:
    """Return from `start` to `stop` of the places with a mark, in an order."""
    found: list[Array] = []
    count = 0
    # The first pages are found long before the end.
    for first in range(0, len(order), _STRETCH):
        stretch = order[first : first + _STRETCH]
        found.append(stretch[np.flatnonzero(marks[stretch] == mark)])
        count += len(found[-1])
        if count >= stop:
            break
    return np.concatenate(found)[start:stop]


def prepare(snapshot: Snapshot, former: Snapshot) -> None:
    """Make ready what searches will ask: the orders, and the bands asked for before."""
    for sort, names in _SORTED_BY.items():
        known = former.kept.get(("order", sort))
        if known is not None and _are_alike(snapshot, former, names):
            snapshot.kept.keep(("order", sort), known)
        else:
            _whole_order(snapshot, sort)
    for key in former.kept:
        if key[0] in BANDED:
            snapshot.values(*key)
    for facet in CODED:
        _nodes(snapshot, facet, snapshot.coded[facet])


def _are_alike(snapshot: Snapshot, former: Snapshot, names: Iterable[str]) -> bool:
    # Snapshots that follow each other share what did not change.
    return snapshot.present is former.present and all(
        snapshot.columns[name] is former.columns[name] for name in names
    )


def _whole_order(snapshot: Snapshot, sort: str) -> Array:
    """Return all places in a sort's order, but for the scores of words."""
    key = ("order", sort)
    order: Array | None = snapshot.kept.get(key)
    if order is None:
        places = to_array(snapshot.present)
        keys = _sort_keys(Part(snapshot=snapshot, hits=snapshot.present), places, sort)
        order = places[
            np.lexsort(keys[:-1][::-1]) if sort == "name" else keys[0].argsort()
        ]
        snapshot.kept.keep(key, order)
    return order


def _sort_keys(part: Part, places: Array, sort: str) -> list[Array]:
    """Return the keys of a sort, most important first, then the ids."""
    columns = part.snapshot.columns
    ids = part.snapshot.ids_of(places).astype(np.int64)

    def column(name: str) -> Array:
        return columns[name][places].astype(np.int64)

    if sort == "name":
        return [column("name_key"), column("name_code"), ids]
    if sort in _NEWEST_FIRST:
        days = _LAST_DAY - column(_NEWEST_FIRST[sort])
        return [(days << 32) + _LAST_ID - ids, ids]
    if sort == "level":
        return [(column("grade") << 32) + ids, ids]
    rank = column("standing")
    if part.scores is not None:
        rank -= part.scores[places].astype(np.int64) << 6
    return [(rank << 32) + ids, ids]


_NEWEST_FIRST: Mapping[str, Any] = {
    "newest": "entered",
    "competition": "contest",
    "updated": "updated",
}
_SORTED_BY: Mapping[str, Sequence[str]] = {
    "relevance": ("standing",),
    "level": ("grade",),
    "name": ("name_key", "name_code"),
    **{sort: (column,) for sort, column in _NEWEST_FIRST.items()},
}
