"""Totals of many imagined panels, in floating point: a statistic, never a result.

Words used here:
    draw: one imagined panel. In every unit that several judges marked (an aspect, or a
        judge's sum where the trim scope is wider) as many marks are drawn, with
        replacement, from the marks the real panel gave there.

Arrays are draws × entries. Units with one judge, and cells whose judges agree, are the
same in every draw. Nothing here is published as a mark, a total or a rank.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scoring.marking.rules.facts import EntryFacts
from scoring.marking.rules.penalties import is_zeroed, sum_penalties
from scoring.marking.rules.values import mark_points
from scoring.scheme.rules.numbers import HALF_EVEN, TRUNCATE
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Scheme

Floats = NDArray[np.float64]
Values = Mapping[str, Mapping[str, Mapping[str, str]]]  # entry → aspect → judge
_BLOCK = 64  # draws made at once: so few stay in the processor's cache
_HAIR = 1e-9  # what binary fractions may be off by before a number is rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """What is drawn for: entries with complete marks, in the order of the columns."""

    scheme: Scheme
    facts: Sequence[EntryFacts]
    values: Values
    rounds: int
    chance: np.random.Generator | None  # None: one round, the real panel
    aspects: dict[str, Floats] = field(default_factory=dict)
    criteria: dict[str, Floats] = field(default_factory=dict)
    components: dict[str, Floats] = field(default_factory=dict)


def draw_totals(draws: Draws) -> Floats:
    """Fill the components (and what they are made of); return the totals."""
    scheme = draws.scheme
    total = np.zeros((1, len(draws.facts)))
    for component in scheme.components:
        points = _component(draws, component)
        draws.components[component.code] = points
        total = total + points * float(component.weight)
    total = np.where(_having(draws, "total"), 0.0, total)
    fines = [
        float(sum_penalties(scheme.penalties, "total", f.penalties))
        for f in draws.facts
    ]
    total = np.maximum(total - np.array(fines), 0)
    zeroed = [is_zeroed(scheme.penalties, "total", f.penalties) for f in draws.facts]
    return _round(np.where(zeroed, 0.0, total), scheme.rounding.total, scheme)


def _component(draws: Draws, component: Component) -> Floats:
    scheme = draws.scheme
    if component.carried:
        points = np.array([[float(f.carried[component.code]) for f in draws.facts]])
        settled = _having(draws, f"component:{component.code}")
    else:
        points, settled = _sum(draws, component)
    zeroed = [
        is_zeroed(scheme.penalties, component.code, f.penalties) for f in draws.facts
    ]
    settled = settled | np.array(zeroed)
    fines = [
        float(sum_penalties(scheme.penalties, component.code, f.penalties))
        for f in draws.facts
    ]
    points = np.where(settled, 0.0, np.maximum(points - np.array(fines), 0))
    if scheme.panels.correction == "mean" and not component.carried:
        points = _correct(draws, component, points, settled)
    return _round(points, scheme.rounding.component, scheme)


def _sum(draws: Draws, component: Component) -> tuple[Floats, NDArray[np.bool_]]:
    """Return a component's points before penalties, and where they are 0 for good."""
    settled = _having(draws, f"component:{component.code}")
    total = np.zeros((1, len(draws.facts)))
    wide = np.zeros((1, len(draws.facts)))
    for criterion in component.criteria:
        if component.trim_scope == "aspect":
            cut = _cut(draws, criterion, _add_aspects(draws, criterion))
        else:
            sums = _sum_judges(draws, criterion)
            if component.trim_scope == "component":
                sums = _cut(draws, criterion, sums)
                wide = wide + sums * float(criterion.factor)
                cut = _aggregate(draws, sums, component.aggregate, component.drop)
            else:
                drawn = _aggregate(draws, sums, component.aggregate, component.drop)
                cut = _cut(draws, criterion, drawn)
        below = criterion.zero_component_below
        if below is not None:
            settled = settled | (cut < float(below) - _HAIR)
        draws.criteria[criterion.code] = cut * float(criterion.factor)
        total = total + draws.criteria[criterion.code]
    if component.trim_scope == "component":
        total = _aggregate(draws, wide, component.aggregate, component.drop)
    return np.minimum(total, float(component.max)), settled


def _add_aspects(draws: Draws, criterion: Criterion) -> Floats:
    total = np.zeros((1, len(draws.facts)))
    for aspect in criterion.aspects:
        table = _table(draws, aspect)
        points = _aggregate(draws, table, aspect.aggregate, aspect.drop)
        points = _round(points, draws.scheme.rounding.aspect, draws.scheme)
        points = np.where(_having(draws, f"aspect:{aspect.code}"), 0.0, points)
        draws.aspects[aspect.code] = points
        total = total + points
    return total


def _sum_judges(draws: Draws, criterion: Criterion) -> Floats:
    """Return judges × entries: each judge's points for a criterion."""
    total = np.zeros((1, len(draws.facts)))
    for aspect in criterion.aspects:
        vetoed = _having(draws, f"aspect:{aspect.code}")
        total = total + np.where(vetoed, 0.0, _table(draws, aspect))
    return total


