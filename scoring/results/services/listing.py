"""Lists on A4 and as a workbook: a table, the rules it follows, and notes below it.

The medals table and the lists of awards, promotions and honours are printed by this;
what they say is made elsewhere.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from flask import Response

from paper import language, make_pdf, page_words
from scoring.results.rules.table import defuse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEMPLATE = "scoring/paper/lists.typ"
_MOST_TITLE = 31  # characters of a sheet's name
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

Cell = str | int


@dataclass(frozen=True, slots=True)
class Column:
    """A column; a width of 0 is what its content needs, else a share of the rest."""

    name: str
    width: int = 0
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table with its title, the rules beside it and notes."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    rules: Sequence[str] = ()
    notes: Sequence[str] = ()  # ties at the cut, what is open


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above the tables."""

    over: str  # the competition
    title: str  # what the tables are about
    heading: str  # what kind of list it is
    facts: Sequence[str] = ()
    signers: Sequence[str] = ()


def lists_pdf(head: Head, sheets: Sequence[Sheet], words: dict[str, str]) -> bytes:
    """Return the tables on A4, upright; `words`: rules, notes, none."""
    data = {
        "lang": language(),
        "over": head.over,
        "name": head.title,
        "heading": head.heading,
        "title": f"{head.heading} {head.title}",
        "facts": list(head.facts),
        "signers": list(head.signers),
        "page": page_words(),
        "words": words,
        "sheets": [
            {
                "title": sheet.title,
                "columns": [
                    {"name": c.name, "width": c.width, "number": c.is_number}
                    for c in sheet.columns
                ],
                "rows": [[str(cell) for cell in row] for row in sheet.rows],
                "rules": list(sheet.rules),
                "notes": list(sheet.notes),
            }
            for sheet in sheets
        ],
    }
    return make_pdf(_TEMPLATE, data)


def lists_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with a sheet per table; whole numbers are numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as file:
        bold = file.add_format({"bold": True})
        wrap = file.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            title = sheet.title.translate(_NOT_IN_TITLES)[:_MOST_TITLE].strip()
            page = file.add_worksheet(title)
            page.freeze_panes(1, 0)
            for at, column in enumerate(sheet.columns):
                page.set_column(
                    at, at, 8 if column.is_number else 14 + 6 * column.width
                )
                page.write_string(0, at, column.name, bold)
            for line, row in enumerate(sheet.rows, start=1):
                for at, cell in enumerate(row):
                    if isinstance(cell, int):
                        page.write_number(line, at, cell)
                    else:
                        page.write_string(line, at, defuse(cell), wrap)
            below = len(sheet.rows) + 2
            for at, text in enumerate([*sheet.rules, *sheet.notes]):
                page.write_string(below + at, 0, defuse(text))
    return out.getvalue()


def send_workbook(data: bytes, name: str) -> Response:
    """Return the answer that hands out a workbook; `name` is ASCII, without ending."""
    return Response(
        data,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )
