"""The results workbook recomputes itself, by an engine that is not ours."""

import io
from random import Random  # noqa: TID251 - a seeded choice of what to change

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import ScoringError, score
from scoring.results.services import workbook
from scoring.results.services.workbook import WorkbookInput, write_workbook
from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import one_aspect
from tests.unit.scoring.sheets import entries_of, is_same, read_book, recompute, table

RANKS, MARKS = "名次 Ranks", "原始分 Marks"
CASES = range(40)


def generated(seed):
    case = Case(seed)
    scheme = parse_scheme(case.text)
    return scheme, [Mark(*row) for row in case.marks], entries_of(case, scheme)


def write(scheme, marks, entries):
    scoring = score(scheme, marks, entries)
    return scoring, write_workbook(
        scheme, scoring, WorkbookInput(marks=marks, entries=entries)
    )


def put_value(book, mark, value):
    """Write another value into the raw marks, as a person would type it."""
    for row in table(book, MARKS):
        here = (row["编号 Entry"], row["评分点 Aspect"], row["裁判 Judge"])
        if here == (mark.entry, mark.aspect, mark.judge):
            cell = book["sheets"][MARKS][f"D{row['row']}"]
            is_text = isinstance(cell["v"], str) or find_number(value) is None
            cell["v"] = value if is_text else float(value)
            return
    raise AssertionError(mark)


def changed(scheme, marks, entries, scoring, rng):
    """Other marks that can be scored: one cell has another value of its aspect."""
    present = {r.entry for r in scoring.results if r.status == "present"}
    for _ in range(20):
        mark = rng.choice([m for m in marks if m.entry in present] or marks)
        value = rng.choice([m.value for m in marks if m.aspect == mark.aspect])
        # Where judges must agree the whole cell changes.
        judges = rng.choice([{mark.judge}, {m.judge for m in marks}])
        new = [
            m._replace(value=value)
            if (m.entry, m.aspect) == (mark.entry, mark.aspect) and m.judge in judges
            else m
            for m in marks
        ]
        moved = [(a, b) for a, b in zip(marks, new, strict=True) if a != b]
        try:
            if moved and mark.entry in present:
                return score(scheme, new, entries), [b for _, b in moved]
        except ScoringError:
            continue
    return None


def test_every_formula_agrees_before_and_after_a_mark_is_changed():
    books, carried, after = [], [], []
    for seed in CASES:
        scheme, marks, entries = generated(seed)
        scoring, data = write(scheme, marks, entries)
        book, values = read_book(data)
        books.append(book)
        carried.append(values)
        found = changed(scheme, marks, entries, scoring, Random(seed))  # noqa: S311
        if found is None:
            continue
        book, _ = read_book(data)
        for mark in found[1]:
            put_value(book, mark, mark.value)
        books.append(book)
        carried.append(None)
        after.append((len(books) - 1, found[0]))

    answers = recompute(books)

    for book, values, found in zip(books, carried, answers, strict=True):
        for place, value in (values or {}).items():
            formula = book["sheets"][place[0]][place[1]]["f"]
            assert is_same(found[place], value), (place, found[place], value, formula)
    assert len(after) > len(CASES) // 2
    for at, scoring in after:
        results = {result.entry: result for result in scoring.results}
        for row in table(books[at], RANKS, answers[at]):
            result = results[row["编号 Entry"]]
            assert row["状态 Status"] == result.status
            assert is_same(row["名次 Rank"], result.rank), (at, row, result)
            assert is_same(row["奖项 Award"], result.award), (at, row, result)
            assert is_same(row["分出于 Tied by"], result.tied_by), (at, row, result)
            if result.total is not None:
                assert is_same(row["总分 Total"], float(result.total)), (
                    at,
                    row,
                    result,
                )


def test_the_check_says_what_no_longer_agrees():
    scheme = parse_scheme(one_aspect('kind = "score"\nmax = 100'))
    marks = [Mark("A", "P1.1", "J", "80"), Mark("B", "P1.1", "J", "70")]
    _, data = write(scheme, marks, None)
    book, carried = read_book(data)

    put_value(book, marks[1], "90")
    (found,) = recompute([book])

    rows = {row["编号 Entry"]: row for row in table(book, RANKS, found)}
    assert [(rows[e]["名次 Rank"], rows[e]["核对 Check"]) for e in "AB"] == [
        (2, "已变 differs"),
        (1, "已变 differs"),
    ]
    counts = [value for (sheet, _), value in found.items() if sheet == "说明 Read me"]
    assert counts == [2]
    assert set(carried.values()) >= {"一致 agrees"}


