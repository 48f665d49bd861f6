"""Components and total of every present entry (docs/formats/computing.md, 4, 5, 10)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from scoring.marking.rules.book import Cells
from scoring.marking.rules.facts import EntryFacts
from scoring.marking.rules.penalties import is_zeroed, sum_penalties
from scoring.marking.rules.sums import ComponentSum, sum_component
from scoring.scheme.rules.numbers import round_to
from scoring.scheme.rules.tree import Component, Scheme

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTotal:
    components: Mapping[str, Fraction]  # rounded, on each component's scale
    criteria: Mapping[str, Fraction | None]
    aspects: Mapping[str, Fraction | None]
    penalty: Fraction  # taken from the total
    exact: Fraction  # total before its rounding
    total: Fraction
    reached: frozenset[str]  # components whose pass line is reached
    passed: bool | None  # None without pass lines


SumOf = Callable[[EntryFacts], ComponentSum]


@dataclass(frozen=True, slots=True)
class Taken:
    """A component of an entry after its penalties, before panels are corrected."""

    sum: ComponentSum
    points: Fraction
    is_settled: bool  # a 0 that nothing lifts again


def total_entries(
    scheme: Scheme,
    present: Sequence[EntryFacts],
    sum_all: Callable[[Component], SumOf],
) -> dict[str, EntryTotal]:
    """Return the totals of the present entries by code.

    `sum_all` prepares a component's sums and gives a look-up by entry: plainly from
    cells (`sum_cells`), or from columns.
    """
    scores: dict[str, dict[str, Fraction]] = {facts.entry: {} for facts in present}
    sums: dict[str, list[ComponentSum]] = {facts.entry: [] for facts in present}
    for component in scheme.components:
        sum_of = sum_all(component)
        taken = {
            facts.entry: take_penalties(scheme, component, facts, sum_of(facts))
            for facts in present
        }
        after = correct_panels(scheme, component, present, taken)
        for code, points in after.items():
            sums[code].append(taken[code].sum)
            scores[code][component.code] = round_component(scheme, points)
    return {
        facts.entry: total_entry(scheme, facts, scores[facts.entry], sums[facts.entry])
        for facts in present
    }


def take_penalties(
    scheme: Scheme, component: Component, facts: EntryFacts, found: ComponentSum
) -> Taken:
    """Take an entry's penalties on a component from its points, not below 0.

    Where the component is carried its points are the entry's own fact, not a sum.
    """
    if component.carried and not found.is_settled:
        found = replace(found, points=facts.carried[component.code])
    zeroed = is_zeroed(scheme.penalties, component.code, facts.penalties)
    if found.is_settled or zeroed:
        return Taken(found, _ZERO, is_settled=True)
    fine = sum_penalties(scheme.penalties, component.code, facts.penalties)
    return Taken(found, max(found.points - fine, _ZERO), is_settled=False)


def round_component(scheme: Scheme, points: Fraction) -> Fraction:
    """Round a component's points where the scheme rounds components."""
    return round_to(points, scheme.rounding.component, scheme.rounding.mode)


def sum_cells(
    scheme: Scheme, cells: Mapping[str, Cells]
) -> Callable[[Component], SumOf]:
    """Return the plain way to sum: entry by entry, from its cells."""

    def sum_all(component: Component) -> SumOf:
        return lambda facts: sum_component(
            component, cells[facts.entry], scheme.rounding, facts.vetoes
        )

    return sum_all


class Chained(Mapping[str, Fraction | None]):
    """Several mappings with different keys, read as one."""

    def __init__(self, parts: Sequence[Mapping[str, Fraction | None]]) -> None:
        self._parts = parts

    def __getitem__(self, code: str) -> Fraction | None:
        for part in self._parts:
            if code in part:
                return part[code]
        raise KeyError(code)

    def __iter__(self) -> Iterator[str]:
        return (code for part in self._parts for code in part)

    def __len__(self) -> int:
        return sum(map(len, self._parts))


def correct_panels(
    scheme: Scheme,
    component: Component,
    present: Sequence[EntryFacts],
    taken: Mapping[str, Taken],
) -> dict[str, Fraction]:
    """Return a component's points, each entry's less what its panel is above its group.

    `present` holds whole groups. Points the correction may not lift (settled ones)
    count in the means. The answer is not rounded and lies within 0 and max; points of
    small or unnamed panels, and carried ones, are unchanged.

    Source: docs/formats/computing.md, step 10; rule S-40. Never divides by a spread.
    """
    points = {facts.entry: taken[facts.entry].points for facts in present}
    if scheme.panels.correction == "none" or component.carried:
        return points
    shifts = _find_shifts(scheme, present, points)
    for facts in present:
        shift = shifts.get((group_of(scheme, facts), facts.panel))
        if shift is not None and not taken[facts.entry].is_settled:
            moved = points[facts.entry] - shift
            points[facts.entry] = min(max(moved, _ZERO), component.max)
    return points


def _find_shifts(
    scheme: Scheme, present: Sequence[EntryFacts], points: Mapping[str, Fraction]
) -> dict[tuple[str, str], Fraction]:
    """Return by how much each named panel's mean is above its group's."""
    groups: dict[str, list[Fraction]] = {}
    panels: dict[tuple[str, str], list[Fraction]] = {}
    for facts in present:
        group = group_of(scheme, facts)
        groups.setdefault(group, []).append(points[facts.entry])
        if facts.panel:
            panels.setdefault((group, facts.panel), []).append(points[facts.entry])
    means = {group: _mean(members) for group, members in groups.items()}
    return {
        (group, panel): _mean(members) - means[group]
        for (group, panel), members in panels.items()
        if len(members) >= scheme.panels.min_entries
    }


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, _ZERO) / len(values)


def group_of(scheme: Scheme, facts: EntryFacts) -> str:
    """Return the group an entry is ranked in; "" where all are ranked together."""
    return facts.group if scheme.ranking.per == "group" else ""


def total_entry(
    scheme: Scheme,
    facts: EntryFacts,
    components: Mapping[str, Fraction],
    sums: Sequence[ComponentSum],
) -> EntryTotal:
    """Return an entry's total from its rounded components (rules S-41 and S-42)."""
    weighted = sum((components[c.code] * c.weight for c in scheme.components), _ZERO)
    if "total" in facts.vetoes:
        weighted = _ZERO
    asked = sum_penalties(scheme.penalties, "total", facts.penalties)
    penalty = min(asked, weighted)
    exact = weighted - penalty
    if is_zeroed(scheme.penalties, "total", facts.penalties):
        exact = _ZERO
    lines = {c.code: c.pass_mark for c in scheme.components if c.pass_mark is not None}
    reached = frozenset(c for c, line in lines.items() if components[c] >= line)
    return EntryTotal(
        components=components,
        criteria=Chained([found.criteria for found in sums]),
        aspects=Chained([found.aspects for found in sums]),
        penalty=penalty,
        exact=exact,
        total=round_to(exact, scheme.rounding.total, scheme.rounding.mode),
        reached=reached,
        passed=len(reached) == len(lines) if lines else None,
    )
