"""What the sheets of the results workbook are made from, worked out once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from scoring.marking.rules.book import Cells, Given, open_book, settle_status
from scoring.marking.rules.facts import PRESENT, EntryFacts, Mark
from scoring.marking.rules.sums import ComponentSum, sum_component
from scoring.results.rules.result import Result
from scoring.results.rules.score import Scoring
from scoring.results.rules.total import group_of
from scoring.results.rules.workbook.cells import Sheet
from scoring.scheme.rules.tree import Component, Scheme

MOST_MARKS = 120_000  # more are not written as formulas
MOST_ENTRIES = 2_000


@dataclass(frozen=True, slots=True)
class Words:
    """The workbook's own words, Chinese and English, from its data file."""

    sheets: Mapping[str, str]
    columns: Mapping[str, str]
    notes: Sequence[tuple[str, str]]
    agrees: str
    differs: str


@dataclass(slots=True)
class Group:
    """A run of rows that are ranked among themselves."""

    name: str
    first: int  # row among the computed entries, from 0
    last: int
    entered: int  # all of the group, computed or not


@dataclass(slots=True)
class Plan:
    scheme: Scheme
    scoring: Scoring
    words: Words
    entries: list[EntryFacts]  # computed ones, in the order of the results
    others: list[EntryFacts]  # not present: no formulas
    results: Mapping[str, tuple[int, Result]]  # row in the results, and the result
    values: Mapping[tuple[str, str], list[tuple[str, str]]]  # judge and value by cell
    cells: Mapping[str, Cells]
    sums: Mapping[str, Mapping[str, ComponentSum]]  # by entry and component
    groups: list[Group]
    sheets: dict[str, Sheet] = field(default_factory=dict)

    def given(self, entry: str, aspect: str) -> list[Given]:
        """Return a cell's judges with their points, in the order of the seats."""
        return sorted(self.cells[entry][aspect], key=lambda given: given.judge)

    def name(self, key: str) -> str:
        return self.words.columns.get(key, key)

    def vetoed(self, facts: EntryFacts, kind: str, code: str) -> bool:
        return f"{kind}:{code}" in facts.vetoes


def make_plan(
    scheme: Scheme,
    marks: Iterable[Mark],
    entries: Iterable[EntryFacts] | None,
    scoring: Scoring,
    words: Words,
) -> Plan:
    """Gather what was scored; the marks are those that `scoring` came from."""
    kept = list(marks)
    book = open_book(scheme, kept, entries)
    facts = {found.entry: found for found in book.entries}
    results = {
        result.entry: (row, result) for row, result in enumerate(scoring.results)
    }
    ordered = [facts[result.entry] for result in scoring.results]
    computed = [f for f in ordered if settle_status(scheme, f) == PRESENT]
    values: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for mark in kept:
        values.setdefault((mark.entry, mark.aspect), []).append(
            (mark.judge, mark.value)
        )
    for found in values.values():
        found.sort()
    sums = {
        f.entry: {
            component.code: sum_component(
                component, book.cells[f.entry], scheme.rounding, f.vetoes
            )
            for component in scheme.components
        }
        for f in computed
    }
    return Plan(
        scheme=scheme,
        scoring=scoring,
        words=words,
        entries=computed,
        others=[f for f in ordered if settle_status(scheme, f) != PRESENT],
        results=results,
        values=values,
        cells=book.cells,
        sums=sums,
        groups=_find_groups(scheme, computed, ordered),
    )


def _find_groups(
    scheme: Scheme, computed: Sequence[EntryFacts], everyone: Sequence[EntryFacts]
) -> list[Group]:
    groups: list[Group] = []
    for row, facts in enumerate(computed):
        name = group_of(scheme, facts)
        if groups and groups[-1].name == name:
            groups[-1].last = row
        else:
            entered = sum(group_of(scheme, other) == name for other in everyone)
            groups.append(Group(name, row, row, entered))
    return groups


def is_wide(component: Component) -> bool:
    return component.trim_scope != "aspect"


def value_or_blank(value: Fraction | None) -> Fraction | str:
    return "" if value is None else value
