"""The pool in memory: bitmaps of the facets' values, and columns to sort by.

Words used here:
    snapshot: the numbers of every document as of one merge. It is never changed, only
        followed by another. Bitmaps hold places in its columns: ids for the snapshot of
        the database, 0, 1, 2 … for a small one of changes that wait.
    moment: what banded facets depend on besides the documents.
    coded: values numbered 0, 1, 2 … so that counting them is one `bincount`.

Counting a facet with few values is one AND of bitmaps for each; that costs
microseconds, however many were found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from talentpool.dossiers.rules import LIVE_STATES
from talentpool.search.rules.facets import (
    AGE_LIMITS,
    BITS,
    CODED,
    LISTED,
    MONTHS,
    ROOM,
    YEARS_FROM,
    acceptor,
)
from talentpool.search.rules.records import (
    CERTIFICATE,
    CONTEST,
    NUMBER_COLUMNS,
    ROW,
    Table,
)
from talentpool.search.rules.remembered import Remembered
from talentpool.standard.rules.months import months_before

Array = NDArray[Any]
Records = Mapping[str, Array]  # columns of a table; ids are places here
Values = tuple[BitMap, ...]  # a bitmap for each listed value, then one of "none"

# Coded columns are kept as codes; the unit's row is compared with scopes too.
KEPT_COLUMNS = [c for c in NUMBER_COLUMNS if c[0] not in {"district", "occupation"}]


@dataclass(frozen=True, slots=True)
class Moment:
    """The day of a search, and the limits of mentorship in force on it."""

    day: date
    capacities: tuple[int, ...] = (3,) * 9  # by rank of the mentor's level; 0: none
    mentor_rank: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """`values[codes[i]]` is the raw value at place i; values are only ever added."""

    values: list[int]
    places: dict[int, int]
    codes: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The numbers of every document; see the words above."""

    version: int
    token: str
    is_by_id: bool  # places are ids
    ids: Array  # of the places; empty where places are ids
    present: BitMap
    bits: Mapping[str, Values]
    columns: Mapping[str, Array]
    coded: Mapping[str, Coded]
    certificates: Records
    contests: Records
    kept: Remembered = field(default_factory=Remembered)  # answers that come again

    def ids_of(self, places: Array) -> Array:
        """Return the craftsmen's ids at these places."""
        return places if self.is_by_id else self.ids[places]

    def values(self, facet: str, moment: Moment) -> Values:
        """Return who has each value of a listed facet, in the order of `LISTED`."""
        if facet in self.bits:
            return self.bits[facet]
        key = (facet, moment)
        found: Values | None = self.kept.get(key)
        if found is None:
            found = _band(self, facet, moment)
            self.kept.keep(key, found)
        return found


def to_array(bitmap: BitMap) -> Array:
    """Return the members of a bitmap, ascending."""
    return np.frombuffer(bitmap.to_array(), np.uint32)


def to_bitmap(places: Array) -> BitMap:
    """Return places as a bitmap."""
    return BitMap(np.ascontiguousarray(places, np.uint32))


def make_snapshot(rows: Table, certificates: Table, contests: Table) -> Snapshot:
    """Return a small snapshot of documents, in the order of `rows`."""
    places = np.arange(len(rows))
    by_id = np.argsort(rows["id"])

    def placed(records: Table) -> Records:
        found = np.searchsorted(rows["id"], records["id"], sorter=by_id)
        return _columns(records) | {"id": by_id[found] if len(found) else found}

    return Snapshot(
        version=0,
        token="",
        is_by_id=False,
        ids=rows["id"].astype(np.int64),
        present=to_bitmap(places),
        bits={facet: _split(facet, rows[facet], places) for facet in BITS},
        columns={name: rows[name] for name, _type in KEPT_COLUMNS},
        coded={facet: _number(rows[facet]) for facet in CODED},
        certificates=placed(certificates),
        contests=placed(contests),
    )


