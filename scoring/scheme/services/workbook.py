"""A scheme as a workbook: the template that people fill in, and reading it back."""

import io
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.from_cells import read_cells
from scoring.scheme.rules.layout import (
    OTHER,
    VALUES,
    Column,
    Layout,
    Sheet,
    label_of,
    read_layout,
)
from scoring.scheme.rules.parse import parse_document, read_toml
from scoring.scheme.rules.to_cells import Cell, Number, make_cells

_FIRST_ROW = 2  # of a sheet of tables: under titles and keys
_VALUES_WIDTHS = (34, 40, 24, 70)
_VALIDATED_ROWS = 2_000  # of the sheet that a drop-down of codes looks at


@cache
def template_layout() -> Layout:
    """Return the sheets and columns of the template."""
    return read_layout(_resource("workbook.toml"))


def _resource(name: str) -> str:
    return (resources.files("scoring.scheme") / name).read_text("utf-8")


def example_document() -> dict[str, object]:
    """Return the document of the example rows that a new template holds."""
    return read_toml(_resource("template.scheme.toml"))


def read_sheets(sheets: Mapping[str, Sequence[Sequence[object]]]) -> dict[str, object]:
    """Return the document of a filled template.

    Args:
        sheets: rows of cell values by sheet name, from `workbooks.read_workbook`.

    Raises:
        SchemeError: every fault of cells and scheme, each at its sheet and cell.
    """
    found = read_cells(sheets, template_layout())
    faults = list(found.faults)
    marked = {fault.where for fault in faults}
    try:
        parse_document(found.document)
    except SchemeError as error:
        placed = found.places.place(error.details)
        # A cell that could not be read is not also missing.
        faults += [fault for fault in placed if fault.where not in marked]
    if faults:
        raise SchemeError(faults)
    return found.document


def write_xlsx(document: Mapping[str, object]) -> bytes:
    """Return a workbook filled from a scheme's document.

    Raises:
        SchemeError: see `make_cells`.
    """
    layout = template_layout()
    cells = make_cells(document, layout)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        writer = _Writer(book, layout)
        writer.write_notes()
        for sheet in layout.sheets:
            writer.write(sheet, cells[sheet.name])
        book.get_worksheet_by_name(layout.sheets[0].name).activate()
    return out.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, layout: Layout) -> None:
        self.book = book
        self.layout = layout
        head = {"bold": True, "bg_color": "#1f4e79", "font_color": "#ffffff"}
        plain = {"valign": "top", "font_name": "Microsoft YaHei", "font_size": 10}
        box = plain | {"border": 1, "border_color": "#bfbfbf"}
        self.head = book.add_format(
            plain | head | {"text_wrap": True, "valign": "vcenter"}
        )
        self.key = book.add_format(
            plain | {"font_color": "#7f7f7f", "italic": True, "bg_color": "#f2f2f2"}
        )
        self.text = book.add_format(box | {"num_format": "@", "text_wrap": True})
        self.number = book.add_format(box | {"num_format": "General"})
        self.note = book.add_format(plain | {"text_wrap": True})
        self.strong = book.add_format(plain | {"bold": True, "font_size": 12})

    def write_notes(self) -> None:
        page = self.book.add_worksheet(self.layout.notes_name)
        page.hide_gridlines(2)
        page.set_column(0, 0, 70)
        page.set_column(1, 1, 110)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        for row, texts in enumerate(self.layout.notes):
            page.set_row(row, 32 if any(len(text) > 60 for text in texts) else 18)
            is_head = row == 0 or not any(self.layout.notes[row - 1])
            for at, text in enumerate(texts):
                page.write_string(row, at, text, self.strong if is_head else self.note)

    def write(self, sheet: Sheet, rows: Sequence[Sequence[Cell]]) -> None:
        page = self.book.add_worksheet(sheet.name)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        if sheet.shape == VALUES:
            self._write_values(page, sheet, rows)
        else:
            self._write_tables(page, sheet, rows)

    def _write_values(
        self, page: Worksheet, sheet: Sheet, rows: Sequence[Sequence[Cell]]
    ) -> None:
        for at, (title, width) in enumerate(
            zip(self.layout.values_titles, _VALUES_WIDTHS, strict=True)
        ):
            page.set_column(at, at, width)
            page.write_string(0, at, title, self.head)
        for row, (column, cells) in enumerate(
            zip(sheet.columns, rows, strict=True), start=1
        ):
            page.write_string(row, 0, column.title, self.note)
            self._write_cell(page, row, 1, cells[0], self._style(column))
            page.write_string(row, 2, column.key, self.key)
            page.write_string(row, 3, column.note, self.note)
            self._limit(page, column, (row, 1, row, 1))
        page.freeze_panes(1, 0)

    def _write_tables(
        self, page: Worksheet, sheet: Sheet, rows: Sequence[Sequence[Cell]]
    ) -> None:
        page.set_row(0, 48)
        page.repeat_rows(0, 1)
        last = _FIRST_ROW + max(sheet.rows, len(rows) + sheet.rows // 2)
        for at, column in enumerate(sheet.columns):
            style = self._style(column)
            page.set_column(at, at, column.width)
            page.write_string(0, at, column.title.replace(" ", "\n", 1), self.head)
            page.write_string(1, at, column.key, self.key)
            page.write_comment(0, at, column.note, {"x_scale": 2})
            self._limit(page, column, (_FIRST_ROW, at, last, at))
            for row in range(_FIRST_ROW, last):
                cells = rows[row - _FIRST_ROW] if row - _FIRST_ROW < len(rows) else ()
                self._write_cell(page, row, at, cells[at] if cells else None, style)
        if sheet.parent:
            self._offer_parents(page, sheet, last)
        named = 2 if sheet.parent and sheet.shape != OTHER else 1
        page.freeze_panes(_FIRST_ROW, named)

    def _style(self, column: Column) -> Format:
        return self.number if column.type in {"number", "whole"} else self.text

    def _write_cell(
        self, page: Worksheet, row: int, at: int, cell: Cell, style: Format
    ) -> None:
        if cell is None:
            page.write_blank(row, at, None, style)
        elif isinstance(cell, Number) and cell.is_exact:
            page.write_number(row, at, float(cell.text), style)
        else:
            text = cell.text if isinstance(cell, Number) else cell
            page.write_string(row, at, text, self.text)

    def _limit(
        self, page: Worksheet, column: Column, area: tuple[int, int, int, int]
    ) -> None:
        """Add the drop-down of a column, or what kind of number it takes."""
        if column.type in self.layout.lists:
            options = self.layout.lists[column.type]
            choice = {"source": [label_of(options, key) for key in options]}
            # What is typed may be the key or the Chinese alone: asked, not refused.
            page.data_validation(
                *area, {"validate": "list", "error_type": "warning", **choice}
            )
        elif column.type == "whole":
            whole = {"criteria": ">=", "value": 0, "error_type": "warning"}
            page.data_validation(*area, {"validate": "integer", **whole})

    def _offer_parents(self, page: Worksheet, sheet: Sheet, last: int) -> None:
        above = self.layout.find(sheet.parent)
        at = next(i for i, column in enumerate(above.columns) if column.key == "code")
        letter = "AB"[at]
        source = f"='{above.name}'!${letter}$3:${letter}${_VALIDATED_ROWS}"
        choice = {"validate": "list", "source": source, "error_type": "warning"}
        page.data_validation(_FIRST_ROW, 0, last, 0, choice)
