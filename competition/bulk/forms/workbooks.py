"""Workbooks of bulk registration: the template, and the refused rows with reasons."""

import io
from collections.abc import Sequence
from itertools import groupby
from string import ascii_uppercase
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.bulk.forms.faults import sentence
from competition.bulk.forms.labels import TITLES
from competition.bulk.models import EntryBatch
from competition.bulk.rules.columns import ASKED_BY, FIELDS, REQUIRED
from competition.bulk.services.batches import MOST_ROWS, read_content
from competition.events.models import Event
from competition.registration.forms import STANDING_LABELS, YES_NO
from competition.registration.services.rulebook import rulebook_of
from people.codes.queries import list_levels
from people.districts.queries import list_within
from people.persons.rules import id_check_character
from people.units.models import Unit
from workbooks import text_of


def refused_workbook(batch: EntryBatch) -> bytes:
    """Return the refused rows as they came, with a last column of reasons.

    The headings are those of the file, so that the corrected workbook can be sent as
    it is: the column of reasons is not one we read.
    """
    sheet, faults = read_content(batch)
    width = len(sheet.headings)
    with io.BytesIO() as out:
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        wrap = book.add_format({"num_format": "@", "text_wrap": True})
        page = book.add_worksheet(_("Refused rows"))
        page.freeze_panes(1, 0)
        page.set_column(0, max(width - 1, 0), 20, text)
        page.set_column(width, width, 60, wrap)
        _write(page, 0, [*sheet.headings, _("What is wrong")], bold)
        for line, (number, group) in enumerate(
            groupby(faults, key=lambda fault: fault.row), 1
        ):
            cells = [text_of(cell) for cell in sheet.rows[number - sheet.first]]
            cells = [*cells, *[""] * (width - len(cells))][:width]
            _write(page, line, cells, text)
            reasons = "\n".join(sentence(fault) for fault in group)
            page.write_string(line, width, reasons, wrap)
        book.close()
        return out.getvalue()


def template_workbook(
    session: Session, event: Event, units: Sequence[Unit] = ()
) -> bytes:
    """Return an empty file for an event: lists to choose from, an example, help.

    Args:
        session: any.
        event: its groups are the choice.
        units: those its user may bring people of; all others are typed.
    """
    with io.BytesIO() as out:
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        page = book.add_worksheet(_("Entries"))
        page.freeze_panes(1, 2)
        keys = _keys(session, event)
        page.set_column(0, len(keys) - 1, 20, text)
        _write(page, 0, [_heading(key) for key in keys], bold)
        lists = _lists(session, event, units)
        _add_lists(book, page, keys, lists)
        _add_example(book, keys, event, units)
        _add_help(book, keys, lists)
        book.close()
        return out.getvalue()


def _keys(session: Session, event: Event) -> list[str]:
    """Return the columns of an event's template: what its rules ask, no more."""
    book = rulebook_of(session, event).document
    return [
        field.key
        for field in FIELDS
        if field.key not in ASKED_BY or getattr(book, ASKED_BY[field.key])
    ]


def _heading(key: str) -> str:
    return f"{TITLES[key]} *" if key in REQUIRED else str(TITLES[key])


_OPEN_LISTS = ("unit", "credit_code", "district", "residence", "household")


def _lists(
    session: Session, event: Event, units: Sequence[Unit]
) -> dict[str, list[str]]:
    around = event.competition.district_code
    city = around if around.endswith("0000") else f"{around[:4]}00"
    places = [place.name for place in list_within(session, city)]
    return {
        "unit": [unit.name for unit in units],
        "credit_code": [unit.credit_code for unit in units],
        "district": places,
        "group": [group.name for group in event.groups],
        "level": [level.name for level in list_levels(session)],
        "residence": places,
        "household": places,
        "standing": [str(label) for label in STANDING_LABELS.values()],
        "holds_barred": [str(label) for label in YES_NO.values()],
    }


