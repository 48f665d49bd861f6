"""Ranks, and the key that separated each entry from its equals.

*Contenders* compete for ranks among themselves: one group, or the whole event. Keys
come most important first; a missing key comes after every value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm

from scoring.scheme.rules.tree import TieKey

Comparable = tuple[bool, int]

SHARED = "shared"
PLAYOFF = "playoff"
DECIDE = "decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    code: str
    total: Fraction  # as compared: published or exact
    keys: tuple[Fraction | None, ...]  # one per tie key
    playoff: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    code: str
    rank: int
    tied_by: str  # a tie key as written, playoff, shared, decide; "" without a tie


def rank_contenders(
    contenders: Sequence[Contender], ties: Sequence[TieKey], unresolved: str
) -> list[Standing]:
    """Rank contenders, best first; equals share a rank and are listed by code.

    Args:
        contenders: one per entry, in any order.
        ties: keys in the order of importance, as many as each contender has.
        unresolved: share (1, 2, 2, 4), dense (1, 2, 2, 3), playoff or decide; the last
            two share the rank as well and say in `tied_by` what is still to be done.

    Source: docs/formats/computing.md, step 6; rules S-50 to S-53.
    """
    full = _make_keys(contenders, ties)
    ordered = sorted(contenders, key=lambda c: (full[c.code], c.code))
    reasons = _find_reasons(ordered, full, ties, unresolved)
    standings: list[Standing] = []
    groups = groupby(ordered, key=lambda c: full[c.code])
    for steps, (_, equals) in enumerate(groups, start=1):
        rank = steps if unresolved == "dense" else len(standings) + 1
        standings += [
            Standing(code=c.code, rank=rank, tied_by=reasons[c.code]) for c in equals
        ]
    return standings


def _make_keys(
    contenders: Sequence[Contender], ties: Sequence[TieKey]
) -> dict[str, tuple[Comparable, ...]]:
    """Return total, tie keys and playoff of each so that the best sorts first."""
    columns = [
        _compare([c.total for c in contenders], descending=True),
        *(
            _compare([c.keys[at] for c in contenders], descending=tie.descending)
            for at, tie in enumerate(ties)
        ),
        _compare([c.playoff for c in contenders], descending=True),
    ]
    keys = zip(*columns, strict=True)
    return {c.code: key for c, key in zip(contenders, keys, strict=True)}


def _compare(
    values: Sequence[Fraction | None], *, descending: bool
) -> list[Comparable]:
    """Put values over one denominator: whole numbers sort much faster, and alike."""
    bottom = lcm(*{value.denominator for value in values if value is not None})
    factor = -bottom if descending else bottom
    return [
        (True, 0)
        if value is None
        else (False, value.numerator * (factor // value.denominator))
        for value in values
    ]


def _find_reasons(
    ordered: Sequence[Contender],
    full: dict[str, tuple[Comparable, ...]],
    ties: Sequence[TieKey],
    unresolved: str,
) -> dict[str, str]:
    """Find for each contender after which key it stood alone among its total.

    Those alike up to a key stand side by side, so that looking at both neighbours is
    enough.
    """
    left_over = SHARED if unresolved in {"share", "dense"} else unresolved
    names = ["", *(tie.text for tie in ties), PLAYOFF, left_over]
    keys = [full[contender.code] for contender in ordered]
    alike = [0, *map(_count_alike, keys, keys[1:]), 0]
    return {
        contender.code: names[max(before, after)]
        for contender, before, after in zip(ordered, alike, alike[1:], strict=False)
    }


def _count_alike(one: Sequence[Comparable], other: Sequence[Comparable]) -> int:
    """Return how many keys agree before the first that differs."""
    pairs = zip(one, other, strict=True)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), len(one))
