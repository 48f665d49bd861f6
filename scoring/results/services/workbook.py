"""Write the results workbook as .xlsx."""

import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import Scoring
from scoring.results.rules.table import Plain, list_columns, list_rows
from scoring.results.rules.workbook.book import (
    RESULTS,
    Book,
    count_formulas,
    make_book,
    read_words,
)
from scoring.results.rules.workbook.cells import (
    BEYOND,
    NOWHERE,
    Formula,
    Number,
    Sheet,
    Text,
)
from scoring.results.rules.workbook.plan import MOST_ENTRIES, MOST_MARKS
from scoring.scheme.rules.tree import Scheme

_FITS = 18  # columns that can be read on one page
_SHOWN_CHECK = 6  # column of the check that stands in front among the ranks
_LONGEST_FORMULA = 8_000  # characters; a spreadsheet takes 8,192
_PEOPLE = ("entry", "person", "unit", "group", "rank", "total", "award")
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10}


class _PlainWorksheet(Worksheet):
    """Takes formulas as they are.

    Ours use no function newer than 2010; looking for them costs a third of the time.
    """

    def _prepare_formula(self, formula: str, *_: object) -> str:
        return formula.removeprefix("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookInput:
    """What a result was computed from; None where the marks are too many to keep."""

    marks: Sequence[Mark] | None
    entries: Sequence[EntryFacts] | None
    scheme_digest: str = ""
    people: Sequence[tuple[str, ...]] = ()  # whose codes they are; see `_PEOPLE`
    is_provisional: bool = False  # points are still left out: nobody has a rank


@cache
def _data() -> Mapping[str, object]:
    path = resources.files("scoring.results") / "workbook.toml"
    return tomllib.loads(path.read_text("utf-8"))


def write_workbook(scheme: Scheme, scoring: Scoring, given: WorkbookInput) -> bytes:
    """Return a workbook whose first sheet is the plain results.

    The sheets after it compute the same result from the raw marks by formula. With more
    than `MOST_MARKS` marks or `MOST_ENTRIES` entries they are left out, and a note says
    so.
    """
    out = io.BytesIO()
    book = None
    if is_small(given.marks, scoring) and not given.is_provisional:
        words = read_words(_data())
        book = make_book(scheme, given.marks or (), given.entries, scoring, words)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as file:
        file.worksheet_class = _PlainWorksheet
        writer = _Writer(file)
        writer.write_results(scheme, scoring)
        notes = file.add_worksheet(_words("sheets")["notes"])
        for sheet in book.sheets if book else ():
            writer.write_sheet(sheet)
        if given.people:
            writer.write_people(given.people)
        writer.write_notes(notes, scheme, given, book)
    return out.getvalue()


def is_small(marks: Sequence[Mark] | None, scoring: Scoring) -> bool:
    """Tell whether the workbook can hold every step as a formula."""
    few = len(scoring.results) <= MOST_ENTRIES
    return marks is not None and len(marks) <= MOST_MARKS and few


def _words(key: str) -> Mapping[str, str]:
    found = _data()[key]
    return found if isinstance(found, dict) else {}


class _Writer:
    def __init__(self, file: xlsxwriter.Workbook) -> None:
        self.file = file
        self.fixed = 0  # formulas too long to be written
        self._styles: dict[tuple[str, bool], Format] = {}
        bar = {"bold": True, "bg_color": "#1f4e79", "font_color": "#ffffff"}
        wrap = {"text_wrap": True, "valign": "vcenter"}
        self.head = file.add_format(_FONT | bar | wrap)
        self.note = file.add_format(
            _FONT | {"font_color": "#7f7f7f", "bg_color": "#f2f2f2"} | wrap
        )
        self.prose = file.add_format(_FONT | {"text_wrap": True, "valign": "top"})
        self.strong = file.add_format(_FONT | {"bold": True, "font_size": 12})
        self.bold = file.add_format({"bold": True})
        self.alarm = file.add_format({"bg_color": "#f8cbad"})
        self.fine = file.add_format({"font_color": "#375623"})

    def style(self, shown: str, *, is_input: bool = False) -> Format:
        """Return the look of a cell; what may be changed is tinted."""
        if (shown, is_input) not in self._styles:
            tint = {"bg_color": "#fff2cc"} if is_input else {}
            made = self.file.add_format(_FONT | tint | {"num_format": shown})
            self._styles[shown, is_input] = made
        return self._styles[shown, is_input]

    def write_results(self, scheme: Scheme, scoring: Scoring) -> None:
        """Write the plain results; text cells stay text, whatever they start with."""
        page = self.file.add_worksheet(RESULTS)
        page.freeze_panes(1, 2)
        columns = list_columns(scheme)
        page.set_column(0, len(columns) - 1, 13)
        for at, name in enumerate(columns):
            page.write_string(0, at, name, self.bold)
        for number, row in enumerate(list_rows(scheme, scoring), start=1):
            for at, name in enumerate(columns):
                cell = row[name]
                if isinstance(cell, Plain):
                    # A workbook holds doubles; the format shows our exact places.
                    value = float(cell.text)
                    page.write_number(number, at, value, self._places(cell.text))
                elif cell is not None:
                    page.write_string(number, at, cell, self.style("@"))

    def _places(self, text: str) -> Format:
        places = len(text.partition(".")[2])
        return self.style("0." + "0" * places if places else "0")

    def write_sheet(self, sheet: Sheet) -> None:
        page = self.file.add_worksheet(sheet.name)
        page.set_row(0, 32)
        page.set_row(1, 28)
        page.freeze_panes(2, sheet.frozen)
        if len(sheet.columns) <= _FITS:
            page.fit_to_pages(1, 0)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.repeat_rows(0, 1)
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, column.width)
            page.write_string(0, at, column.title, self.head)
            page.write_string(1, at, column.note, self.note)
        inputs = _inputs(sheet)
        for row, cells in enumerate(sheet.rows, start=2):
            for at, cell in enumerate(cells):
                self._write(page, row, at, cell, is_input=at in inputs)
        if sheet.rows:
            page.autofilter(1, 0, len(sheet.rows) + 1, len(sheet.columns) - 1)
        if sheet.key in {"ranks", "groups"} and sheet.rows:
            self._hide_nowhere(page, sheet)
        if sheet.key == "ranks" and sheet.rows:
            for at in (_SHOWN_CHECK, len(sheet.columns) - 1):
                self._colour(page, at, len(sheet.rows))

    def _hide_nowhere(self, page: Worksheet, sheet: Sheet) -> None:
        """Show a dash where there is no value and one beyond all stands for it."""
        dash = self.file.add_format({"num_format": '"–"', "font_color": "#7f7f7f"})
        area = (2, 0, len(sheet.rows) + 1, len(sheet.columns) - 1)
        for value in (NOWHERE, BEYOND):
            rule = {"type": "cell", "criteria": "==", "format": dash}
            page.conditional_format(*area, {**rule, "value": int(value)})

    def _colour(self, page: Worksheet, at: int, rows: int) -> None:
        check = _words("check")
        for key, style in (("differs", self.alarm), ("agrees", self.fine)):
            rule = {"type": "cell", "criteria": "==", "format": style}
            value = f'"{check[key]}"'
            page.conditional_format(2, at, rows + 1, at, {**rule, "value": value})

    def _write(
        self, page: Worksheet, row: int, at: int, cell: object, *, is_input: bool
    ) -> None:
        match cell:
            case Text(text):
                page.write_string(row, at, text, self.style("@", is_input=is_input))
            case Number(value, places):
                style = self.style(_shown(places), is_input=is_input)
                page.write_number(row, at, float(value), style)
            case Formula(text, value, places):
                self._write_formula(page, row, at, text, value, _shown(places))
            case None if is_input:
                page.write_blank(row, at, None, self.style("General", is_input=True))

    def _write_formula(
        self,
        page: Worksheet,
        row: int,
        at: int,
        text: str,
        value: Fraction | str,
        shown: str,
    ) -> None:
        plain = value if isinstance(value, str) else float(value)
        if len(text) <= _LONGEST_FORMULA:
            page.write_formula(row, at, text, self.style(shown), plain)
            return
        self.fixed += 1
        if isinstance(plain, str):
            page.write_string(row, at, plain, self.style("@"))
        else:
            page.write_number(row, at, plain, self.style(shown))

    def write_people(self, people: Sequence[tuple[str, ...]]) -> None:
        """Write whose codes they are, for those who may know."""
        page = self.file.add_worksheet(_words("sheets")["people"])
        page.freeze_panes(1, 2)
        page.set_column(0, len(_PEOPLE) - 1, 16)
        for at, key in enumerate(_PEOPLE):
            page.write_string(0, at, _words("columns")[key], self.head)
        for row, texts in enumerate(people, start=1):
            for at, text in enumerate(texts):
                page.write_string(row, at, text, self.style("@"))

    def write_notes(
        self, page: Worksheet, scheme: Scheme, given: WorkbookInput, book: Book | None
    ) -> None:
        page.hide_gridlines(2)
        page.set_column(0, 0, 62)
        page.set_column(1, 1, 78)
        texts = _data()["texts"]
        labels: Mapping[str, Sequence[str]] = texts if isinstance(texts, dict) else {}
        lines: list[tuple[str, str]] = list(book.notes) if book else []
        if book is None:
            key = "provisional" if given.is_provisional else "plain"
            lines.append((labels[key][0], labels[key][1]))
        for row, (chinese, english) in enumerate(lines):
            style = self.strong if book and row == 0 else self.prose
            page.write_string(row, 0, chinese, style)
            page.write_string(row, 1, english, style)
            lines_of = max(-(-2 * len(chinese) // 58), -(-len(english) // 74), 1)
            page.set_row(row, 16 * lines_of)
        row = len(lines) + 1
        facts: list[tuple[str, str | int]] = [("title", scheme.title)]
        if given.scheme_digest:
            facts.append(("digest", given.scheme_digest))
        if book is not None:
            facts.append(("formulas", count_formulas(book.sheets) - self.fixed))
            facts += [("fixed", self.fixed)] if self.fixed else []
        for at, (key, fact) in enumerate(facts, start=row):
            page.write_string(at, 0, " ".join(labels[key]), self.strong)
            page.write_string(at, 1, str(fact), self.style("@"))
        if book is not None:
            at = row + len(facts)
            page.write_string(at, 0, " ".join(labels["differing"]), self.strong)
            page.write_formula(at, 1, book.differing, self.style("0"), 0)


def _shown(places: int | None) -> str:
    if places is None:
        return "General"
    return "0." + "0" * places if places else "0"


def _inputs(sheet: Sheet) -> frozenset[int]:
    """Return the columns a reader may change to see what follows."""
    if sheet.key == "marks":
        return frozenset({3})
    if sheet.key == "entries":
        fixed = {0, 1, 2, 3, 4, 8, len(sheet.columns) - 1, len(sheet.columns) - 2}
        return frozenset(range(len(sheet.columns))) - fixed
    return frozenset()
