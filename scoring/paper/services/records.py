"""Signed sheets on paper: all marks as entered, who signed when, and the checkpoint.

Words used here:
    record: the sheet of one signature, of one work or of all works of the seat.
    checkpoint: the log's head at the signature, signed; see docs/operations.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events import rules as life
from extensions import LOCAL
from ledger.log.rules import Checkpoint, Link
from ledger.log.services import checkpoint_at
from paper import in_groups, language, make_pdf, page_words
from scoring.judges.queries import list_aspects, list_seats
from scoring.marking.rules.cells import Counted, sheet_digest
from scoring.marking.rules.values import mark_points
from scoring.panels.queries import list_closed_in
from scoring.paper import queries
from scoring.paper.queries import EARLIER, RETURNED, Signed
from scoring.paper.services.blanks import PaperError
from scoring.results.services.checkpoints import (
    checkpoint_code,
    checkpoint_data,
    checkpoint_words,
)
from scoring.scheme import queries as schemes
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.numbers import format_number, round_to
from scoring.scheme.rules.tree import Aspect

_TEMPLATE = "scoring/paper/record.typ"
_PLACES = 4  # decimal places shown of points no decimal can express
_CHUNK = 12  # aspects beside each other on a landscape page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    signed: Signed
    signing: Link
    version: SchemeVersion
    aspects: list[Aspect]
    marks: dict[tuple[str, str], Counted]  # by work and aspect


def refuse_closed(session: Session, signed: Signed) -> None:
    """Refuse to show a sheet to others while a judge of the panel could be led by it.

    Raises:
        PaperError: a cell of it is closed: not all its judges have marked.
    """
    seat = signed.signature.seat
    version = schemes.find_frozen(session, seat.event_id)
    if version is None or seat.event.state != life.MARKING:
        return
    if list_closed_in(session, seat, schemes.load_scheme(version)):
        raise PaperError(
            _(
                "Not all judges have marked what this sheet is compared by. Its record "
                "can be printed when they have."
            )
        )


def record_sheet(
    session: Session, signed: Signed, *, work: str = "", with_name: bool = False
) -> bytes:
    """Return the record of a signature as PDF.

    Args:
        session: where to look.
        signed: of `queries.list_signed`.
        work: of this work only, aspect by aspect; "" is the seat's table of all works.
        with_name: print the judge's name; never a contestant's.

    Raises:
        PaperError: no such work, or the marks are not those that were signed.
    """
    record = _read(session, signed)
    works = sorted({entry for entry, _aspect in record.marks})
    if work and work not in works:
        raise PaperError(_("This seat signed no marks of work %(work)s.", work=work))
    checkpoint = checkpoint_at(record.signing)
    data = _data(record, checkpoint, with_name=with_name)
    data |= _one_work(record, work) if work else _all_works(record, works)
    return make_pdf(_TEMPLATE, data, {"checkpoint.png": checkpoint_code(checkpoint)})


def _read(session: Session, signed: Signed) -> _Record:
    signature = signed.signature
    signing = queries.find_signing(session, signature)
    if signing is None:
        raise PaperError(_("The log does not know this signature."))
    marks = queries.list_signed_marks(session, signature, signing)
    if sheet_digest(marks) != signature.digest:
        raise PaperError(
            _("The marks are not those that were signed. Have the ledger verified.")
        )
    version = next(
        v
        for v in schemes.list_versions(session, signature.event_id)
        if v.frozen_at is not None and v.frozen_at <= signature.signed_at
    )
    panel = list_seats(session, signature.event_id)
    return _Record(
        signed=signed,
        signing=signing,
        version=version,
        aspects=list_aspects(schemes.load_scheme(version), signature.seat, panel),
        marks={(mark.entry, mark.aspect): mark for mark in marks},
    )


def _data(
    record: _Record, checkpoint: Checkpoint, *, with_name: bool
) -> dict[str, Any]:
    signature = record.signed.signature
    event, seat = signature.seat.event, signature.seat
    signed_at = signature.signed_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")
    facts = [
        [_("Seat"), seat.seat],
        *([[_("Judge"), seat.user.display_name]] if with_name else []),
        [_("Round"), str(signature.round)],
        [_("Signed on"), signed_at],
        [_("Marks signed"), str(signature.marks)],
    ]
    return {
        "lang": language(),
        "title": f"{_('Record of marks')} {seat.seat} {event.name}",
        "competition": event.competition.name,
        "event": event.name,
        "facts": facts,
        "void": _void(record.signed),
        "digest": signature.digest,
        "digest_groups": in_groups(signature.digest),
        "scheme": record.version.digest,
        "scheme_groups": in_groups(record.version.digest),
        "checkpoint": checkpoint_data(checkpoint),
        "page": page_words(),
        "words": _words(),
        "work": "",
        "rows": [],
        "legend": [],
        "tables": [],
        "comments": [],
    }


def _void(signed: Signed) -> dict[str, str]:
    """Return why a record no longer holds; empty texts where it does."""
    signature = signed.signature
    why = {
        RETURNED: _(
            "The chief judge gave this sheet back: %(reason)s",
            reason=signature.returned_reason,
        ),
        EARLIER: _(
            "The marks were unlocked after round %(round)s; everybody signed anew.",
            round=signature.round,
        ),
    }.get(signed.state, "")
    return {"word": _("INVALID") if why else "", "why": why}


def _words() -> dict[str, str]:
    return {
        "record": _("Record of marks"),
        "work": _("Work code"),
        "aspect_code": _("Aspect code"),
        "aspect": _("Aspect"),
        "max": _("Max"),
        "mark": _("Mark as entered"),
        "points": _("Points"),
        "comment": _("Comment"),
        "comments": _("Comments"),
        "legend": _("Aspects"),
        "of_seat": _("All works of this seat: mark as entered, points below it"),
        "digest": _("Fingerprint of the sheet (SHA-256)"),
        "scheme": _("Digest of the scheme (SHA-256)"),
        "judge": _("Judge"),
        "chief": _("Chief judge"),
        "date": _("Date and time"),
        **checkpoint_words(),
    }


def _one_work(record: _Record, work: str) -> dict[str, Any]:
    rows = []
    for aspect in record.aspects:
        mark = record.marks.get((work, aspect.code))
        rows.append(
            {
                "code": aspect.code,
                "name": aspect.name,
                "max": format_number(aspect.max),
                "mark": _value(aspect, mark),
                "points": _points(aspect, mark),
                "comment": mark.reason if mark else "",
            }
        )
    return {"work": work, "rows": rows}


def _all_works(record: _Record, works: Sequence[str]) -> dict[str, Any]:
    aspects = record.aspects
    chunks = [aspects[at : at + _CHUNK] for at in range(0, len(aspects), _CHUNK)]
    comments = [
        [mark.entry, mark.aspect, mark.reason]
        for mark in sorted(record.marks.values())
        if mark.reason
    ]
    return {
        "legend": [[a.code, a.name, format_number(a.max)] for a in aspects],
        "tables": [
            {
                "codes": [a.code for a in chunk],
                "rows": [[work, *_cells(record, chunk, work)] for work in works],
            }
            for chunk in chunks
        ],
        "comments": comments,
    }


def _cells(record: _Record, aspects: Sequence[Aspect], work: str) -> list[list[str]]:
    marks = [record.marks.get((work, aspect.code)) for aspect in aspects]
    return [
        [_value(a, mark), _points(a, mark)]
        for a, mark in zip(aspects, marks, strict=True)
    ]


def _value(aspect: Aspect, mark: Counted | None) -> str:
    if mark is None:
        return "–"
    if aspect.kind == "yes_no":
        return str(_("Yes") if mark_points(aspect, mark.value) else _("No"))
    return mark.value


def _points(aspect: Aspect, mark: Counted | None) -> str:
    if mark is None:
        return ""
    points = mark_points(aspect, mark.value)
    rounded = round_to(points, _PLACES)
    return format_number(points if rounded == points else rounded)
