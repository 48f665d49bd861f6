"""What is made of results beside themselves: further rankings, promotions, honours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.marking.rules.facts import PRESENT, EntryFacts
from scoring.ranking.rules.eligibility import Candidate, Outcome, judge_rows
from scoring.ranking.rules.ranks import Contender, rank_contenders
from scoring.results.rules.place import find_key
from scoring.results.rules.result import Result
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Grouping, Scheme

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    rank: int
    entry: str
    total: Fraction
    tied_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One ranking of some of the entries among themselves."""

    name: str
    value: str  # of the column it is made by; "" where there is none
    rows: tuple[TableRow, ...]  # by rank, then entry


def rank_tables(
    scheme: Scheme, results: Sequence[Result], facts: Mapping[str, EntryFacts]
) -> Iterator[Table]:
    """Rank the ranked entries anew within every table of `[[rankings]]` (rule S-54)."""
    for grouping in scheme.groupings:
        chosen = [
            result
            for result in results
            if result.rank is not None and _is_chosen(grouping, result, facts)
        ]
        parts: dict[str, list[Result]] = {}
        for result in chosen:
            value = _read(grouping.by, result, facts) if grouping.by else ""
            if value or not grouping.by:
                parts.setdefault(value, []).append(result)
        for value, members in sorted(parts.items()):
            yield _rank_part(scheme, grouping.name, value, members, facts)


def _is_chosen(
    grouping: Grouping, result: Result, facts: Mapping[str, EntryFacts]
) -> bool:
    return all(
        _read(column, result, facts) in values
        for column, values in grouping.where.items()
    )


def _read(column: str, result: Result, facts: Mapping[str, EntryFacts]) -> str:
    match column:
        case "unit":
            return result.unit
        case "team":
            return result.team
        case "group":
            return result.group
        case _:
            return facts[result.entry].tags.get(column.removeprefix("tag:"), "")


def _rank_part(
    scheme: Scheme,
    name: str,
    value: str,
    members: Iterable[Result],
    facts: Mapping[str, EntryFacts],
) -> Table:
    by_code = {result.entry: result for result in members}
    standings = rank_contenders(
        [_contend(scheme, r, facts[code]) for code, r in by_code.items()],
        scheme.ranking.ties,
        scheme.ranking.unresolved,
    )
    return Table(
        name=name,
        value=value,
        rows=tuple(
            TableRow(
                rank=s.rank,
                entry=s.code,
                total=by_code[s.code].total or _ZERO,
                tied_by=s.tied_by,
            )
            for s in standings
        ),
    )


def _contend(scheme: Scheme, result: Result, facts: EntryFacts) -> Contender:
    published = scheme.ranking.compare == "published"
    total = result.total if published else result.exact_total
    return Contender(
        code=result.entry,
        total=total or _ZERO,
        keys=tuple(find_key(tie, facts, result) for tie in scheme.ranking.ties),
        playoff=facts.playoff,
    )


def list_outcomes(
    scheme: Scheme,
    results: Sequence[Result],
    facts: Mapping[str, EntryFacts],
    which: Literal["promotions", "honours"],
) -> list[Outcome]:
    """Return who is eligible to be recommended, by row, in the order of the results.

    Promotions are a ladder: who has met a row is not in question for those after it.
    """
    rows = scheme.promotions if which == "promotions" else scheme.honours
    if not rows:
        return []
    lines = {c.code: c.pass_mark for c in scheme.components if c.pass_mark is not None}
    printed = {code: format_number(line) for code, line in lines.items()}
    places = scheme.rounding.component
    candidates = [
        Candidate(
            code=result.entry,
            group=result.group,
            rank=result.rank,
            award=result.award,
            points={
                code: format_number(result.components[code], places) for code in lines
            },
            lines=printed,
            reached=frozenset(
                code for code, line in lines.items() if result.components[code] >= line
            ),
            age=facts[result.entry].age,
            held=facts[result.entry].held,
            promoted_on=facts[result.entry].promoted_on,
        )
        for result in results
        if result.status == PRESENT and result.total is not None
    ]
    return judge_rows(rows, candidates, is_ladder=which == "promotions")
