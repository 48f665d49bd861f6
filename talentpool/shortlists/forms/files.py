"""Lists as files. No cell can become a formula; every file says whose it is.

A workbook and a text document are written to a temporary file row by row, a CSV goes
out as it is made: none is held in memory.
"""

import csv
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO
from xml.sax.saxutils import escape

import xlsxwriter

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_PIECE = 2**16
Rows = Iterable[Sequence[str]]

_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_PAGE = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1000" w:right="1000" w:bottom="1000" w:left="1000" '
    'w:header="600" w:footer="600" w:gutter="0"/></w:sectPr>'
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


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
    """Write a text document with one table, by hand: it needs three small parts."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        with archive.open("word/document.xml", "w") as part:
            for piece in _document(above, headings, rows):
                part.write(piece.encode())


def _document(
    above: Sequence[str], headings: Sequence[str], rows: Rows
) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?><w:document {_NAMES}><w:body>'
    for number, line in enumerate(above):
        yield _paragraph(line, bold=number == 0)
    yield (
        '<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>"
        + "<w:gridCol/>" * len(headings)
        + "</w:tblGrid>"
    )
    cells = "".join(_cell(text, bold=True) for text in headings)
    yield f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cells}</w:tr>"
    for row in rows:
        yield f"<w:tr>{''.join(_cell(text) for text in row)}</w:tr>"
    yield f"</w:tbl>{_paragraph('')}{_PAGE}</w:body></w:document>"


def _cell(text: str, *, bold: bool = False) -> str:
    inside = _paragraph(text, bold=bold)
    return f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>{inside}</w:tc>'


def _paragraph(text: str, *, bold: bool = False) -> str:
    tidy = "".join(c for c in text if c.isprintable())
    style = "<w:b/>" if bold else ""
    return (
        f'<w:p><w:r><w:rPr>{style}<w:sz w:val="18"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(tidy)}</w:t></w:r></w:p>'
    )
