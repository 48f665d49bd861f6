"""Which craftsmen have a word: by bitmaps, and by text where bitmaps leave a doubt.

A word of one or two characters is a term itself. A longer one is there only where its
bigrams stand side by side, so what the bitmaps propose is looked up in the stored text.
Whole lines (all of a trade, an honour, a unit) have terms of their own: no look needed.
What many were looked up for is remembered as long as the index stays as it is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ARRAY, Integer, any_, func, literal, select
from sqlalchemy.orm import Session

from talentpool.search.models import SearchDocument, SearchPosting
from talentpool.search.rules.columns import Snapshot
from talentpool.search.rules.documents import (
    READING_PART,
    READING_WHOLE,
    TEXT_FIELDS,
    TRADE_OF_RECORD,
    is_latin,
    reading_of_word,
)
from talentpool.search.rules.query import Term
from talentpool.search.rules.source import INITIALS, PINYIN, RECORD
from talentpool.search.rules.text import WHOLE, grams

FEW = 900  # ids in one statement whose texts are looked at here
FETCHED = 20_000  # ids in memory at a time, on their way into a bitmap
SOME = 150_000  # ids whose texts the database looks at; above it all of a column

_READ = "select field, term, bitmap from search_posting where term = any(%s)"

Postings = Mapping[tuple[int, str], BitMap]
Weighed = list[tuple[int, BitMap]]


def find_terms(
    session: Session, terms: Sequence[Term], snapshot: Snapshot
) -> dict[Term, Weighed]:
    """Return for each term the craftsmen who have it, by weight, heaviest last."""
    wanted = {name for term in terms for name in _needed(term.text)}
    postings = _load(session, wanted)
    return {
        term: sorted(
            [
                *_by_text(session, postings, term, snapshot),
                *_by_reading(postings, term),
            ],
            key=lambda found: found[0],
        )
        for term in terms
    }


def list_record_trades(session: Session) -> list[str]:
    """Return the trades that certificates and competitions name, folded."""
    after = chr(ord(TRADE_OF_RECORD) + 1)
    found = session.scalars(
        select(SearchPosting.term).where(
            SearchPosting.term >= TRADE_OF_RECORD,
            SearchPosting.term < after,
            SearchPosting.field == RECORD,
        )
    )
    return [term.removeprefix(TRADE_OF_RECORD) for term in found]


def _needed(text: str) -> Iterator[str]:
    yield from grams(text)
    yield WHOLE + text
    if is_latin(text):
        read = reading_of_word(text)
        yield from (read, WHOLE + read)


def _load(session: Session, terms: Iterable[str]) -> Postings:
    names = sorted(terms)
    if not names:
        return {}
    posting = SearchPosting
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # Bytes come as they are; as text each would be two figures.
        driver: Any = connection.connection.driver_connection
        with driver.cursor(binary=True) as cursor:
            rows = cursor.execute(_READ, [names]).fetchall()
    else:
        rows = connection.execute(
            select(posting.field, posting.term, posting.bitmap).where(
                posting.term.in_(names)
            )
        ).all()
    return {(field, term): BitMap.deserialize(bits) for field, term, bits in rows}


def _by_text(
    session: Session, postings: Postings, term: Term, snapshot: Snapshot
) -> Weighed:
    holding = _certain(postings, term)
    doubts: dict[int, BitMap] = {}
    for field in _fields(term):
        if len(term.text) > 2:
            parts = [postings.get((field, gram), BitMap()) for gram in grams(term.text)]
            if proposed := BitMap.intersection(*parts) - holding[field]:
                doubts[field] = proposed
    for field, found in _look_up(session, doubts, term.text, snapshot).items():
        holding[field] |= found
    return [(TEXT_FIELDS[f][2], having) for f, having in holding.items() if having]


def _fields(term: Term) -> list[int]:
    return [f for f, (name, *_) in TEXT_FIELDS.items() if term.field in {"", name}]


def _certain(postings: Postings, term: Term) -> dict[int, BitMap]:
    name = term.text if len(term.text) <= 2 else WHOLE + term.text
    return {f: postings.get((f, name), BitMap()).copy() for f in _fields(term)}


def _by_reading(postings: Postings, term: Term) -> Weighed:
    if not is_latin(term.text) or term.field not in {"", "name"}:
        return []
    word = reading_of_word(term.text)
    found = []
    for weight, name in ((READING_PART, word), (READING_WHOLE, WHOLE + word)):
        both = [postings.get((field, name), BitMap()) for field in (PINYIN, INITIALS)]
        if holds := BitMap.union(*both):
            found.append((weight, holds))
    return found


def _look_up(
    session: Session, doubts: Mapping[int, BitMap], text: str, snapshot: Snapshot
) -> dict[int, BitMap]:
    """Return those proposed whose stored text holds the word, by field."""
    found: dict[int, BitMap] = {}
    few: dict[int, BitMap] = {}
    for field, proposed in doubts.items():
        key = ("text", field, text)
        known: BitMap | None = snapshot.kept.get(key)
        if known is not None:
            found[field] = proposed & known
        elif len(proposed) <= FEW:
            few[field] = proposed
        else:
            having = _scan(session, TEXT_FIELDS[field][0], text, proposed)
            snapshot.kept.keep(key, having)
            found[field] = proposed & having
    return found | _look_at(session, few, text)


def _scan(session: Session, name: str, text: str, proposed: BitMap) -> BitMap:
    """Return whose column holds the text, at least of those proposed."""
    document = SearchDocument.__table__.c
    column, number = document[name], document.craftsman_id
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    # What is stored is folded already; SQLite's LIKE would fold it again, slowly.
    holds = (
        func.instr(column, text) > 0
        if is_sqlite
        else column.contains(text, autoescape=True)
    )
    holding = select(number).where(holds)
    if len(proposed) <= SOME:
        ids = proposed.to_array().tolist()
        if is_sqlite:
            given = func.json_each(json.dumps(ids)).table_valued("value")
            holding = holding.where(number.in_(select(given.c.value)))
        else:
            holding = holding.where(number == any_(literal(ids, ARRAY(Integer))))
    having = BitMap()
    for part in connection.execute(holding).scalars().partitions(FETCHED):
        having.update(part)
    return having


def _look_at(
    session: Session, doubts: Mapping[int, BitMap], text: str
) -> dict[int, BitMap]:
    """Look at a few texts one by one, all fields in one statement."""
    if not doubts:
        return {}
    names = [TEXT_FIELDS[field][0] for field in doubts]
    found = {field: BitMap() for field in doubts}
    ids = BitMap.union(BitMap(), *doubts.values()).to_array().tolist()
    for start in range(0, len(ids), FEW):
        rows = session.execute(
            select(
                SearchDocument.craftsman_id,
                *(getattr(SearchDocument, name) for name in names),
            ).where(SearchDocument.craftsman_id.in_(ids[start : start + FEW]))
        )
        for number, *texts in rows:
            for field, value in zip(doubts, texts, strict=True):
                if text in value and number in doubts[field]:
                    found[field].add(number)
    return found
