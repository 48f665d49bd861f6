"""Chinese text for searching: folding, what never enters, and terms.

Words used here:
    folded: NFKC, simplified (複 → 复), case-folded, with everything but letters and
        figures made a space.
    line: one value of a field (one honour, one trade); phrases never cross lines.
    term: what a posting is kept for: a character, a bigram, or "=" and a whole line.
    word: a piece of a query between spaces; every word must be found.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import opencc

LONGEST_QUERY = 100  # characters
MOST_WORDS = 8
LONGEST_WHOLE = 40  # characters of a line that gets a term of its own
WHOLE = "="  # no folded text holds it

_SEALED = re.compile(
    # ID numbers of 18 and 15 figures and mobile numbers, spaced or not. Nobody should
    # type them into a text; where somebody did, the search must not find them.
    r"(?<!\d)(?:\d[ -]?){17}[\dXx](?!\d)"
    r"|(?<!\d)\d{15}(?!\d)"
    r"|(?<!\d)1[3-9](?:[ -]?\d){9}(?!\d)"
)
_BETWEEN = re.compile(r"[\W_]+")  # everything but letters and figures

_VARIANTS = Path(__file__).parent.parent / "data" / "variants.csv"
_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x2A6E0))  # blocks of Unicode


@lru_cache(maxsize=1)
def _simple_forms() -> dict[int, str]:
    """Return each traditional or variant character with its simple form."""
    characters = [chr(code) for block in _HAN for code in range(*block)]
    simple = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simple, strict=True)
    found = {ord(old): new for old, new in pairs if new != old and len(new) == 1}
    with _VARIANTS.open(encoding="utf-8", newline="") as file:
        return found | {
            ord(row["character"]): row["simple"] for row in csv.DictReader(file)
        }


def plain_form(text: str) -> str:
    """Return full-width, traditional and capital letters in their plain form."""
    simple = unicodedata.normalize("NFKC", text).translate(_simple_forms())
    return simple.casefold()


def fold(text: str) -> str:
    """Return the text as it is compared: 'ＴＩＧ-焊' → 'tig 焊'."""
    return _BETWEEN.sub(" ", plain_form(text)).strip()


def without_sealed(text: str) -> str:
    """Return the text with ID and mobile numbers taken out."""
    return _SEALED.sub(" ", unicodedata.normalize("NFKC", text))


def fold_lines(values: Iterable[str]) -> str:
    """Return values of a field as they are stored: folded, one line each, once."""
    folded = (_fold_value(value) for value in values)
    return "\n".join(dict.fromkeys(line for line in folded if line))


@lru_cache(maxsize=20_000)  # trades, units and honours come again and again
def _fold_value(value: str) -> str:
    return fold(without_sealed(value))


def grams(word: str) -> list[str]:
    """Return the terms that must all be there for `word` to be there.

    For up to two characters the one term is also enough; a longer word is to be
    looked up in the text, because its bigrams may stand apart. Spaces of a phrase part
    words of their own.
    """
    found = [gram for part in word.split(" ") for gram in _grams(part)]
    return list(dict.fromkeys(found))


def _grams(word: str) -> list[str]:
    if len(word) <= 2:
        return [word]
    return [word[i : i + 2] for i in range(len(word) - 1)]


def terms_of(text: str, *, whole: bool) -> set[str]:
    """Return the terms of a field's stored text.

    Args:
        text: folded lines.
        whole: keep a term for each whole line too, so that a query for all of a trade
            or honour needs no look at the text.
    """
    return set(_terms(text, whole=whole))


def _terms(text: str, *, whole: bool) -> Iterator[str]:
    for line in text.split("\n"):
        for word in line.split(" "):
            yield from word
            yield from (a + b for a, b in pairwise(word))
        if whole and 3 <= len(line) <= LONGEST_WHOLE and " " not in line:
            yield WHOLE + line
