"""The sheet of components: from criteria to the rounded points of every part."""

from dataclasses import dataclass
from fractions import Fraction

from scoring.marking.rules.facts import PRESENT, EntryFacts
from scoring.marking.rules.penalties import sum_penalties
from scoring.results.rules.total import Taken, correct_panels, take_penalties
from scoring.results.rules.workbook.aggregates import aggregate_formula
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
    rounded,
)
from scoring.results.rules.workbook.facts import FactSheet
from scoring.results.rules.workbook.marks import MarkSheets
from scoring.results.rules.workbook.plan import Group, Plan
from scoring.scheme.rules.tree import Component

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class _At:
    """Columns of one component."""

    points: int  # 0 to max, before penalties
    settled: int  # 1 where the 0 stays
    fine: int
    before: int  # after penalties, before panels are corrected
    corrected: int | None  # None where nothing is
    rounded: int


class PartSheet:
    def __init__(self, plan: Plan, marks: MarkSheets, facts: FactSheet) -> None:
        self.plan = plan
        self.marks = marks
        self.facts = facts
        self.sheet = Sheet(
            "components",
            plan.words.sheets["components"],
            [
                Column(plan.name("entry"), width=14),
                Column(plan.name("group"), width=12),
                Column(plan.name("is_present"), width=9),
            ],
            frozen=2,
        )
        self._at = {c.code: self._place(c) for c in plan.scheme.components}
        self._taken = {
            c.code: {
                f.entry: take_penalties(plan.scheme, c, f, plan.sums[f.entry][c.code])
                for f in plan.entries
            }
            for c in plan.scheme.components
        }
        self._after = {
            c.code: correct_panels(plan.scheme, c, plan.entries, self._taken[c.code])
            for c in plan.scheme.components
        }

    def _place(self, component: Component) -> _At:
        columns = self.sheet.columns
        first = len(columns)
        for key in ("points", "settled", "fine", "before"):
            title = f"{component.code} {self.plan.name(key)}"
            columns.append(Column(title, component.name))
        corrects = self.plan.scheme.panels.correction != "none"
        corrected = None
        if corrects and not component.carried:
            corrected = len(columns)
            title = f"{component.code} {self.plan.name('corrected')}"
            columns.append(Column(title, component.name))
        columns.append(Column(component.code, component.name))
        return _At(first, first + 1, first + 2, first + 3, corrected, len(columns) - 1)

    def make(self) -> None:
        for row, facts in enumerate(self.plan.entries):
            is_present = f'=IF({self.facts.status(row)}="{PRESENT}",1,0)'
            cells: list[Cell] = [
                Text(facts.entry),
                Text(facts.group),
                Formula(is_present, Fraction(1)),
            ]
            for component in self.plan.scheme.components:
                cells += self._component(row, facts, component)
            self.sheet.rows.append(cells)

    def score(self, code: str, row: int) -> str:
        """Return the address of a rounded component, from another sheet."""
        return self.sheet.far(self._at[code].rounded, row)

    def _component(
        self, row: int, facts: EntryFacts, component: Component
    ) -> list[Cell]:
        at = self._at[component.code]
        taken = self._taken[component.code][facts.entry]
        found = self._points(row, facts, component, taken)
        settled, is_fixed = self._settled(row, facts, component, taken)
        fine = self.facts.fine(row, component.code)
        scheme = self.plan.scheme
        asked = sum_penalties(scheme.penalties, component.code, facts.penalties)
        cell = self.sheet.at
        before = (
            f"=IF({cell(at.settled, row)}=1,0,"
            f"MAX({cell(at.points, row)}-{cell(at.fine, row)},0))"
        )
        cells: list[Cell] = [
            found,
            settled,
            Formula(f"={fine}", asked) if fine != "0" else Number(_ZERO),
            Number(_ZERO) if is_fixed else Formula(before, taken.points),
        ]
        after = self._after[component.code][facts.entry]
        last = cell(at.before, row)
        if at.corrected is not None:
            cells.append(Formula(self._corrected(row, component, at), after))
            last = cell(at.corrected, row)
        places, mode = scheme.rounding.component, scheme.rounding.mode
        points = self.plan.results[facts.entry][1].components[component.code]
        cells.append(Formula(f"={rounded(last, places, mode)}", points, places))
        return cells

    def _points(
        self, row: int, facts: EntryFacts, component: Component, taken: Taken
    ) -> Cell:
        if self.plan.vetoed(facts, "component", component.code):
            return Number(_ZERO)
        if component.carried:
            carried = self.facts.sheet.far(self.facts.carried_at[component.code], row)
            text = f'=IF({carried}="",NA(),{carried})'
            return Formula(text, facts.carried[component.code])
        undercut = self._undercut(row, component)
        sheet = self.marks.criteria
        columns = [self.marks.criterion_at[c.code] + 1 for c in component.criteria]
        if component.trim_scope == "component":
            count = next(iter(component.aspects)).judges
            first = self.marks.totals_at[facts.entry, component.code]
            block = self.marks.judge_run(first, count)
            body, test = aggregate_formula(
                block, count, component.aggregate, component.drop
            )
        else:
            body, test = "+".join(sheet.far(column, row) for column in columns), ""
        text = f"MIN({body},{literal(component.max)})"
        if undercut:
            text = f"IF(OR({','.join(undercut)}),0,{text})"
        text = f"=IF({test},{text},NA())" if test else f"={text}"
        return Formula(text, taken.sum.points)

    def _undercut(self, row: int, component: Component) -> list[str]:
        tests = []
        for criterion in component.criteria:
            if criterion.zero_component_below is not None:
                cut = self.marks.criteria.far(
                    self.marks.criterion_at[criterion.code], row
                )
                below = literal(criterion.zero_component_below)
                tests.append(f"IF(ISNUMBER({cut}),{guarded(cut)}<{below},FALSE)")
        return tests

    def _settled(
        self, row: int, facts: EntryFacts, component: Component, taken: Taken
    ) -> tuple[Cell, bool]:
        """Return the cell that says whether the 0 stays, and whether it always does."""
        if self.plan.vetoed(facts, "component", component.code):
            return Number(Fraction(1)), True
        tests = [*self._undercut(row, component)]
        tests += self.facts.zeroing(row, component.code)
        if not tests:
            return Number(_ZERO), False
        text = f"=IF(OR({','.join(tests)}),1,0)"
        return Formula(text, Fraction(int(taken.is_settled))), False

    def _corrected(self, row: int, component: Component, at: _At) -> str:
        group = next(g for g in self.plan.groups if g.first <= row <= g.last)
        panel = self.facts.sheet.far(self.facts.panel_at, row)
        panels = self._facts_block(group)
        present = self.sheet.block(2, group.first, group.last)
        points = self.sheet.block(at.before, group.first, group.last)
        size = f"COUNTIFS({panels},{panel},{present},1)"
        mean = f"SUMIFS({points},{panels},{panel},{present},1)/{size}"
        whole = f"SUMIFS({points},{present},1)/SUM({present})"
        own = self.sheet.at(at.before, row)
        moved = f"MIN(MAX({own}-({mean}-{whole}),0),{literal(component.max)})"
        least = self.plan.scheme.panels.min_entries
        fixed = f"{self.sheet.at(at.settled, row)}=1,{panel}=0,{size}<{least}"
        return f"=IF(OR({fixed}),{own},{moved})"

    def _facts_block(self, group: Group) -> str:
        sheet = self.facts.sheet
        block = sheet.block(self.facts.panel_at, group.first, group.last)
        return f"{quote_sheet(sheet.name)}!{block}"
