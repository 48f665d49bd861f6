"""What people type into the search box: words, phrases, exclusions and filters.

    焊工 机器人        both words                 "薄壁管 焊接"    side by side
    -钳工              without                    等级>=技师       a filter
    地区:越城区,柯桥区  one of two                 证书:焊工>=技师@今天  one record

Words used here:
    term: a word or phrase, perhaps of one field only, perhaps to be absent.
    condition: a field of numbers or listed values, compared with something.
    record condition: several things that must be true of one certificate, or of one
        place in a competition.

Names of fields and values are in `data/query_fields.csv` and `data/query_values.csv`,
in both languages.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from talentpool.search.rules.facets import LISTED, NONE
from talentpool.search.rules.query_values import (
    DateSpan,
    read_number,
    read_span,
)
from talentpool.search.rules.text import fold, plain_form

_DATA = Path(__file__).parent.parent / "data"
TEXT = ("name", "trade", "honours", "unit", "body")  # fields whose text is looked in
NAMED = ("district", "occupation")  # values are looked up in the database
ORDERED = ("level", "skill", "honour", "competition")
NUMBERS = ("age", "years", "place", "year", "mentor")
DATES = ("entered", "updated")
RECORDS = ("certificate", "contest")
_HIGHEST_FIRST = ("level", "honour", "competition")

_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "“": '"', "”": '"', "「": '"', "」": '"'})
_SIGNS |= str.maketrans({"『": '"', "』": '"', "、": ",", "–": "-", "—": "-", "−": "-"})
_FIELD = re.compile(r'([^\s":<>=,]+)(>=|<=|:|=|>|<)')
_QUOTED = re.compile(r'"([^"]*)"?')
_BARE = re.compile(r"\S+")
_RECORD = re.compile(
    r"(?P<trade>[^<>=@#]*)(?:(?P<op>>=|<=|=|>|<)(?P<level>[^<>=@#]+))?"
    r"(?:#(?P<place>\d{1,4}))?(?:@(?P<day>[^@#<>=]+))?"
)
_JOINER = re.compile(r"(?<!\S)(?:AND|OR|NOT)(?!\S)")
_FAR = 10_000


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a phrase of several, folded."""

    text: str
    field: str = ""  # "" is any
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A field that must have one of `values`, lie in a range, or lie in a span."""

    field: str
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = _FAR
    span: DateSpan | None = None
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class RecordCondition:
    """What must be true of one and the same certificate or place in a competition.

    `levels` are ranks of certificates or places in LEVELS; () is any. `span` without
    days is the day of the search.
    """

    kind: str  # certificate | contest
    trade: str = ""
    levels: tuple[int, ...] = ()
    place: int | None = None
    span: DateSpan | None = None
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """A piece of the text that is not understood."""

    code: str
    piece: str


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()
    records: tuple[RecordCondition, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """Return the terms that must be found."""
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all is asked."""
        return not (self.terms or self.conditions or self.records or self.troubles)


class _NotUnderstoodError(Exception):
    """Carries the code of a `Trouble`."""


@lru_cache(maxsize=1)
def field_names() -> Mapping[str, str]:
    """Return the field each name stands for, in plain form."""
    found = {}
    for row in _read("query_fields"):
        for name in row["names"].split():
            found[plain_form(name)] = row["field"]
    return found


@lru_cache(maxsize=1)
def value_words() -> Mapping[tuple[str, str], str]:
    """Return the value that a word stands for in a facet, by (facet, word)."""
    found = {}
    for row in _read("query_values"):
        for word in (row["value"], *row["words"].split()):
            found[row["facet"], plain_form(word)] = row["value"]
    return found


def named_fields(*, is_chinese: bool) -> Mapping[str, str]:
    """Return how each field is called first in a language."""
    names = {row["field"]: row["names"].split() for row in _read("query_fields")}
    return {field: words[0 if is_chinese else -1] for field, words in names.items()}


def listed_words(field: str, *, is_chinese: bool) -> list[str]:
    """Return the words of a field's values in a language, in their order."""
    return [
        row["words"].split()[0] if is_chinese else row["value"]
        for row in _read("query_values")
        if row["facet"] == field
    ]


