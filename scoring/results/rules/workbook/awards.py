"""Awards handed out in order down the ranks, by formula (rules S-60 to S-63).

For every award the sheet of ranks has two columns: who is *free* to get it, and who
*gets* it; the sheet of groups has how many places it takes.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from scoring.marking.rules.facts import EntryFacts
from scoring.results.rules.workbook.cells import (
    Cell,
    Formula,
    Number,
    ceiling,
    flooring,
    literal,
)
from scoring.results.rules.workbook.plan import Group, Plan
from scoring.results.rules.workbook.ranks import RankSheet
from scoring.scheme.rules.numbers import HALF_UP, round_ratio
from scoring.scheme.rules.tree import Award

if TYPE_CHECKING:
    from scoring.results.rules.workbook.honours import GroupSheet


class AwardCells:
    def __init__(self, plan: Plan, ranks: RankSheet, groups: "GroupSheet") -> None:
        self.plan = plan
        self.ranks = ranks
        self.groups = groups
        for number, award in enumerate(plan.scheme.awards):
            groups.add(f"places{number}", title=plan.name("places"), note=award.name)
            if award.upto is not None and award.tie_at_cut == "exclude":
                groups.add(
                    f"crossing{number}", title=plan.name("crossing"), note=award.name
                )
            ranks.add(f"free{number}", title=plan.name("free"), note=award.name)
            ranks.add(f"gets{number}", title=plan.name("gets"), note=award.name)

    def write(self, row: int, group: Group, live: Sequence[EntryFacts]) -> None:
        """Write a group's places, and who of its rows is free and gets each award."""
        for number, award in enumerate(self.plan.scheme.awards):
            base = len(live) if award.of == "ranked" else group.entered
            places = count_places(award, base)
            self.groups.sheet.rows[row].append(self._places(row, award, places))
            if award.upto is not None and award.tie_at_cut == "exclude":
                cell = self._crossing(row, number, group, live, places)
                self.groups.sheet.rows[row].append(cell)
            for at in range(group.first, group.last + 1):
                facts = self.plan.entries[at]
                free = self._free(at, number, award)
                is_free = facts in live and self._is_free(facts, number, award)
                given = self.ranks.result(facts).award == award.name
                gets = self._gets(at, row, number, group)
                self.ranks.sheet.rows[at] += [
                    Formula(free, Fraction(int(is_free))),
                    Formula(gets, Fraction(int(is_free and given))),
                ]

    def _places(self, row: int, award: Award, places: int) -> Cell:
        if award.count is not None:
            return Number(Fraction(award.count))
        share = award.share if award.share is not None else award.upto
        base = "ranked" if award.of == "ranked" else "entered"
        found = f"{literal(share or Fraction(0))}*{self.groups.cell(base, row)}"
        match award.share_rounding:
            case "floor":
                text = flooring(found)
            case "ceil":
                text = ceiling(found)
            case _:
                text = flooring(f"{found}+0.5")
        return Formula(f"={text}", Fraction(places))

    def _crossing(
        self,
        row: int,
        number: int,
        group: Group,
        ranked: Sequence[EntryFacts],
        places: int,
    ) -> Cell:
        """Return the rank whose tied entries reach over the last place, 0 if none."""
        run = self.groups.run("rank", group)
        limit = self.groups.cell(f"places{number}", row)
        live = self.groups.run("live", group)
        within = f'COUNTIFS({live},1,{run},"<="&{limit})'
        last = f"SMALL({run},{within})"
        reach = f"{last}+COUNTIF({run},{last})-1>{limit}"
        text = f"=IF({within}=0,0,IF({reach},{last},0))"
        ranks = [self.ranks.result(f).rank or 0 for f in ranked]
        inside = [rank for rank in ranks if rank <= places]
        final = max(inside, default=0)
        crosses = bool(inside) and final + ranks.count(final) - 1 > places
        return Formula(text, Fraction(final if crosses else 0))

    def _free(self, at: int, number: int, award: Award) -> str:
        tests = [f"{self.ranks.cell('live', at)}=1"]
        if self.plan.scheme.medals is not None:
            tests.append(f'{self.ranks.cell("medal", at)}=""')
        tests += [f"{self.ranks.cell(f'gets{n}', at)}=0" for n in range(number)]
        tests += self.ranks.passes(at, award.require_pass)
        return f"=IF(AND({','.join(tests)}),1,0)"

    def _is_free(self, facts: EntryFacts, number: int, award: Award) -> bool:
        result = self.ranks.result(facts)
        later = ["", *(other.name for other in self.plan.scheme.awards[number:])]
        lines = {
            c.code: c.pass_mark or Fraction(0) for c in self.plan.scheme.components
        }
        reached = all(result.components[c] >= lines[c] for c in award.require_pass)
        return result.award in later and reached

    def _gets(self, at: int, row: int, number: int, group: Group) -> str:
        award = self.plan.scheme.awards[number]
        free = self.ranks.cell(f"free{number}", at)
        rank = self.ranks.cell("rank", at)
        places = self.groups.far(f"places{number}", row)
        among = f"{self.ranks.run(f'free{number}', group)},1"
        among += f",{self.ranks.run('rank', group)}"
        if award.upto is not None:
            test = f"{rank}<={places}"
            if award.tie_at_cut == "exclude":
                crossing = self.groups.far(f"crossing{number}", row)
                test = f"AND({test},{rank}<>{crossing})"
        elif award.tie_at_cut == "include":
            test = f'COUNTIFS({among},"<"&{rank})<{places}'
        else:
            test = f'COUNTIFS({among},"<="&{rank})<={places}'
        return f"=IF({free}=1,IF({test},1,0),0)"


def count_places(award: Award, base: int) -> int:
    """Return how many places an award takes of so many entries."""
    if award.count is not None:
        return award.count
    share = award.share if award.share is not None else award.upto
    places = (share or Fraction(0)) * base
    match award.share_rounding:
        case "floor":
            return floor(places)
        case "ceil":
            return ceil(places)
        case _:
            return round_ratio(places.numerator, places.denominator, HALF_UP)
