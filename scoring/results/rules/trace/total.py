"""From a component's sum to the total: penalties, panels, rounding (S-34 to S-42)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from scoring.marking.rules.facts import EntryFacts
from scoring.marking.rules.penalties import is_zeroed, penalty_points, sum_penalties
from scoring.results.rules.trace.judges import trace_rounding
from scoring.results.rules.trace.numbers import (
    becomes,
    equals,
    exact_text,
    spoken,
    term,
)
from scoring.results.rules.trace.parts import PartSum
from scoring.results.rules.trace.shape import N_, ComponentTrace, Step, TotalTrace
from scoring.scheme.rules.numbers import round_to
from scoring.scheme.rules.tree import Component, Penalty, Scheme

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelMeans:
    """What a panel correction compares; `size` counts the panel's entries."""

    panel: Fraction
    group: Fraction
    size: int


def take_penalties(
    scheme: Scheme, component: Component, facts: EntryFacts, part: PartSum
) -> tuple[Fraction, bool, list[Step]]:
    """Return a component's points after its penalties, and whether its 0 is final."""
    part = _carry(component, facts, part)
    steps = list(_penalty_steps(scheme, component.code, facts))
    if is_zeroed(scheme.penalties, component.code, facts.penalties):
        steps.append(_limit_step(scheme, component.code, facts))
        return _ZERO, True, steps
    if part.is_settled:
        return _ZERO, True, []
    taken = sum_penalties(scheme.penalties, component.code, facts.penalties)
    after = max(part.points - taken, _ZERO)
    if taken:
        steps.append(_deduct_step(part.points, taken, after))
    return after, False, steps


def _carry(component: Component, facts: EntryFacts, part: PartSum) -> PartSum:
    """Put in the points a carried component has from elsewhere."""
    if not component.carried or part.is_settled:
        return part
    return replace(part, points=facts.carried[component.code])


def finish_component(
    scheme: Scheme,
    component: Component,
    facts: EntryFacts,
    part: PartSum,
    taken: tuple[Fraction, bool, list[Step]],
    means: PanelMeans | None,
) -> ComponentTrace:
    """Correct, round and weigh a component."""
    points, is_final, penalty_steps = taken
    steps = [*_origin_steps(component, facts), *part.steps, *penalty_steps]
    corrected = points
    if means is not None and not is_final:
        corrected, correction = _correct(scheme, component, points, means)
        steps += correction
    places = scheme.rounding.component
    rounded, told = trace_rounding(corrected, places, scheme.rounding)
    steps += told
    if component.pass_mark is not None:
        steps.append(_pass_step(component, rounded, places))
    return ComponentTrace(
        code=component.code,
        name=component.name,
        max=component.max,
        weight=component.weight,
        trim_scope=component.trim_scope,
        criteria=part.criteria,
        sums=part.sums,
        raw=round_to(points, places, scheme.rounding.mode),
        points=rounded,
        weighted=rounded * component.weight,
        pass_mark=component.pass_mark,
        steps=tuple(steps),
    )


def _origin_steps(component: Component, facts: EntryFacts) -> list[Step]:
    """Say what is special about where a component's points come from and go."""
    steps = []
    if component.carried:
        points = facts.carried[component.code]
        steps.append(
            Step(
                kind="carried",
                rule="S-41",
                template=N_("Carried in from an earlier stage: %(points)s."),
                params={"points": spoken(points)},
                result=points,
            )
        )
    if component.bonus:
        bonus = N_("A bonus: it counts for the total and not for the full mark.")
        steps.append(Step(kind="bonus", rule="S-41", template=bonus))
    return steps


def trace_total(
    scheme: Scheme, facts: EntryFacts, components: Sequence[ComponentTrace]
) -> TotalTrace:
    """Weigh and add the components, take what is taken from the total, round."""
    places = scheme.rounding.component
    sums = " + ".join(_weighted(part, places) for part in components)
    weighted = sum((part.weighted for part in components), _ZERO)
    steps = []
    if len(components) > 1 or components[0].weight != 1:
        plain = all(part.weight == 1 for part in components)
        added = N_("The components are added.")
        weigh = N_("Each component counts with its weight; the parts are added.")
        steps.append(
            Step(
                kind="weigh",
                rule="S-41",
                template=added if plain else weigh,
                calculation=equals(sums, weighted),
                result=weighted,
            )
        )
    line, exact = sums, weighted
    if "total" in facts.vetoes:
        steps.append(
            Step(
                kind="veto",
                rule="S-33",
                template=N_("A veto sets it to 0."),
                calculation=becomes(exact_text(weighted), _ZERO),
                result=_ZERO,
            )
        )
        exact = _ZERO
    told = list(_penalty_steps(scheme, "total", facts))
    asked = sum_penalties(scheme.penalties, "total", facts.penalties)
    penalty = min(asked, exact)
    steps += told
    if asked:
        steps.append(_deduct_step(exact, asked, exact - penalty))
        line = f"{sums} − {exact_text(asked)}"
    exact -= penalty
    if is_zeroed(scheme.penalties, "total", facts.penalties):
        steps.append(_limit_step(scheme, "total", facts))
        exact = _ZERO
    points, rounded = trace_rounding(exact, scheme.rounding.total, scheme.rounding)
    steps += rounded
    return TotalTrace(
        line=_line(scheme, line, weighted - asked, points),
        weighted=weighted,
        penalty=penalty,
        exact=exact,
        points=points,
        steps=tuple(steps),
    )