def _read(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    is_excluded: bool
    field: str
    sign: str
    value: str
    is_quoted: bool


Part = Term | Condition | RecordCondition


@lru_cache(maxsize=256)
def parse_query(text: str) -> Query:
    """Read what was typed; what is not understood is told and left out.

    Source: rules S-14 to S-18 in docs/rules/search.md.
    """
    plain = plain_form(text.translate(_SIGNS))
    parts: dict[Part, None] = {}
    troubles: list[Trouble] = []
    joiners = {word.casefold() for word in _JOINER.findall(text)}
    for piece in _pieces(plain):
        try:
            parts |= dict.fromkeys(_understand(piece, joiners))
        except _NotUnderstoodError as error:
            troubles.append(Trouble(str(error), piece.text))
    return Query(
        tuple(part for part in parts if isinstance(part, Term)),
        tuple(part for part in parts if isinstance(part, Condition)),
        tuple(part for part in parts if isinstance(part, RecordCondition)),
        tuple(troubles),
    )


def _pieces(text: str) -> Iterator[_Piece]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        start = place
        is_excluded = text[place] == "-" and bool(text[place + 1 : place + 2].strip())
        place += is_excluded
        field = sign = ""
        named = _FIELD.match(text, place)
        if named and _is_field(named[1], named[2]):
            field = field_names().get(named[1], named[1])
            sign, place = named[2], named.end()
        quoted = _QUOTED.match(text, place)
        value = quoted or _BARE.match(text, place)
        place = value.end() if value else place
        found = (value[1] if quoted else value[0]) if value else ""
        yield _Piece(text[start:place], is_excluded, field, sign, found, bool(quoted))


def _understand(piece: _Piece, joiners: AbstractSet[str]) -> list[Any]:
    if not piece.field:
        if piece.value in joiners and not piece.is_quoted:
            if piece.value == "and":  # that is what a space says too
                return []
            raise _NotUnderstoodError("or")
        return _terms(piece, "")
    if piece.field in TEXT:
        if piece.sign not in {":", "="}:
            raise _NotUnderstoodError("no_order")
        found = _terms(piece, piece.field)
        if not found:
            raise _NotUnderstoodError("no_value")
        return found
    if piece.field in RECORDS:
        return [_record(piece.field, piece.value, piece.is_excluded)]
    return [_condition(piece.field, piece.sign, piece.value, piece.is_excluded)]


def _is_field(name: str, sign: str) -> bool:
    # "1=1" and "a>b" are texts; "colour:red" is meant as a filter, and told of.
    return name in field_names() or sign in {":", ">=", "<="}


def _terms(piece: _Piece, field: str) -> list[Term]:
    folded = fold(piece.value)
    together = piece.is_quoted or piece.is_excluded
    words = [folded] if together else folded.split()
    return [Term(word, field, piece.is_excluded) for word in words if word]


def _condition(field: str, sign: str, value: str, is_excluded: bool) -> Condition:  # noqa: FBT001
    if field not in field_names().values():
        raise _NotUnderstoodError("unknown_field")
    if not value:
        raise _NotUnderstoodError("no_value")
    if field in DATES:
        span = read_span(value)
        if span is None:
            raise _NotUnderstoodError("not_a_date")
        return Condition(field, span=span.compared(sign), is_excluded=is_excluded)
    if field in NUMBERS and (number := read_number(value)) is not None:
        low, high = _range(sign, *number)
        return Condition(field, low=low, high=high, is_excluded=is_excluded)
    if sign in {":", "="}:
        values = tuple(_value(field, part) for part in value.split(",") if part)
        return Condition(field, values, is_excluded=is_excluded)
    if field not in ORDERED:
        raise _NotUnderstoodError("not_a_number" if field in NUMBERS else "no_order")
    values = _ordered(field, sign, _value(field, value))
    return Condition(field, values, is_excluded=is_excluded)


def _value(field: str, word: str) -> str:
    if field in NAMED:
        return word
    known = value_words().get((field, word)) or value_words().get(("none", word))
    if known is None and word.upper() in LISTED[field]:
        known = word.upper()
    if known is None and word in LISTED[field]:
        known = word
    if known is None or (known == NONE and field in {"level", "sex", "state"}):
        raise _NotUnderstoodError("not_a_value")
    return known


def _range(sign: str, low: int, high: int) -> tuple[int, int]:
    return {
        ">=": (low, _FAR),
        ">": (high + 1, _FAR),
        "<=": (0, high),
        "<": (0, low - 1),
    }.get(sign, (low, high))


def _ordered(field: str, sign: str, value: str) -> tuple[str, ...]:
    """Return the values that compare so; lower levels come later in `LEVELS`."""
    if value == NONE:
        raise _NotUnderstoodError("no_order")
    rising = LISTED[field][::-1] if field in _HIGHEST_FIRST else LISTED[field]
    place = rising.index(value)
    return {
        ">=": rising[place:],
        ">": rising[place + 1 :],
        "<=": rising[: place + 1],
        "<": rising[:place],
    }.get(sign, (value,))


def _record(kind: str, value: str, is_excluded: bool) -> RecordCondition:  # noqa: FBT001
    parts = _RECORD.fullmatch(value)
    if not parts or not value:
        raise _NotUnderstoodError("not_a_record")
    facet = "skill" if kind == "certificate" else "competition"
    levels: tuple[str, ...] = ()
    if parts["level"]:
        levels = _ordered(facet, parts["op"], _value(facet, parts["level"]))
    if parts["place"] and kind == "certificate":
        raise _NotUnderstoodError("not_a_record")
    span = _span_of_record(kind, parts["day"])
    numbers = tuple(LISTED[facet].index(level) for level in levels)
    return RecordCondition(
        kind,
        fold(parts["trade"]),
        # A rank above the highest finds nothing: -1 is no rank at all.
        numbers if numbers or not parts["level"] else (-1,),
        int(parts["place"]) if parts["place"] else None,
        span,
        is_excluded,
    )


def _span_of_record(kind: str, text: str | None) -> DateSpan | None:
    if text is None:
        return None
    if value_words().get(("today", text)):
        if kind == "contest":
            raise _NotUnderstoodError("not_a_date")
        return DateSpan(None, None)
    span = read_span(text)
    if span is None:
        raise _NotUnderstoodError("not_a_date")
    if kind == "certificate" and span.first != span.last:
        raise _NotUnderstoodError("not_a_day")
    return span
