"""Empty mark sheets: one per seat and work, for one work, a seat or a whole event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.codes.queries import list_works
from competition.events.models import Event
from errors import DomainError
from paper import language, make_pdf, qr_png
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_aspects, list_seats
from scoring.paper.rules import SheetName, write_sheet_text
from scoring.scheme import queries as schemes
from scoring.scheme.models import SchemeVersion
from scoring.scheme.services.paper import Heading, make_body

_STAMPS = "scoring/paper/stamps.typ"
MOST_SHEETS = 5000  # in one file; a larger event is printed seat by seat
_SIZES = ((9, 24), (13, 17), (20, 11))  # characters of a work code: points of its type


class PaperError(DomainError):
    """What was asked for cannot be printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks:
    """What the empty sheets of an event are made of."""

    event: Event
    version: SchemeVersion
    panel: list[JudgeSeat]
    works: list[str]

    @property
    def seats(self) -> list[JudgeSeat]:
        """Those who mark anything, in the order they were given their seats."""
        return [seat for seat in self.panel if seat.covers]


def find_blanks(session: Session, event: Event) -> Blanks | None:
    """Return what can be printed, or None while no scheme is frozen."""
    version = schemes.find_frozen(session, event.id)
    if version is None:
        return None
    return Blanks(
        event=event,
        version=version,
        panel=list_seats(session, event.id),
        works=[work.work_code for work in list_works(session, event.id)],
    )


def count_aspects(blanks: Blanks) -> dict[str, int]:
    """Return how many aspects each seat marks, by seat."""
    scheme = schemes.load_scheme(blanks.version)
    return {
        seat.seat: len(list_aspects(scheme, seat, blanks.panel))
        for seat in blanks.seats
    }


def mark_sheets(
    session: Session, *, event: Event, seat: str = "", work: str = ""
) -> bytes:
    """Return empty mark sheets, seat by seat and within it by work code.

    Args:
        session: where to look.
        event: whose works.
        seat: of this seat only.
        work: for this work only.

    Raises:
        PaperError: no frozen scheme, nothing to print, or more than one file should
            hold.
    """
    blanks = find_blanks(session, event)
    if blanks is None:
        raise PaperError(_("Freeze the scoring scheme of this event first."))
    seats = [s for s in blanks.seats if seat in {"", s.seat}]
    works = [code for code in blanks.works if work in {"", code}]
    if not seats or not works:
        raise PaperError(
            _("There is nothing to print: no such seat or work has a code yet.")
        )
    if len(seats) * len(works) > MOST_SHEETS:
        raise PaperError(
            _(
                "These are %(count)s sheets, and one file holds %(most)s. Print them "
                "seat by seat.",
                count=len(seats) * len(works),
                most=MOST_SHEETS,
            )
        )
    return print_blanks(blanks, seats, works)


def print_blanks(
    blanks: Blanks, seats: Sequence[JudgeSeat], works: Sequence[str]
) -> bytes:
    """Return the sheets of these seats and works; each seat's body is set once."""
    scheme = schemes.load_scheme(blanks.version)
    files: dict[str, bytes] = {}
    bodies: list[dict[str, Any]] = []
    sheets: list[dict[str, Any]] = []
    for seat in seats:
        aspects = [a.code for a in list_aspects(scheme, seat, blanks.panel)]
        if not aspects:
            continue
        body, pages = make_body(scheme, aspects, _heading(blanks, seat))
        name = f"body-{len(bodies)}.pdf"
        files[name] = body
        for work in works:
            picture = f"qr-{len(sheets)}.png"
            files[picture] = qr_png(_text(blanks, seat, work))
            sheets.append(
                {"body": len(bodies), "work": work, "size": _size(work), "qr": picture}
            )
        bodies.append({"file": name, "pages": pages})
    data = {
        "lang": language(),
        "title": f"{_('Paper mark sheet')} {blanks.event.name}",
        "bodies": bodies,
        "sheets": sheets,
    }
    return make_pdf(_STAMPS, data, files)


def _heading(blanks: Blanks, seat: JudgeSeat) -> Heading:
    return Heading(
        competition=blanks.event.competition.name,
        event=blanks.event.name,
        seat=seat.seat,
        digest=blanks.version.digest,
    )


def _text(blanks: Blanks, seat: JudgeSeat, work: str) -> str:
    return write_sheet_text(
        SheetName(
            event_uid=blanks.event.uid,
            seat=seat.seat,
            work=work,
            digest=blanks.version.digest,
        )
    )


def _size(work: str) -> int:
    width = sum(2 if ord(letter) > 0x2E7F else 1 for letter in work)
    return next((size for most, size in _SIZES if width <= most), 8)
