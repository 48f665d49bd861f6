"""Papers as PDF, text document and workbook; the same paper gives the same bytes."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import xlsxwriter
from flask_babel import gettext as _

from paper import in_groups, make_pdf, page_words
from scoring.results.rules.table import defuse
from talentpool.reports.rules.papers import Paper, digest, to_json
from wordfile import Line, Table, write_docx

_TEMPLATE = "talentpool/reports/paper.typ"
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # in a workbook, which wants a moment
_HEADING, _TITLE, _TEXT = 24, 32, 21  # half points


def pdf(paper: Paper) -> bytes:
    """Return a paper as a PDF."""
    name = digest(to_json(paper))
    return make_pdf(
        _TEMPLATE,
        {
            "lang": paper.language,
            "title": paper.title,
            "facts": paper.facts,
            "paragraphs": paper.paragraphs,
            "sections": [
                {
                    "title": section.title,
                    "heads": section.heads,
                    "rows": section.rows,
                    "numbers": section.numbers,
                }
                for section in paper.sections
            ],
            "digest": {
                "name": _("Digest of the paper"),
                "grouped": in_groups(name),
                "full": name,
            },
            "page": page_words(),
        },
    )


def docx(paper: Paper) -> bytes:
    """Return a paper as a text document."""
    out = io.BytesIO()
    write_docx(out, _blocks(paper))
    return out.getvalue()


def xlsx(paper: Paper) -> bytes:
    """Return a paper as a workbook: a sheet of facts, and one with all tables."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("About this file"))
        sheet.set_column(0, 0, 20)
        sheet.write_string(0, 0, defuse(paper.title), bold)
        for at, (name, value) in enumerate(paper.facts, start=1):
            sheet.write_string(at, 0, name, bold)
            sheet.write_string(at, 1, defuse(value))
        sheet = book.add_worksheet(_("Figures"))
        sheet.set_column(0, 0, 32)
        top = 0
        for section in paper.sections:
            sheet.write_string(top, 0, section.title, bold)
            sheet.write_row(top + 1, 0, section.heads, bold)
            for at, row in enumerate(section.rows, start=top + 2):
                for place, cell in enumerate(row):
                    sheet.write_string(at, place, defuse(cell))
            top += len(section.rows) + 3
    return out.getvalue()


def _blocks(paper: Paper) -> Iterator[Line | Table]:
    yield Line(paper.title, bold=True, size=_TITLE)
    for name, value in paper.facts:
        yield Line(f"{name}: {value}")
    for paragraph in paper.paragraphs:
        yield Line(paragraph, size=_TEXT)
    for section in paper.sections:
        yield Line(section.title, bold=True, size=_HEADING)
        yield Table(section.heads, section.rows)
