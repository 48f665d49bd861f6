"""A computed result as rows of text."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from scoring.results.rules.result import Result
from scoring.results.rules.rulings import is_placeholder
from scoring.results.rules.score import Scoring
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Scheme

Row = dict[str, Any]


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


def list_places(scheme: Scheme, scoring: Scoring) -> list[Row]:
    """Return group, status, rank and total of each work, as `list_review` has them."""
    return [
        {
            "entry": result.entry,
            "group": result.group,
            "status": result.status,
            "rank": result.rank,
            "total": _text(result.total, scheme.rounding.total),
        }
        for result in scoring.results
        if not is_placeholder(result.entry)
    ]


def list_shared(scheme: Scheme, ranks: Iterable[tuple[str, int | None]]) -> set[int]:
    """Return the positions, in the order given, of those who share their rank.

    Args:
        scheme: says what is ranked together.
        ranks: group and rank of each row; no rank is never shared.
    """
    keys = [(_ranking(scheme, group), rank) for group, rank in ranks]
    sizes = Counter(keys)
    return {at for at, key in enumerate(keys) if key[1] is not None and sizes[key] > 1}


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


def _text(value: Fraction | None, places: int | None = None) -> str:
    return "" if value is None else format_number(value, places)
