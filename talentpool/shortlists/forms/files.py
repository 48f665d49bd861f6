"""Lists as files. No cell can become a formula; every file says whose it is.

A workbook and a text document are written to a temporary file row by row, a CSV goes
out as it is made: none is held in memory.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import xlsxwriter

from wordfile import Line, Table, write_docx

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_PIECE = 2**16
Rows = Iterable[Sequence[str]]


def stream(
    kind: str, *, above: Sequence[str], headings: Sequence[str], rows: Rows
) -> Iterator[bytes]:
    """Yield a file piece by piece.

    Args:
        kind: one of `MEDIA`.
        above: lines over the table: what it is, whose it is, its mark.
        headings: of the columns.
        rows: the cells, as texts.
    """
    if kind == "csv":
        yield from _csv(above, headings, rows)
        return
    with tempfile.TemporaryFile() as file:
        (_xlsx if kind == "xlsx" else _docx)(file, above, headings, rows)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


class _Line:
    """What a csv writer writes to: keeps one line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _csv(above: Sequence[str], headings: Sequence[str], rows: Rows) -> Iterator[bytes]:
    line = _Line()
    writer = csv.writer(line)
    yield b"\xef\xbb\xbf"  # the mark lets Excel read Chinese
    for row in (*([text] for text in above), headings):
        writer.writerow(_guarded(row))
        yield line.text.encode()
    for row in rows:
        writer.writerow(_guarded(row))
        yield line.text.encode()


def _guarded(row: Sequence[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row]


def _xlsx(
    file: IO[bytes], above: Sequence[str], headings: Sequence[str], rows: Rows
) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet.set_column(0, len(headings) - 1, 16, text)
    sheet.freeze_panes(len(above) + 1, 0)
    sheet.set_footer("&L" + above[-1].replace("&", "&&") + "&R&P / &N")
    for number, line in enumerate(above):
        sheet.write_string(number, 0, line)
    for place, cell in enumerate(headings):
        sheet.write_string(len(above), place, cell, bold)
    for number, row in enumerate(rows, len(above) + 1):
        for place, cell in enumerate(row):
            # `write_string`, never `write`: that would make "=…" a formula.
            sheet.write_string(number, place, cell)
    book.close()


def _docx(
    file: IO[bytes], above: Sequence[str], headings: Sequence[str], rows: Rows
) -> None:
    """Write a text document with one table."""
    title, *lines = above
    write_docx(file, [Line(title, bold=True), *map(Line, lines), Table(headings, rows)])
