"""Files of an import: the template, and the faulty rows to be corrected."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from people.codes.queries import list_items, list_levels
from talentpool.dossiers.forms import LABELS
from talentpool.imports.forms.faults import title_of, words
from talentpool.imports.forms.labels import FLAGS, TITLES
from talentpool.imports.models import ImportBatch, ImportFault
from talentpool.imports.queries.batches import iter_blocks, iter_faults
from talentpool.imports.rules.columns import BY_KEY, FIELDS, REQUIRED

_CODE_TABLES = {"nation": "ethnic", "education": "education", "politics": "politics"}
_SHOWN = 12  # values of a list that the template names


def faults_workbook(session: Session, batch: ImportBatch) -> bytes:
    """Return the faulty rows as they came, with a last column that says what is wrong.

    The headings are those of the file, so that the corrected workbook can be sent as
    it is: the column of faults is not one we know.
    """
    wrong = _by_row(iter_faults(session, batch))
    headings = json.loads(batch.headings)
    with io.BytesIO() as out:
        book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True})
        sheet, text = book.add_worksheet(), book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings), 18, text)
        _write(sheet, 0, [*headings, _("What is wrong")])
        line, wanted = 1, next(wrong, None)
        for _number, rows in iter_blocks(session, batch):
            for number, cells in rows:
                if wanted is None or number < wanted[0]:
                    continue
                _write(sheet, line, [*_padded(cells, len(headings)), wanted[1]])
                line, wanted = line + 1, next(wrong, None)
        book.close()
        return out.getvalue()


def template_workbook(session: Session) -> bytes:
    """Return an empty file with every column, and a sheet that says what each takes."""
    with io.BytesIO() as out:
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet(_("Dossiers"))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(FIELDS) - 1, 16, text)
        for place, field in enumerate(FIELDS):
            style = bold if field.key in REQUIRED else text
            sheet.write_string(0, place, str(TITLES[field.key]), style)
        notes = book.add_worksheet(_("What the columns take"))
        notes.set_column(0, 0, 24)
        notes.set_column(1, 1, 12)
        notes.set_column(2, 2, 90)
        _write(notes, 0, [_("Column"), _("Must be given"), _("What it takes")])
        for line, field in enumerate(FIELDS, 1):
            needed = _("Yes") if field.key in REQUIRED else ""
            takes = _takes(session, field.key)
            _write(notes, line, [str(TITLES[field.key]), needed, takes])
        book.close()
        return out.getvalue()


def _takes(session: Session, key: str) -> str:
    field = BY_KEY[key]
    said = {
        "id_number": _("18 characters, the column formatted as text"),
        "day": _("a day as 2026-03-15"),
        "number": _("a whole number"),
        "wan": _("an amount of 10,000 yuan, as 12.5"),
        "phone": _("a phone number, the column formatted as text"),
        "credit_code": _("18 characters"),
        "pool_number": _("empty: a number is drawn"),
    }
    if field.kind in said:
        return str(said[field.kind])
    if field.kind != "code":
        return str(_("a text of at most %(most)s characters", most=field.most))
    return _one_of(_values(session, field.table))


def _values(session: Session, table: str) -> list[str]:
    if table in _CODE_TABLES:
        return [item.name for item in list_items(session, _CODE_TABLES[table])]
    if table == "skill":
        return [level.name for level in list_levels(session)]
    if table == "flag":
        return [str(name) for name in FLAGS.values()]
    if table in LABELS:
        return [str(name) for code, name in LABELS[table].items() if code]
    return []


def _one_of(values: Sequence[str]) -> str:
    if not values:
        return str(_("a code, or a name that only one has"))
    more = " …" if len(values) > _SHOWN else ""
    return " / ".join(values[:_SHOWN]) + more


def _by_row(faults: Iterable[ImportFault]) -> Iterator[tuple[int, str]]:
    for row, group in groupby(faults, key=lambda fault: fault.row):
        yield row, "\n".join(sentence(fault) for fault in group)


def sentence(fault: ImportFault) -> str:
    """Return a fault as one line: column, value, what is wrong and what to do."""
    reason, remedy = words(fault.code, json.loads(fault.params))
    shown = f" “{fault.value}”" if fault.value else ""
    return f"{title_of(fault.key)}{shown}: {reason} {remedy}"


def _padded(cells: Sequence[Any], width: int) -> list[Any]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _write(sheet: Any, line: int, values: Iterable[Any]) -> None:  # noqa: ANN401
    for place, value in enumerate(values):
        # Strings as strings: nothing that somebody typed becomes a formula, and no ID
        # number becomes a number.
        shown = str(int(value)) if _is_whole(value) else str(value)
        sheet.write_string(line, place, shown)


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer()
