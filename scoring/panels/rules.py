"""How many judges have seen each work, and how far they lie apart.

Words used here:
    shared: an aspect that several judges mark.
    views: of a work, the judges that have marked its least marked shared aspect; there
        must be as many as the scheme asks for.
    deviation: of a judge on a work, what their marks lie above or below the median of
        each shared aspect, in points, summed up.
    outlier: in an aspect whose judges lie further apart than the scheme accepts, the
        one whose mark is farthest from the median.

Nothing is worked out before every judge of the work has marked: it must lead nobody.
Source: rule C-27 in docs/rules/chain.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from scoring.marking.rules.cells import Counted
from scoring.scheme.rules.tree import Aspect

FindPoints = Callable[[Aspect, str], Fraction | None]
Marks = Mapping[str, Fraction]  # points by seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """A shared aspect that fewer judges are seated for than the scheme asks for."""

    aspect: str
    seated: int
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """An aspect of a work whose judges lie further apart than the scheme accepts."""

    aspect: str
    distance: Fraction  # points between the highest and the lowest
    outliers: tuple[str, ...]  # seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Who has marked a work; how far apart they lie, once all have."""

    entry: str
    done: tuple[str, ...]  # seats that have marked all they share
    waits: tuple[str, ...]
    views: int
    wanted: int
    deviations: Mapping[str, Fraction] = field(default_factory=dict)
    apart: tuple[Apart, ...] = ()

    @property
    def is_below(self) -> bool:
        return self.views < self.wanted

    @property
    def spread(self) -> Fraction | None:
        """Points between the strictest and the mildest judge; None while closed."""
        found = self.deviations.values()
        return max(found) - min(found) if found else None

    @property
    def outliers(self) -> frozenset[str]:
        return frozenset(seat for cell in self.apart for seat in cell.outliers)


def list_shared(aspects: Iterable[Aspect]) -> dict[str, Aspect]:
    """Return the aspects that several judges mark, by code."""
    return {aspect.code: aspect for aspect in aspects if aspect.judges > 1}


def list_short(
    shared: Mapping[str, Aspect], markers: Mapping[str, Sequence[str]]
) -> list[Short]:
    """Return the aspects the panel cannot give as many views as the scheme asks for."""
    return [
        Short(aspect=code, seated=len(markers[code]), wanted=aspect.judges)
        for code, aspect in shared.items()
        if len(markers[code]) < aspect.judges
    ]


def list_views(
    shared: Mapping[str, Aspect],
    markers: Mapping[str, Sequence[str]],
    works: Iterable[str],
    counted: Iterable[Counted],
    find_points: FindPoints,
) -> list[Views]:
    """Return each work's views and spread, in the order of `works`.

    Args:
        shared: of `list_shared`.
        markers: the seats that mark each of them, by its code.
        works: codes of the works that need marks.
        counted: the marks that count.
        find_points: what a value is worth.
    """
    given: dict[str, dict[str, dict[str, str]]] = {}
    for mark in counted:
        if mark.aspect in shared:
            of_work = given.setdefault(mark.entry, {})
            of_work.setdefault(mark.aspect, {})[mark.judge] = mark.value
    return [
        _look(work, shared, markers, given.get(work, {}), find_points)
        for work in (works if shared else ())
    ]


def _look(
    work: str,
    shared: Mapping[str, Aspect],
    markers: Mapping[str, Sequence[str]],
    given: Mapping[str, Mapping[str, str]],
    find_points: FindPoints,
) -> Views:
    seats = list(dict.fromkeys(seat for code in shared for seat in markers[code]))
    waits = {
        seat
        for code in shared
        for seat in markers[code]
        if seat not in given.get(code, {})
    }
    views, wanted = min(
        ((len(given.get(code, {})), aspect.judges) for code, aspect in shared.items()),
        key=lambda pair: pair[0] - pair[1],
    )
    known: dict[str, Marks] = {}
    if not waits and views >= wanted:
        known = {
            code: {
                seat: points
                for seat, value in given[code].items()
                if (points := find_points(aspect, value)) is not None
            }
            for code, aspect in shared.items()
        }
    return Views(
        entry=work,
        done=tuple(seat for seat in seats if seat not in waits),
        waits=tuple(seat for seat in seats if seat in waits),
        views=views,
        wanted=wanted,
        deviations=_deviations(seats, known),
        apart=tuple(_list_apart(shared, known)),
    )


def _deviations(seats: Sequence[str], known: Mapping[str, Marks]) -> Marks:
    found: dict[str, Fraction] = {}
    for marks in known.values():
        if marks:
            middle = median(marks.values())
            for seat, points in marks.items():
                found[seat] = found.get(seat, Fraction()) + points - middle
    return {seat: found[seat] for seat in seats if seat in found}


def _list_apart(
    shared: Mapping[str, Aspect], known: Mapping[str, Marks]
) -> Iterable[Apart]:
    for code, marks in known.items():
        aspect = shared[code]
        # One point of the three of a judgement, as rule S-15 has it.
        accepted = aspect.max / 3 if aspect.kind == "judgement" else aspect.disagreement
        if accepted is None or len(marks) < 2:
            continue
        distance = max(marks.values()) - min(marks.values())
        if distance > accepted:
            middle = median(marks.values())
            farthest = max(abs(points - middle) for points in marks.values())
            yield Apart(
                aspect=code,
                distance=distance,
                outliers=tuple(
                    s for s, p in marks.items() if abs(p - middle) == farthest
                ),
            )
