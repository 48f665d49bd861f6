"""Which records are compared at all: those that meet in a block.

Words used here:
    block: the records that share one key. Only within a block is everybody compared
        with everybody, so that the work grows with the records and not their square.

Every pair that `score.Score.is_proposed` lets through meets in a block: a test compares
everybody with everybody and holds both answers equal.
"""

from array import array
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np

from talentpool.identity.rules.score import Known, sound_of

LARGEST = 400  # records; a larger block is a filler ("13800000000"), no likeness

Key = tuple[Hashable, ...]


@dataclass(slots=True)
class Blocks:
    """The pairs to compare, and the keys that were too common to say anything."""

    pairs: set[tuple[int, int]] = field(default_factory=set)
    skipped: list[int] = field(default_factory=list)  # how many records shared each


def keys_of(known: Known) -> Iterator[Key]:
    """Yield the keys of a record.

    Source: rule I-22 in docs/rules/identity.md.
    """
    sound, birth = sound_of(known.name), known.birth
    for kind, values in (
        ("phone", [known.phone] if known.phone else []),
        ("certificate", sorted(known.certificates)),
    ):
        for value in values:
            yield kind, value, "name", sound
            yield kind, value, "initial", known.name[:1]
            if birth:
                yield kind, value, "birth", birth
    if known.phone:
        for number in sorted(known.certificates):
            yield "phone", known.phone, "certificate", number
    if birth:
        yield "name", sound, "birth", birth
        yield "name", sound, "year", birth.year
        yield "name", sound, "day", birth.month, birth.day
        yield "initial", known.name[:1], "birth", birth
        if known.unit:
            first = known.name[:1]
            yield "unit", known.unit, "birth", birth
            yield "unit", known.unit, "initial", first, "year", birth.year
            yield "unit", known.unit, "initial", first, "day", birth.month, birth.day
    if known.unit:
        yield "unit", known.unit, "name", sound


def make_blocks(records: Mapping[int, Known]) -> Blocks:
    """Return the pairs of record ids that meet in a block, the smaller id first."""
    gathered = Gathered()
    for number, known in records.items():
        gathered.add(number, known)
    return gathered.blocks()


class Gathered:
    """The keys of many records, kept as numbers: twelve bytes each and no record.

    Two keys of one number would only have a pair compared that says nothing.
    """

    def __init__(self) -> None:
        """Start before the first record."""
        self._keys, self._ids = array("q"), array("q")

    def add(self, number: int, known: Known) -> None:
        """Take the keys of a record."""
        keys = {hash(key) for key in keys_of(known)}
        self._keys.extend(keys)
        self._ids.extend([number] * len(keys))

    def blocks(self) -> Blocks:
        """Return the pairs of ids that share a key, the smaller id first."""
        found = Blocks()
        keys, ids = np.array(self._keys), np.array(self._ids)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        starts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
        for start, end in pairwise([0, *starts.tolist(), len(keys)]):
            if end - start > LARGEST:
                found.skipped.append(end - start)
            elif end - start > 1:
                meeting = sorted(ids[order[start:end]].tolist())
                found.pairs.update(combinations(meeting, 2))
        return found
