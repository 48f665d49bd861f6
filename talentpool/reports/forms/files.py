"""A figure as a picture and as a workbook: the same numbers as on its page."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.worksheet import Worksheet

from paper import language, make_png, make_svg
from scoring.results.rules.table import defuse
from talentpool.reports.forms.labels import Bar

_TEMPLATE = "talentpool/reports/chart.typ"
_MOST_BARS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A figure split by something, with all that must stand beside it."""

    name: str
    unit: str
    split: str  # what it is split by, in words
    definition: str
    query: str  # the address that asks for the same again
    place: str
    period: str  # the day or the days it speaks of
    total: str
    bars: Sequence[Bar]

    @property
    def digest(self) -> str:
        """Return a name for exactly this picture."""
        text = json.dumps(_picture(self), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def chart(shown: Shown, kind: Literal["svg", "png"]) -> bytes:
    """Return the bars as a picture, kind "svg" or "png"."""
    make = make_png if kind == "png" else make_svg
    return make(_TEMPLATE, _picture(shown))


def workbook(shown: Shown, on: date) -> bytes:
    """Return the figure with definition, saved query and split as a workbook.

    Args:
        shown: what the page shows.
        on: the day written into the file; the same day gives the same bytes.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties(
            {"created": datetime(on.year, on.month, on.day, tzinfo=UTC)}
        )
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("Figure"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 3, 18)
        above = [
            (_("Figure"), shown.name),
            (_("Measured in"), shown.unit),
            (_("Region"), shown.place),
            (_("Period"), shown.period),
            (_("Definition"), shown.definition),
            (_("Saved query"), shown.query),
        ]
        for at, (name, text) in enumerate(above):
            sheet.write_string(at, 0, name, bold)
            sheet.write_string(at, 1, defuse(text))
        head = len(above) + 1
        sheet.write_row(head, 0, [shown.split, shown.unit], bold)
        for at, bar in enumerate(shown.bars, start=head + 1):
            sheet.write_string(at, 0, defuse(bar.label))
            _write_value(sheet, at, bar)
        sheet.write_string(head + 1 + len(shown.bars), 0, _("In all"), bold)
        sheet.write_string(head + 1 + len(shown.bars), 1, shown.total, bold)
    return out.getvalue()


def _write_value(sheet: Worksheet, at: int, bar: Bar) -> None:
    if bar.value.amount is None:
        sheet.write_string(at, 1, bar.value.text)
    else:
        sheet.write_number(at, 1, float(bar.value.amount))
    if bar.value.of is not None:
        sheet.write_row(at, 2, [bar.value.number, bar.value.of])


def _picture(shown: Shown) -> dict[str, Any]:
    amounts = [float(bar.value.amount or 0) for bar in shown.bars]
    most = max([*amounts, 0.0]) or 1.0
    rows = [
        {"label": bar.label, "text": bar.value.text, "part": round(amount / most, 4)}
        for bar, amount in zip(shown.bars, amounts, strict=True)
    ]
    left = len(rows) - _MOST_BARS
    note = _("%(count)s more stand in the table.", count=left) if left > 0 else ""
    return {
        "lang": language(),
        "title": f"{shown.name} ({shown.unit})",
        "below": f"{shown.split} · {shown.place} · {shown.period}",
        "rows": rows[:_MOST_BARS],
        "note": note,
        "empty": _("Nothing to show"),
    }
