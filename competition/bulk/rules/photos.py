"""Whose photo a file is, told by its name.

Words used here:
    stem: the name of a file without folders and ending.
    candidate: somebody whose entry is a draft and can be given a photo.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from people.persons.rules import mask_id

UNKNOWN, AMBIGUOUS, TWICE = "unknown", "ambiguous", "twice"

_ANY_NUMBER = re.compile(r"[0-9]{15,17}[0-9Xx]")
_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9]{17}[0-9X](?![0-9A-Z])")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be given a photo."""

    entry_id: int
    id_number: str
    name: str


@dataclass(frozen=True, slots=True)
class Match:
    """A file and whose it is, or why nobody's."""

    file: str
    entry_id: int | None
    fault: str = ""  # unknown | ambiguous | twice; "" is matched


def is_hidden(path: str) -> bool:
    """Tell whether a path in an archive is a folder, or what systems leave there."""
    parts = path.replace("\\", "/").split("/")
    return not parts[-1] or any(p.startswith((".", "__MACOSX")) for p in parts)


def mask_file(path: str) -> str:
    """Return a file's name as it is shown: ID numbers in it are masked."""
    name = unicodedata.normalize("NFKC", path.replace("\\", "/").split("/")[-1])
    return _ANY_NUMBER.sub(lambda found: mask_id(found.group()), name)


def stem_of(path: str) -> str:
    """Return a file's name as names are compared: width, case and spaces do not count.

    The ending goes, and folders.
    """
    name = unicodedata.normalize("NFKC", path.replace("\\", "/").split("/")[-1])
    stem = name.rpartition(".")[0] or name
    return "".join(stem.split()).upper()


def match_files(files: Sequence[str], people: Iterable[Candidate]) -> list[Match]:
    """Return whose photo each file is, in the order of the files.

    An ID number in the name decides, wherever it stands; without one the whole stem
    has to be a name that one candidate alone bears. Files for the same person are all
    refused: nobody knows which one is meant.

    Args:
        files: paths as the archive has them.
        people: who can be given a photo.

    Source: rule E-37 in docs/rules/eligibility.md.
    """
    by_number: dict[str, int] = {}
    by_name: dict[str, list[int]] = {}
    for one in people:
        by_number[one.id_number.upper()] = one.entry_id
        by_name.setdefault(stem_of(f"{one.name}.x"), []).append(one.entry_id)
    found = [_match(file, by_number, by_name) for file in files]
    counts = Counter(m.entry_id for m in found if m.entry_id is not None)
    return [
        Match(m.file, None, TWICE)
        if m.entry_id is not None and counts[m.entry_id] > 1
        else m
        for m in found
    ]


def _match(
    file: str, by_number: dict[str, int], by_name: dict[str, list[int]]
) -> Match:
    stem = stem_of(file)
    numbers = _NUMBER.findall(stem)
    if numbers:
        owners = sorted({by_number[n] for n in numbers if n in by_number})
        if len(owners) != 1:
            return Match(file, None, UNKNOWN)
        return Match(file, owners[0])
    owners = by_name.get(stem, [])
    if len(owners) == 1:
        return Match(file, owners[0])
    return Match(file, None, AMBIGUOUS if owners else UNKNOWN)
