"""From each judge's mark to a component's sum, before penalties (S-20 to S-33).

The numbers a reader sees are worked out here step by step; `make` holds them against
the engine's own (`sum_component`) and refuses to tell anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.results.rules.trace.judges import trace_aggregate, trace_rounding
from scoring.results.rules.trace.numbers import (
    added,
    becomes,
    equals,
    exact_text,
    spoken,
    term,
)
from scoring.results.rules.trace.part_steps import (
    judge_calculation,
    judge_order,
    sum_step,
    veto_step,
)
from scoring.results.rules.trace.points import trace_points
from scoring.results.rules.trace.shape import (
    N_,
    AspectTrace,
    CriterionTrace,
    JudgeMark,
    JudgeSum,
    Step,
)
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Rounding

_ZERO = Fraction(0)
Values = Mapping[str, Mapping[str, str]]  # aspect → judge → value as entered


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSum:
    """A component's criteria and its points before penalties."""

    criteria: tuple[CriterionTrace, ...]
    sums: tuple[JudgeSum, ...]
    points: Fraction
    is_settled: bool
    steps: tuple[Step, ...]


def trace_sum(
    component: Component,
    values: Values,
    rounding: Rounding,
    vetoes: Sequence[str],
) -> PartSum:
    """Return the steps `sum_component` takes for one entry."""
    told = _Component(component, values, rounding, vetoes)
    criteria = tuple(told.criterion(c) for c in component.criteria)
    sums: tuple[JudgeSum, ...] = ()
    if component.trim_scope == "component":
        sums, steps, points = told.sum_judges()
    else:
        parts = [c.points or _ZERO for c in criteria]
        points = sum(parts, _ZERO)
        steps = []
        if len(parts) > 1:
            steps.append(sum_step(N_("The criteria are added."), parts, points))
    if points > component.max:
        steps.append(
            Step(
                kind="max",
                rule="S-32",
                template=N_("Cut to the most it can bring, %(max)s."),
                params={"max": exact_text(component.max)},
                calculation=becomes(exact_text(points), component.max),
                result=component.max,
            )
        )
        points = component.max
    zero = told.find_zero()
    if zero is not None:
        points = _ZERO
        steps.append(zero)
    return PartSum(
        criteria=criteria,
        sums=sums,
        points=points,
        is_settled=zero is not None,
        steps=tuple(steps),
    )