def test_not_scored_is_not_zero():
    scheme = parse_scheme(one_aspect('kind = "score"\nmax = 100'))
    marks = [Mark("A", "P1.1", "J", "80")]
    for value in ("", 101, -1):
        book, _ = read_book(write(scheme, marks, None)[1])
        book["sheets"][MARKS]["D3"]["v"] = value
        (found,) = recompute([book])
        assert str(found[MARKS, "E3"]).startswith("#")


MEDALS = (
    '[medals]\ntolerance = 2\nchain = {chain}\nnames = ["金", "银", "铜"]\n'
    'medallion = {{ name = "优", from = 500 }}'
)
FIELDS = (
    "538 535 521 519 514 511 500 499",
    "538 537 521 519 514",
    "538 537 536 534.5 530 501",
    "538 535 534 533 532 520 500 499",
    "538 536 534 532 530",
    "538",
    "538 530 529 521 520",
)


def test_medals_follow_their_bands():
    books, expected = [], []
    for chain in ("false", "true"):
        tail = MEDALS.format(chain=chain)
        scheme = parse_scheme(one_aspect('kind = "score"\nmax = 1000', tail=tail))
        for field in FIELDS:
            marks = [
                Mark(f"E{n}", "P1.1", "J", total)
                for n, total in enumerate(field.split())
            ]
            books.append(read_book(write(scheme, marks, None)[1]))
            expected.append({r.entry: r.award for r in score(scheme, marks).results})

    found = recompute([book for book, _ in books])

    for (book, carried), awards, answer in zip(books, expected, found, strict=True):
        rows = table(book, RANKS, answer)
        assert {row["编号 Entry"]: row["奖项 Award"] or "" for row in rows} == awards
        assert all(is_same(answer[at], value) for at, value in carried.items())


STARTS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "007",
)


def test_no_text_becomes_a_formula():
    aspects = "".join(
        f'[[components.criteria.aspects]]\ncode = "{start}"\nname = "{start}"\n'
        f'kind = "choice"\nmax = 1\noptions = {{ "{start}" = 1, "b" = 0 }}\n'
        for start in {start.strip(): None for start in STARTS}
    )
    scheme = parse_scheme(one_aspect('kind = "score"\nmax = 1', tail=aspects))
    entries = [
        EntryFacts(entry=start, unit=start, team=start, group=start, panel=start)
        for start in STARTS
    ]
    marks = [
        Mark(entry.entry, aspect.code, start, "1" if aspect.kind == "score" else label)
        for entry in entries
        for aspect in scheme.aspects
        for label in [next(iter(aspect.options), "")]
        for start in STARTS[:1]
    ]

    _, data = write(scheme, marks, entries)

    book = openpyxl.load_workbook(io.BytesIO(data))
    plain = CalamineWorkbook.from_filelike(io.BytesIO(data))
    results = plain.get_sheet_by_name("results").to_python()[1:]
    assert {row[1] for row in results} == set(STARTS)
    assert {row[3] for row in results} == set(STARTS)
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                # A formula of ours refers to a cell or calls a function; a text that
                # began like one would be one of ours word for word.
                assert cell.data_type != "f" or cell.value not in STARTS
    (found,) = recompute([read_book(data)[0]])
    ranks = [v for (s, at), v in found.items() if s == RANKS]
    assert "已变 differs" not in ranks


def test_the_first_sheet_is_the_results_and_a_large_one_has_values_only(monkeypatch):
    scheme, marks, entries = generated(1)
    monkeypatch.setattr(workbook, "MOST_MARKS", 1)

    _, data = write(scheme, marks, entries)

    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["results", "说明 Read me"]
    assert "只有数值" in book["说明 Read me"]["A1"].value


@pytest.mark.soak
def test_hundreds_more_agree():
    for start in range(100, 1_000, 100):
        books = [read_book(write(*generated(s))[1]) for s in range(start, start + 100)]
        answers = recompute([book for book, _ in books])
        for (_, carried), found in zip(books, answers, strict=True):
            assert all(is_same(found[at], value) for at, value in carried.items())
