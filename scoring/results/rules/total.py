"""Components and total of every present entry (FORMATS.md 4, 5 and 10)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
        before: dict[str, Fraction] = {}
        settled: set[str] = set()
        for facts in present:
            found = sum_of(facts)
            sums[facts.entry].append(found)
            zeroed = is_zeroed(scheme.penalties, component.code, facts.penalties)
            taken = sum_penalties(scheme.penalties, component.code, facts.penalties)
            if found.is_settled or zeroed:
                settled.add(facts.entry)
                before[facts.entry] = _ZERO
            else:
                before[facts.entry] = max(found.points - taken, _ZERO)
        after = correct_panels(scheme, component, present, before, settled)
        for facts in present:
            scores[facts.entry][component.code] = round_to(
                after[facts.entry], scheme.rounding.component, scheme.rounding.mode
            )
    return {
        facts.entry: _total(scheme, facts, scores[facts.entry], sums[facts.entry])
        for facts in present
    }


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
    points: Mapping[str, Fraction],
    settled: set[str],
) -> Mapping[str, Fraction]:
    """Take from each entry its panel's mean minus its group's mean.

    `points` are a component's, by entry, before rounding. `settled` are the entries
    whose 0 stays 0; they count in the means. The answer lies within 0 and max; points
    of small or unnamed panels are unchanged.

    Source: FORMATS.md 10; rule S-40. Never divides by the panel's spread (RULES.md §9).
    """
    if scheme.panels.correction == "none":
        return points
    groups: dict[str, list[Fraction]] = {}
    panels: dict[tuple[str, str], list[Fraction]] = {}
    for facts in present:
        group = _group(scheme, facts)
        groups.setdefault(group, []).append(points[facts.entry])
        panels.setdefault((group, facts.panel), []).append(points[facts.entry])
    corrected = dict(points)
    for facts in present:
        group = _group(scheme, facts)
        panel = panels[group, facts.panel]
        small = len(panel) < scheme.panels.min_entries
        if small or not facts.panel or facts.entry in settled:
            continue
        shift = _mean(panel) - _mean(groups[group])
        moved = points[facts.entry] - shift
        corrected[facts.entry] = min(max(moved, _ZERO), component.max)
    return corrected


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, _ZERO) / len(values)


def _group(scheme: Scheme, facts: EntryFacts) -> str:
    return facts.group if scheme.ranking.per == "group" else ""


def _total(
    scheme: Scheme,
    facts: EntryFacts,
    components: Mapping[str, Fraction],
    sums: Sequence[ComponentSum],
) -> EntryTotal:
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
