"""Sheets from the raw marks up to the criteria of every entry."""

from fractions import Fraction

from scoring.marking.rules.facts import EntryFacts
from scoring.marking.rules.sums import sum_by_judge
from scoring.results.rules.workbook.aggregates import aggregate_formula
from scoring.results.rules.workbook.cells import (
    FIRST_ROW,
    Cell,
    Column,
    Formula,
    Number,
    Sheet,
    Text,
    add,
    literal,
    quote_sheet,
    rounded,
)
from scoring.results.rules.workbook.plan import Plan, is_wide, value_or_blank
from scoring.results.rules.workbook.points import points_formula, value_cell
from scoring.scheme.rules.tree import Aspect, Component, Criterion

_POINTS = 4  # column of the points among the marks
_SUM, _CUT = 3, 4  # columns among the judges' sums
_ZERO = Fraction(0)
_HERE = "\x00"  # stands for the address of the value until the row is known


class MarkSheets:
    """Makes the sheets and knows where each number of an entry stands."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        words = plan.words.sheets
        name = plan.name
        self.marks = Sheet(
            "marks",
            words["marks"],
            [
                Column(name("entry"), width=14),
                Column(name("aspect"), width=12),
                Column(name("judge"), width=14),
                Column(name("value"), width=14),
                Column(name("points"), width=12),
            ],
        )
        self.judges = Sheet(
            "judges",
            words["judges"],
            [
                Column(name("entry"), width=14),
                Column(name("unit_code"), width=14),
                Column(name("judge"), width=14),
                Column(name("sum"), width=12),
                Column(name("cut"), width=14),
            ],
        )
        self.aspects = self._matrix("aspects")
        self.criteria = self._matrix("criteria")
        self.aspect_at: dict[str, int] = {}  # column by code
        self.criterion_at: dict[str, int] = {}  # column of the cut; points beside it
        self.totals_at: dict[tuple[str, str], int] = {}  # first row of judges' totals
        self._runs: dict[tuple[str, str], int] = {}  # first row of marks of a cell

    def _matrix(self, key: str) -> Sheet:
        columns = [Column(self.plan.name("entry"), width=14)]
        columns.append(Column(self.plan.name("group"), width=12))
        return Sheet(key, self.plan.words.sheets[key], columns, frozen=2)

    def make(self) -> None:
        self._make_marks()
        for component in self.plan.scheme.components:
            for criterion in component.criteria:
                for aspect in criterion.aspects:
                    self.aspect_at[aspect.code] = len(self.aspects.columns)
                    self.aspects.columns.append(Column(aspect.code, aspect.name))
                self.criterion_at[criterion.code] = len(self.criteria.columns)
                before = f"{criterion.code} {self.plan.name('before_factor')}"
                self.criteria.columns.append(Column(before, criterion.name))
                self.criteria.columns.append(Column(criterion.code, criterion.name))
        for row, facts in enumerate(self.plan.entries):
            self.aspects.rows.append([Text(facts.entry), Text(facts.group)])
            self.criteria.rows.append([Text(facts.entry), Text(facts.group)])
            for component in self.plan.scheme.components:
                self._make_component(row, facts, component)

    def _make_marks(self) -> None:
        formulas = {
            aspect.code: points_formula(aspect, _HERE)
            for aspect in self.plan.scheme.aspects
        }
        for facts in self.plan.entries:
            for aspect in self.plan.scheme.aspects:
                key = (facts.entry, aspect.code)
                self._runs[key] = len(self.marks.rows)
                given = self.plan.given(*key)
                for (judge, value), points in zip(
                    self.plan.values[key], given, strict=True
                ):
                    row = len(self.marks.rows)
                    at = self.marks.at(_POINTS - 1, row)
                    formula = formulas[aspect.code].replace(_HERE, at)
                    exact = points.points or _ZERO
                    self.marks.rows.append(
                        [
                            Text(facts.entry),
                            Text(aspect.code),
                            Text(judge),
                            value_cell(aspect, value),
                            Formula(formula, exact),
                        ]
                    )

    def _run(self, facts: EntryFacts, aspect: Aspect) -> str:
        """Return the address of the points of a cell's judges."""
        first = self._runs[facts.entry, aspect.code]
        last = first + aspect.judges - 1
        sheet = quote_sheet(self.marks.name)
        return f"{sheet}!{self.marks.block(_POINTS, first, last)}"

    def _make_component(
        self, row: int, facts: EntryFacts, component: Component
    ) -> None:
        for criterion in component.criteria:
            for aspect in criterion.aspects:
                cell = self._aspect(facts, component, aspect)
                self.aspects.rows[row].append(cell)
        starts = {
            criterion.code: self._judge_sums(facts, component, criterion)
            for criterion in (component.criteria if is_wide(component) else ())
        }
        if component.trim_scope == "component":
            self._judge_totals(facts, component, starts)
        for criterion in component.criteria:
            cells = self._criterion(row, facts, component, criterion, starts)
            self.criteria.rows[row] += cells

    def _aspect(self, facts: EntryFacts, component: Component, aspect: Aspect) -> Cell:
        if self.plan.vetoed(facts, "aspect", aspect.code):
            return Number(_ZERO)
        value = self.plan.sums[facts.entry][component.code].aspects[aspect.code]
        rounding = self.plan.scheme.rounding
        body, test = aggregate_formula(
            self._run(facts, aspect), aspect.judges, aspect.aggregate, aspect.drop
        )
        if is_wide(component):
            # Where only the sums must agree, an aspect may have no value of its own.
            text = f'=IF({test},{body},"")' if test else f"={body}"
            return Formula(text, value_or_blank(value))
        body = rounded(body, rounding.aspect, rounding.mode)
        text = f"=IF({test},{body},NA())" if test else f"={body}"
        return Formula(text, value_or_blank(value), rounding.aspect)

    def _judge_sums(
        self, facts: EntryFacts, component: Component, criterion: Criterion
    ) -> int:
        """Write each judge's sum over a criterion; return the first of these rows."""
        start = len(self.judges.rows)
        counted = [
            aspect
            for aspect in criterion.aspects
            if not self.plan.vetoed(facts, "aspect", aspect.code)
        ]
        seats = self.plan.given(facts.entry, criterion.aspects[0].code)
        wide = component.trim_scope == "component"
        for at, seat in enumerate(seats):
            runs = [self._runs[facts.entry, aspect.code] + at for aspect in counted]
            terms = [self.marks.far(_POINTS, run) for run in runs]
            exact = sum(
                (
                    self.plan.given(facts.entry, aspect.code)[at].points or _ZERO
                    for aspect in counted
                ),
                _ZERO,
            )
            row: list[Cell] = [
                Text(facts.entry),
                Text(criterion.code),
                Text(seat.judge),
            ]
            row.append(Formula(f"={add(terms)}", exact) if terms else Number(_ZERO))
            here = self.judges.at(_SUM, len(self.judges.rows))
            row.append(self._cut(facts, criterion, here, exact) if wide else None)
            self.judges.rows.append(row)
        return start

    def _cut(
        self, facts: EntryFacts, criterion: Criterion, body: str, exact: Fraction
    ) -> Cell:
        """Return a criterion's points within [floor, cap]."""
        if self.plan.vetoed(facts, "criterion", criterion.code):
            return Number(_ZERO)
        low, high = literal(criterion.floor), literal(criterion.cap)
        value = min(max(exact, criterion.floor), criterion.cap)
        return Formula(f"=MIN(MAX({body},{low}),{high})", value)

    def _judge_totals(
        self, facts: EntryFacts, component: Component, starts: dict[str, int]
    ) -> None:
        """Write each judge's sum over a whole component."""
        self.totals_at[facts.entry, component.code] = len(self.judges.rows)
        sums = sum_by_judge(
            component,
            component.criteria,
            self.plan.cells[facts.entry],
            facts.vetoes,
        )
        first = next(iter(component.aspects))
        for at, seat in enumerate(self.plan.given(facts.entry, first.code)):
            terms = [
                f"{self.judges.at(_CUT, starts[c.code] + at)}*{literal(c.factor)}"
                for c in component.criteria
            ]
            self.judges.rows.append(
                [
                    Text(facts.entry),
                    Text(component.code),
                    Text(seat.judge),
                    Formula(f"={add(terms)}", sums[seat.judge]),
                    None,
                ]
            )

    def _criterion(
        self,
        row: int,
        facts: EntryFacts,
        component: Component,
        criterion: Criterion,
        starts: dict[str, int],
    ) -> list[Cell]:
        points = self.plan.sums[facts.entry][component.code].criteria[criterion.code]
        cut = None if points is None else points / criterion.factor
        column = self.criterion_at[criterion.code]
        here = self.criteria.at(column, row)
        times = f"{here}*{literal(criterion.factor)}"
        if self.plan.vetoed(facts, "criterion", criterion.code):
            return [Number(_ZERO), Number(_ZERO)]
        if not is_wide(component):
            first, last = criterion.aspects[0], criterion.aspects[-1]
            start = self.aspects.far(self.aspect_at[first.code], row)
            end = self.aspects.at(self.aspect_at[last.code], row)
            body, test = f"SUM({start}:{end})", ""
        else:
            count = criterion.aspects[0].judges
            block = self.judge_run(
                starts[criterion.code],
                count,
                by_cut=component.trim_scope == "component",
            )
            body, test = aggregate_formula(
                block, count, component.aggregate, component.drop
            )
        if component.trim_scope == "component":
            text = f'=IF({test},{body},"")' if test else f"={body}"
            after = f'=IF(ISNUMBER({here}),{times},"")'
        else:
            low, high = literal(criterion.floor), literal(criterion.cap)
            text = f"MIN(MAX({body},{low}),{high})"
            text = f"=IF({test},{text},NA())" if test else f"={text}"
            after = f"={times}"
        return [
            Formula(text, value_or_blank(cut)),
            Formula(after, value_or_blank(points)),
        ]

    def judge_run(self, first: int, count: int, *, by_cut: bool = False) -> str:
        """Return the address of so many judges' sums, from another sheet."""
        block = self.judges.block(_CUT if by_cut else _SUM, first, first + count - 1)
        return f"{quote_sheet(self.judges.name)}!{block}"


def last_row(rows: int) -> int:
    """Return the number of the last of so many rows, counted from 1."""
    return FIRST_ROW + rows - 1
