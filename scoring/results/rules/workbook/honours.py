"""Scale, medals and awards of each group, by formula, beside the ranks."""

from collections.abc import Sequence
from fractions import Fraction

from scoring.marking.rules.facts import EntryFacts
from scoring.ranking.rules.medals import hand_out_medals
from scoring.ranking.rules.scale import find_median
from scoring.results.rules.workbook.awards import AwardCells
from scoring.results.rules.workbook.bands import band_cells
from scoring.results.rules.workbook.cells import (
    Cell,
    Column,
    Formula,
    Number,
    Sheet,
    Text,
    guarded,
    literal,
    quote_sheet,
    quoted,
)
from scoring.results.rules.workbook.plan import Group, Plan
from scoring.results.rules.workbook.ranks import RankSheet

_ZERO = Fraction(0)
_SCALE_UNIT = "30/(1.4826*{})"


class GroupSheet:
    """One row for each group: what its scale, medals and awards are measured by."""

    def __init__(self, plan: Plan, ranks: RankSheet) -> None:
        self.plan = plan
        self.ranks = ranks
        self.sheet = Sheet("groups", plan.words.sheets["groups"], [])
        self.at: dict[str, int] = {}
        for key in ("group", "entered", "ranked"):
            self.add(key, 14)
        self.medals = plan.scheme.medals
        if plan.scheme.scale is not None:
            for key in ("median", "mad"):
                self.add(key)
            for key in ("live_total", "deviation", "scale"):
                ranks.add(key)
        if self.medals is not None:
            for key in ("golds", "medals", "from1", "from2", "from3"):
                self.add(key)
            if self.medals.chain:
                for key in ("top2", "top3", "top4"):
                    self.add(key)
                ranks.add("medal_value")
                ranks.add("band_top")
            else:
                ranks.add("medal_value")
            ranks.add("medal", 14)
        self.awards = AwardCells(plan, ranks, self)
        ranks.add("award", 16)

    def add(
        self, key: str, width: int = 11, *, title: str = "", note: str = ""
    ) -> None:
        self.at[key] = len(self.sheet.columns)
        self.sheet.columns.append(Column(title or self.plan.name(key), note, width))

    def cell(self, key: str, row: int) -> str:
        return self.sheet.at(self.at[key], row)

    def far(self, key: str, row: int) -> str:
        """Return the address of a group's number, from the sheet of ranks."""
        return self.sheet.far(self.at[key], row)

    def run(self, key: str, group: Group) -> str:
        """Return a column of the ranks within a group, from this sheet."""
        return f"{quote_sheet(self.ranks.sheet.name)}!{self.ranks.run(key, group)}"

    def make(self) -> None:
        for row, group in enumerate(self.plan.groups):
            members = self.plan.entries[group.first : group.last + 1]
            live = [f for f in members if self.ranks.result(f).rank is not None]
            self.sheet.rows.append(
                [
                    Text(group.name),
                    Number(Fraction(group.entered)),
                    Formula(f"=SUM({self.run('live', group)})", Fraction(len(live))),
                ]
            )
            if self.plan.scheme.scale is not None:
                self._scale(row, group, live)
            if self.medals is not None:
                self._medals(row, group, live)
            self.awards.write(row, group, live)
            for at, facts in enumerate(members, start=group.first):
                self.ranks.sheet.rows[at].append(self._award(at, facts))

    def _scale(self, row: int, group: Group, live: Sequence[EntryFacts]) -> None:
        totals = {f.entry: self.ranks.result(f).total or _ZERO for f in live}
        median = find_median(list(totals.values())) if totals else _ZERO
        gaps = {code: abs(total - median) for code, total in totals.items()}
        mad = find_median(list(gaps.values())) if gaps else _ZERO
        count = self.cell("ranked", row)
        for key, value in (("live_total", median), ("deviation", mad)):
            text = f"=IF({count}=0,0,{guarded(f'MEDIAN({self.run(key, group)})')})"
            self.sheet.rows[row].append(Formula(text, value))
        middle, spread = self.far("median", row), self.far("mad", row)
        for at in range(group.first, group.last + 1):
            facts = self.plan.entries[at]
            here = self.ranks.cell("live", at)
            total = self.ranks.cell("total", at)
            own = self.ranks.cell("live_total", at)
            unit = _SCALE_UNIT.format(spread)
            points = guarded(f"700+({own}-{middle})*{unit}")
            result = self.ranks.result(facts)
            scaled = "" if result.scale is None else Fraction(result.scale)
            total_value = totals.get(facts.entry, "")
            self.ranks.sheet.rows[at] += [
                Formula(f'=IF({here}=1,{total},"")', total_value),
                Formula(
                    f'=IF({here}=1,{guarded(f"ABS({own}-{middle})")},"")',
                    gaps.get(facts.entry, ""),
                ),
                Formula(
                    f'=IF({here}=1,IF({spread}=0,"",ROUND({points},0)),"")', scaled
                ),
            ]

    def _medals(self, row: int, group: Group, live: Sequence[EntryFacts]) -> None:
        assert self.medals is not None  # noqa: S101 - asked before
        by_scale = self.medals.of == "scale"
        values: dict[str, Fraction] = {}
        for facts in live:
            result = self.ranks.result(facts)
            if not by_scale:
                values[facts.entry] = self.ranks.keys[facts.entry][0]
            elif result.scale is not None:
                values[facts.entry] = Fraction(result.scale)
        run = self.run("medal_value", group)
        tops = self.run("band_top", group) if self.medals.chain else ""
        self.sheet.rows[row] += band_cells(
            self.medals,
            sorted(values.values(), reverse=True),
            run,
            tops,
            lambda key: self.cell(key, row),
        )
        given = hand_out_medals(self.medals, values)
        source = "scale" if by_scale else "compared"
        for at in range(group.first, group.last + 1):
            code = self.plan.entries[at].entry
            here = self.ranks.cell("live", at)
            value = self.ranks.cell("medal_value", at)
            text = f'=IF({here}=1,{self.ranks.cell(source, at)},"")'
            cells: list[Cell] = [Formula(text, values.get(code, ""))]
            if self.medals.chain:
                cells.append(self._band_top(at, group, values))
            cells.append(Formula(self._medal(at, row, value), given.get(code, "")))
            self.ranks.sheet.rows[at] += cells

    def _band_top(self, at: int, group: Group, values: dict[str, Fraction]) -> Cell:
        """Return the value where a new band begins with it, else nothing."""
        assert self.medals is not None  # noqa: S101 - asked before
        run = self.ranks.run("medal_value", group)
        value = self.ranks.cell("medal_value", at)
        above = f'COUNTIF({run},">"&{value})'
        gap = guarded(f"LARGE({run},{above})-{value}")
        begins = f'IF({gap}>{literal(self.medals.tolerance)},{value},"")'
        text = f'=IF(ISNUMBER({value}),IF({above}=0,"",{begins}),"")'
        mine = values.get(self.plan.entries[at].entry)
        if mine is None:
            return Formula(text, "")
        higher = [other for other in values.values() if other > mine]
        is_top = bool(higher) and min(higher) - mine > self.medals.tolerance
        return Formula(text, mine if is_top else "")

    def _medal(self, at: int, row: int, value: str) -> str:
        assert self.medals is not None  # noqa: S101 - asked before
        found = '""'
        if self.medals.medallion is not None:
            start = literal(self.medals.medallion.start)
            found = f"IF({value}>={start},{quoted(self.medals.medallion.name)},{found})"
        for number in (3, 2, 1):
            line = self.far(f"from{number}", row)
            name = quoted(self.medals.names[number - 1])
            found = f"IF({value}>={line},{name},{found})"
        return f'=IF(ISNUMBER({value}),{found},"")'

    def _award(self, at: int, facts: EntryFacts) -> Cell:
        found = '""'
        for number in reversed(range(len(self.plan.scheme.awards))):
            gets = self.ranks.cell(f"gets{number}", at)
            name = quoted(self.plan.scheme.awards[number].name)
            found = f"IF({gets}=1,{name},{found})"
        if self.medals is not None:
            medal = self.ranks.cell("medal", at)
            found = f'IF({medal}="",{found},{medal})'
        return Formula(f"={found}", self.ranks.result(facts).award)