def follow(
    old: Snapshot,
    rows: Table,
    certificates: Table,
    contests: Table,
    *,
    version: int,
    token: str,
    removed: Iterable[int] = (),
) -> Snapshot:
    """Return the snapshot of the database after merges that changed `rows`.

    Both share what the merges left as it was: most edits touch a column or two, and
    the older snapshot stays in memory for a while.

    Args:
        old: goes on; it is not changed.
        rows: of the documents that are new or other than in `old`.
        certificates: all of these documents.
        contests: all of these documents.
        version: of the last merge.
        token: of the last merge.
        removed: documents of `old` that are no more; those among `rows` came back.
    """
    ids = rows["id"]
    now_there = to_bitmap(ids)
    changed = now_there | BitMap(removed)
    size = max(len(old.columns["unit"]), int(ids.max(initial=0)) + 1)
    bits = {}
    for facet in BITS:
        new = _split(facet, rows[facet], ids)
        pairs = zip(old.bits[facet], new, strict=True)
        bits[facet] = tuple(_follow_bitmap(was, now, changed) for was, now in pairs)
    return Snapshot(
        version=version,
        token=token,
        is_by_id=True,
        ids=old.ids,
        present=_follow_bitmap(old.present, now_there, changed),
        bits=bits,
        columns={
            name: _follow_column(old.columns[name], rows[name], ids, size)
            for name, _type in KEPT_COLUMNS
        },
        coded={
            f: _renumber(old.coded[f] if old.version else _new(), rows[f], ids, size)
            for f in CODED
        },
        certificates=_follow_records(old.certificates, certificates, changed),
        contests=_follow_records(old.contests, contests, changed),
    )


def _follow_bitmap(old: BitMap, new: BitMap, changed: BitMap) -> BitMap:
    return old if old & changed == new else (old - changed) | new


def _follow_column(old: Array, new: Array, places: Array, size: int) -> Array:
    if len(old) == size and np.array_equal(old[places], new):
        return old
    column = np.zeros(size, new.dtype)
    column[: len(old)] = old
    column[places] = new
    return column


def _split(facet: str, column: Array, places: Array) -> Values:
    listed = range(len(LISTED[facet]))
    one = column.dtype.type(1)
    held = [
        to_bitmap(places[(column >> column.dtype.type(bit)) & one == 1])
        for bit in listed
    ]
    return (*held, to_bitmap(places[column == 0]))


def _number(column: Array) -> Coded:
    return _renumber(_new(), column, np.arange(len(column)), len(column))


def _new() -> Coded:
    return Coded(values=[], places={}, codes=np.zeros(0, np.uint8))


