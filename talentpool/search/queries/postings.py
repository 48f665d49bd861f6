"""Which craftsmen have a word: by bitmaps, and by text where bitmaps leave a doubt.

A word of one or two characters is a term itself. A longer one is there only where its
bigrams stand side by side, so what the bitmaps propose is looked up in the stored text.
Whole lines (all of a trade, an honour, a unit) have terms of their own: no look needed.
"""

from collections.abc import Iterable, Mapping, Sequence

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.search.models import SearchDocument, SearchPosting
from talentpool.search.rules.documents import (
    INITIALS,
    PINYIN,
    READING_PART,
    READING_WHOLE,
    TEXT_FIELDS,
    is_latin,
)
from talentpool.search.rules.text import WHOLE, grams

FEW = 900  # ids in one statement; above it the column is scanned

Postings = Mapping[tuple[int, str], BitMap]


def find_words(
    session: Session, words: Sequence[str]
) -> dict[str, list[tuple[int, BitMap]]]:
    """Return for each word the craftsmen who have it, by weight, heaviest last."""
    postings = _load(session, {term for word in words for term in _needed(word)})
    return {
        word: sorted(
            [*_by_text(session, postings, word), *_by_reading(postings, word)],
            key=lambda found: found[0],
        )
        for word in words
    }


def _needed(word: str) -> Iterable[str]:
    return (*grams(word), word, WHOLE + word)


def _load(session: Session, terms: Iterable[str]) -> Postings:
    rows = session.execute(
        select(SearchPosting.field, SearchPosting.term, SearchPosting.bitmap).where(
            SearchPosting.term.in_(sorted(terms))
        )
    )
    return {(r.field, r.term): BitMap.deserialize(r.bitmap) for r in rows}


def _by_text(
    session: Session, postings: Postings, word: str
) -> list[tuple[int, BitMap]]:
    found = []
    for field, (column, _whole, weight) in TEXT_FIELDS.items():
        parts = [postings.get((field, gram), BitMap()) for gram in grams(word)]
        holds = BitMap.intersection(*parts)
        if len(word) > 2:
            sure = postings.get((field, WHOLE + word), BitMap())
            holds = sure | _looked_up(session, holds - sure, column, word)
        if holds:
            found.append((weight, holds))
    return found


def _by_reading(postings: Postings, word: str) -> list[tuple[int, BitMap]]:
    if not is_latin(word):
        return []
    found = []
    for weight, term in ((READING_PART, word), (READING_WHOLE, WHOLE + word)):
        both = [postings.get((field, term), BitMap()) for field in (PINYIN, INITIALS)]
        if holds := BitMap.union(*both):
            found.append((weight, holds))
    return found


def _looked_up(
    session: Session, proposed: BitMap, column_name: str, word: str
) -> BitMap:
    if not proposed:
        return proposed
    column = getattr(SearchDocument, column_name)
    holding = select(SearchDocument.craftsman_id).where(
        column.contains(word, autoescape=True)
    )
    if len(proposed) <= FEW:
        holding = holding.where(SearchDocument.craftsman_id.in_(proposed))
    return proposed & BitMap(session.scalars(holding))
