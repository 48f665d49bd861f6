"""A search as a spreadsheet. No cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentpool.search.forms.labels import label
from talentpool.search.queries.names import read_names
from talentpool.search.rules.documents import Source
from talentpool.search.rules.facets import SKILLS

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def write_sheet(session: Session, sources: Iterable[Source], kind: str) -> bytes:
    """Return the file; `kind` is one of `MEDIA`."""
    rows = [_header(), *_rows(session, sources)]
    return _xlsx(rows) if kind == "xlsx" else _csv(rows)


def _header() -> list[str]:
    return [
        _("Name"),
        _("Pool level"),
        _("Class"),
        _("Trade"),
        _("Occupation"),
        _("Occupation code"),
        _("Skill level"),
        _("Honours"),
        _("Unit"),
        _("District"),
        _("State in the pool"),
        _("Entered the pool"),
    ]


def _rows(session: Session, sources: Iterable[Source]) -> Iterator[list[str]]:
    names = read_names(session, districts=(), occupations=())
    for source in sources:
        ranks = [rank for rank, _level, _trade in source.certificates]
        yield [
            source.name,
            label("level", source.level, names),
            label("class", source.pool_class, names),
            source.trade,
            source.occupation,
            source.occupation_code,
            label("skill", SKILLS[max(ranks) - 1], names) if ranks else "",
            "；".join(name for _level, name in source.honours),
            source.unit,
            source.places[0] if source.places else source.district_code,
            label("state", source.state, names),
            date.fromordinal(source.entered).isoformat(),
        ]


def _xlsx(rows: Iterable[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 11, 16)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            # `write_string`, never `write`: that would make "=…" a formula.
            sheet.write_string(number, column, value, bold if number == 0 else None)
    book.close()
    return out.getvalue()


def _csv(rows: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{v}" if v.startswith(_FORMULA) else v for v in row])
    return out.getvalue().encode("utf-8-sig")  # the mark lets Excel read Chinese