def _line(scheme: Scheme, left: str, worked: Fraction, points: Fraction) -> str:
    """Return the whole total in one line; `worked` is what `left` comes to."""
    places = scheme.rounding.total
    if points == worked:
        return equals(left, points, places)
    return becomes(equals(left, worked), points, places)


def _weighted(part: ComponentTrace, places: int | None) -> str:
    points = term(part.points, places)
    if part.weight == 1:
        return points
    if part.weight < 1:
        return f"{exact_text(part.weight * 100)} % × {points}"
    return f"{exact_text(part.weight)} × {points}"


def _penalty_steps(scheme: Scheme, target: str, facts: EntryFacts) -> list[Step]:
    return [
        step
        for penalty in scheme.penalties
        if penalty.applies_to == target and facts.penalties.get(penalty.code)
        for step in _penalty_step(penalty, facts.penalties[penalty.code])
    ]


def _penalty_step(penalty: Penalty, value: Fraction) -> list[Step]:
    points = penalty_points(penalty, value)
    units = value / penalty.unit
    units = Fraction(ceil(units) if penalty.started else floor(units))
    asked = units * penalty.points
    left = f"{exact_text(units)} × {exact_text(penalty.points)}"
    begun = N_("%(penalty)s, %(value)s: each begun %(unit)s costs %(points)s.")
    whole = N_("%(penalty)s, %(value)s: each full %(unit)s costs %(points)s.")
    params = {
        "penalty": _penalty_name(penalty),
        "value": exact_text(value),
        "unit": exact_text(penalty.unit),
        "points": exact_text(penalty.points),
        "cap": "" if penalty.cap is None else exact_text(penalty.cap),
    }
    steps = [
        Step(
            kind="penalty",
            rule="S-34",
            template=begun if penalty.started else whole,
            params=params,
            calculation=equals(left, asked),
            result=asked,
        )
    ]
    if points != asked:
        steps.append(
            Step(
                kind="penalty",
                rule="S-37",
                template=N_("%(penalty)s takes at most %(cap)s."),
                params=params,
                calculation=becomes(exact_text(asked), points),
                result=points,
            )
        )
    return steps


def _penalty_name(penalty: Penalty) -> str:
    name = penalty.name or penalty.code
    return f"{name} ({penalty.rule})" if penalty.rule else name


def _deduct_step(before: Fraction, taken: Fraction, after: Fraction) -> Step:
    left = f"{term(before)} − {exact_text(taken)}"
    is_cut = after != before - taken
    return Step(
        kind="deduct",
        rule="S-34",
        template=N_("Penalties are taken off, not below 0."),
        calculation=becomes(left, after) if is_cut else equals(left, after),
        result=after,
    )


def _limit_step(scheme: Scheme, target: str, facts: EntryFacts) -> Step:
    penalty = next(
        p
        for p in scheme.penalties
        if is_zeroed([p], target, facts.penalties) and p.limit is not None
    )
    return Step(
        kind="limit",
        rule="S-35",
        template=N_(
            "%(penalty)s: %(value)s is above the limit of %(limit)s, so everything"
            " here becomes 0."
        ),
        params={
            "penalty": _penalty_name(penalty),
            "value": exact_text(facts.penalties[penalty.code]),
            "limit": exact_text(penalty.limit or _ZERO),
        },
        result=_ZERO,
    )


def _correct(
    scheme: Scheme, component: Component, points: Fraction, means: PanelMeans
) -> tuple[Fraction, list[Step]]:
    least = scheme.panels.min_entries
    if means.size < least:
        few = N_(
            "Not corrected for its panel: the panel saw %(size)s entries, and below"
            " %(least)s nothing is corrected."
        )
        params = {"size": str(means.size), "least": str(least)}
        step = Step(kind="panel", rule="S-40", template=few, params=params)
        return points, [step]
    moved = points - (means.panel - means.group)
    after = min(max(moved, _ZERO), component.max)
    left = f"{term(points)} − ({term(means.panel)} − {term(means.group)})"
    calculation = equals(left, after) if after == moved else becomes(left, after)
    step = Step(
        kind="panel",
        rule="S-40",
        template=N_(
            "Corrected for its panel, whose %(size)s entries have a mean of %(panel)s"
            " where the whole group has %(group)s."
        ),
        params={
            "size": str(means.size),
            "panel": spoken(means.panel),
            "group": spoken(means.group),
        },
        calculation=calculation,
        result=after,
    )
    return after, [step]


def _pass_step(component: Component, points: Fraction, places: int | None) -> Step:
    line = component.pass_mark or _ZERO
    reached = N_("The pass line of %(line)s is reached.")
    missed = N_("The pass line of %(line)s is missed by %(short)s.")
    return Step(
        kind="pass",
        rule="S-42",
        template=reached if points >= line else missed,
        params={
            "line": spoken(line, places),
            "short": spoken(line - points, places),
        },
    )


def find_means(
    scheme: Scheme,
    present: Sequence[EntryFacts],
    points: Mapping[str, Fraction],
    facts: EntryFacts,
) -> PanelMeans | None:
    """Return what `correct_panels` compares for one entry; None without a panel."""
    if scheme.panels.correction == "none" or not facts.panel:
        return None
    by_group = scheme.ranking.per == "group"
    group = [f for f in present if not by_group or f.group == facts.group]
    panel = [f for f in group if f.panel == facts.panel]
    return PanelMeans(
        panel=_mean([points[f.entry] for f in panel]),
        group=_mean([points[f.entry] for f in group]),
        size=len(panel),
    )


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, _ZERO) / len(values)
