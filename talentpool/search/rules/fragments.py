"""Why somebody was found: for each word the field that counts most, with the place."""

from collections.abc import Sequence
from dataclasses import dataclass

from talentpool.search.rules.documents import LATIN_FIELDS, TEXT_FIELDS, is_latin
from talentpool.search.rules.readings import JOINT, readings_of
from talentpool.search.rules.source import INITIALS, PINYIN, Source
from talentpool.search.rules.text import WHOLE, plain_form, without_sealed

AROUND = 16  # characters kept before and after what was found
FIELD_NAMES = {
    **{number: column for number, (column, _w, _v) in TEXT_FIELDS.items()},
    PINYIN: "pinyin",
    INITIALS: "pinyin",
}


@dataclass(frozen=True, slots=True)
class Match:
    """A fragment of a field: what stands before, what was found, what stands after."""

    field: str
    before: str
    found: str
    after: str


def matches(source: Source, words: Sequence[str]) -> list[Match]:
    """Return one match for each word that is in the text, in the words' order."""
    found = (_find(source, word) for word in words)
    return list(dict.fromkeys(match for match in found if match is not None))


def _find(source: Source, word: str) -> Match | None:
    by_weight = sorted(TEXT_FIELDS, key=lambda number: -TEXT_FIELDS[number][2])
    for number in by_weight:
        # A name typed in Latin letters counts more than any text but a name's.
        if number != by_weight[0] and (match := _in_name(source, word)):
            return match
        for value in source.values(number):
            if match := _cut(FIELD_NAMES[number], without_sealed(value), word):
                return match
    return None


def _in_name(source: Source, word: str) -> Match | None:
    if not is_latin(word):
        return None
    for reading in readings_of(source.name):
        for number, find in LATIN_FIELDS.items():
            if {word, WHOLE + word} & find(reading):
                shown = reading.replace(JOINT, " ")
                return Match(FIELD_NAMES[number], "", f"{source.name} {shown}", "")
    return None


def _cut(field: str, value: str, word: str) -> Match | None:
    folded, places = _fold_with_places(value)
    start = folded.find(word)
    if start < 0:
        return None
    first, last = places[start], places[start + len(word) - 1]
    before, after = value[:first], value[last + 1 :]
    if len(before) > AROUND:
        before = "…" + before[-AROUND:]
    if len(after) > AROUND:
        after = after[:AROUND] + "…"
    return Match(field, before, value[first : last + 1], after)


def _fold_with_places(value: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the place it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(value):
        for plain in plain_form(character):
            folded.append(plain if plain.isalnum() else " ")
            places.append(place)
    return "".join(folded), places