def _table(draws: Draws, aspect: Aspect) -> Floats:
    """Return judges × entries, the judges in the order of their seats."""
    known: dict[str, float] = {}
    rows = []
    for facts in draws.facts:
        marks = draws.values[facts.entry][aspect.code]
        row = []
        for judge in sorted(marks):
            value = marks[judge]
            if value not in known:
                known[value] = float(mark_points(aspect, value))
            row.append(known[value])
        rows.append(row)
    return np.array(rows).T


def _cut(draws: Draws, criterion: Criterion, points: Floats) -> Floats:
    cut = np.minimum(np.maximum(points, float(criterion.floor)), float(criterion.cap))
    return np.where(_having(draws, f"criterion:{criterion.code}"), 0.0, cut)


def _aggregate(draws: Draws, table: Floats, how: str, drop: int) -> Floats:
    """Draw the judges of each entry anew and aggregate them."""
    points = _put_together([row[None] for row in table], how, drop)
    judges = len(table)
    differing = np.flatnonzero(np.ptp(table, axis=0) > 0)
    if draws.chance is None or judges == 1 or how == "agreed" or not len(differing):
        return points
    points = np.repeat(points, draws.rounds, axis=0)
    given = table[:, differing].ravel()
    columns = np.arange(len(differing), dtype=np.int32)
    width = np.int32(len(differing))
    for start in range(0, draws.rounds, _BLOCK):
        shape = (min(_BLOCK, draws.rounds - start), len(differing))
        picks = draws.chance.integers(0, judges, size=(judges, *shape), dtype=np.uint8)
        drawn = [given.take(pick * width + columns) for pick in picks]
        points[start : start + _BLOCK, differing] = _put_together(drawn, how, drop)
    return points


def _put_together(drawn: Sequence[Floats], how: str, drop: int) -> Floats:
    """Aggregate the judges, one array each, as `aggregate_points` does."""
    count = len(drawn)
    trims = how == "trimmed_mean" or (how == "closest_two" and count > 3)
    if trims and drop == 1:
        ends = np.maximum.reduce(drawn) + np.minimum.reduce(drawn)
        return np.asarray((np.add.reduce(drawn) - ends) / (count - 2))
    if how == "agreed":
        return drawn[0]
    if trims or how in {"median", "closest_two"}:
        drawn = _sort(drawn)
    if trims:
        drawn = drawn[drop : count - drop]
    elif how == "median":
        drawn = [drawn[(count - 1) // 2], drawn[count // 2]]
    elif how == "closest_two" and count == 3:
        low, middle, high = drawn
        is_high = high - middle <= middle - low + _HAIR
        return np.where(is_high, middle + high, low + middle) / 2
    return np.asarray(np.add.reduce(drawn) / len(drawn))


def _sort(drawn: Sequence[Floats]) -> list[Floats]:
    """Sort the judges by exchanging neighbours: whole arrays at once."""
    ordered = list(drawn)
    for end in range(len(ordered) - 1, 0, -1):
        for at in range(end):
            one, other = ordered[at], ordered[at + 1]
            ordered[at] = np.minimum(one, other)
            ordered[at + 1] = np.maximum(one, other)
    return ordered


def _correct(
    draws: Draws, component: Component, points: Floats, settled: NDArray[np.bool_]
) -> Floats:
    by_group = draws.scheme.ranking.per == "group"
    groups = np.array([f.group if by_group else "" for f in draws.facts])
    panels = np.array([f.panel for f in draws.facts])
    corrected = points.copy()
    for group in set(groups.tolist()):
        inside = groups == group
        mean = points[:, inside].mean(axis=1, keepdims=True)
        for panel in set(panels[inside].tolist()) - {""}:
            members = inside & (panels == panel)
            if members.sum() >= draws.scheme.panels.min_entries:
                own = points[:, members]
                moved = own - (own.mean(axis=1, keepdims=True) - mean)
                corrected[:, members] = np.clip(moved, 0, float(component.max))
    return np.where(settled, points, corrected)


def _having(draws: Draws, veto: str) -> NDArray[np.bool_]:
    return np.array([veto in f.vetoes for f in draws.facts], np.bool_)


def _round(points: Floats, places: int | None, scheme: Scheme) -> Floats:
    """Round as the scheme does; what lies within a hair of a half is taken for one."""
    if places is None:
        return points
    shift = 10.0**places
    size = np.abs(points) * shift
    whole = np.floor(size + _HAIR)
    if scheme.rounding.mode != TRUNCATE:
        rest = size - whole
        is_half = np.abs(rest - 0.5) <= _HAIR
        up = rest > 0.5 + _HAIR
        odd = whole % 2 == 1 if scheme.rounding.mode == HALF_EVEN else np.True_
        whole = whole + (up | (is_half & odd))
    return np.sign(points) * whole / shift
