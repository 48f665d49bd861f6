"""Results as a table and as a tree, ready to be written as CSV, XLSX or JSON.

Numbers are plain decimals. Components and totals carry exactly the places the scheme
rounds them to (87.50); what a scheme does not round has the digits it needs, and at
most ten places where there is no end (7/9).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.ranking.rules.eligibility import Outcome
from scoring.ranking.rules.teams import TeamResult
from scoring.results.rules.outcomes import Table
from scoring.results.rules.result import Result
from scoring.results.rules.score import Scoring
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import FORMAT, Scheme

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Plain:
    """A number as it is printed; not text."""

    text: str

    def __str__(self) -> str:
        return self.text


Cell = str | Plain | None


def list_columns(scheme: Scheme) -> list[str]:
    components = [component.code for component in scheme.components]
    return [
        *("rank", "entry", "group", "unit", "team", "status"),
        *components,
        *("penalty", "total", "scale", "passed", "tied_by", "award"),
    ]


def list_rows(scheme: Scheme, scoring: Scoring) -> list[dict[str, Cell]]:
    """Return one row per entry, in order; None where there is no number."""
    return [_row(scheme, result) for result in scoring.results]


def _row(scheme: Scheme, result: Result) -> dict[str, Cell]:
    places = scheme.rounding
    passed = {True: "yes", False: "no", None: ""}[result.passed]
    return {
        "rank": _whole(result.rank),
        "entry": result.entry,
        "group": result.group,
        "unit": result.unit,
        "team": result.team,
        "status": result.status,
        **{
            component.code: _plain(
                result.components.get(component.code), places.component
            )
            for component in scheme.components
        },
        "penalty": _plain(result.penalty),
        "total": _plain(result.total, places.total),
        "scale": _whole(result.scale),
        "passed": passed,
        "tied_by": result.tied_by,
        "award": result.award,
    }


def defuse(text: str) -> str:
    """Put ' before text that a spreadsheet would run as a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def make_tree(scheme: Scheme, scoring: Scoring) -> Mapping[str, object]:
    """Return everything, for JSON: rows with components, criteria and aspects."""
    rows = list_rows(scheme, scoring)
    return {
        "scheme": {
            "format": FORMAT,
            "title": scheme.title,
            "components": [c.code for c in scheme.components],
            "max": _plain(scheme.max),
        },
        "results": [
            {**row, **_details(scheme, result)}
            for row, result in zip(rows, scoring.results, strict=True)
        ],
        "teams": [_team(team) for team in scoring.teams],
        "rankings": [_ranking(scheme, table) for table in scoring.rankings],
        "promotions": [_outcome(outcome) for outcome in scoring.promotions],
        "honours": [_outcome(outcome) for outcome in scoring.honours],
    }


def _details(scheme: Scheme, result: Result) -> dict[str, dict[str, Cell]]:
    places = scheme.rounding.component
    return {
        "components": {k: _plain(v, places) for k, v in result.components.items()},
        "criteria": {k: _plain(v) for k, v in result.criteria.items()},
        "aspects": {k: _plain(v) for k, v in result.aspects.items()},
    }


def _team(team: TeamResult) -> dict[str, Cell | Sequence[str]]:
    return {
        "rank": _whole(team.rank),
        "team": team.team,
        "total": _plain(team.total),
        "time": _plain(team.time),
        "tied_by": team.tied_by,
        "members": list(team.members),
    }


def _ranking(scheme: Scheme, table: Table) -> dict[str, object]:
    return {
        "name": table.name,
        "value": table.value,
        "rows": [
            {
                "rank": _whole(row.rank),
                "entry": row.entry,
                "total": _plain(row.total, scheme.rounding.total),
                "tied_by": row.tied_by,
            }
            for row in table.rows
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, object]:
    return {
        "entry": outcome.entry,
        "name": outcome.name,
        "met": outcome.met,
        "reasons": [
            {
                "guard": reason.guard,
                "met": reason.met,
                "given": reason.given,
                "wanted": reason.wanted,
            }
            for reason in outcome.reasons
        ],
        "conditions": list(outcome.conditions),
    }


def _whole(value: int | None) -> Plain | None:
    return None if value is None else Plain(str(value))


def _plain(value: Fraction | None, places: int | None = None) -> Plain | None:
    return None if value is None else Plain(format_number(value, places))
