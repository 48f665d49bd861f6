"""The sheet of entries: what is known beside the marks, and the status it gives."""

from collections.abc import Sequence
from fractions import Fraction

from scoring.marking.rules.book import settle_status
from scoring.marking.rules.facts import DISQUALIFIED, PRESENT, EntryFacts
from scoring.results.rules.workbook.cells import (
    Cell,
    Column,
    Formula,
    Number,
    Sheet,
    Text,
    ceiling,
    flooring,
    literal,
)
from scoring.results.rules.workbook.plan import Plan
from scoring.scheme.rules.tree import Penalty

_STATUS = 5
_TIME, _PLAYOFF = 6, 7
_FIXED = (
    *("entry", "group", "unit", "team", "panel", "status", "time", "playoff"),
    "vetoes",
)


class FactSheet:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        scheme = plan.scheme
        columns = [Column(plan.name(key), width=13) for key in _FIXED]
        self.penalty_at: dict[str, int] = {}
        for penalty in scheme.penalties:
            self.penalty_at[penalty.code] = len(columns)
            columns.append(Column(penalty.code, penalty.name, width=13))
        self.carried_at: dict[str, int] = {}
        for component in scheme.components:
            if component.carried:
                self.carried_at[component.code] = len(columns)
                columns.append(Column(component.code, component.name, width=13))
        self._settled = len(columns)
        columns.append(Column(plan.name("settled_status"), width=14))
        self.panel_at = len(columns)
        columns.append(Column(plan.name("panel_number"), width=10))
        self.sheet = Sheet("entries", plan.words.sheets["entries"], columns)
        self._panels: dict[str, int] = {}

    def make(self) -> None:
        for row, facts in enumerate((*self.plan.entries, *self.plan.others)):
            self.sheet.rows.append(self._row(row, facts))

    def _row(self, row: int, facts: EntryFacts) -> list[Cell]:
        cells: list[Cell] = [
            *(Text(facts.entry), Text(facts.group), Text(facts.unit), Text(facts.team)),
            *(Text(facts.panel), Text(facts.status)),
            None if facts.time is None else Number(facts.time),
            None if facts.playoff is None else Number(facts.playoff),
            Text(" ".join(facts.vetoes)),
        ]
        for code in self.penalty_at:
            value = facts.penalties.get(code)
            cells.append(None if value is None else Number(value))
        for code in self.carried_at:
            points = facts.carried.get(code)
            cells.append(None if points is None else Number(points))
        cells.append(self._settle(row, facts))
        number = self._panels.setdefault(facts.panel, len(self._panels) + 1)
        cells.append(Number(_whole(number if facts.panel else 0)))
        return cells

    def _settle(self, row: int, facts: EntryFacts) -> Cell:
        status = settle_status(self.plan.scheme, facts)
        if status != PRESENT:
            return Text(status)  # nothing below is computed for it
        outs = self.over(
            row, [p for p in self._limited if p.over_limit == "disqualify"]
        )
        given = self.sheet.at(_STATUS, row)
        if not outs:
            return Formula(f"={given}", status)
        return Formula(f'=IF(OR({",".join(outs)}),"{DISQUALIFIED}",{given})', status)

    @property
    def _limited(self) -> list[Penalty]:
        return [p for p in self.plan.scheme.penalties if p.limit is not None]

    def over(
        self, row: int, penalties: Sequence[Penalty], *, far: bool = False
    ) -> list[str]:
        """Return the tests that an entry's values are above their limits."""
        at = self.sheet.far if far else self.sheet.at
        return [
            f"{at(self.penalty_at[p.code], row)}>{literal(p.limit)}"
            for p in penalties
            if p.limit is not None
        ]

    def zeroing(self, row: int, target: str) -> list[str]:
        """Return the tests that set a component, or the total, to 0."""
        wanted = [
            p
            for p in self._limited
            if (target == "total" and p.over_limit == "zero_total")
            or (p.over_limit == "zero_component" and p.applies_to == target)
        ]
        return self.over(row, wanted, far=True)

    def fine(self, row: int, target: str) -> str:
        """Return the formula of the points that penalties take from a target."""
        terms = []
        for penalty in self.plan.scheme.penalties:
            if penalty.applies_to != target:
                continue
            value = self.sheet.far(self.penalty_at[penalty.code], row)
            units = f"{value}/{literal(penalty.unit)}"
            whole = ceiling(units) if penalty.started else flooring(units)
            term = f"{literal(penalty.points)}*({whole})"
            if penalty.cap is not None:
                term = f"MIN({literal(penalty.cap)},{term})"
            terms.append(term)
        return "+".join(terms) or "0"

    def status(self, row: int) -> str:
        return self.sheet.far(self._settled, row)

    def time(self, row: int) -> str:
        return self.sheet.far(_TIME, row)

    def playoff(self, row: int) -> str:
        return self.sheet.far(_PLAYOFF, row)


def _whole(value: int) -> Fraction:
    return Fraction(value)
