"""A computed result as rows of text, and the sheet that explains one of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring.marking.rules.facts import Mark
from scoring.marking.rules.values import mark_points
from scoring.results.rules.result import Result
from scoring.results.rules.rulings import is_placeholder
from scoring.results.rules.score import Scoring
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Scheme

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeMark:
    seat: str
    value: str  # as entered
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectLine:
    code: str
    name: str
    kind: str
    max: str
    marks: tuple[JudgeMark, ...]
    points: str  # of the judges together; "" where they are summed higher up


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionPart:
    code: str
    name: str
    max: str
    points: str
    aspects: tuple[AspectLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentPart:
    code: str
    name: str
    max: str
    weight: str
    points: str
    criteria: tuple[CriterionPart, ...]


def list_review(scheme: Scheme, scoring: Scoring) -> list[Row]:
    """Return one row per work, in the order of the ranking; numbers as plain text.

    `of` is how many are ranked together with the row's entry. Placeholders for those
    without a work are left out.
    """
    ranked = Counter(
        _ranking(scheme, r.group) for r in scoring.results if r.rank is not None
    )
    return [
        _row(scheme, result, ranked[_ranking(scheme, result.group)])
        for result in scoring.results
        if not is_placeholder(result.entry)
    ]


def _ranking(scheme: Scheme, group: str) -> str:
    return group if scheme.ranking.per == "group" else ""


def _row(scheme: Scheme, result: Result, of: int) -> Row:
    places = scheme.rounding
    return {
        "entry": result.entry,
        "group": result.group,
        "status": result.status,
        "rank": result.rank,
        "of": of,
        "total": _text(result.total, places.total),
        "exact": _text(result.exact_total),
        "penalty": _text(result.penalty),
        "components": {
            code: _text(points, places.component)
            for code, points in result.components.items()
        },
        "criteria": {code: _text(p) for code, p in result.criteria.items()},
        "aspects": {code: _text(p) for code, p in result.aspects.items()},
        "scale": result.scale,
        "passed": result.passed,
        "tied_by": result.tied_by,
        "award": result.award,
    }


def explain(
    scheme: Scheme, row: Row, marks: Iterable[Mark]
) -> tuple[ComponentPart, ...]:
    """Return how a row came about, from each judge's mark to the components.

    Args:
        scheme: what was marked.
        row: of `list_review`.
        marks: the counted marks of this entry.
    """
    by_aspect: dict[str, list[Mark]] = {}
    for mark in marks:
        by_aspect.setdefault(mark.aspect, []).append(mark)
    return tuple(
        ComponentPart(
            code=component.code,
            name=component.name,
            max=format_number(component.max),
            weight=format_number(component.weight),
            points=row["components"].get(component.code, ""),
            criteria=tuple(
                CriterionPart(
                    code=criterion.code,
                    name=criterion.name,
                    max=format_number(criterion.max),
                    points=row["criteria"].get(criterion.code, ""),
                    aspects=tuple(_lines(criterion.aspects, row, by_aspect)),
                )
                for criterion in component.criteria
            ),
        )
        for component in scheme.components
    )


def _lines(
    aspects: Sequence[Any], row: Row, by_aspect: Mapping[str, Sequence[Mark]]
) -> Iterable[AspectLine]:
    for aspect in aspects:
        yield AspectLine(
            code=aspect.code,
            name=aspect.name,
            kind=aspect.kind,
            max=format_number(aspect.max),
            points=row["aspects"].get(aspect.code, ""),
            marks=tuple(
                JudgeMark(
                    seat=mark.judge,
                    value=mark.value,
                    points=format_number(mark_points(aspect, mark.value)),
                )
                for mark in by_aspect.get(aspect.code, ())
            ),
        )


def _text(value: Fraction | None, places: int | None = None) -> str:
    return "" if value is None else format_number(value, places)
