"""Awards, handed out in order down the ranks of one group.

A *place* is a position among the entries an award may go to; entries that already have
an award, or miss a pass line the award asks for, are passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from scoring.scheme.rules.numbers import HALF_UP, round_ratio
from scoring.scheme.rules.tree import Award


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    code: str
    rank: int
    passed: frozenset[str]  # components whose pass line is reached


def hand_out_awards(
    awards: Sequence[Award],
    placed: Sequence[Placed],
    entered: int,
    medals: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the award of each entry that gets one.

    Args:
        awards: in the scheme's order.
        placed: the ranked entries of a group, best first.
        entered: all entries of the group, ranked or not.
        medals: what entries have already; they get nothing more, and it is in the
            answer.

    Source: docs/formats/computing.md, step 7; rules S-60 to S-63.
    """
    given = dict(medals or {})
    for award in awards:
        base = entered if award.of == "entered" else len(placed)
        free = [p for p in placed if p.code not in given and _may_get(award, p)]
        taken = (
            _take_upto(award, free, placed, _count(award, award.upto, base))
            if award.upto is not None
            else _take_next(award, free, _places(award, base))
        )
        given |= {entry.code: award.name for entry in taken}
    return given


def _may_get(award: Award, entry: Placed) -> bool:
    return entry.passed.issuperset(award.require_pass)


def _places(award: Award, base: int) -> int:
    if award.count is not None:
        return award.count
    return _count(award, award.share or Fraction(0), base)


def _count(award: Award, share: Fraction, base: int) -> int:
    places = share * base
    if award.share_rounding == "floor":
        return floor(places)
    if award.share_rounding == "ceil":
        return ceil(places)
    return round_ratio(places.numerator, places.denominator, HALF_UP)


def _take_next(award: Award, free: Sequence[Placed], places: int) -> Sequence[Placed]:
    if places >= len(free) or places == 0:
        return free[:places]
    last = free[places - 1].rank
    if free[places].rank != last:
        return free[:places]
    if award.tie_at_cut == "include":
        return [entry for entry in free if entry.rank <= last]
    return [entry for entry in free if entry.rank < last]


def _take_upto(
    award: Award, free: Sequence[Placed], placed: Sequence[Placed], limit: int
) -> Sequence[Placed]:
    within = [entry for entry in free if entry.rank <= limit]
    if award.tie_at_cut == "include" or not within:
        return within
    cut = _crossing_rank(placed, limit)
    return [entry for entry in within if entry.rank != cut]


def _crossing_rank(placed: Sequence[Placed], limit: int) -> int | None:
    """Return the rank whose tied entries reach over the last place, if one does."""
    last = max(entry.rank for entry in placed if entry.rank <= limit)
    size = sum(entry.rank == last for entry in placed)
    return last if last + size - 1 > limit else None
