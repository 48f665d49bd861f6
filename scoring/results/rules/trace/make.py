"""Explain results: `make_trace` for one entry, `Tracer` for many of one event.

Every number comes from the functions of the engine or is held against the engine's own
result; where they differ nothing is told (`TraceError`): no explanation is better than
a wrong one.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from errors import DomainError
from scoring.marking.rules.facts import PRESENT, EntryFacts, Mark
from scoring.ranking.rules.awards import Placed
from scoring.ranking.rules.medals import hand_out_medals
from scoring.results.rules.result import Result
from scoring.results.rules.score import Scoring
from scoring.results.rules.trace.award import trace_awards
from scoring.results.rules.trace.medals import find_medal_values, trace_medals
from scoring.results.rules.trace.parts import PartSum, Values, trace_sum
from scoring.results.rules.trace.rank import Field, trace_rank
from scoring.results.rules.trace.scale import trace_scale
from scoring.results.rules.trace.shape import (
    ComponentTrace,
    Step,
    TotalTrace,
    Trace,
)
from scoring.results.rules.trace.total import (
    PanelMeans,
    find_means,
    finish_component,
    take_penalties,
    trace_total,
)
from scoring.scheme.rules.tree import Component, Scheme

Taken = tuple[PartSum, tuple[Fraction, bool, list[Step]]]


class TraceError(DomainError):
    """The explanation does not lead to the computed result."""

    def __init__(self, entry: str, what: str) -> None:
        super().__init__(f"The explanation of {entry} does not lead to its {what}.")


def make_trace(
    scheme: Scheme,
    facts: Iterable[EntryFacts],
    marks: Iterable[Mark],
    scoring: Scoring,
    entry: str,
) -> Trace:
    """Explain the result of one entry, from each judge's mark to the award.

    Args:
        scheme: frozen, the one that was scored with.
        facts: of all entries.
        marks: of all entries, one per aspect and judge.
        scoring: what `score` made of these.
        entry: its code.

    Raises:
        TraceError: the steps do not lead to the computed result.
    """
    return Tracer(scheme, facts, marks, scoring).trace(entry)


class Tracer:
    """Explains entries of one event; what they share is worked out once."""

    def __init__(
        self,
        scheme: Scheme,
        facts: Iterable[EntryFacts],
        marks: Iterable[Mark],
        scoring: Scoring,
    ) -> None:
        self.scheme = scheme
        self.facts = {f.entry: f for f in facts}
        self.results = {r.entry: r for r in scoring.results}
        self.values: dict[str, dict[str, dict[str, str]]] = {}
        for mark in marks:
            cells = self.values.setdefault(mark.entry, {})
            cells.setdefault(mark.aspect, {})[mark.judge] = mark.value
        self._present = [
            self.facts[r.entry] for r in scoring.results if r.status == PRESENT
        ]
        self._before: dict[str, dict[str, Fraction]] = {}  # component → entry → points

    def trace(self, entry: str) -> Trace:
        """Explain one entry; raises `TraceError`, and `KeyError` for a strange code."""
        result, facts = self.results[entry], self.facts[entry]
        field = self._field(result)
        components: tuple[ComponentTrace, ...] = ()
        total: TotalTrace | None = None
        if result.status == PRESENT:
            components = tuple(
                self._component(component, facts)
                for component in self.scheme.components
            )
            total = trace_total(self.scheme, facts, components)
            self._check(result, components, total)
        return Trace(
            entry=entry,
            group=result.group,
            status=result.status,
            components=components,
            total=total,
            rank=trace_rank(field, result),
            award=result.award,
            award_steps=self._awards(field, result),
            scale=result.scale,
            scale_steps=self._scale(field, result),
        )

    def _component(self, component: Component, facts: EntryFacts) -> ComponentTrace:
        part, taken = self._take(component, facts)
        means = self._means(component, facts)
        return finish_component(self.scheme, component, facts, part, taken, means)

    def _take(self, component: Component, facts: EntryFacts) -> Taken:
        values: Values = self.values.get(facts.entry, {})
        part = trace_sum(component, values, self.scheme.rounding, facts.vetoes)
        return part, take_penalties(self.scheme, component, facts, part)

    def _means(self, component: Component, facts: EntryFacts) -> PanelMeans | None:
        is_off = self.scheme.panels.correction == "none" or component.carried
        if is_off or not facts.panel:
            return None
        if component.code not in self._before:
            self._before[component.code] = {
                other.entry: self._take(component, other)[1][0]
                for other in self._present
            }
        before = self._before[component.code]
        return find_means(self.scheme, self._present, before, facts)

    def _field(self, result: Result) -> Field:
        ranked = [
            r
            for r in self.results.values()
            if r.rank is not None and self._together(r, result)
        ]
        ranked.sort(key=lambda r: (r.rank or 0, r.entry))
        return Field(scheme=self.scheme, ranked=ranked, facts=self.facts)

    def _together(self, one: Result, other: Result) -> bool:
        return self.scheme.ranking.per != "group" or one.group == other.group

    def _awards(self, field: Field, result: Result) -> tuple[Step, ...]:
        if result.rank is None:
            return ()
        values = find_medal_values(self.scheme, field.ranked)
        medals = (
            hand_out_medals(self.scheme.medals, values) if self.scheme.medals else {}
        )
        steps = trace_medals(self.scheme, values, medals, result.entry)
        if result.entry in medals:
            return steps
        entered = sum(self._together(r, result) for r in self.results.values())
        placed = [_place(self.scheme, ranked) for ranked in field.ranked]
        found = trace_awards(self.scheme, placed, entered, medals, result.entry)
        return (*steps, *found)

    def _scale(self, field: Field, result: Result) -> tuple[Step, ...]:
        if self.scheme.scale is None or result.rank is None:
            return ()
        at = next(i for i, r in enumerate(field.ranked) if r.entry == result.entry)
        totals = [r.total for r in field.ranked if r.total is not None]
        return trace_scale(totals, at)

    def _check(
        self, result: Result, components: Sequence[ComponentTrace], total: TotalTrace
    ) -> None:
        """Refuse an explanation that does not lead to the engine's numbers."""
        told: Mapping[str, tuple[object, object]] = {
            "total": (total.points, result.total),
            "total before rounding": (total.exact, result.exact_total),
            "penalty": (total.penalty, result.penalty),
            **{
                part.code: (part.points, result.components[part.code])
                for part in components
            },
            **{
                c.code: (c.points, result.criteria[c.code])
                for part in components
                for c in part.criteria
            },
            **{
                a.code: (a.points, result.aspects[a.code])
                for part in components
                for c in part.criteria
                for a in c.aspects
            },
        }
        for what, (mine, theirs) in told.items():
            if mine != theirs:
                raise TraceError(result.entry, what)


def _place(scheme: Scheme, result: Result) -> Placed:
    lines = {c.code: c.pass_mark for c in scheme.components if c.pass_mark is not None}
    reached = {c for c, line in lines.items() if result.components[c] >= line}
    return Placed(code=result.entry, rank=result.rank or 0, passed=frozenset(reached))
