"""Filters typed into the search box: who keeps them, within one snapshot."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from people.codes.models import CodeItem, Occupation, OccupationAlias
from people.codes.rules import EDITION
from people.districts.models import District
from talentpool.search.queries.occupations import with_present
from talentpool.search.queries.postings import list_record_trades
from talentpool.search.rules.columns import (
    Moment,
    Snapshot,
    coded_bitmap,
    room_left,
    to_array,
    to_bitmap,
    union,
    value_bitmaps,
    years_before,
)
from talentpool.search.rules.facets import FIRST_YEAR, is_value
from talentpool.search.rules.query import Condition, Query, RecordCondition
from talentpool.search.rules.records import NO_END, UNRANKED, trade_number
from talentpool.search.rules.text import fold

_FAR_YEARS = 120  # nobody works longer


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says about names in a query."""

    values: Mapping[Condition, tuple[str, ...]]  # codes
    trades: Mapping[str, tuple[int, ...]]  # numbers of the trades that hold a word
    unknown: tuple[Condition, ...]  # nothing has such a name

    def with_trades(self, trades: Collection[str]) -> "Known":
        """Return the same, where records name these trades too."""
        more = {
            word: (*numbers, *(trade_number(t) for t in trades if word in t))
            for word, numbers in self.trades.items()
        }
        return Known(self.values, more, self.unknown)


def look_up_names(session: Session, query: Query) -> Known:
    """Return what the names of places, occupations, units and trades stand for."""
    values = {
        condition: tuple(
            code
            for value in condition.values
            for code in _FINDERS[condition.field](session, value)
        )
        for condition in query.conditions
        if condition.field in _FINDERS
    }
    words = {record.trade for record in query.records if record.trade}
    all_trades = list_record_trades(session) if words else []
    return Known(
        values=values,
        trades={
            word: tuple(trade_number(trade) for trade in all_trades if word in trade)
            for word in words
        },
        unknown=tuple(c for c, found in values.items() if not found),
    )


def keeping(
    snapshot: Snapshot, query: Query, known: Known, moment: Moment
) -> tuple[list[BitMap], list[BitMap]]:
    """Return who keeps each condition, and who keeps each that is excluded."""
    wanted: list[BitMap] = []
    excluded: list[BitMap] = []
    places: BitMap | None
    for condition in query.conditions:
        key: tuple[object, ...]
        key = ("keeping", condition, known.values.get(condition), moment)
        places = snapshot.kept.get(key)
        if places is None:
            places = _keeping(snapshot, condition, known, moment)
            snapshot.kept.keep(key, places)
        (excluded if condition.is_excluded else wanted).append(places)
    for record in query.records:
        key = ("record", record, known.trades.get(record.trade), moment)
        places = snapshot.kept.get(key)
        if places is None:
            places = _having_record(snapshot, record, known, moment)
            snapshot.kept.keep(key, places)
        (excluded if record.is_excluded else wanted).append(places)
    return wanted, excluded


def _keeping(
    snapshot: Snapshot, condition: Condition, known: Known, moment: Moment
) -> BitMap:
    field = condition.field
    if field in _FINDERS:
        return coded_bitmap(snapshot, field, known.values[condition])
    if condition.span is not None:
        days = snapshot.columns[field][to_array(snapshot.present)]
        first, last = condition.span.first, condition.span.last
        kept = days >= (first.toordinal() if first else 0)
        kept &= days <= (last.toordinal() if last else NO_END)
        return to_bitmap(to_array(snapshot.present)[kept])
    if condition.values:
        return value_bitmaps(snapshot.values(field, moment), field, condition.values)
    return _NUMBERS[field](snapshot, condition.low, condition.high, moment)