class _Component:
    def __init__(
        self,
        component: Component,
        values: Values,
        rounding: Rounding,
        vetoes: Sequence[str],
    ) -> None:
        self.component = component
        self.scope = component.trim_scope
        self.values = values
        self.rounding = rounding
        self.vetoes = vetoes
        self.cut: dict[str, Fraction | None] = {}  # before the factor

    def criterion(self, criterion: Criterion) -> CriterionTrace:
        aspects = tuple(self._aspect(aspect) for aspect in criterion.aspects)
        sums: tuple[JudgeSum, ...] = ()
        steps: list[Step] = []
        value: Fraction | None
        if self.scope == "aspect":
            parts = [a.points or _ZERO for a in aspects]
            value = sum(parts, _ZERO)
            if len(parts) > 1:
                steps.append(sum_step(N_("The aspects are added."), parts, value))
        else:
            sums, steps, value = self._criterion_sums(criterion, aspects)
        if value is not None and self.scope != "component":
            value = self._cut(criterion, value, steps)
        self.cut[criterion.code] = value
        points = None if value is None else value * criterion.factor
        if value is not None and criterion.factor != 1:
            steps.append(
                Step(
                    kind="factor",
                    rule="S-30",
                    template=N_("Rescaled by the factor %(factor)s."),
                    params={"factor": exact_text(criterion.factor)},
                    calculation=equals(
                        f"{term(value)} × {exact_text(criterion.factor)}",
                        value * criterion.factor,
                    ),
                    result=points,
                )
            )
        return CriterionTrace(
            code=criterion.code,
            name=criterion.name,
            max=criterion.max,
            aspects=aspects,
            sums=sums,
            points=points,
            is_counted=self.scope != "component",
            steps=tuple(steps),
        )

    def _aspect(self, aspect: Aspect) -> AspectTrace:
        steps = {j: trace_points(aspect, v) for j, v in self._marks(aspect)}
        points = {j: step.result or _ZERO for j, step in steps.items()}
        found = trace_aggregate(list(points.values()), aspect.aggregate, aspect.drop)
        narrow = self.scope == "aspect"
        exact, told = found.value, list(found.steps)
        final = exact
        if narrow and exact is not None:
            final, rounded = trace_rounding(exact, self.rounding.aspect, self.rounding)
            told += rounded
        if f"aspect:{aspect.code}" in self.vetoes:
            told.append(veto_step(final))
            exact = final = _ZERO
        dropped = found.dropped if narrow else ("",) * len(points)
        return AspectTrace(
            code=aspect.code,
            name=aspect.name,
            kind=aspect.kind,
            max=aspect.max,
            judges=aspect.judges,
            aggregate=aspect.aggregate,
            marks=tuple(
                JudgeMark(
                    judge=judge,
                    value=self.values[aspect.code][judge],
                    points=points[judge],
                    dropped=why,
                    step=steps[judge],
                )
                for judge, why in zip(points, dropped, strict=True)
            ),
            exact=exact,
            points=final,
            is_counted=narrow,
            steps=tuple(told)
            if narrow or f"aspect:{aspect.code}" in self.vetoes
            else (),
        )

    def _marks(self, aspect: Aspect) -> list[tuple[str, str]]:
        marks = self.values.get(aspect.code, {})
        return sorted(marks.items(), key=lambda pair: judge_order(pair[0]))

    def _criterion_sums(
        self, criterion: Criterion, aspects: Sequence[AspectTrace]
    ) -> tuple[tuple[JudgeSum, ...], list[Step], Fraction | None]:
        """Sum each judge's aspects; with trim scope component that only compares."""
        parts: dict[str, list[Fraction]] = {}
        for aspect in aspects:
            is_vetoed = f"aspect:{aspect.code}" in self.vetoes
            for mark in aspect.marks:
                points = _ZERO if is_vetoed else mark.points
                parts.setdefault(mark.judge, []).append(points)
        wide = self.scope == "component"
        totals = {j: sum(p, _ZERO) for j, p in parts.items()}
        if wide:
            totals = {j: self._cut(criterion, p, []) for j, p in totals.items()}
        found = trace_aggregate(
            list(totals.values()), self.component.aggregate, self.component.drop
        )
        dropped = ("",) * len(totals) if wide else found.dropped
        sums = tuple(
            JudgeSum(
                judge=judge,
                parts=tuple(parts[judge]),
                points=totals[judge],
                dropped=why,
                calculation=judge_calculation(parts[judge], totals[judge]),
            )
            for judge, why in zip(totals, dropped, strict=True)
        )
        return sums, [] if wide else list(found.steps), found.value

    def sum_judges(self) -> tuple[tuple[JudgeSum, ...], list[Step], Fraction]:
        """Sum each judge's criteria after cap and factor, and aggregate the sums."""
        parts: dict[str, list[Fraction]] = {}
        for criterion in self.component.criteria:
            sums: dict[str, Fraction] = {}
            for aspect in criterion.aspects:
                for judge, value in self._marks(aspect):
                    points = trace_points(aspect, value).result or _ZERO
                    if f"aspect:{aspect.code}" in self.vetoes:
                        points = _ZERO
                    sums[judge] = sums.get(judge, _ZERO) + points
            for judge, points in sums.items():
                cut = self._cut(criterion, points, []) * criterion.factor
                parts.setdefault(judge, []).append(cut)
        totals = {
            judge: sum(parts[judge], _ZERO) for judge in sorted(parts, key=judge_order)
        }
        found = trace_aggregate(
            list(totals.values()), self.component.aggregate, self.component.drop
        )
        sums_told = tuple(
            JudgeSum(
                judge=judge,
                parts=tuple(parts[judge]),
                points=totals[judge],
                dropped=why,
                calculation=equals(added(parts[judge]), totals[judge]),
            )
            for judge, why in zip(totals, found.dropped, strict=True)
        )
        return sums_told, list(found.steps), found.value or _ZERO

    def _cut(
        self, criterion: Criterion, value: Fraction, steps: list[Step]
    ) -> Fraction:
        if f"criterion:{criterion.code}" in self.vetoes:
            steps.append(veto_step(value))
            return _ZERO
        cut = min(max(value, criterion.floor), criterion.cap)
        if cut != value:
            down = N_("Cut to the cap of %(limit)s.")
            up = N_("Raised to the floor of %(limit)s.")
            steps.append(
                Step(
                    kind="cap" if cut < value else "floor",
                    rule="S-30",
                    template=down if cut < value else up,
                    params={"limit": exact_text(cut)},
                    calculation=becomes(exact_text(value), cut),
                    result=cut,
                )
            )
        return cut

    def find_zero(self) -> Step | None:
        """Return the step that sets the component to 0 for good, if there is one."""
        if f"component:{self.component.code}" in self.vetoes:
            return veto_step(None)
        for criterion in self.component.criteria:
            below, cut = criterion.zero_component_below, self.cut[criterion.code]
            if below is not None and cut is not None and cut < below:
                return Step(
                    kind="undercut",
                    rule="S-31",
                    template=N_(
                        "%(criterion)s has %(points)s, below %(below)s: everything"
                        " here becomes 0."
                    ),
                    params={
                        "criterion": f"{criterion.code} {criterion.name}",
                        "points": spoken(cut),
                        "below": exact_text(below),
                    },
                    result=_ZERO,
                )
        return None
