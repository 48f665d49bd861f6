"""The medals table (奖牌榜) of a competition: who has won how many, by whom.

Words used here:
    medal: gold, silver or bronze of one event, won by an entry or by a team.
    side: whom medals are counted for: a unit or a district.

Source: docs/rules/medals.md, M-01 to M-05.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

PLACES: Final = 3  # gold, silver, bronze
UNITS: Final = "units"
DISTRICTS: Final = "districts"
SIDES = (UNITS, DISTRICTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Medal:
    place: int  # 0 gold, 1 silver, 2 bronze
    winner: str  # name of the person or the team
    unit: tuple[str, str]  # key and name
    district: tuple[str, str]

    def side(self, by: str) -> tuple[str, str]:
        """Return key and name of whom it counts for."""
        return self.unit if by == UNITS else self.district


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    rank: int
    is_shared: bool
    key: str
    name: str
    counts: tuple[int, int, int]  # gold, silver, bronze

    @property
    def total(self) -> int:
        return sum(self.counts)


def rank_sides(medals: Iterable[Medal], by: str) -> list[Line]:
    """Rank units or districts by gold, then silver, then bronze.

    Equal ones share the rank and the next ones are skipped (1, 2, 2, 4); they are
    listed by name. Only whoever has a medal is listed.
    """
    counts: Counter[tuple[str, int]] = Counter()
    names: dict[str, str] = {}
    for medal in medals:
        key, name = medal.side(by)
        names[key] = name
        counts[key, medal.place] += 1
    won = {key: (counts[key, 0], counts[key, 1], counts[key, 2]) for key in names}
    ordered = sorted(won, key=lambda key: (*_less_first(won[key]), names[key], key))
    lines: list[Line] = []
    for total, equals in groupby(ordered, key=lambda key: won[key]):
        keys = list(equals)
        rank = len(lines) + 1
        lines += [
            Line(
                rank=rank,
                is_shared=len(keys) > 1,
                key=key,
                name=names[key],
                counts=total,
            )
            for key in keys
        ]
    return lines


def place_awards(medal_names: Sequence[str], awards: Sequence[str]) -> dict[str, int]:
    """Return which medal an award of a scheme is (M-02).

    Args:
        medal_names: gold, silver and bronze as the scheme calls them; empty where it
            hands out none.
        awards: names of its other awards, best first: their first three stand for the
            medals where there are none.
    """
    names = medal_names or list(dict.fromkeys(awards))
    return {name: place for place, name in enumerate(names[:PLACES])}


def place_teams(teams: Sequence[Mapping[str, object]]) -> dict[str, int]:
    """Return which medal each of a publication's teams has won: ranks 1 to 3 (M-03)."""
    return {
        str(team["team"]): team["rank"] - 1
        for team in teams
        if isinstance(team["rank"], int) and team["rank"] <= PLACES
    }


def _less_first(counts: tuple[int, int, int]) -> tuple[int, int, int]:
    gold, silver, bronze = counts
    return (-gold, -silver, -bronze)