def _add_lists(
    book: Any,  # noqa: ANN401 - xlsxwriter has no types
    page: Any,  # noqa: ANN401
    keys: Sequence[str],
    lists: dict[str, list[str]],
) -> None:
    """Let cells of code columns be chosen; the choices lie on a sheet of their own."""
    choices = book.add_worksheet(_("Lists"))
    # A list holds what is usual; a place farther off, or another unit, may be typed.
    for column, (key, values) in enumerate(lists.items()):
        if not values or key not in keys:
            continue
        choices.write_string(0, column, str(TITLES[key]))
        for line, value in enumerate(values, 1):
            choices.write_string(line, column, value)
        letter = ascii_uppercase[column]
        name = choices.get_name().replace("'", "''")
        page.data_validation(
            *(1, keys.index(key), MOST_ROWS, keys.index(key)),
            {
                "validate": "list",
                "source": f"='{name}'!${letter}$2:${letter}${len(values) + 1}",
                "error_title": str(TITLES[key]),
                "error_message": _("Choose one of the list."),
                "error_type": "warning" if key in _OPEN_LISTS else "stop",
            },
        )


def _add_example(
    book: Any,  # noqa: ANN401 - xlsxwriter has no types
    keys: Sequence[str],
    event: Event,
    units: Sequence[Unit],
) -> None:
    page = book.add_worksheet(_("Example"))
    text = book.add_format({"num_format": "@"})
    page.set_column(0, len(keys) - 1, 20, text)
    body = "33060219900307001"
    unit = units[0] if units else None
    example = {
        "name": _("Zhang San"),
        "id_number": body + id_check_character(body),
        "phone": "13800000000",
        "unit": unit.name if unit else _("Shaoxing Example Machinery Co., Ltd."),
        "credit_code": unit.credit_code if unit else "",
        "group": event.groups[0].name if event.groups else "",
        "trade_years": "5",
    }
    _write(page, 0, [_heading(key) for key in keys], text)
    _write(page, 1, [example.get(key, "") for key in keys], text)


def _add_help(
    book: Any,  # noqa: ANN401
    keys: Sequence[str],
    lists: dict[str, list[str]],
) -> None:
    page = book.add_worksheet(_("Help"))
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 26, wrap)
    page.set_column(1, 1, 12, wrap)
    page.set_column(2, 2, 90, wrap)
    lines = [(_("Column"), _("Must be given"), _("What it takes"))]
    for key in keys:
        needed = _("Yes") if key in REQUIRED else ""
        lines.append((str(TITLES[key]), needed, _takes(key, lists)))
    lines += [("", "", note) for note in _notes()]
    for line, values in enumerate(lines):
        _write(page, line, values, wrap)


def _takes(key: str, lists: dict[str, list[str]]) -> str:
    said = {
        "name": _("as on the ID card"),
        "id_number": _("18 characters; the column is formatted as text"),
        "phone": _("a mobile number with 11 digits, as text"),
        "unit": _("the full name; empty where you enter people of one unit only"),
        "credit_code": _("18 characters, of the business licence"),
        "district": _("only for a unit that is not registered yet"),
        "trade_years": _("a whole number"),
        "certificate_number": _("as printed on the certificate"),
        "insurance_months": _("a whole number of months"),
    }
    return said.get(key) or " / ".join(lists.get(key, []))


def _notes() -> list[str]:
    return [
        _("Fill in the first sheet, one row for each person, and upload the file."),
        _(
            "Rows with a fault are handed back in a file of their own, with the "
            "reasons. Correct them there and upload that file: the others are entered."
        ),
        _(
            "A row that is sent again changes nothing; a row that says something new "
            "changes the draft. A person is known by the ID number."
        ),
        _(
            "Entries are drafts until photo and papers are there and somebody submits "
            "them."
        ),
    ]


def _write(page: Any, line: int, values: Sequence[object], style: Any) -> None:  # noqa: ANN401
    for place, value in enumerate(values):
        # Strings as strings: nothing that somebody typed becomes a formula, and no ID
        # number becomes a number.
        page.write_string(line, place, str(value), style)
