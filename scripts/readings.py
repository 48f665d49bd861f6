"""Write the words that are said otherwise than character by character.

    python -m scripts.readings

From the phrases of pypinyin (MIT), two and three characters long; see `pinyin.py`.
"""

import csv
import sys
from collections.abc import Iterator

from pypinyin import Style, lazy_pinyin
from pypinyin.phrases_dict import phrases_dict
from pypinyin.style import convert

from pinyin import WORDS

LONGEST = 3


def list_words() -> Iterator[tuple[str, str]]:
    """Yield each word with its reading, in the order of the table."""
    for word, toned in sorted(phrases_dict.items()):
        said = [_plain(syllable[0]) for syllable in toned]
        by_character = [lazy_pinyin(character)[0] for character in word]
        if len(word) <= LONGEST and said != by_character:
            yield word, " ".join(said)


def _plain(toned: str) -> str:
    return str(convert(toned, Style.NORMAL, strict=True))


def main() -> int:
    with WORDS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", "reading"))
        writer.writerows(list_words())
    return 0


if __name__ == "__main__":
    sys.exit(main())
