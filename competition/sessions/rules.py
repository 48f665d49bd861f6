"""Sessions (场次) of an event: a stage's round and part, with time, place and stations.

Words used here:
    round: preliminary or final (预赛、决赛).
    part: theory, practical or defence (理论、实操、答辩).
    stage: one round of one part; its sessions follow each other or run side by side.
    use: somebody or something that is needed from one moment to another.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

PRELIMINARY, FINAL = "preliminary", "final"
ROUNDS = (PRELIMINARY, FINAL)
THEORY, PRACTICAL, DEFENCE = "theory", "practical", "defence"
PARTS = (THEORY, PRACTICAL, DEFENCE)

VENUE, JUDGE, EQUIPMENT = "venue", "judge", "equipment"
USE_KINDS = (VENUE, JUDGE, EQUIPMENT)

_COMMAS = "\uff0c\u3001\uff1b;"  # and those of Chinese text


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Somebody or something that `owner` needs from one moment to another."""

    owner: str  # an event's or a session's uid
    kind: str  # one of USE_KINDS
    key: str  # the same exactly where the same one is meant
    label: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One thing needed by two owners at once."""

    kind: str
    label: str
    owners: tuple[str, str]
    begins: datetime  # of the time both need it
    ends: datetime


def key_of(text: str) -> str:
    """Return what two spellings of one place or machine have in common."""
    return "".join(normalize("NFKC", text).casefold().split())


def split_names(text: str) -> list[str]:
    """Return names separated by commas or lines, each once, as they were typed."""
    for mark in (*_COMMAS, "\n"):
        text = text.replace(mark, ",")
    names = (" ".join(name.split()) for name in text.split(","))
    return list(dict.fromkeys(name for name in names if name))


def find_clashes(uses: Iterable[Use]) -> list[Clash]:
    """Return every pair of different owners that need one thing at one time.

    Times that only touch do not clash. Sorted by moment, kind and label.
    """
    by_thing: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in uses:
        by_thing[use.kind, use.key].append(use)
    found: dict[tuple[str, str, str, str], Clash] = {}
    for (kind, key), of_one in by_thing.items():
        for clash in _clashes_of_one(of_one):
            found.setdefault((kind, key, *clash.owners), clash)
    return sorted(found.values(), key=lambda c: (c.begins, c.kind, c.label, c.owners))


def count_places(stations: Sequence[int | None]) -> int | None:
    """Return how many contestants sessions take in all; None while one says nothing."""
    known = [count for count in stations if count is not None]
    return sum(known) if known and len(known) == len(stations) else None


def _clashes_of_one(uses: Iterable[Use]) -> Iterable[Clash]:
    running: list[Use] = []
    for use in sorted(uses, key=lambda u: (u.begins, u.ends, u.owner)):
        running = [other for other in running if other.ends > use.begins]
        for other in running:
            if other.owner != use.owner:
                first, second = sorted((other.owner, use.owner))
                yield Clash(
                    kind=use.kind,
                    label=other.label,
                    owners=(first, second),
                    begins=use.begins,
                    ends=min(use.ends, other.ends),
                )
        running.append(use)
