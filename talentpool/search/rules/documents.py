"""From a dossier to what the index keeps, and the same search by text.

Words used here:
    weight: how much a word found in a field counts; the best field of each word counts,
        and the words' weights are added.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from talentpool.search.rules.facets import pack_occupation, place_of
from talentpool.search.rules.readings import (
    JOINT,
    initial_terms,
    pinyin_terms,
    readings_of,
)
from talentpool.search.rules.text import WHOLE, fold, fold_lines, terms_of

NAME, PINYIN, INITIALS, TRADE, HONOURS, UNIT, PLACE, BODY = range(1, 9)

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
READING_WHOLE, READING_PART = 7, 6  # pinyin or initials
LATIN_FIELDS: Mapping[int, Callable[[str], set[str]]] = {
    PINYIN: pinyin_terms,
    INITIALS: initial_terms,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A craftsman as the dossiers tell it, for the index and for a result's row."""

    id: int
    uid: str
    name: str
    trade: str
    occupation: str
    occupation_edition: int
    occupation_code: str
    aliases: Sequence[str]
    district_code: str
    places: Sequence[str]  # from the county outwards
    unit_id: int
    unit: str
    level: str
    pool_class: str
    state: str
    sex: str
    birth_year: int
    entered: int  # date.toordinal()
    certificates: Sequence[tuple[int, str, str]] = ()  # rank, level's name, trade
    honours: Sequence[tuple[str, str]] = ()  # level, name
    body: Sequence[str] = field(default=())

    def values(self, number: int) -> Sequence[str]:
        """Return the values of a text field, as people wrote them."""
        if number == NAME:
            return (self.name,)
        if number == TRADE:
            trades = [trade for _rank, _level, trade in self.certificates]
            return (self.trade, self.occupation, *self.aliases, *trades)
        if number == HONOURS:
            return [name for _level, name in self.honours]
        if number == UNIT:
            return (self.unit,)
        return self.places if number == PLACE else self.body


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
    name_key: int
    name_code: int
    name_length: int
    level: int
    skill: int
    pool_class: int
    state: int
    sex: int
    honour: int
    birth_year: int
    district: int
    occupation: int
    unit_id: int
    entered: int


def make_document(source: Source) -> Document:
    """Return what the index keeps of a craftsman."""
    name = fold(source.name)[:80]
    readings = readings_of(name)
    honours = [place_of("honour", level) for level, _name in source.honours]
    texts = {
        column: fold_lines(source.values(number))
        for number, (column, _whole, _weight) in TEXT_FIELDS.items()
        if number != NAME
    }
    return Document(
        craftsman_id=source.id,
        name=name,
        pinyin="\n".join(readings),
        **texts,
        name_key=_letters_key(readings[0] if readings else ""),
        name_code=_characters_key(name),
        name_length=len(name),
        level=place_of("level", source.level),
        skill=max((rank for rank, _l, _t in source.certificates), default=0) - 1,
        pool_class=place_of("class", source.pool_class),
        state=place_of("state", source.state),
        sex=place_of("sex", source.sex),
        honour=min((place for place in honours if place >= 0), default=-1),
        birth_year=source.birth_year,
        district=int(source.district_code),
        occupation=pack_occupation(source.occupation_edition, source.occupation_code),
        unit_id=source.unit_id,
        entered=source.entered,
    )


def terms(document: Document) -> Iterator[tuple[int, str]]:
    """Return each (field, term) of a document, once."""
    for number, (column, whole, _weight) in TEXT_FIELDS.items():
        for term in terms_of(getattr(document, column), whole=whole):
            yield number, term
    for number, find in LATIN_FIELDS.items():
        for term in find(document.pinyin):
            yield number, term


def score(document: Document, words: Sequence[str]) -> int | None:
    """Return the document's score by looking at its text; None if a word is missing."""
    total = 0
    for word in words:
        weight = _weight(document, word)
        if not weight:
            return None
        total += weight
    return total


def is_latin(word: str) -> bool:
    """Tell whether a word can be pinyin or initials."""
    return word.isascii() and word.isalpha()


def _weight(document: Document, word: str) -> int:
    if document.name == word:
        return NAME_EXACT
    found = [
        weight
        for column, _whole, weight in TEXT_FIELDS.values()
        if word in getattr(document, column)
    ]
    if is_latin(word):
        latin = set().union(*(find(document.pinyin) for find in LATIN_FIELDS.values()))
        if WHOLE + word in latin:
            found.append(READING_WHOLE)
        elif word in latin:
            found.append(READING_PART)
    return max(found, default=0)


def _letters_key(reading: str) -> int:
    """Return the first twelve letters as a number that sorts as they do."""
    key = 0
    for letter in reading.replace(JOINT, "")[:12].ljust(12):
        key = key * 32 + (ord(letter) - ord("a") + 1 if "a" <= letter <= "z" else 0)
    return key


def _characters_key(name: str) -> int:
    """Return the first three characters as a number that sorts as they do."""
    key = 0
    for character in name[:3].ljust(3, "\0"):
        key = (key << 21) | ord(character)
    return key
