"""One entry of a live board: its marks, and its sums as far as they are known.

Words used here:
    stale: an aspect whose aggregate is not known, or not that of the marks there now.
"""

from scoring.marking.rules.book import Cells, settle_status
from scoring.marking.rules.check import list_component_faults
from scoring.marking.rules.facts import PRESENT, EntryFacts
from scoring.marking.rules.sums import (
    CriterionSum,
    add_criteria,
    aggregate_aspects,
    sum_criterion,
)
from scoring.results.rules.so_far import Incomplete, count_marks
from scoring.results.rules.total import EntryTotal, Taken, take_penalties
from scoring.scheme.rules.tree import Component, Criterion, Scheme


class Row:
    """One entry: its marks, and its sums as far as they are known."""

    def __init__(self, facts: EntryFacts) -> None:
        self.cells: Cells = {}
        self.change(facts)

    def change(self, facts: EntryFacts) -> None:
        self.facts = facts
        self.stale: set[str] = set()
        self.touched: set[str] = set()  # components
        self.criteria: dict[str, CriterionSum] = {}
        self.taken: dict[str, Taken] = {}  # of the components without a fault
        self.incomplete: Incomplete | None = None
        self.is_complete = False  # present, with every component summed
        self.total: EntryTotal | None = None

    def settle(self, scheme: Scheme) -> None:
        """Sum the components that have a stale aspect, where nothing is missing."""
        if settle_status(scheme, self.facts) != PRESENT:
            self.is_complete, self.incomplete, self.total = False, None, None
            return
        was_complete = self.is_complete
        self.touched = {
            component.code
            for component in scheme.components
            if self._settle_component(scheme, component)
        }
        self.is_complete = len(self.taken) == len(scheme.components)
        self.incomplete = None
        if not self.is_complete:
            self.total = None
            self.incomplete = count_marks(scheme, self.facts, self.cells)
        if self.is_complete != was_complete:
            # Whoever comes or goes moves the means of every component.
            self.touched = {component.code for component in scheme.components}

    def _settle_component(self, scheme: Scheme, component: Component) -> bool:
        """Return whether anything of the component may have changed."""
        stale = self.stale.intersection(aspect.code for aspect in component.aspects)
        if not stale and component.code in self.taken:
            return False
        if any(True for _ in list_component_faults(component, self.facts, self.cells)):
            self.taken.pop(component.code, None)
            return True
        self.stale -= stale
        for criterion in component.criteria:
            self._settle_criterion(scheme, component, criterion, stale)
        found = add_criteria(
            component,
            [self.criteria[criterion.code] for criterion in component.criteria],
            self.facts.vetoes,
        )
        self.taken[component.code] = take_penalties(
            scheme, component, self.facts, found
        )
        return True

    def _settle_criterion(
        self,
        scheme: Scheme,
        component: Component,
        criterion: Criterion,
        stale: set[str],
    ) -> None:
        touched = [aspect for aspect in criterion.aspects if aspect.code in stale]
        if not touched:
            return
        before = self.criteria.get(criterion.code)
        vetoes = self.facts.vetoes
        known = dict(before.aspects) if before else {}
        known |= aggregate_aspects(
            component, touched, self.cells, scheme.rounding, vetoes
        )
        self.criteria[criterion.code] = sum_criterion(
            component, criterion, self.cells, known, vetoes
        )