def _having_record(
    snapshot: Snapshot, asked: RecordCondition, known: Known, moment: Moment
) -> BitMap:
    """Return who has one record that is all of what is asked at once."""
    is_certificate = asked.kind == "certificate"
    table = snapshot.certificates if is_certificate else snapshot.contests
    kept = np.ones(len(table["id"]), np.bool_)
    if asked.trade:
        trades = np.array(known.trades[asked.trade], np.uint64)
        kept &= np.isin(table["trade"], trades)
    if asked.levels:
        level = table["rank"].astype(np.int16) - 1 if is_certificate else table["tier"]
        kept &= np.isin(level, asked.levels)
    if asked.place is not None:
        kept &= table["place"] <= asked.place
    if asked.span is not None:
        first = (asked.span.first or moment.day).toordinal()
        last = (asked.span.last or moment.day).toordinal()
        if is_certificate:
            kept &= (table["valid_from"] <= first) & (table["valid_to"] >= first)
        else:
            kept &= (table["day"] >= first) & (table["day"] <= last)
    return to_bitmap(table["id"][kept])


def _aged(snapshot: Snapshot, low: int, high: int, moment: Moment) -> BitMap:
    places = to_array(snapshot.present)
    ages = moment.day.year - snapshot.columns["birth_year"][places].astype(np.int32)
    return to_bitmap(places[(ages >= low) & (ages <= high)])


def _skilled(snapshot: Snapshot, low: int, high: int, moment: Moment) -> BitMap:
    places = to_array(snapshot.present)
    since = snapshot.columns["since"][places]
    kept = since > 0
    kept &= since <= years_before(moment.day, min(low, _FAR_YEARS))
    if high < _FAR_YEARS:
        kept &= since > years_before(moment.day, high + 1)
    return to_bitmap(places[kept])


def _placed(snapshot: Snapshot, low: int, high: int, _moment: Moment) -> BitMap:
    places = snapshot.contests["place"]
    kept = (places >= low) & (places <= high) & (places != UNRANKED)
    return to_bitmap(snapshot.contests["id"][kept])


def _competed(snapshot: Snapshot, low: int, high: int, moment: Moment) -> BitMap:
    bits = snapshot.values("year", moment)
    years = enumerate(bits[:-1], FIRST_YEAR)
    return union(having for year, having in years if low <= year <= high)


def _with_room(snapshot: Snapshot, low: int, high: int, moment: Moment) -> BitMap:
    may = snapshot.present - snapshot.values("mentor", moment)[-1]
    places = to_array(may)
    room = np.maximum(room_left(snapshot, places, moment), 0)
    return to_bitmap(places[(room >= low) & (room <= high)])


_NUMBERS: Mapping[str, Callable[[Snapshot, int, int, Moment], BitMap]] = {
    "age": _aged,
    "years": _skilled,
    "place": _placed,
    "year": _competed,
    "mentor": _with_room,
}


def _find_districts(session: Session, value: str) -> list[str]:
    if is_value("district", value):
        return [value]
    found = session.execute(select(District.code, District.name))
    return [code for code, name in found if fold(value) in fold(name)]


def _find_occupations(session: Session, value: str) -> list[str]:
    """Return the occupations and groups of a name, a trade name or a code."""
    if is_value("occupation", value):
        return list(with_present(session, [value]))
    word = fold(value)
    names = session.execute(
        select(Occupation.edition, Occupation.code, Occupation.name)
    ).all()
    found = [(edition, code) for edition, code, name in names if word in fold(name)]
    aliases = select(
        OccupationAlias.edition, OccupationAlias.code, OccupationAlias.alias
    )
    found += [
        (e, code) for e, code, name in session.execute(aliases) if word == fold(name)
    ]
    groups = select(CodeItem.code, CodeItem.name).where(
        CodeItem.table == "occupation_group"
    )
    return [
        *(
            code if edition == EDITION else f"{edition}:{code}"
            for edition, code in found
        ),
        *(code for code, name in session.execute(groups) if word == fold(name)),
    ]


_FINDERS: Mapping[str, Callable[[Session, str], list[str]]] = {
    "district": _find_districts,
    "occupation": _find_occupations,
}
