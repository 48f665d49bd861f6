"""Award rounds: what is admitted, and how sheets and prizes become a ranking.

Words used here:
    round: one call for an award (评选), with its kinds, days, prizes and scheme.
    nomination: one project in one round.
    cut: projects with the same total over the last place of a prize; a person says who
        goes before, and gives a reason.

The marks are those of the scoring engine: `lay_down` makes a round's scheme out of one
that comes with the program, `score_round` scores by it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scoring.marking.rules.book import open_book
from scoring.marking.rules.check import list_faults
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.ranking.rules.awards import Cut, Placed, list_cuts
from scoring.results.rules.place import place_entries
from scoring.results.rules.score import Scoring, ScoringError, gather, make_results
from scoring.results.rules.total import EntryTotal, sum_cells, total_entries
from scoring.scheme.rules.tree import Scheme

NOMINATING = "nominating"
SCORING = "scoring"
CLOSED = "closed"
PUBLISHED = "published"
CANCELLED = "cancelled"
STATES = (NOMINATING, SCORING, CLOSED, PUBLISHED, CANCELLED)
RUNNING = (NOMINATING, SCORING, CLOSED)

NOMINATED = "nominated"
WITHDRAWN = "withdrawn"
AWARDED = "awarded"
UNAWARDED = "unawarded"
TAKEN_BACK = "taken_back"
NOMINATION_STATES = (NOMINATED, WITHDRAWN, AWARDED, UNAWARDED, TAKEN_BACK)

LEAST_EXPERTS = 5
MOST_PRIZES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    """A prize and how many places it has."""

    name: str
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a round admits, and when."""

    kinds: Sequence[str]
    opens_on: date
    closes_on: date
    finished_from: date
    finished_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominee:
    """A project, as far as its admission asks."""

    kind: str
    finished_on: date
    is_verified: bool
    is_here: bool  # it lies within the round's place
    is_nominated: bool  # in this round already
    is_taken: bool  # awarded, or judged now, in another round of the same level


def refusals(terms: Terms, nominee: Nominee, today: date) -> list[str]:
    """Return codes of all that keeps a project out of a round; [] where nothing does.

    Source: rule G-19 in docs/rules/growth.md.
    """
    found = {
        "window": not terms.opens_on <= today <= terms.closes_on,
        "unconfirmed": not nominee.is_verified,
        "kind": nominee.kind not in terms.kinds,
        "period": not terms.finished_from <= nominee.finished_on <= terms.finished_to,
        "place": not nominee.is_here,
        "twice": nominee.is_nominated,
        "taken": nominee.is_taken,
    }
    return [code for code, holds in found.items() if holds]


def lay_down(
    document: Mapping[str, Any], prizes: Sequence[Prize], least: int
) -> dict[str, Any]:
    """Return the document of a scheme with a round's prizes and the marks they need.

    Args:
        document: of a scheme of one component that comes with the program.
        prizes: the highest first.
        least: marks below which no prize is given.
    """
    [component] = document["components"]
    awards = [
        {
            "name": prize.name,
            "count": prize.places,
            "tie_at_cut": "exclude",
            "require_pass": [component["code"]],
        }
        for prize in prizes
    ]
    parts = [{**component, "pass": least}]
    return {**document, "components": parts, "awards": awards}


def with_judges(scheme: Scheme, count: int) -> Scheme:
    """Return the scheme for a project that so many experts have marked."""
    components = tuple(
        replace(
            component,
            criteria=tuple(
                replace(
                    criterion,
                    aspects=tuple(replace(a, judges=count) for a in criterion.aspects),
                )
                for criterion in component.criteria
            ),
        )
        for component in scheme.components
    )
    return replace(scheme, components=components)


def score_round(
    scheme: Scheme, marks: Iterable[Mark], entries: Sequence[EntryFacts]
) -> Scoring:
    """Score projects that may have been marked by different numbers of experts.

    Raises:
        ScoringError: a mark is faulty, or an expert's sheet is not whole.

    Source: rule G-22 in docs/rules/growth.md; docs/formats/computing.md.
    """
    by_entry: dict[str, list[Mark]] = {facts.entry: [] for facts in entries}
    for mark in marks:
        by_entry[mark.entry].append(mark)
    totals: dict[str, EntryTotal] = {}
    for facts in entries:
        own = by_entry[facts.entry]
        part = with_judges(scheme, len({mark.judge for mark in own}))
        book = open_book(part, own, [facts])
        if faults := list_faults(part, book):
            raise ScoringError(faults)
        totals |= total_entries(part, [facts], sum_cells(part, book.cells))
    placings, warnings = place_entries(scheme, entries, totals)
    results = make_results(scheme, entries, totals, placings)
    return gather(scheme, entries, results, warnings)


def find_cuts(scheme: Scheme, scoring: Scoring) -> list[Cut]:
    """Return the ties over the last place of a prize that nobody has decided."""
    lines = {c.code: c.pass_mark for c in scheme.components}
    placed = [
        Placed(
            code=result.entry,
            rank=result.rank,
            passed=frozenset(
                code
                for code, line in lines.items()
                if line is not None and result.components[code] >= line
            ),
        )
        for result in scoring.results
        if result.rank is not None
    ]
    return list_cuts(scheme.awards, placed, entered=len(scoring.results))


def lacking_sheets(
    needed: Iterable[str], signed: Iterable[str], least: int = LEAST_EXPERTS
) -> dict[str, int]:
    """Return how many sheets each project still lacks; those that have enough are out.

    Args:
        needed: codes of the projects.
        signed: the project's code, once for each sheet with marks.
        least: how many each needs.
    """
    have = Counter(signed)
    return {code: least - have[code] for code in needed if have[code] < least}
