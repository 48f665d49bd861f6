"""Marks that come by hand: opened, looked at, confirmed by a second person.

The one who brings a parcel in cannot confirm it. Once confirmed, its marks go the way
every mark goes, with the ids the tablet gave them, so that it does not matter whether
they also come by the network, before or after.
"""

import binascii
import hashlib
import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.queries import is_same_person
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from scoring.carry import queries
from scoring.carry.models import DECLINED, TAKEN, WAITING, Parcel
from scoring.carry.rules.faults import Fault
from scoring.carry.rules.file import Header, SealError, key_id, open_seal, read_file
from scoring.carry.services.keys import private_key, public_key
from scoring.carry.services.words import refuse
from scoring.evidence.services.photos import PhotoRefusedError, Sent, receive_photo
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_seats
from scoring.marking.services.receive import Answer, foresee_marks, receive_marks

MOST_MARKS = 5000
IMPORT = "import"


class ParcelError(DomainError):
    """The parcel cannot be taken or declined like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo of a parcel."""

    mark: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is inside a parcel, and whose it is."""

    header: Header
    seat: JudgeSeat
    marks: list[Any]
    photos: list[Photo]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What becomes, or became, of one mark or photo; values are not shown."""

    entry: str
    aspect: str
    what: str  # mark | void | photo
    number: int  # the device's number of the mark, 0 of a photo
    status: str  # stored | duplicate | conflict | late | refused
    reason: str


def open_contents(session: Session, event: Event, data: bytes) -> Contents:
    """Return what is inside a file.

    Raises:
        CarryFaultsError: everything that keeps it from being taken at this event.
    """
    try:
        sealed = read_file(data)
        seat = _check_header(session, event, sealed.header)
        content = open_seal(sealed, private_key(event.uid))
    except SealError as error:
        raise refuse(error.faults) from None
    photos, faults = _read_photos(content["photos"])
    faults += _check_marks(content["marks"], event)
    if not content["marks"] and not content["photos"]:
        faults.append(Fault("empty", {}))
    if faults:
        raise refuse(faults)
    return Contents(
        header=sealed.header, seat=seat, marks=content["marks"], photos=photos
    )


def receive_parcel(
    session: Session, *, event: Event, data: bytes, actor: Actor, now: datetime
) -> Parcel:
    """Keep a file until a second person confirms it; the same file is one parcel.

    Raises:
        CarryFaultsError: see `open_contents`.
    """
    contents = open_contents(session, event, data)
    digest = hashlib.sha256(data).hexdigest()
    known = queries.find_parcel_of(session, event.id, digest)
    if known is not None:
        return known
    header = contents.header
    parcel = Parcel(
        event_id=event.id,
        seat_id=contents.seat.id,
        digest=digest,
        file=data,
        device=header.device,
        head=header.head,
        marks=header.marks,
        photos=header.photos,
        made_at=header.made_at,
        state=WAITING,
        received_at=now,
        received_by=actor.name,
    )
    session.add(parcel)
    session.flush()
    _log(session, parcel, "carry.received", actor, now, {"head": header.head})
    return parcel


def foresee_parcel(session: Session, parcel: Parcel, now: datetime) -> list[Row]:
    """Return what would become of each mark if the parcel were taken now."""
    contents = open_contents(session, parcel.event, parcel.file)
    answers = foresee_marks(
        session, user=contents.seat.user, items=contents.marks, now=now
    )
    return _rows(contents, answers)


def take_parcel(
    session: Session, *, parcel: Parcel, actor: Actor, now: datetime
) -> list[Row]:
    """Give the marks and photos of a parcel to the server, as the second person.

    The marks stay the judge's; the log names who brought them in.

    Raises:
        ParcelError: decided already, or the same person brought it.
        CarryFaultsError: the judge has lost the seat since.
    """
    _hold(session, parcel)
    if is_same_person(session, parcel.received_by, actor.name):
        raise ParcelError(
            _("You brought these marks in yourself: another person confirms them.")
        )
    contents = open_contents(session, parcel.event, parcel.file)
    hand = Actor(IMPORT, actor.name)
    answers = receive_marks(
        session, user=contents.seat.user, items=contents.marks, actor=hand, now=now
    )
    rows = _rows(contents, answers)
    places = {row.number: row for row in rows}
    by_mark = {
        item["id"]: places.get(item.get("device_seq", 0))
        for item in contents.marks
        if isinstance(item, dict) and isinstance(item.get("id"), str)
    }
    for photo in contents.photos:
        found = by_mark.get(photo.mark)
        rows.append(_take_photo(session, contents, photo, found, hand, now))
    parcel.state, parcel.decided_at, parcel.decided_by = TAKEN, now, actor.name
    parcel.answers = json.dumps([asdict(row) for row in rows], ensure_ascii=False)
    counts = count_rows(rows)
    _log(session, parcel, "carry.taken", actor, now, {"answers": counts})
    return rows


