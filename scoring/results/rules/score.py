"""From a scheme and its marks to results. The public face of the scoring engine.

    scheme = parse_scheme(text)                    scoring.scheme.rules.parse
    list_warnings(scheme)                          scoring.scheme.rules.warnings
    check_value(aspect, text)                      scoring.marking.rules.values
    mark_points(aspect, text)
    list_gaps(scheme, marks, entries)              scoring.marking.rules.book
    score(scheme, marks, entries) -> Scoring       here
    score_columns(scheme, columns, entries)        here: millions of marks

`score` refuses with every fault at once (`ScoringError`); `list_gaps` refuses nothing.
Numbers are exact fractions: published ones are rounded where the scheme rounds, and
`format_number` (`scoring.scheme.rules.numbers`) prints them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from errors import FileFaultsError
from scoring.marking.rules.book import (
    MarkBook,
    is_uncarried,
    open_book,
    settle_status,
)
from scoring.marking.rules.check import list_faults
from scoring.marking.rules.column_sums import sum_column
from scoring.marking.rules.columns import MarkColumns, lay_out
from scoring.marking.rules.exact import NotPlainError
from scoring.marking.rules.facts import PRESENT, EntryFacts, Mark
from scoring.marking.rules.sums import add_criteria
from scoring.ranking.rules.eligibility import Outcome
from scoring.ranking.rules.teams import Member, TeamResult, rank_teams
from scoring.results.rules.outcomes import Table, list_outcomes, rank_tables
from scoring.results.rules.place import Placing, place_entries
from scoring.results.rules.result import Result
from scoring.results.rules.total import EntryTotal, SumOf, sum_cells, total_entries
from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.tree import Component, Scheme


class ScoringError(FileFaultsError):
    """Marks or entries that cannot be scored; `details` holds every fault."""

    def __init__(self, details: Iterable[Fault]) -> None:
        self.details = tuple(details)
        super().__init__([f"{fault.source}:{fault}" for fault in self.details])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    results: tuple[Result, ...]  # by group, rank, entry; unranked last in their group
    teams: tuple[TeamResult, ...]
    warnings: tuple[Fault, ...]
    rankings: tuple[Table, ...] = ()  # by ranking, then by value
    promotions: tuple[Outcome, ...] = ()  # by row, then in the order of the results
    honours: tuple[Outcome, ...] = ()


def score(
    scheme: Scheme, marks: Iterable[Mark], entries: Iterable[EntryFacts] | None = None
) -> Scoring:
    """Compute totals, ranks, awards and teams.

    Args:
        scheme: from `parse_scheme`.
        marks: one per present entry, aspect and judge, in any order.
        entries: who takes part; None means every entry that has a mark.

    Raises:
        ScoringError: marks are faulty, missing, too many or to be re-scored.

    Source: docs/formats/computing.md, steps 1 to 10.
    """
    book = open_book(scheme, marks, entries)
    faults = list_faults(scheme, book)
    if faults:
        raise ScoringError(faults)
    return score_book(scheme, book)


def score_book(scheme: Scheme, book: MarkBook) -> Scoring:
    """Score a book in which `list_faults` found nothing."""
    present = [f for f in book.entries if settle_status(scheme, f) == PRESENT]
    totals = total_entries(scheme, present, sum_cells(scheme, book.cells))
    return _publish(scheme, book.entries, totals)


def score_columns(
    scheme: Scheme, marks: MarkColumns, entries: Iterable[EntryFacts] | None = None
) -> Scoring | None:
    """Score marks given by column: the fast way for millions of them.

    Returns:
        The same as `score`, or None where anything is wrong with marks or entries (or
        does not fit into 64 bits); `score` then says what.
    """
    if entries is None:
        entries = [EntryFacts(entry=code) for code in marks.entries]
    book = open_book(scheme, (), entries)
    present = [f for f in book.entries if settle_status(scheme, f) == PRESENT]
    rows = {facts.entry: row for row, facts in enumerate(present)}

    def sum_all(component: Component) -> SumOf:
        if component.carried:
            return lambda facts: add_criteria(component, (), facts.vetoes)
        column = sum_column(component, sheet, scheme.rounding)
        return lambda facts: column.find(rows[facts.entry], facts.vetoes)

    try:
        sheet = lay_out(scheme, marks, [f.entry for f in book.entries], list(rows))
        if book.faults or any(
            is_uncarried(component, facts)
            for component in scheme.carried
            for facts in present
        ):
            return None
        totals = total_entries(scheme, present, sum_all)
    except NotPlainError:
        return None
    return _publish(scheme, book.entries, totals)


def _publish(
    scheme: Scheme, entries: Sequence[EntryFacts], totals: Mapping[str, EntryTotal]
) -> Scoring:
    placings, warnings = place_entries(scheme, entries, totals)
    results = make_results(scheme, entries, totals, placings)
    return gather(scheme, entries, results, warnings)


def make_results(
    scheme: Scheme,
    entries: Iterable[EntryFacts],
    totals: Mapping[str, EntryTotal],
    placings: Mapping[str, Placing],
) -> list[Result]:
    """Put each entry's total and placing together; both may be missing."""
    return [
        _make_result(scheme, facts, totals.get(facts.entry), placings.get(facts.entry))
        for facts in entries
    ]


def gather(
    scheme: Scheme,
    entries: Sequence[EntryFacts],
    results: Iterable[Result],
    warnings: Iterable[Fault],
    unfinished: Collection[str] = (),
) -> Scoring:
    """Order the results of all groups and rank the teams over them.

    `unfinished` are teams that are not ranked yet: a member's marks are incomplete.
    """
    ordered = tuple(sorted(results, key=_order))
    counted = [result for result in ordered if result.team not in unfinished]
    known = {facts.entry: facts for facts in entries}
    return Scoring(
        results=ordered,
        teams=tuple(_rank_teams(scheme, entries, counted)),
        warnings=tuple(warnings),
        rankings=tuple(rank_tables(scheme, ordered, known)),
        promotions=tuple(list_outcomes(scheme, ordered, known, "promotions")),
        honours=tuple(list_outcomes(scheme, ordered, known, "honours")),
    )


def _order(result: Result) -> tuple[str, bool, int, str]:
    return (result.group, result.rank is None, result.rank or 0, result.entry)


def _make_result(
    scheme: Scheme, facts: EntryFacts, total: EntryTotal | None, placing: Placing | None
) -> Result:
    status = settle_status(scheme, facts)
    if total is None:
        return Result(
            entry=facts.entry,
            group=facts.group,
            unit=facts.unit,
            team=facts.team,
            status=status,
        )
    return Result(
        entry=facts.entry,
        group=facts.group,
        unit=facts.unit,
        team=facts.team,
        status=status,
        rank=placing.rank if placing else None,
        total=total.total,
        exact_total=total.exact,
        penalty=total.penalty,
        components=total.components,
        criteria=total.criteria,
        aspects=total.aspects,
        scale=placing.scale if placing else None,
        passed=total.passed,
        tied_by=placing.tied_by if placing else "",
        award=placing.award if placing else "",
    )


def _rank_teams(
    scheme: Scheme, entries: Sequence[EntryFacts], results: Iterable[Result]
) -> list[TeamResult]:
    if scheme.teams is None:
        return []
    times = {facts.entry: facts.time for facts in entries}
    members = [
        Member(
            code=result.entry,
            team=result.team,
            total=result.total,
            time=times[result.entry],
            award=result.award,
            passed=result.passed,
        )
        for result in results
    ]
    return rank_teams(scheme.teams, members)
