"""How well a panel agrees on sample works, before the real ones come.

Words used here:
    sample: a work made for practice; nobody's rank depends on it.
    reference: what the experts who chose the samples say a mark should be.
    near: two marks of one cell that a panel may give side by side. Judgements 0 to 3
        are near when they lie one level apart at most (more asks for a re-score);
        other kinds when their points differ by at most the tolerance, a share of the
        aspect's max.
    agreement: near pairs of judges over all pairs, across every cell that two or more
        judges have marked; 0 to 1, None where there is no pair.
    lean: a judge's points less what they are held against, as a share of the aspect's
        max, averaged; above 0 is generous.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from statistics import median

from scoring.marking.rules.values import mark_points
from scoring.scheme.rules.tree import Aspect

Cell = tuple[str, str]  # sample, aspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """A mark on a sample."""

    work: str
    aspect: str
    seat: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One cell with everything that was given for it."""

    work: str
    aspect: Aspect
    values: Mapping[str, str]  # by seat
    points: Mapping[str, Fraction]  # by seat
    reference: str  # "" where there is none
    agreement: Fraction | None

    @property
    def spread(self) -> Fraction:
        """Highest less lowest, as a share of the aspect's max."""
        given = self.points.values()
        return (max(given) - min(given)) / self.aspect.max if given else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """How one judge stands to the others and to the reference."""

    seat: str
    marks: int
    with_panel: Fraction | None  # share of cells near the median of the others
    lean: Fraction | None  # against that median
    with_reference: Fraction | None
    reference_lean: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A panel's practice, compared."""

    agreement: Fraction | None
    alpha: Fraction | None  # Krippendorff's, for intervals
    pairs: int
    seats: Sequence[SeatView]
    cells: Sequence[CellView]  # where they lie furthest apart first


def sample_code(round_number: int, at: int) -> str:
    """Return the code of a round's sample: "S2.1" is the first of round 2.

    A tablet that comes late with marks of an earlier round finds no such sample.
    """
    return f"S{round_number}.{at + 1}"


def compare(
    aspects: Iterable[Aspect],
    marks: Iterable[Practised],
    reference: Mapping[Cell, str],
    *,
    tolerance: Fraction,
) -> Comparison:
    """Compare a panel's marks on samples.

    Args:
        aspects: of the scheme.
        marks: the ones that count, one per cell and seat, with values the aspect takes.
        reference: values by cell, where there are any.
        tolerance: share of an aspect's max that near marks may differ by, 0 to 1.
    """
    known = {aspect.code: aspect for aspect in aspects}
    given: dict[Cell, dict[str, str]] = {}
    for mark in marks:
        if mark.aspect in known:
            given.setdefault((mark.work, mark.aspect), {})[mark.seat] = mark.value
    cells = [
        _view(work, known[code], values, reference.get((work, code), ""), tolerance)
        for (work, code), values in sorted(given.items())
    ]
    near, pairs = _count_pairs(cells, tolerance)
    seats = sorted({seat for cell in cells for seat in cell.values}, key=_by_number)
    return Comparison(
        agreement=Fraction(near, pairs) if pairs else None,
        alpha=krippendorff_alpha(
            [[p / c.aspect.max for p in c.points.values()] for c in cells]
        ),
        pairs=pairs,
        seats=[_view_seat(seat, cells, tolerance) for seat in seats],
        cells=sorted(cells, key=lambda c: (-c.spread, c.work, c.aspect.code)),
    )


def is_near(aspect: Aspect, one: Fraction, two: Fraction, tolerance: Fraction) -> bool:
    """Tell whether two judges' points for one cell lie near each other."""
    width = aspect.max / 3 if aspect.kind == "judgement" else tolerance * aspect.max
    return abs(one - two) <= width


def krippendorff_alpha(units: Iterable[Sequence[Fraction]]) -> Fraction | None:
    """Return Krippendorff's alpha for interval data, exactly.

    Args:
        units: for each unit the values observers gave it; one value alone says nothing.

    Returns:
        1 for perfect agreement, 0 for chance; None where nothing varies at all.

    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, D.
    """
    paired = [unit for unit in units if len(unit) > 1]
    everything = [value for unit in paired for value in unit]
    count = len(everything)
    expected = _square_differences(everything)
    if not expected:
        return None
    observed = sum(
        (_square_differences(unit) / (len(unit) - 1) for unit in paired), Fraction(0)
    )
    return 1 - (count - 1) * observed / expected


def _square_differences(values: Sequence[Fraction]) -> Fraction:
    """Return the sum of (a − b)² over all ordered pairs, in linear time."""
    total = sum(values, Fraction(0))
    squares = sum((value * value for value in values), Fraction(0))
    return 2 * (len(values) * squares - total * total)


def _view(
    work: str,
    aspect: Aspect,
    values: Mapping[str, str],
    reference: str,
    tolerance: Fraction,
) -> CellView:
    points = {seat: mark_points(aspect, value) for seat, value in values.items()}
    near, pairs = _near_pairs(aspect, list(points.values()), tolerance)
    return CellView(
        work=work,
        aspect=aspect,
        values=values,
        points=points,
        reference=reference,
        agreement=Fraction(near, pairs) if pairs else None,
    )


def _near_pairs(
    aspect: Aspect, points: Sequence[Fraction], tolerance: Fraction
) -> tuple[int, int]:
    pairs = list(combinations(points, 2))
    return sum(is_near(aspect, a, b, tolerance) for a, b in pairs), len(pairs)


def _count_pairs(cells: Iterable[CellView], tolerance: Fraction) -> tuple[int, int]:
    near = pairs = 0
    for cell in cells:
        found = _near_pairs(cell.aspect, list(cell.points.values()), tolerance)
        near, pairs = near + found[0], pairs + found[1]
    return near, pairs


def _view_seat(seat: str, cells: Sequence[CellView], tolerance: Fraction) -> SeatView:
    own = [cell for cell in cells if seat in cell.points]
    panel, stated = [], []
    for cell in own:
        others = [points for other, points in cell.points.items() if other != seat]
        if others:
            panel.append((cell.aspect, cell.points[seat], median(others)))
        if cell.reference:
            wanted = mark_points(cell.aspect, cell.reference)
            stated.append((cell.aspect, cell.points[seat], wanted))
    return SeatView(
        seat=seat,
        marks=len(own),
        with_panel=_share_near(panel, tolerance),
        lean=_lean(panel),
        with_reference=_share_near(stated, tolerance),
        reference_lean=_lean(stated),
    )


_Held = tuple[Aspect, Fraction, Fraction]  # aspect, own points, held against


def _share_near(held: Sequence[_Held], tolerance: Fraction) -> Fraction | None:
    if not held:
        return None
    return Fraction(sum(is_near(a, p, q, tolerance) for a, p, q in held), len(held))


def _lean(held: Sequence[_Held]) -> Fraction | None:
    if not held:
        return None
    return sum(((p - q) / a.max for a, p, q in held), Fraction(0)) / len(held)


def _by_number(seat: str) -> tuple[int, str]:
    return len(seat), seat  # J2 before J10
