"""The ticket as a PDF, set by Typst with fonts of our own, which it embeds."""

import io
import json
import tempfile
from pathlib import Path

import typst
from flask import current_app
from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _
from PIL import Image

from competition.registration.models import Entry
from competition.registration.services.tickets import qr_svg
from people.attachments.services import read_bytes

_TEMPLATE = "competition/registration/ticket.typ"
_PHOTO_SIZE = (480, 640)  # pixels; 300 dots per inch at the printed size


def ticket_pdf(entry: Entry) -> bytes:
    """Return the ticket of an accepted entry, one A5 page in the reader's language."""
    root = Path(current_app.root_path)
    fonts = root / "static" / "vendor" / "fonts"
    if not fonts.is_dir():
        raise FileNotFoundError(f"{fonts}: run `make setup`")
    template = root / "templates" / _TEMPLATE
    with tempfile.TemporaryDirectory(prefix="ticket-") as name:
        folder = Path(name)
        (folder / template.name).write_bytes(template.read_bytes())
        (folder / "qr.svg").write_text(str(qr_svg(_text(entry))))
        has_photo = _write_photo(entry, folder / "photo.jpg")
        data = {**_data(entry), "photo": "photo.jpg" if has_photo else ""}
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False))
        made = typst.compile(
            str(folder / template.name),
            root=name,
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
        )
    return bytes(made)


def _text(entry: Entry) -> str:
    return entry.ticket.text if entry.ticket else ""


def _data(entry: Entry) -> dict[str, object]:
    event, person = entry.event, entry.person
    return {
        "lang": "zh" if str(get_locale()).startswith("zh") else "en",
        "title": _("Admission ticket"),
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


def _write_photo(entry: Entry, path: Path) -> bool:
    photos = [paper.attachment for paper in entry.papers if paper.kind == "photo"]
    if not photos:
        return False
    with Image.open(io.BytesIO(read_bytes(photos[0]))) as image:
        small = image.convert("RGB")
        small.thumbnail(_PHOTO_SIZE)
        small.save(path, "JPEG", quality=88)
    return True