def decline_parcel(
    session: Session, *, parcel: Parcel, reason: str, actor: Actor, now: datetime
) -> None:
    """Put a parcel away with a reason; its marks are still on the tablet.

    Raises:
        ParcelError: decided already, or no reason.
    """
    _hold(session, parcel)
    if not reason.strip():
        raise ParcelError(_("Say why these marks are not taken."))
    parcel.state, parcel.decided_at, parcel.decided_by = DECLINED, now, actor.name
    parcel.reason = reason.strip()[:400]
    _log(session, parcel, "carry.declined", actor, now, {"reason": parcel.reason})


def read_rows(parcel: Parcel) -> list[Row]:
    """Return what became of each mark of a taken parcel."""
    return [Row(**row) for row in json.loads(parcel.answers or "[]")]


def count_rows(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many rows there are of each status."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    return counts


def _check_header(session: Session, event: Event, header: Header) -> JudgeSeat:
    """Return whose seat it is; every fault of the header is raised at once."""
    faults = []
    if header.event != event.uid:
        faults.append(Fault("other_event", {}))
    elif header.key != key_id(public_key(event.uid)):
        faults.append(Fault("other_key", {}))
    panel = {seat.user.uid: seat for seat in list_seats(session, event.id)}
    seat = panel.get(header.judge)
    if seat is None:
        faults.append(Fault("no_seat", {}))
    elif seat.seat != header.seat:
        faults.append(Fault("other_seat", {"said": header.seat, "found": seat.seat}))
    if faults or seat is None:
        raise SealError(*faults)
    return seat


def _check_marks(items: Sequence[Any], event: Event) -> list[Fault]:
    """Find marks of another event: the judge may have a seat there as well."""
    faults = []
    if len(items) > MOST_MARKS:
        faults.append(Fault("many", {"most": MOST_MARKS}))
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or item.get("event") != event.uid:
            faults.append(Fault("foreign_mark", {"number": number}))
    return faults


def _read_photos(items: Sequence[Any]) -> tuple[list[Photo], list[Fault]]:
    photos, faults = [], []
    for number, item in enumerate(items, 1):
        try:
            data = b64decode(item["data"], validate=True)
            mark, digest = item["mark"], item["sha256"]
        except (KeyError, TypeError, binascii.Error, ValueError):
            faults.append(Fault("photo", {"number": number}))
            continue
        if hashlib.sha256(data).hexdigest() != digest or not isinstance(mark, str):
            faults.append(Fault("photo", {"number": number}))
            continue
        photos.append(Photo(mark=mark, sha256=digest, data=data))
    return photos, faults


def _rows(contents: Contents, answers: Sequence[Answer]) -> list[Row]:
    return [
        Row(
            entry=str(item.get("entry", "")),
            aspect=str(item.get("aspect", "")),
            what=str(item.get("kind", "mark")),
            number=item["device_seq"] if type(item.get("device_seq")) is int else 0,
            status=answer["status"],
            reason=answer["reason"] or "",
        )
        for item, answer in zip(contents.marks, answers, strict=True)
    ]


def _take_photo(
    session: Session,
    contents: Contents,
    photo: Photo,
    mark: Row | None,
    actor: Actor,
    now: datetime,
) -> Row:
    sent = Sent(mark_id=photo.mark, sha256=photo.sha256, data=photo.data)
    try:
        receipt = receive_photo(
            session, user=contents.seat.user, sent=sent, actor=actor, now=now
        )
        status, reason = receipt["status"], receipt["reason"] or ""
    except PhotoRefusedError as error:
        status, reason = "refused", error.code
    return Row(
        entry=mark.entry if mark else "",
        aspect=mark.aspect if mark else "",
        what="photo",
        number=0,
        status=status,
        reason=reason,
    )


def _hold(session: Session, parcel: Parcel) -> None:
    """Keep others from deciding the same parcel meanwhile."""
    session.execute(
        select(Parcel)
        .where(Parcel.id == parcel.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if parcel.state != WAITING:
        raise ParcelError(_("This parcel is decided already."))


def _log(
    session: Session,
    parcel: Parcel,
    action: str,
    actor: Actor,
    now: datetime,
    body: dict[str, object],
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"parcel:{parcel.uid}",
        scope=f"event:{parcel.event.uid}",
        now=now,
        body={
            "seat": parcel.seat.seat,
            "device": parcel.device,
            "file": parcel.digest,
            "marks": parcel.marks,
            "photos": parcel.photos,
            **body,
        },
    )
