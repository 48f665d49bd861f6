"""Papers of the day, print-ready: badges, lists, signs, plan, timetable."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _

from competition.checkin.models import Gate
from competition.events.models import Competition, Event
from competition.registration.models import Entry
from competition.registration.services.ticket_pdf import photo_of
from competition.registration.services.tickets import qr_svg
from paper import language, make_pdf, page_words

_MOMENT = "yyyy-MM-dd HH:mm"


Teams = Mapping[int, str]  # names by entry; empty in an event for individuals


def badges_pdf(event: Event, entries: Sequence[Entry], teams: Teams) -> bytes:
    """Return badges, eight to a page, to be cut; the code is the ticket's."""
    files: dict[str, bytes] = {}
    badges = []
    for at, entry in enumerate(entries):
        photo, code = photo_of(entry), ""
        if photo:
            files[f"photo{at}.jpg"] = photo
        if entry.ticket is not None:
            code = f"qr{at}.svg"
            files[code] = str(qr_svg(entry.ticket.text)).encode()
        badges.append(
            {
                "name": _name(entry),
                "unit": entry.unit.name if entry.unit else "",
                "group": entry.group.name if entry.group else "",
                "team": teams.get(entry.id, ""),
                "number": entry.ticket.number if entry.ticket else "",
                "photo": f"photo{at}.jpg" if photo else "",
                "qr": code,
            }
        )
    data = {**_head(event, _("Badges")), "word": _("Contestant"), "badges": badges}
    return make_pdf("competition/prints/badges.typ", data, files)


def names_pdf(event: Event, entries: Sequence[Entry], teams: Teams) -> bytes:
    """Return a list for each group, in the given order, with a column to sign in."""
    # Lists of a team event name the team, and hold its members together.
    team = [_("Name of the team")] if teams else []
    if teams:
        entries = sorted(entries, key=lambda entry: teams.get(entry.id, ""))
    groups: dict[str, list[list[str]]] = {}
    for entry in entries:
        group = entry.group.name if entry.group else ""
        rows = groups.setdefault(group, [])
        rows.append(
            [
                str(len(rows) + 1),
                _name(entry),
                *([teams.get(entry.id, "")] if teams else []),
                entry.unit.name if entry.unit else "",
                entry.ticket.number if entry.ticket else "",
            ]
        )
    data = {
        **_head(event, _("Name lists")),
        "headings": [
            *(_("No."), _("Name"), *team),
            *(_("Unit"), _("Ticket"), _("Sign here")),
        ],
        "groups": [{"name": name, "rows": rows} for name, rows in groups.items()],
    }
    return make_pdf("competition/prints/names.typ", data)


def doors_pdf(event: Event, gates: Sequence[Gate]) -> bytes:
    """Return a sign for the check-in and for each room, A4 across."""
    signs = [{"name": _("Check-in"), "note": ""}]
    signs += [
        {
            "name": gate.name,
            "note": _(
                "Nobody enters after %(time)s",
                time=format_datetime(gate.closes_at, "HH:mm"),
            )
            if gate.closes_at
            else "",
        }
        for gate in gates
    ]
    data = {**_head(event, _("Door signs")), "signs": signs}
    return make_pdf("competition/prints/doors.typ", data)


def stations_pdf(event: Event, labels: Sequence[str], in_row: int) -> bytes:
    """Return a plan of the hall, and a card for each station.

    Labels only: who works where is drawn on the day and stays with the officer.
    """
    data = {
        **_head(event, _("Station plan")),
        "word": _("Station"),
        "front": _("Front of the hall"),
        "in_row": in_row,
        "labels": list(labels),
    }
    return make_pdf("competition/prints/stations.typ", data)


def timetable_pdf(competition: Competition, events: Sequence[Event]) -> bytes:
    """Return the events of a competition by time and venue."""
    data = {
        "lang": language(),
        "page_words": page_words(),
        "competition": competition.name,
        "title": _("Timetable"),
        "event": competition.organiser,
        "headings": [_("Begins"), _("Late after"), _("Event"), _("Venue")],
        "rows": [
            [
                format_datetime(event.starts_at, _MOMENT),
                _("%(count)s min", count=event.late_after_minutes),
                event.name,
                event.venue,
            ]
            for event in events
        ],
    }
    return make_pdf("competition/prints/timetable.typ", data)


def _head(event: Event, title: str) -> dict[str, Any]:
    when = format_datetime(event.starts_at, _MOMENT)
    return {
        "lang": language(),
        "page_words": page_words(),
        "title": title,
        "competition": event.competition.name,
        "event": event.name,
        "when": when,
        "venue": event.venue,
    }


def _name(entry: Entry) -> str:
    return entry.person.name if entry.person else ""
