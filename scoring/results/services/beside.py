"""What a publication holds beside its rows: teams, further rankings, raw ranks.

On the web an entry's team is the unit that sent it (代表队). Lines are positions in the
published rows, the first is 1. Described in docs/formats/results.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from scoring.marking.rules.facts import EntryFacts
from scoring.ranking.rules.teams import Member, rank_teams
from scoring.results.models import ResultVersion
from scoring.results.rules.outcomes import rank_tables
from scoring.results.rules.result import Result
from scoring.results.rules.review import Row
from scoring.results.services.compute import Ground, read_ground_of, score_ground
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Panels, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """The results by work codes, with the units their works came from."""

    scheme: Scheme
    ground: Ground
    results: Sequence[Result]
    facts: Mapping[str, EntryFacts]
    rows: Sequence[Row]  # as published, with work_code

    @property
    def lines(self) -> dict[str, int]:
        return {
            row["work_code"]: at
            for at, row in enumerate(self.rows, start=1)
            if row["work_code"]
        }


def list_beside(
    session: Session, result: ResultVersion, rows: Sequence[Row]
) -> dict[str, Any]:
    """Return the keys to add to a publication; none where the scheme asks for none."""
    ground = read_ground_of(session, result)
    scheme = ground.scheme
    corrects = scheme.panels.correction != "none" and any(f.panel for f in ground.facts)
    if not (scheme.teams or scheme.groupings or corrects):
        return {}
    named = _name(ground, rows)
    found: dict[str, Any] = {}
    if scheme.teams:
        found["teams"] = _list_teams(named)
    if scheme.groupings:
        found["rankings"] = _list_tables(named)
    if corrects:
        found["uncorrected"] = _list_uncorrected(named)
    return found


def _name(ground: Ground, rows: Sequence[Row]) -> _Named:
    units: dict[str, str] = {
        row["work_code"]: row["unit_name"] for row in rows if row["work_code"]
    }

    def of(code: str) -> str:
        return units.get(code, "")

    return _Named(
        scheme=ground.scheme,
        ground=ground,
        results=[
            replace(r, unit=of(r.entry), team=of(r.entry))
            for r in score_ground(ground).results
        ],
        facts={
            f.entry: replace(f, unit=of(f.entry), team=of(f.entry))
            for f in ground.facts
        },
        rows=rows,
    )


def _list_teams(named: _Named) -> list[dict[str, Any]]:
    assert named.scheme.teams is not None  # noqa: S101 - tells the type checker
    by_code = {result.entry: result for result in named.results}
    members = []
    for line, row in enumerate(named.rows, start=1):
        result = by_code.get(row["work_code"])
        members.append(
            Member(
                code=f"{line:06d}",
                team=row["unit_name"],
                total=result.total if result else None,
                time=named.facts[result.entry].time if result else None,
                award=result.award if result else "",
                passed=result.passed if result else None,
            )
        )
    return [
        {
            "rank": team.rank,
            "team": team.team,
            "total": format_number(team.total),
            "tied_by": team.tied_by,
            "members": [int(code) for code in team.members],
        }
        for team in rank_teams(named.scheme.teams, members)
    ]


def _list_tables(named: _Named) -> list[dict[str, Any]]:
    places = named.scheme.rounding.total
    return [
        {
            "name": table.name,
            "value": table.value,
            "rows": [
                {
                    "rank": row.rank,
                    "line": named.lines[row.entry],
                    "total": format_number(row.total, places),
                    "tied_by": row.tied_by,
                }
                for row in table.rows
            ],
        }
        for table in rank_tables(named.scheme, named.results, named.facts)
    ]


def _list_uncorrected(named: _Named) -> list[dict[str, Any]]:
    """Return totals and ranks as they were without the panel correction."""
    raw = replace(named.ground, scheme=replace(named.scheme, panels=Panels()))
    places = named.scheme.rounding.total
    return [
        {
            "line": named.lines[result.entry],
            "rank": result.rank,
            "total": format_number(result.total, places),
        }
        for result in score_ground(raw).results
        if result.total is not None and result.entry in named.lines
    ]
