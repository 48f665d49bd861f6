"""From the marks of one entry to its points for one component, before penalties.

The *trim scope* says what a judge's marks are summed to before the judges are
aggregated. Source: docs/formats/computing.md, steps 2 to 4, rules S-20 to S-33.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.marking.rules.aggregate import JudgesDisagreeError, aggregate_points
from scoring.marking.rules.book import Cells, Given
from scoring.scheme.rules.numbers import round_to
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Rounding

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSum:
    """One criterion of one entry, before criteria are added."""

    cut: Fraction | None  # within [floor, cap], before the factor; None: judges differ
    value: Fraction | None  # after the factor
    aspects: Mapping[str, Fraction | None]
    judges: Mapping[str, Fraction]  # trim scope component: each judge's share, else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentSum:
    points: Fraction  # 0 to the component's max
    is_settled: (
        bool  # zeroed by a veto or an undercut criterion; nothing lifts it again
    )
    criteria: Mapping[str, Fraction | None]  # after the factor
    aspects: Mapping[str, Fraction | None]  # None: the judges differ, only sums agree


def sum_component(
    component: Component, cells: Cells, rounding: Rounding, vetoes: Collection[str]
) -> ComponentSum:
    """Sum a component of one entry.

    Args:
        component: with its trim scope.
        cells: complete marks by aspect.
        rounding: only the aspect's point is used, and only with trim scope aspect.
        vetoes: `aspect:CODE`, `criterion:CODE` and `component:CODE` set to 0.
    """
    sums = [
        sum_criterion(
            component,
            criterion,
            cells,
            aggregate_aspects(component, criterion.aspects, cells, rounding, vetoes),
            vetoes,
        )
        for criterion in component.criteria
    ]
    return add_criteria(component, sums, vetoes)


def aggregate_aspects(
    component: Component,
    aspects: Iterable[Aspect],
    cells: Cells,
    rounding: Rounding,
    vetoes: Collection[str],
) -> dict[str, Fraction | None]:
    """Aggregate the judges' points of aspects of a component, one by one.

    An aspect has no value where its judges differ and only a wider sum must agree.
    """
    places = rounding.aspect if component.trim_scope == "aspect" else None
    found: dict[str, Fraction | None] = {}
    for aspect in aspects:
        if f"aspect:{aspect.code}" in vetoes:
            found[aspect.code] = _ZERO
            continue
        points = [given.points or _ZERO for given in cells[aspect.code]]
        value = _find_agreed(points, aspect.aggregate, aspect.drop)
        found[aspect.code] = (
            None if value is None else round_to(value, places, rounding.mode)
        )
    return found


def sum_criterion(
    component: Component,
    criterion: Criterion,
    cells: Cells,
    aspects: Mapping[str, Fraction | None],
    vetoes: Collection[str],
) -> CriterionSum:
    """Sum a criterion of one entry from its aspects, or from its judges' sums.

    `aspects` are the criterion's, from `aggregate_aspects`.
    """
    wide = component.trim_scope == "component"
    sums: dict[str, Fraction] = {}
    if component.trim_scope == "aspect":
        total = sum((aspects[a.code] or _ZERO for a in criterion.aspects), _ZERO)
        cut: Fraction | None = _cut(criterion, total, vetoes)
    else:
        sums = _sum_aspects(criterion, cells, vetoes)
        if wide:
            sums = {j: _cut(criterion, points, vetoes) for j, points in sums.items()}
            cut = _find_agreed(
                tuple(sums.values()), component.aggregate, component.drop
            )
        else:
            cut = _cut(criterion, _aggregate(component, sums.values()), vetoes)
    return CriterionSum(
        cut=cut,
        value=_times(cut, criterion.factor),
        aspects=aspects,
        judges={j: points * criterion.factor for j, points in sums.items()}
        if wide
        else {},
    )


def add_criteria(
    component: Component, sums: Sequence[CriterionSum], vetoes: Collection[str]
) -> ComponentSum:
    """Add a component's criteria, given in its order."""
    settled = f"component:{component.code}" in vetoes or any(
        _is_undercut(criterion, found.cut)
        for criterion, found in zip(component.criteria, sums, strict=True)
    )
    if component.trim_scope == "component":
        judges = _add_judges(found.judges for found in sums)
        points = _aggregate(component, judges.values())
    else:
        points = sum((found.value or _ZERO for found in sums), _ZERO)
    return ComponentSum(
        points=_ZERO if settled else min(points, component.max),
        is_settled=settled,
        criteria={
            criterion.code: found.value
            for criterion, found in zip(component.criteria, sums, strict=True)
        },
        aspects={
            code: value for found in sums for code, value in found.aspects.items()
        },
    )


def sum_by_judge(
    component: Component,
    criteria: Sequence[Criterion],
    cells: Cells,
    vetoes: Collection[str],
) -> dict[str, Fraction]:
    """Sum each judge's marks over criteria that the same judges marked whole.

    With trim scope component each judge's criteria are cut and multiplied before they
    are summed; with criterion that happens once, to the aggregated sum.
    """
    wide = component.trim_scope == "component"
    return _add_judges(
        {
            judge: _cut(criterion, points, vetoes) * criterion.factor
            if wide
            else points
            for judge, points in _sum_aspects(criterion, cells, vetoes).items()
        }
        for criterion in criteria
    )


def _add_judges(parts: Iterable[Mapping[str, Fraction]]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for part in parts:
        for judge, points in part.items():
            sums[judge] = sums.get(judge, _ZERO) + points
    return sums


def _sum_aspects(
    criterion: Criterion, cells: Cells, vetoes: Collection[str]
) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for aspect in criterion.aspects:
        for given in cells[aspect.code]:
            points = _count(aspect, given, vetoes)
            sums[given.judge] = sums.get(given.judge, _ZERO) + points
    return sums


def _count(aspect: Aspect, given: Given, vetoes: Collection[str]) -> Fraction:
    return _ZERO if f"aspect:{aspect.code}" in vetoes else given.points or _ZERO


def _cut(criterion: Criterion, points: Fraction, vetoes: Collection[str]) -> Fraction:
    if f"criterion:{criterion.code}" in vetoes:
        return _ZERO
    return min(max(points, criterion.floor), criterion.cap)


def _is_undercut(criterion: Criterion, cut: Fraction | None) -> bool:
    below = criterion.zero_component_below
    return below is not None and cut is not None and cut < below


def _aggregate(component: Component, points: Iterable[Fraction]) -> Fraction:
    return aggregate_points(tuple(points), component.aggregate, component.drop)


def _find_agreed(points: Sequence[Fraction], how: str, drop: int) -> Fraction | None:
    try:
        return aggregate_points(points, how, drop)
    except JudgesDisagreeError:
        return None


def _times(value: Fraction | None, factor: Fraction) -> Fraction | None:
    return None if value is None else value * factor
