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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Entries tied over the last place of an award."""

    award: str
    places: int  # how many there were for it
    rank: int
    tied: tuple[str, ...]  # codes
    is_included: bool  # whether all of them get it, or none


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """An entry whose rank was good enough for an award; a pass line is missed."""

    award: str
    code: str
    missing: tuple[str, ...]  # components


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


def list_cuts(
    awards: Sequence[Award],
    placed: Sequence[Placed],
    entered: int,
    medals: Mapping[str, str] | None = None,
) -> list[Cut]:
    """Return the ties at the last place of an award, in the scheme's order.

    Takes what `hand_out_awards` takes.

    Source: docs/formats/computing.md, step 7; rules S-60 to S-63.
    """
    given = dict(medals or {})
    cuts: list[Cut] = []
    for award in awards:
        base = entered if award.of == "entered" else len(placed)
        free = [p for p in placed if p.code not in given and _may_get(award, p)]
        if award.upto is not None:
            places = _count(award, award.upto, base)
            taken = _take_upto(award, free, placed, places)
            rank = _tied_rank_upto(placed, places)
        else:
            places = _places(award, base)
            taken = _take_next(award, free, places)
            is_tied = (
                0 < places < len(free) and free[places - 1].rank == free[places].rank
            )
            rank = free[places - 1].rank if is_tied else None
        tied = tuple(p.code for p in free if p.rank == rank)
        if rank is not None and tied:
            cuts.append(
                Cut(
                    award=award.name,
                    places=places,
                    rank=rank,
                    tied=tied,
                    is_included=award.tie_at_cut == "include",
                )
            )
        given |= {entry.code: award.name for entry in taken}
    return cuts


def list_passed_over(
    awards: Sequence[Award], placed: Sequence[Placed], given: Mapping[str, str]
) -> list[PassedOver]:
    """Return who ranks no lower than a holder of an award, and misses its pass line.

    Args:
        awards: in the scheme's order; each entry is named with the first it missed.
        placed: the ranked entries of a group, best first.
        given: the award of each entry that has one.
    """
    found: dict[str, PassedOver] = {}
    for award in awards:
        ranks = [p.rank for p in placed if given.get(p.code) == award.name]
        for entry in placed:
            missing = tuple(c for c in award.require_pass if c not in entry.passed)
            if not missing or entry.code in given or entry.code in found:
                continue
            if ranks and entry.rank <= max(ranks):
                found[entry.code] = PassedOver(
                    award=award.name, code=entry.code, missing=missing
                )
    return list(found.values())


def _tied_rank_upto(placed: Sequence[Placed], limit: int) -> int | None:
    if not any(entry.rank <= limit for entry in placed):
        return None
    return _crossing_rank(placed, limit)


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
