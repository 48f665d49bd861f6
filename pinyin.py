"""How Chinese characters are said, in letters without tones; `v` stands for ü.

The library keeps 47,000 phrases, 44 MB in every process; names need few of them. It is
told to leave them out, and the words of two and three characters that are said
otherwise than character by character (Chongqing, not Zhongqing) are kept in
`people/codes/data/word_readings.csv`, which `python -m scripts.readings` writes anew.
"""

import csv
import os
from functools import lru_cache
from itertools import islice
from pathlib import Path

os.environ["PYPINYIN_NO_PHRASES"] = os.environ["PYPINYIN_NO_DICT_COPY"] = "1"

from pypinyin import lazy_pinyin

WORDS = Path(__file__).parent / "people" / "codes" / "data" / "word_readings.csv"


def syllables(text: str) -> list[str]:
    """Return the usual syllables of a text; a run of other letters is one of them.

    A text that is a word of the table is said as one; a longer text is not looked
    through for words.
    """
    known = _words().get(text)
    return list(known) if known else lazy_pinyin(text)


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    with WORDS.open(encoding="utf-8", newline="") as file:
        rows = islice(csv.reader(file), 1, None)
        return {word: tuple(reading.split()) for word, reading in rows}
