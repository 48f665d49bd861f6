"""A scheme laid out as a table: one row per aspect, numbers as plain decimals."""

from collections.abc import Iterator
from dataclasses import dataclass

from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectRow:
    code: str
    name: str
    kind: str
    max: str
    judges: int
    aggregate: str
    facts: tuple[tuple[str, str], ...]  # (name of the setting, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    code: str
    name: str
    cap: str
    factor: str
    aspects: tuple[AspectRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    code: str
    name: str
    max: str
    weight: str
    pass_mark: str  # "" where there is none
    criteria: tuple[CriterionRow, ...]

    @property
    def aspect_count(self) -> int:
        return sum(len(criterion.aspects) for criterion in self.criteria)


def outline(scheme: Scheme) -> tuple[ComponentRow, ...]:
    """Return the scheme's tree, ready to be shown."""
    return tuple(_component(component) for component in scheme.components)


def _component(component: Component) -> ComponentRow:
    line = component.pass_mark
    return ComponentRow(
        code=component.code,
        name=component.name,
        max=format_number(component.max),
        weight=format_number(component.weight),
        pass_mark="" if line is None else format_number(line),
        criteria=tuple(_criterion(criterion) for criterion in component.criteria),
    )


def _criterion(criterion: Criterion) -> CriterionRow:
    return CriterionRow(
        code=criterion.code,
        name=criterion.name,
        cap=format_number(criterion.cap),
        factor=format_number(criterion.factor),
        aspects=tuple(_aspect(aspect) for aspect in criterion.aspects),
    )


def _aspect(aspect: Aspect) -> AspectRow:
    return AspectRow(
        code=aspect.code,
        name=aspect.name,
        kind=aspect.kind,
        max=format_number(aspect.max),
        judges=aspect.judges,
        aggregate=aspect.aggregate,
        facts=tuple(_facts(aspect)),
    )


def _facts(aspect: Aspect) -> Iterator[tuple[str, str]]:
    match aspect.kind:
        case "score" if aspect.min:
            yield "min", format_number(aspect.min)
        case "deduction":
            yield "per_fault", format_number(aspect.per_fault)
            yield from _most_faults(aspect)
        case "tolerance":
            for name in ("lower", "upper"):
                limit = getattr(aspect, name)
                if limit is not None:
                    yield name, format_number(limit)
            if aspect.mode != "all_or_nothing":
                yield "unit", format_number(aspect.unit)
                yield "per_unit", format_number(aspect.per_unit)
        case "choice":
            for label, points in aspect.options.items():
                yield f"={label}", format_number(points)
        case "rank":
            yield "step", format_number(aspect.step)


def _most_faults(aspect: Aspect) -> Iterator[tuple[str, str]]:
    if aspect.max_faults is not None:
        yield "max_faults", str(aspect.max_faults)
