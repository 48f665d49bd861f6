"""Sum a component for all present entries at once; `sums` says what is summed.

Entries with vetoes are few: they are summed one by one, by the plain path.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.marking.rules.columns import Sheet
from scoring.marking.rules.exact import Exact, NotPlainError, add_up, aggregate_rows
from scoring.marking.rules.sums import ComponentSum, sum_component
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Rounding


class ExactRow(Mapping[str, Fraction | None]):
    """One entry's values out of columns, made when they are asked for."""

    def __init__(self, columns: Mapping[str, Exact], at: int) -> None:
        self._columns = columns
        self._at = at

    def __getitem__(self, code: str) -> Fraction | None:
        return self._columns[code].find(self._at)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentColumn:
    """A component's sums for every row of a sheet."""

    component: Component
    rounding: Rounding
    sheet: Sheet
    points: Exact
    settled: NDArray[np.bool_]
    criteria: Mapping[str, Exact]
    aspects: Mapping[str, Exact]

    def find(self, row: int, vetoes: Collection[str]) -> ComponentSum:
        """Return the sum of one entry, as `sum_component` would."""
        if vetoes:
            cells = self.sheet.cells_of(row, list(self.component.aspects))
            return sum_component(self.component, cells, self.rounding, vetoes)
        settled = bool(self.settled[row])
        points = Fraction(0) if settled else self.points.find(row)
        return ComponentSum(
            points=points or Fraction(0),
            is_settled=settled,
            criteria=ExactRow(self.criteria, row),
            aspects=ExactRow(self.aspects, row),
        )


def sum_column(
    component: Component, sheet: Sheet, rounding: Rounding
) -> ComponentColumn:
    """Sum a component; raises `NotPlainError` where judges disagree or differ."""
    tables = {aspect.code: sheet.table(aspect) for aspect in component.aspects}
    _check_spread(component, tables)
    if component.trim_scope == "aspect":
        aspects = _aggregate_aspects(component, tables, rounding)
        cut = {
            c.code: _cut(c, add_up([aspects[a.code] for a in c.aspects]))
            for c in component.criteria
        }
        _check_agreed(aspects.values())
    else:
        aspects = _aggregate_aspects(component, tables, Rounding())
        cut = _cut_wide(component, sheet, tables)
    criteria = {c.code: cut[c.code].times(c.factor) for c in component.criteria}
    if component.trim_scope == "component":
        points = _sum_judges(component, tables)
    else:
        points = add_up(list(criteria.values()))
    return ComponentColumn(
        component=component,
        rounding=rounding,
        sheet=sheet,
        points=points.clip(None, component.max),
        settled=_find_undercut(component, cut, len(sheet.entries)),
        criteria=criteria,
        aspects=aspects,
    )


def _check_spread(component: Component, tables: Mapping[str, Exact]) -> None:
    for aspect in component.aspects:
        if aspect.kind == "judgement":
            table = tables[aspect.code]
            spread = table.tops.max(axis=1) - table.tops.min(axis=1)
            if (3 * spread > int(aspect.max * table.bottom)).any():
                raise NotPlainError


def _check_agreed(columns: Collection[Exact]) -> None:
    if any(c.known is not None and not c.known.all() for c in columns):
        raise NotPlainError


def _aggregate_aspects(
    component: Component, tables: Mapping[str, Exact], rounding: Rounding
) -> dict[str, Exact]:
    return {
        aspect.code: aggregate_rows(
            tables[aspect.code], aspect.aggregate, aspect.drop
        ).round_to(rounding.aspect, rounding.mode)
        for aspect in component.aspects
    }


def _cut(criterion: Criterion, points: Exact) -> Exact:
    return points.clip(criterion.floor, criterion.cap)


def _cut_wide(
    component: Component, sheet: Sheet, tables: Mapping[str, Exact]
) -> dict[str, Exact]:
    """Cut criteria whose judges' sums are aggregated, or are within a wider unit."""
    wide = component.trim_scope == "component"
    if wide:
        _check_panels(sheet, list(component.aspects))
    found: dict[str, Exact] = {}
    for criterion in component.criteria:
        _check_panels(sheet, criterion.aspects)
        sums = add_up([tables[aspect.code] for aspect in criterion.aspects])
        if wide:
            sums = _cut(criterion, sums)
        column = aggregate_rows(sums, component.aggregate, component.drop)
        if not wide:
            _check_agreed([column])
            column = _cut(criterion, column)
        found[criterion.code] = column
    return found


def _check_panels(sheet: Sheet, aspects: Sequence[Aspect]) -> None:
    panels = [sheet.panel(aspect) for aspect in aspects]
    if any(not np.array_equal(panel, panels[0]) for panel in panels[1:]):
        raise NotPlainError


def _sum_judges(component: Component, tables: Mapping[str, Exact]) -> Exact:
    """Sum each judge's cut criteria, then aggregate the judges."""
    sums = add_up(
        [
            _cut(c, add_up([tables[a.code] for a in c.aspects])).times(c.factor)
            for c in component.criteria
        ]
    )
    column = aggregate_rows(sums, component.aggregate, component.drop)
    _check_agreed([column])
    return column


def _find_undercut(
    component: Component, cut: Mapping[str, Exact], rows: int
) -> NDArray[np.bool_]:
    settled = np.zeros(rows, np.bool_)
    for criterion in component.criteria:
        if criterion.zero_component_below is not None:
            settled |= cut[criterion.code].is_below(criterion.zero_component_below)
    return settled
