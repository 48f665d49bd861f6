"""From a dossier to what the index keeps, and the same search by text.

Words used here:
    weight: how much a word found in a field counts; the best field of each word counts,
        and the words' weights are added.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from talentpool.search.rules.packing import (
    pack_certificates,
    pack_contests,
    pack_row,
)
from talentpool.search.rules.query import Term
from talentpool.search.rules.readings import (
    initial_terms,
    pinyin_terms,
    readings_of,
)
from talentpool.search.rules.records import fold_trade
from talentpool.search.rules.source import (
    BODY,
    HONOURS,
    INITIALS,
    NAME,
    PINYIN,
    PLACE,
    RECORD,
    TRADE,
    UNIT,
    Source,
)
from talentpool.search.rules.text import (
    WHOLE,
    fold,
    fold_lines,
    terms_of,
)

# field: (column of the document, whole lines get a term, weight)
TEXT_FIELDS: Mapping[int, tuple[str, bool, int]] = {
    NAME: ("name", False, 8),
    TRADE: ("trade", True, 5),
    HONOURS: ("honours", True, 4),
    UNIT: ("unit", True, 3),
    PLACE: ("place", True, 2),
    BODY: ("body", False, 1),
}
NAME_EXACT = 9
TRADE_OF_RECORD = "@"  # begins a term for a trade of certificates or competitions
READING_WHOLE, READING_PART = 7, 6  # pinyin or initials
LATIN_FIELDS: Mapping[int, Callable[[str], set[str]]] = {
    PINYIN: pinyin_terms,
    INITIALS: initial_terms,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The columns of `models.SearchDocument`, but for the version."""

    craftsman_id: int
    name: str
    pinyin: str
    trade: str
    honours: str
    unit: str
    place: str
    body: str
    record_trades: str  # of certificates and competitions, a line each
    numbers: bytes  # rules.records: one ROW
    certificates: bytes
    contests: bytes


def make_document(source: Source) -> Document:
    """Return what the index keeps of a craftsman."""
    name = fold(source.name)[:80]
    readings = readings_of(name)
    texts = {
        column: fold_lines(source.values(number))
        for number, (column, _whole, _weight) in TEXT_FIELDS.items()
        if number != NAME
    }
    held = [
        *(certificate.trade for certificate in source.certificates),
        *(contest.trade for contest in source.contests),
    ]
    trades = dict.fromkeys(fold_trade(trade) for trade in held)
    return Document(
        craftsman_id=source.id,
        name=name,
        pinyin="\n".join(readings),
        **texts,
        record_trades="\n".join(trades),
        numbers=pack_row(source, name, readings[0] if readings else ""),
        certificates=pack_certificates(source),
        contests=pack_contests(source),
    )


def terms(document: Document) -> Iterator[tuple[int, str]]:
    """Return each (field, term) of a document, once."""
    for number, (column, whole, _weight) in TEXT_FIELDS.items():
        find = _known_terms if whole else terms_of
        for term in find(getattr(document, column), whole=whole):
            yield number, term
    yield from _latin_terms(document.pinyin)
    for trade in filter(None, document.record_trades.split("\n")):
        yield RECORD, TRADE_OF_RECORD + trade


# Names, trades, units and places come again and again.
@lru_cache(maxsize=50_000)
def _latin_terms(readings: str) -> tuple[tuple[int, str], ...]:
    found = ((number, find(readings)) for number, find in LATIN_FIELDS.items())
    return tuple((number, term) for number, words in found for term in words)


@lru_cache(maxsize=20_000)
def _known_terms(text: str, *, whole: bool) -> tuple[str, ...]:
    return tuple(terms_of(text, whole=whole))


def weigh(document: Document, term: Term) -> int:
    """Return a term's weight by looking at the document's text; 0: it is not there."""
    word = term.text
    if term.field in {"", "name"} and document.name == word:
        return NAME_EXACT
    found = [
        weight
        for column, _whole, weight in TEXT_FIELDS.values()
        if term.field in {"", column} and word in getattr(document, column)
    ]
    if is_latin(word) and term.field in {"", "name"}:
        read = reading_of_word(word)
        latin = set().union(*(find(document.pinyin) for find in LATIN_FIELDS.values()))
        if WHOLE + read in latin:
            found.append(READING_WHOLE)
        elif read in latin:
            found.append(READING_PART)
    return max(found, default=0)


def is_latin(word: str) -> bool:
    """Tell whether a word or phrase can be pinyin or initials."""
    read = reading_of_word(word)
    return read.isascii() and read.isalpha()


def reading_of_word(word: str) -> str:
    """Return what a word in Latin letters is compared with readings as."""
    return word.replace(" ", "")
