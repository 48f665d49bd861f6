"""The sheet of totals and ranks: how each entry comes to its place.

*Position* k is how many entries are ahead after k keys; entries with the same position
are still tied. A key that an entry has not sorts after every value.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from scoring.marking.rules.facts import PRESENT, EntryFacts
from scoring.marking.rules.penalties import sum_penalties
from scoring.results.rules.place import find_key
from scoring.results.rules.result import Result
from scoring.results.rules.workbook.cells import (
    NOWHERE,
    Cell,
    Column,
    Formula,
    Number,
    Sheet,
    Text,
    guarded,
    literal,
    quoted,
    rounded,
)
from scoring.results.rules.workbook.facts import FactSheet
from scoring.results.rules.workbook.marks import MarkSheets
from scoring.results.rules.workbook.parts import PartSheet
from scoring.results.rules.workbook.plan import Group, Plan
from scoring.scheme.rules.tree import TieKey

_ZERO = Fraction(0)
_SHOWN = ("total", "rank", "award", "check")


class RankSheet:
    """Total, keys, positions and rank; awards and checks are written beside them."""

    def __init__(
        self, plan: Plan, facts: FactSheet, marks: MarkSheets, parts: PartSheet
    ) -> None:
        self.plan = plan
        self.facts = facts
        self.marks = marks
        self.parts = parts
        self.sheet = Sheet("ranks", plan.words.sheets["ranks"], [], frozen=2)
        self.at: dict[str, int] = {}
        self._name_columns()
        self.keys: dict[str, list[Fraction]] = {}  # as sorted, by entry
        for facts_ in plan.entries:
            self.keys[facts_.entry] = self._sort_keys(facts_)

    def _name_columns(self) -> None:
        plan = self.plan
        self.add("entry", 14)
        self.add("group", 12)
        self.add("status", 12)
        for key in _SHOWN:  # what most readers look for; how it comes about follows
            self.add(f"shown:{key}", 14, title=plan.name(key))
        for component in plan.scheme.components:
            self.add(
                f"part:{component.code}", title=component.code, note=component.name
            )
        for key in ("weighted", "fine_total", "exact_total", "total", "passed", "live"):
            self.add(key)
        self.add("compared")
        for number, tie in enumerate(plan.scheme.ranking.ties, start=1):
            self.add(
                f"key{number}", title=f"{plan.name('key')} {number}", note=tie.text
            )
        self.add(f"key{self._count - 1}", title=plan.name("playoff"))
        for number in range(self._count):
            note = self._key_name(number)
            self.add(f"p{number}", title=f"{plan.name('ahead')} {number}", note=note)
        if plan.scheme.ranking.unresolved == "dense":
            self.add("first")
        self.add("rank")
        self.add("tied_by", 18)

    @property
    def _count(self) -> int:
        """How many keys there are: the total, the ties, the play-off."""
        return len(self.plan.scheme.ranking.ties) + 2

    def _key_name(self, number: int) -> str:
        ties = self.plan.scheme.ranking.ties
        if number == 0:
            return self.plan.name("compared")
        return (
            ties[number - 1].text if number <= len(ties) else self.plan.name("playoff")
        )

    def add(self, key: str, width: int = 11, *, title: str = "", note: str = "") -> int:
        """Add a column and return where it stands."""
        self.at[key] = len(self.sheet.columns)
        self.sheet.columns.append(Column(title or self.plan.name(key), note, width))
        return self.at[key]

    def cell(self, key: str, row: int) -> str:
        return self.sheet.at(self.at[key], row)

    def run(self, key: str, group: Group) -> str:
        """Return the address of a column within a group's rows."""
        return self.sheet.block(self.at[key], group.first, group.last)

    def result(self, facts: EntryFacts) -> Result:
        return self.plan.results[facts.entry][1]

    def make(self) -> None:
        for group in self.plan.groups:
            members = self.plan.entries[group.first : group.last + 1]
            live = [f for f in members if self.result(f).rank is not None]
            for row, facts in enumerate(members, start=group.first):
                cells = self._total(row, facts)
                cells += self._keys(row, facts)
                cells += self._positions(row, facts, group, live)
                self.sheet.rows.append(cells)

    def _total(self, row: int, facts: EntryFacts) -> list[Cell]:
        scheme, result = self.plan.scheme, self.result(facts)
        cells: list[Cell] = [Text(facts.entry), Text(facts.group)]
        cells.append(Formula(f"={self.facts.status(row)}", result.status))
        cells += self._shown(row, result)
        terms = []
        for component in scheme.components:
            score = self.parts.score(component.code, row)
            value = result.components[component.code]
            cells.append(Formula(f"={score}", value, scheme.rounding.component))
            here = self.cell(f"part:{component.code}", row)
            terms.append(f"{here}*{literal(component.weight)}")
        weighted = sum(
            (result.components[c.code] * c.weight for c in scheme.components), _ZERO
        )
        if "total" in facts.vetoes:
            weighted = _ZERO
            cells.append(Number(_ZERO))
        else:
            cells.append(Formula("=" + "+".join(terms), weighted))
        cells.append(self._fine(row, facts, weighted))
        exact = f"{self.cell('weighted', row)}-{self.cell('fine_total', row)}"
        zeroing = self.facts.zeroing(row, "total")
        if zeroing:
            exact = f"IF(OR({','.join(zeroing)}),0,{exact})"
        cells.append(Formula(f"={exact}", result.exact_total or _ZERO))
        places, mode = scheme.rounding.total, scheme.rounding.mode
        total = rounded(self.cell("exact_total", row), places, mode)
        cells.append(Formula(f"={total}", result.total or _ZERO, places))
        cells += [self._passed(row, result), self._live(row, result)]
        return cells

    def _shown(self, row: int, result: Result) -> list[Cell]:
        rank: Fraction | str = "" if result.rank is None else Fraction(result.rank)
        values = (result.total or _ZERO, rank, result.award, self.plan.words.agrees)
        places = (self.plan.scheme.rounding.total, None, None, None)
        return [
            Formula(f"={self.cell(key, row)}", value, shown)
            for key, value, shown in zip(_SHOWN, values, places, strict=True)
        ]

    def _fine(self, row: int, facts: EntryFacts, weighted: Fraction) -> Cell:
        asked = sum_penalties(self.plan.scheme.penalties, "total", facts.penalties)
        fine = self.facts.fine(row, "total")
        if fine == "0":
            return Number(_ZERO)
        text = f"=MIN({fine},{self.cell('weighted', row)})"
        return Formula(text, min(asked, weighted))

    def _passed(self, row: int, result: Result) -> Cell:
        tests = self.passes(
            row,
            [c.code for c in self.plan.scheme.components if c.pass_mark is not None],
        )
        said = {True: "yes", False: "no", None: ""}[result.passed]
        if not tests:
            return Text("")
        return Formula(f'=IF(AND({",".join(tests)}),"yes","no")', said)

    def passes(self, row: int, codes: Sequence[str]) -> list[str]:
        """Return the tests that an entry reaches the pass lines of components."""
        lines = {c.code: c.pass_mark for c in self.plan.scheme.components}
        return [
            f"{guarded(self.cell(f'part:{code}', row))}>={literal(line)}"
            for code in codes
            if (line := lines[code]) is not None
        ]

    def _live(self, row: int, result: Result) -> Cell:
        tests = [f'{self.cell("status", row)}="{PRESENT}"']
        tests += self.passes(row, self.plan.scheme.ranking.require_pass)
        value = Fraction(int(result.rank is not None))
        return Formula(f"=IF(AND({','.join(tests)}),1,0)", value)

    def _sort_keys(self, facts: EntryFacts) -> list[Fraction]:
        """Return what an entry is compared by, larger first."""
        result = self.result(facts)
        published = self.plan.scheme.ranking.compare == "published"
        total = result.total if published else result.exact_total
        ties = self.plan.scheme.ranking.ties
        values = [(total, True)]
        values += [(find_key(tie, facts, result), tie.descending) for tie in ties]
        values.append((facts.playoff, True))
        return [
            NOWHERE if value is None else value if descending else -value
            for value, descending in values
        ]

    def _keys(self, row: int, facts: EntryFacts) -> list[Cell]:
        published = self.plan.scheme.ranking.compare == "published"
        total = self.cell("total" if published else "exact_total", row)
        keys = self.keys[facts.entry]
        cells: list[Cell] = [Formula(f"={guarded(total)}", keys[0])]
        ties = self.plan.scheme.ranking.ties
        for tie, value in zip(ties, keys[1:], strict=False):
            source = self._source(row, tie)
            sign = "" if tie.descending else "-"
            found = guarded(f"{sign}{source}")
            nowhere = literal(NOWHERE)
            cells.append(Formula(f'=IF({source}="",{nowhere},{found})', value))
        source = self.facts.playoff(row)
        found = f'=IF({source}="",{literal(NOWHERE)},{guarded(source)})'
        cells.append(Formula(found, keys[-1]))
        return cells

    def _source(self, row: int, tie: TieKey) -> str:
        match tie.kind:
            case "component":
                return self.cell(f"part:{tie.code}", row)
            case "criterion":
                column = self.marks.criterion_at[tie.code] + 1
                return self.marks.criteria.far(column, row)
            case "aspect":
                return self.marks.aspects.far(self.marks.aspect_at[tie.code], row)
            case _:
                return self.facts.time(row)

    def _positions(
        self, row: int, facts: EntryFacts, group: Group, live: Sequence[EntryFacts]
    ) -> list[Cell]:
        is_live = facts in live
        mine = self.keys[facts.entry]
        here, runs = self.cell("live", row), self.run("live", group)
        cells: list[Cell] = []
        ahead: Fraction | str = _ZERO if is_live else ""
        for number in range(self._count):
            name = "compared" if number == 0 else f"key{number}"
            better = f'{self.run(name, group)},">"&{self.cell(name, row)}'
            count = f"COUNTIFS({runs},1,{better})"
            if number:
                before = self.cell(f"p{number - 1}", row)
                tied = f"{self.run(f'p{number - 1}', group)},{before}"
                count = f"{before}+COUNTIFS({runs},1,{tied},{better})"
            if is_live:
                ahead = Fraction(
                    sum(
                        self.keys[other.entry][: number + 1] > mine[: number + 1]
                        for other in live
                    )
                )
            cells.append(Formula(f'=IF({here}=1,{count},"")', ahead))
        return cells + self._rank(row, facts, group, live)

    def _rank(
        self, row: int, facts: EntryFacts, group: Group, live: Sequence[EntryFacts]
    ) -> list[Cell]:
        result = self.result(facts)
        last, here = f"p{self._count - 1}", self.cell("live", row)
        runs = self.run("live", group)
        cells: list[Cell] = []
        position = f"{self.cell(last, row)}+1"
        if self.plan.scheme.ranking.unresolved == "dense":
            upto = Group("", group.first, row, 0)
            same = f"{self.run(last, upto)},{self.cell(last, row)}"
            is_first = f"COUNTIFS({self.run('live', upto)},1,{same})=1"
            above = [f for f in live if self.plan.entries.index(f) <= row]
            keys = Counter(tuple(self.keys[f.entry]) for f in above)
            alone = facts in live and keys[tuple(self.keys[facts.entry])] == 1
            text = f"=IF({here}=1,IF({is_first},1,0),0)"
            cells.append(Formula(text, Fraction(int(alone))))
            firsts = f"{self.run('first', group)},1"
            lower = f'{self.run(last, group)},"<"&{self.cell(last, row)}'
            position = f"COUNTIFS({runs},1,{firsts},{lower})+1"
        rank: Fraction | str = "" if result.rank is None else Fraction(result.rank)
        cells.append(Formula(f'=IF({here}=1,{position},"")', rank))
        cells.append(self._tied_by(row, group, result))
        return cells

    def _tied_by(self, row: int, group: Group, result: Result) -> Cell:
        unresolved = self.plan.scheme.ranking.unresolved
        found = quoted("shared" if unresolved in {"share", "dense"} else unresolved)
        names = ["", *(tie.text for tie in self.plan.scheme.ranking.ties), "playoff"]
        for number in reversed(range(self._count)):
            same = f"{self.run(f'p{number}', group)},{self.cell(f'p{number}', row)}"
            alone = f"COUNTIFS({self.run('live', group)},1,{same})=1"
            found = f"IF({alone},{quoted(names[number])},{found})"
        text = f'=IF({self.cell("live", row)}=1,{found},"")'
        return Formula(text, result.tied_by)
