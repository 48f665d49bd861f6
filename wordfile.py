"""Text documents (docx), written by hand: what we write needs three small parts.

Pieces are written as they come, so that a long table is never held in memory. The same
blocks give the same bytes: no moment of making is written into a file.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import escape

Rows = Iterable[Sequence[str]]
_MADE = (1980, 1, 1, 0, 0, 0)  # the first moment a zip file can say

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


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; `size` in half points."""

    text: str
    bold: bool = False
    size: int = 18


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose headings are repeated on each page."""

    headings: Sequence[str]
    rows: Rows


def write_docx(file: IO[bytes], blocks: Iterable[Line | Table]) -> None:
    """Write a document of lines and tables, A4 across."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
        ):
            archive.writestr(_part(name), text)
        with archive.open(_part("word/document.xml"), "w") as part:
            for piece in _document(blocks):
                part.write(piece.encode())


def _part(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MADE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _document(blocks: Iterable[Line | Table]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?><w:document {_NAMES}><w:body>'
    for block in blocks:
        if isinstance(block, Line):
            yield _paragraph(block.text, bold=block.bold, size=block.size)
        else:
            yield from _table(block)
    yield f"{_PAGE}</w:body></w:document>"


def _table(table: Table) -> Iterator[str]:
    yield (
        '<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>"
        + "<w:gridCol/>" * len(table.headings)
        + "</w:tblGrid>"
    )
    cells = "".join(_cell(text, bold=True) for text in table.headings)
    yield f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cells}</w:tr>"
    for row in table.rows:
        yield f"<w:tr>{''.join(_cell(text) for text in row)}</w:tr>"
    yield f"</w:tbl>{_paragraph('')}"


def _cell(text: str, *, bold: bool = False) -> str:
    inside = _paragraph(text, bold=bold)
    return f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>{inside}</w:tc>'


def _paragraph(text: str, *, bold: bool = False, size: int = 18) -> str:
    tidy = "".join(c for c in text if c.isprintable())
    style = "<w:b/>" if bold else ""
    return (
        f'<w:p><w:r><w:rPr>{style}<w:sz w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(tidy)}</w:t></w:r></w:p>'
    )
