"""How names are typed in Latin letters: full pinyin and initials.

Words used here:
    reading: one way to say a whole name, its syllables joined by "'": wang'bing'yuan.

A surname has readings of its own (单 Shan, 曾 Zeng, 解 Xie), kept in
`data/surname_readings.csv`; the usual reading is kept beside it, because people type
that too. Other characters have one reading, but for those of `data/given_readings.csv`
(乐 le, yue): a dictionary's rare readings would find people nobody looks for. Several
readings multiply, up to `MOST_READINGS`.
"""

import csv
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from pathlib import Path

from pinyin import syllables
from talentpool.search.rules.text import WHOLE, fold

MOST_READINGS = 8
LONGEST_TERM = 60
JOINT = "'"

_DATA = Path(__file__).parent.parent / "data"


@lru_cache(maxsize=2)
def _table(name: str) -> dict[str, str]:
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in islice(csv.reader(file), 1, None)}


def readings_of(name: str) -> list[str]:
    """Return the readings of a name, the likeliest first."""
    plain = fold(name).replace(" ", "")
    return list(_readings(plain)) if plain else []


@lru_cache(maxsize=20_000)  # names come again
def _readings(plain: str) -> tuple[str, ...]:
    surname = plain[:2] if plain[:2] in _table("surname_readings") else plain[:1]
    choices = [*_of_surname(surname), *_of_given(plain[len(surname) :])]
    found = (JOINT.join(syllables) for syllables in product(*choices))
    return tuple(dict.fromkeys(islice(found, MOST_READINGS)))


def _of_surname(surname: str) -> list[list[str]]:
    own = _table("surname_readings").get(surname, "").split()
    usual = syllables(surname)
    pairs = zip(own or usual, usual, strict=False)
    return [_spellings([first, second]) for first, second in pairs]


def _of_given(given: str) -> list[list[str]]:
    usual = syllables(given)
    if len(usual) != len(given):  # a run of Latin letters counts as one syllable
        return [_spellings([syllable]) for syllable in usual]
    others = (_table("given_readings").get(character, "") for character in given)
    return [
        _spellings([syllable, *other.split()])
        for syllable, other in zip(usual, others, strict=True)
    ]


def _spellings(syllables: list[str]) -> list[str]:
    """Return syllables as typed: lü is lv on a keyboard, lyu in a passport."""
    typed: list[str] = []
    for syllable in syllables:
        typed.append(syllable)
        if "v" in syllable:
            typed += [syllable.replace("v", "yu"), syllable.replace("v", "u")]
    return list(dict.fromkeys(typed))


def pinyin_terms(readings: str) -> set[str]:
    """Return the terms of full pinyin: each run of syllables, and the whole name.

    Args:
        readings: one reading per line, as stored.
    """
    return {
        term
        for reading in readings.split("\n")
        for term in _runs(reading.split(JOINT), shortest=1)
        if len(term) <= LONGEST_TERM
    }


def initial_terms(readings: str) -> set[str]:
    """Return the terms of initials: runs of two or more, the surname's, the whole."""
    found: set[str] = set()
    for reading in readings.split("\n"):
        letters = [syllable[:1] for syllable in reading.split(JOINT)]
        found |= {letters[0], *_runs(letters, shortest=2)}
    return {term for term in found if term and len(term) <= LONGEST_TERM}


def _runs(parts: list[str], shortest: int) -> Iterator[str]:
    longest = len(parts) if len(parts) <= 6 else 3
    for start in range(len(parts)):
        for end in range(start + shortest, min(start + longest, len(parts)) + 1):
            yield "".join(parts[start:end])
    yield WHOLE + "".join(parts)
