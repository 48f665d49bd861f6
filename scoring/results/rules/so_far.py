"""Results while marks are still being given: what is complete is scored.

Words used here:
    complete: a present entry with every mark its components need, whose judges agree
        where they must.
    incomplete: a present entry that is not; it has no total, no rank and no zero. It
        counts among the entered, so that shares of awards do not shrink on the way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.marking.rules.book import Cells, list_present, open_book
from scoring.marking.rules.check import list_component_faults
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.place import place_entries
from scoring.results.rules.score import Scoring, ScoringError, gather, make_results
from scoring.results.rules.total import sum_cells, total_entries
from scoring.scheme.rules.tree import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    entry: str
    given: int  # marks of the expected ones
    expected: int

    @property
    def is_disputed(self) -> bool:
        """Every mark is there: judges differ, or must score again."""
        return self.given == self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """A scoring in which incomplete entries are listed without a total."""

    scoring: Scoring
    incomplete: tuple[Incomplete, ...]  # by entry


def score_so_far(
    scheme: Scheme, marks: Iterable[Mark], entries: Iterable[EntryFacts]
) -> SoFar:
    """Score what is complete, all of it from the start.

    With every entry complete the scoring is that of `score`. `live.Board` gives the
    same answer after each mark without beginning again.

    Raises:
        ScoringError: a mark is doubled, unknown or not readable.
    """
    book = open_book(scheme, marks, entries)
    if book.faults:
        raise ScoringError(book.faults)
    incomplete = {
        facts.entry: count_marks(scheme, facts, book.cells[facts.entry])
        for facts in list_present(scheme, book)
        if not _is_complete(scheme, facts, book.cells[facts.entry])
    }
    complete = [f for f in list_present(scheme, book) if f.entry not in incomplete]
    totals = total_entries(scheme, complete, sum_cells(scheme, book.cells))
    placings, warnings = place_entries(scheme, book.entries, totals)
    results = make_results(scheme, book.entries, totals, placings)
    unfinished = list_unfinished(book.entries, incomplete)
    return SoFar(
        scoring=gather(scheme, book.entries, results, warnings, unfinished),
        incomplete=sort_incomplete(incomplete),
    )


def count_marks(scheme: Scheme, facts: EntryFacts, cells: Cells) -> Incomplete:
    """Count the marks an incomplete entry has of those it needs."""
    wanted = [
        (aspect.judges, len(cells.get(aspect.code, ()))) for aspect in scheme.aspects
    ]
    return Incomplete(
        entry=facts.entry,
        given=sum(min(pair) for pair in wanted),
        expected=sum(judges for judges, _found in wanted),
    )


def list_unfinished(
    entries: Sequence[EntryFacts], incomplete: Collection[str]
) -> frozenset[str]:
    """Return the teams with an incomplete member: they are not ranked yet."""
    return frozenset(f.team for f in entries if f.entry in incomplete)


def sort_incomplete(incomplete: Mapping[str, Incomplete]) -> tuple[Incomplete, ...]:
    return tuple(found for _code, found in sorted(incomplete.items()))


def _is_complete(scheme: Scheme, facts: EntryFacts, cells: Cells) -> bool:
    return not any(
        True
        for component in scheme.components
        for _fault in list_component_faults(component, facts, cells)
    )
