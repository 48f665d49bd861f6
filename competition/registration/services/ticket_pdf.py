"""The ticket as a PDF, set by Typst with fonts of our own, which it embeds."""

import io
from collections.abc import Sequence

from flask_babel import format_datetime
from flask_babel import gettext as _
from PIL import Image

from competition.registration.models import Entry
from competition.registration.services.tickets import qr_svg
from paper import language, make_pdf
from people.attachments.services import read_bytes

_TEMPLATE = "competition/registration/ticket.typ"
_PHOTO_SIZE = (480, 640)  # pixels; 300 dots per inch at the printed size


def ticket_pdf(entry: Entry) -> bytes:
    """Return the ticket of an accepted entry, one A5 page in the reader's language."""
    return tickets_pdf([entry])


def tickets_pdf(entries: Sequence[Entry]) -> bytes:
    """Return the tickets of accepted entries, an A5 page each, in the given order."""
    files: dict[str, bytes] = {}
    tickets = []
    for at, entry in enumerate(entries):
        photo, code = photo_of(entry), f"qr{at}.svg"
        files[code] = str(qr_svg(_text(entry))).encode()
        if photo:
            files[f"photo{at}.jpg"] = photo
        name = f"photo{at}.jpg" if photo else ""
        tickets.append({**_data(entry), "photo": name, "qr": code})
    data = {"lang": language(), "title": _("Admission ticket"), "tickets": tickets}
    return make_pdf(_TEMPLATE, data, files)


def _text(entry: Entry) -> str:
    return entry.ticket.text if entry.ticket else ""


def _data(entry: Entry) -> dict[str, object]:
    event, person = entry.event, entry.person
    return {
        "competition": event.competition.name,
        "event": event.name,
        "name": person.name if person else "",
        "number": entry.ticket.number if entry.ticket else "",
        "facts": [
            [_("Unit"), entry.unit.name if entry.unit else ""],
            [_("Group"), entry.group.name if entry.group else ""],
            [
                _("The event starts"),
                format_datetime(event.starts_at, "yyyy-MM-dd HH:mm"),
            ],
            [_("Venue"), event.venue],
            [_("Organiser"), event.competition.organiser],
        ],
        "notes": [
            _("Bring this ticket and your ID card; both are compared with you."),
            _(
                "Check-in closes %(count)s minutes after the start; whoever comes "
                "later counts as absent.",
                count=event.late_after_minutes,
            ),
            _("The code is signed. Do not pass it on; it is read once at check-in."),
        ],
    }


def photo_of(entry: Entry) -> bytes:
    """Return the photo of an entry, small, as JPEG; nothing where there is none."""
    photos = [paper.attachment for paper in entry.papers if paper.kind == "photo"]
    if not photos:
        return b""
    out = io.BytesIO()
    with Image.open(io.BytesIO(read_bytes(photos[0]))) as image:
        small = image.convert("RGB")
        small.thumbnail(_PHOTO_SIZE)
        small.save(out, "JPEG", quality=88)
    return out.getvalue()
