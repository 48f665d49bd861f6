"""Team results from their members' results (rules S-70 to S-73)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.ranking.rules.ranks import Contender, rank_contenders
from scoring.scheme.rules.tree import Teams

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    code: str
    team: str
    total: Fraction | None  # None where not present: counts 0
    time: Fraction | None  # seconds
    award: str
    passed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamResult:
    team: str
    rank: int | None  # None: unranked, without a point where points are counted
    total: Fraction
    time: Fraction | None  # sum of the present members' times; None if one is missing
    tied_by: str
    members: tuple[str, ...]


def rank_teams(teams: Teams, members: Sequence[Member]) -> list[TeamResult]:
    """Rank the teams of an event, best first; unranked ones last.

    Source: docs/formats/computing.md, step 8.
    """
    rosters: dict[str, list[Member]] = {}
    for member in sorted(members, key=lambda m: m.code):
        if member.team:
            rosters.setdefault(member.team, []).append(member)
    totals = {team: _sum_team(teams, roster) for team, roster in rosters.items()}
    times = {team: _sum_times(roster) for team, roster in rosters.items()}
    contenders = [
        Contender(code=team, total=total, keys=(times[team],) * len(teams.ties))
        for team, total in totals.items()
        if teams.method != "points" or total > 0
    ]
    standings = {s.code: s for s in rank_contenders(contenders, teams.ties, "share")}
    results = [
        TeamResult(
            team=team,
            rank=standings[team].rank if team in standings else None,
            total=totals[team],
            time=times[team],
            tied_by=standings[team].tied_by if team in standings else "",
            members=tuple(member.code for member in roster),
        )
        for team, roster in rosters.items()
    ]
    return sorted(results, key=lambda r: (r.rank is None, r.rank or 0, r.team))


def _sum_team(teams: Teams, roster: Sequence[Member]) -> Fraction:
    totals = sorted((member.total or _ZERO for member in roster), reverse=True)
    match teams.method:
        case "points":
            return sum((_points(teams, member) for member in roster), _ZERO)
        case "mean":
            return sum(totals, _ZERO) / len(totals)
        case "best":
            return sum(totals[: teams.best], _ZERO)
        case _:
            return sum(totals, _ZERO)


def _points(teams: Teams, member: Member) -> Fraction:
    """Return the points of a member's award, else those for having passed."""
    if member.award in teams.points:
        return teams.points[member.award]
    return teams.points.get("passed", _ZERO) if member.passed else _ZERO


def _sum_times(roster: Sequence[Member]) -> Fraction | None:
    times = [member.time for member in roster if member.total is not None]
    if not times or None in times:
        return None
    return sum((time for time in times if time is not None), _ZERO)