def code_type(count: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that holds the codes of so many values."""
    return np.uint8 if count <= 2**8 else np.uint16 if count <= 2**16 else np.uint32


def _renumber(old: Coded, column: Array, places: Array, size: int) -> Coded:
    # Sorting and comparing is many times faster than `np.unique`.
    ordered = np.sort(column)
    is_first = np.ones(len(ordered), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    distinct = ordered[is_first]
    # Others go on counting with the old ones.
    values, number_of = list(old.values), dict(old.places)
    for value in distinct.tolist():
        if value not in number_of:
            number_of[value] = len(values)
            values.append(value)
    numbers = np.array(
        [number_of[v] for v in distinct.tolist()], code_type(len(values))
    )
    new = numbers[np.searchsorted(distinct, column)]
    return Coded(
        values=values,
        places=number_of,
        codes=_follow_column(
            old.codes.astype(numbers.dtype, copy=False), new, places, size
        ),
    )


def _follow_records(old: Records, new: Table, changed: BitMap) -> Records:
    fresh = _columns(new)
    if not len(old["id"]):
        return fresh
    size = max(int(old["id"].max()), changed.max() if changed else 0) + 1
    goes = np.zeros(size, np.bool_)
    goes[to_array(changed)] = True
    is_old = goes[old["id"]]
    if _are_same({name: column[is_old] for name, column in old.items()}, fresh):
        return old
    return {name: np.concatenate([old[name][~is_old], fresh[name]]) for name in fresh}


def _are_same(some: Records, others: Records) -> bool:
    """Tell whether these are the same records, in whatever order."""
    if len(some["id"]) != len(others["id"]):
        return False
    names = sorted(some)
    orders = [np.lexsort([records[n] for n in names]) for records in (some, others)]
    return all(np.array_equal(some[n][orders[0]], others[n][orders[1]]) for n in names)


def _columns(table: Table) -> dict[str, Array]:
    return {name: table[name].copy() for name in table.dtype.names or ()}


def _band(snapshot: Snapshot, facet: str, moment: Moment) -> Values:
    places = to_array(snapshot.present)
    codes, has_none = _BANDS[facet](snapshot, places, moment)
    count = len(LISTED[facet])
    held = [to_bitmap(places[codes == number]) for number in range(count)]
    return (*held, to_bitmap(places[codes == count]) if has_none else BitMap())


def _ages(snapshot: Snapshot, places: Array, moment: Moment) -> tuple[Array, bool]:
    ages = moment.day.year - snapshot.columns["birth_year"][places].astype(np.int32)
    return np.searchsorted(AGE_LIMITS, ages, side="left"), False


def _years(snapshot: Snapshot, places: Array, moment: Moment) -> tuple[Array, bool]:
    since = snapshot.columns["since"][places]
    # Full years are reached on the day itself, on 1 March for 29 February.
    limits = [years_before(moment.day, years) for years in YEARS_FROM[:0:-1]]
    codes = len(limits) - np.searchsorted(limits, since, side="left")
    codes[since == 0] = len(YEARS_FROM)
    return codes, True


def _updated(snapshot: Snapshot, places: Array, moment: Moment) -> tuple[Array, bool]:
    updated = snapshot.columns["updated"][places]
    limits = [months_before(moment.day, months).toordinal() for months in MONTHS[::-1]]
    return len(limits) - np.searchsorted(limits, updated, side="right"), False


def room_left(snapshot: Snapshot, places: Array, moment: Moment) -> Array:
    """Return how many more apprentices may be taken, below 0 where there are more.

    The highest level with a verified certificate says how many; a level's members are
    one bitmap, so nobody is looked at by themselves.
    """
    pairs = snapshot.columns["apprentices"]
    most = np.full(len(pairs), moment.capacities[0], np.int16)
    held = snapshot.bits["skill"][:-1]
    for rank, having in enumerate(held, start=1):
        most[to_array(having)] = moment.capacities[rank]
    left: Array = most[places] - pairs[places]
    return left


def _room(snapshot: Snapshot, places: Array, moment: Moment) -> tuple[Array, bool]:
    codes = np.clip(room_left(snapshot, places, moment), 0, len(ROOM) - 1)
    skilled = BitMap.union(
        BitMap(), *snapshot.bits["skill"][moment.mentor_rank - 1 : -1]
    )
    states = snapshot.bits["state"]
    live = [states[LISTED["state"].index(state)] for state in LIVE_STATES]
    may = skilled & BitMap.union(BitMap(), *live)
    cannot = to_array(snapshot.present - may)
    codes[np.searchsorted(places, cannot)] = len(ROOM)
    return codes, True


def years_before(day: date, years: int) -> int:
    """Return the last start, as a number, that makes full years on `day`."""
    try:
        return day.replace(year=day.year - years).toordinal()
    except ValueError:  # 29 February
        return date(day.year - years, 2, 28).toordinal()


_BANDS = {"age": _ages, "years": _years, "updated": _updated, "mentor": _room}

_NOTHING = np.zeros(0, ROW)
EMPTY = Snapshot(
    version=0,
    token="",
    is_by_id=True,
    ids=np.zeros(0, np.int64),
    present=BitMap(),
    bits={facet: _split(facet, _NOTHING[facet], _NOTHING["id"]) for facet in BITS},
    columns={name: _NOTHING[name] for name, _type in KEPT_COLUMNS},
    coded={facet: _number(_NOTHING[facet]) for facet in CODED},
    certificates=_columns(np.zeros(0, CERTIFICATE)),
    contests=_columns(np.zeros(0, CONTEST)),
)


def union(bitmaps: Iterable[BitMap]) -> BitMap:
    """Return the union of any number of bitmaps."""
    return BitMap.union(BitMap(), *bitmaps)


def coded_bitmap(snapshot: Snapshot, facet: str, chosen: Iterable[str]) -> BitMap:
    """Return who has one of the chosen values of a coded facet, or of their groups."""
    coded = snapshot.coded[facet]
    accepts = acceptor(facet, chosen)
    accepted = np.array([accepts(raw) for raw in coded.values], np.bool_)
    places = to_array(snapshot.present)
    return to_bitmap(places[accepted[coded.codes[places]]]) if len(places) else BitMap()


def value_bitmaps(values: Values, facet: str, chosen: Sequence[str]) -> BitMap:
    """Return who has one of the chosen values of a listed facet."""
    listed = LISTED[facet]
    found = (
        values[listed.index(value)] if value in listed else values[-1]
        for value in chosen
    )
    return union(found)
