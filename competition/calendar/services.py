"""The year calendar to take along: iCalendar (RFC 5545) and a workbook."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from competition.calendar.queries import Held
from competition.events.rules import CANCELLED, DRAFT
from competition.sessions.rules import Clash
from extensions import LOCAL

_LONGEST_LINE = 75  # bytes of a line of iCalendar, its end not counted
_STATUS = {DRAFT: "TENTATIVE", CANCELLED: "CANCELLED"}
_WIDTHS = (12, 12, 28, 36, 16, 28, 20, 14, 60)


def write_calendar(
    held: Sequence[Held], states: Mapping[str, Any], now: datetime
) -> bytes:
    """Return the events as whole days of a calendar that any program reads.

    Args:
        held: the events.
        states: names of the states.
        now: when it is made, as the standard wants to know.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Jiangcai//Calendar//ZH"]
    for found in held:
        event = found.event
        after = found.last_day + timedelta(days=1)  # the end is not part of it
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}@jiangcai",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{found.first_day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{after:%Y%m%d}",
            f"SUMMARY:{_escape(f'{event.name} · {event.competition.name}')}",
            *([f"LOCATION:{_escape(event.venue)}"] if event.venue else []),
            f"DESCRIPTION:{_escape(str(states[event.state]))}",
            f"STATUS:{_STATUS.get(event.state, 'CONFIRMED')}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_fold(line) for line in lines)


def write_workbook(
    held: Sequence[Held],
    states: Mapping[str, Any],
    uses: Mapping[str, Any],
    names: Mapping[str, str],
) -> bytes:
    """Return the events as a table, with what each clashes with.

    Args:
        held: the events.
        states: names of the states.
        uses: names of what can clash.
        names: of all events of the calendar, by uid.
    """
    titles = [
        *(_("First day"), _("Last day"), _("Event"), _("Competition"), _("Region")),
        *(_("Venue"), _("Occupation"), _("State"), _("Clashes")),
    ]
    with io.BytesIO() as out:
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"num_format": "@", "bold": True})
        page = book.add_worksheet(_("Calendar"))
        page.freeze_panes(1, 0)
        for column, (title, width) in enumerate(zip(titles, _WIDTHS, strict=True)):
            page.set_column(column, column, width)
            page.write_string(0, column, title, bold)
        for row, found in enumerate(held, 1):
            for column, cell in enumerate(_cells(found, states, uses, names)):
                # `write_string`, never `write`: that would make "=…" a formula.
                page.write_string(row, column, cell, text)
        page.autofilter(0, 0, max(len(held), 1), len(titles) - 1)
        book.close()
        return out.getvalue()


def _cells(
    found: Held,
    states: Mapping[str, Any],
    uses: Mapping[str, Any],
    names: Mapping[str, str],
) -> list[str]:
    event = found.event
    return [
        found.first_day.isoformat(),
        found.last_day.isoformat(),
        event.name,
        event.competition.name,
        event.competition.district.name,
        event.venue,
        event.occupation_code,
        str(states[event.state]),
        "\n".join(_tell(clash, event.uid, uses, names) for clash in found.clashes),
    ]


def _tell(
    clash: Clash, own: str, uses: Mapping[str, Any], names: Mapping[str, str]
) -> str:
    other = next(uid for uid in (*clash.owners, own) if uid != own)
    moment = clash.begins.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    return f"{uses[clash.kind]} {clash.label} · {names[other]} · {moment}"


def _escape(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _fold(line: str) -> bytes:
    """Return a line in pieces of at most 75 bytes, no character cut in two."""
    pieces, piece = [], b""
    for letter in line:
        encoded = letter.encode()
        if len(piece) + len(encoded) > _LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
