"""What a publication holds beside its rows: teams, further rankings, raw ranks.

An entry's team is the one it is registered in; in an event without registered teams it
is the unit that sent it (代表队). Lines are positions in the published rows, the first
one is 1. Described in docs/formats/results.md.
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
    by_code = {row["work_code"]: row for row in rows if row["work_code"]}
    has_teams = any("team" in row for row in rows)

    def unit_of(code: str) -> str:
        return by_code[code]["unit_name"] if code in by_code else ""

    def own_team_of(code: str) -> str:
        row = by_code.get(code)
        return team_of(row, has_teams=has_teams) if row else ""

    return _Named(
        scheme=ground.scheme,
        ground=ground,
        results=[
            replace(r, unit=unit_of(r.entry), team=own_team_of(r.entry))
            for r in score_ground(ground).results
        ],
        facts={
            f.entry: replace(f, unit=unit_of(f.entry), team=own_team_of(f.entry))
            for f in ground.facts
        },
        rows=rows,
    )


def team_of(row: Row, *, has_teams: bool) -> str:
    """Return a published row's team: as registered, or the unit that sent it."""
    team: str = row.get("team", "") if has_teams else row["unit_name"]
    return team


def _list_teams(named: _Named) -> list[dict[str, Any]]:
    assert named.scheme.teams is not None  # noqa: S101 - tells the type checker
    by_code = {result.entry: result for result in named.results}
    has_teams = any("team" in row for row in named.rows)
    members = []
    for line, row in enumerate(named.rows, start=1):
        result = by_code.get(row["work_code"])
        members.append(
            Member(
                code=f"{line:06d}",
                team=team_of(row, has_teams=has_teams),
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
