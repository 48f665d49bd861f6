"""One group of a live board: the entries ranked together, and what was decided."""

from fractions import Fraction

from scoring.results.rules.live.rows import Row
from scoring.results.rules.place import GroupPlacing, place_group
from scoring.results.rules.result import Result
from scoring.results.rules.score import make_results
from scoring.results.rules.total import (
    EntryTotal,
    correct_panels,
    round_component,
    total_entry,
)
from scoring.scheme.rules.tree import Component, Scheme


class Group:
    """The entries ranked together, and what was decided among them."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.is_touched = True
        self.touched: set[str] = set()  # components
        self.scores: dict[str, dict[str, Fraction]] = {}  # component → entry, rounded
        self.placing = GroupPlacing(placings={}, warnings=())
        self.results: list[Result] = []

    def leave(self, row: Row) -> None:
        del self.rows[row.facts.entry]
        self.is_touched = True
        # Its marks counted in the means of every component.
        self.touched |= row.taken.keys()

    def settle(self, scheme: Scheme, name: str) -> None:
        if not self.is_touched:
            return
        complete = [row for row in self.rows.values() if row.is_complete]
        changed = {row.facts.entry for row in complete if row.total is None}
        for component in scheme.components:
            if component.code in self.touched:
                changed |= self._score(scheme, component, complete)
        for row in complete:
            if row.facts.entry in changed or row.touched:
                row.total = self._total(scheme, row)
            row.touched = set()
        members = [row.facts for row in self.rows.values()]
        totals = {row.facts.entry: row.total for row in complete if row.total}
        self.placing = place_group(scheme, name, members, totals)
        self.results = make_results(scheme, members, totals, self.placing.placings)
        self.is_touched, self.touched = False, set()

    def _score(
        self, scheme: Scheme, component: Component, complete: list[Row]
    ) -> set[str]:
        """Correct and round a component; return the entries for which it changed."""
        if scheme.panels.correction == "none":
            rows = [row for row in complete if component.code in row.touched]
        else:
            rows = complete
        points = correct_panels(
            scheme,
            component,
            [row.facts for row in rows],
            {row.facts.entry: row.taken[component.code] for row in rows},
        )
        scores = self.scores.setdefault(component.code, {})
        after = {code: round_component(scheme, found) for code, found in points.items()}
        changed = {code for code, score in after.items() if scores.get(code) != score}
        scores |= after
        return changed

    def _total(self, scheme: Scheme, row: Row) -> EntryTotal:
        code = row.facts.entry
        return total_entry(
            scheme,
            row.facts,
            {c.code: self.scores[c.code][code] for c in scheme.components},
            [row.taken[c.code].sum for c in scheme.components],
        )
