"""The results workbook: from raw marks to ranks, every step a formula.

    book = make_book(scheme, marks, entries, scoring, words)

Marks → points → aspects → criteria → components → total → rank → award. Each formula
cell carries the engine's exact value, and a check beside each rank says whether what
the spreadsheet now computes agrees with it. What no formula can follow (vetoes, groups,
teams) is written as values; docs/formats/workbook.md lists it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import Scoring
from scoring.results.rules.table import list_columns
from scoring.results.rules.workbook.cells import (
    Cell,
    Column,
    Formula,
    Number,
    Sheet,
    Text,
    quote_sheet,
    quoted,
)
from scoring.results.rules.workbook.facts import FactSheet
from scoring.results.rules.workbook.honours import GroupSheet
from scoring.results.rules.workbook.marks import MarkSheets
from scoring.results.rules.workbook.parts import PartSheet
from scoring.results.rules.workbook.plan import Plan, Words, is_wide, make_plan
from scoring.results.rules.workbook.ranks import RankSheet
from scoring.scheme.rules.layout import column_letters
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Scheme

RESULTS = "results"  # name of the first sheet
_FIRST_RESULT = 2  # row of its first result, counted from 1


@dataclass(frozen=True, slots=True)
class Book:
    """Sheets after the results, in order, and what the first page counts."""

    sheets: tuple[Sheet, ...]
    differing: str  # formula of how many ranks differ from ours
    notes: tuple[tuple[str, str], ...]


def make_book(
    scheme: Scheme,
    marks: Iterable[Mark],
    entries: Iterable[EntryFacts] | None,
    scoring: Scoring,
    words: Words,
) -> Book:
    """Return the sheets of the results workbook, without those of plain results.

    Args:
        scheme: frozen.
        marks: those that `scoring` was computed from.
        entries: likewise; None means every entry that has a mark.
        scoring: what `score` says.
        words: names of sheets and columns.
    """
    plan = make_plan(scheme, marks, entries, scoring, words)
    facts = FactSheet(plan)
    facts.make()
    raw = MarkSheets(plan)
    raw.make()
    parts = PartSheet(plan, raw, facts)
    parts.make()
    ranks = RankSheet(plan, facts, raw, parts)
    groups = GroupSheet(plan, ranks)
    check = ranks.add("check", 16)
    ranks.make()
    groups.make()
    for row, found in enumerate(plan.entries):
        ranks.sheet.rows[row].append(_check(plan, ranks, row, found))
    wide = any(is_wide(component) for component in scheme.components)
    sheets = [
        ranks.sheet,
        groups.sheet,
        parts.sheet,
        raw.criteria,
        raw.aspects,
        *([raw.judges] if wide else []),
        raw.marks,
        facts.sheet,
        _describe(plan),
    ]
    if scoring.teams:
        sheets.append(_teams(plan))
    last = max(len(plan.entries) - 1, 0)
    run = f"{quote_sheet(ranks.sheet.name)}!{ranks.sheet.block(check, 0, last)}"
    return Book(
        sheets=tuple(sheets),
        differing=f"=COUNTIF({run},{quoted(words.differs)})",
        notes=tuple(words.notes),
    )


def _check(plan: Plan, ranks: RankSheet, row: int, facts: EntryFacts) -> Cell:
    """Return the cell that compares what is computed now with the plain results."""
    columns = list_columns(plan.scheme)
    at = plan.results[facts.entry][0] + _FIRST_RESULT

    def ours(name: str) -> str:
        return f"{RESULTS}!{column_letters(columns.index(name))}{at}"

    total = ranks.cell("total", row)
    tests = [f"ROUND({total}-{ours('total')},9)=0"]
    tests += [
        f'{ranks.cell(key, row)}&""={ours(key)}&""'
        for key in ("rank", "status", "award", "tied_by")
    ]
    agrees, differs = quoted(plan.words.agrees), quoted(plan.words.differs)
    text = f"=IF(AND({','.join(tests)}),{agrees},{differs})"
    return Formula(text, plan.words.agrees)


def _describe(plan: Plan) -> Sheet:
    """Return the scheme as a list, for reading beside the numbers."""
    keys = ("code", "name", "kind", "max", "judges", "aggregate", "weight", "pass")
    columns = [Column(plan.name(key), width=14) for key in keys]
    columns[1].width = 36
    sheet = Sheet("scheme", plan.words.sheets["scheme"], columns)
    for component in plan.scheme.components:
        sheet.rows.append(
            [
                Text(component.code),
                Text(component.name),
                Text(component.trim_scope),
                Number(component.max),
                None,
                Text(component.aggregate if is_wide(component) else ""),
                Number(component.weight),
                None if component.pass_mark is None else Number(component.pass_mark),
            ]
        )
        for criterion in component.criteria:
            times = f" × {format_number(criterion.factor)}"
            sheet.rows.append(
                [
                    Text(criterion.code),
                    Text(criterion.name + (times if criterion.factor != 1 else "")),
                    None,
                    Number(criterion.cap),
                ]
            )
            for aspect in criterion.aspects:
                how = "" if is_wide(component) else aspect.aggregate
                sheet.rows.append(
                    [
                        Text(aspect.code),
                        Text(aspect.name),
                        Text(aspect.kind),
                        Number(aspect.max),
                        Number(Fraction(aspect.judges)),
                        Text(how),
                    ]
                )
    return sheet


def _teams(plan: Plan) -> Sheet:
    keys = ("rank", "team", "total", "time", "tied_by", "members")
    columns = [Column(plan.name(key), width=14) for key in keys]
    sheet = Sheet("teams", plan.words.sheets["teams"], columns)
    for team in plan.scoring.teams:
        sheet.rows.append(
            [
                None if team.rank is None else Number(Fraction(team.rank)),
                Text(team.team),
                Number(team.total),
                None if team.time is None else Number(team.time),
                Text(team.tied_by),
                Text(" ".join(team.members)),
            ]
        )
    return sheet


def count_formulas(sheets: Iterable[Sheet]) -> int:
    """Return how many cells of the workbook recompute themselves."""
    return sum(
        isinstance(cell, Formula) for s in sheets for row in s.rows for cell in row
    )


def read_words(data: Mapping[str, object]) -> Words:
    """Return the workbook's words from its data file's tree."""
    sheets, columns = data["sheets"], data["columns"]
    notes, check = data["notes"], data["check"]
    assert isinstance(sheets, dict)  # noqa: S101 - our own file
    assert isinstance(columns, dict)  # noqa: S101 - our own file
    assert isinstance(notes, list)  # noqa: S101 - our own file
    assert isinstance(check, dict)  # noqa: S101 - our own file
    return Words(
        sheets=sheets,
        columns=columns,
        notes=[(chinese, english) for chinese, english in notes],
        agrees=check["agrees"],
        differs=check["differs"],
    )
