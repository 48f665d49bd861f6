"""Photos as evidence for a mark: kept as they came, named by their hash, never changed.

A photo follows its mark: the tablet sends it once the server has the mark, and again
until it has the answer; the same photo of the same mark is one. Reasons of refusals:

    unknown_mark (no such mark, or another judge's) · no_photo (the scheme takes none) ·
    hash (the bytes are not those of the name) · size · file (broken, or no picture) ·
    many (the cell has as many as it may)
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from ledger.log.services import Actor, record
from people.attachments import services as files
from scoring.evidence.models import MarkPhoto
from scoring.marking.models import LATE, STORED, MarkEvent
from scoring.marking.services.places import hold_desk

MOST_BYTES = 5 * 1024 * 1024
MOST_PER_CELL = 6
DUPLICATE = "duplicate"

Receipt = dict[str, Any]


class PhotoRefusedError(Exception):
    """The photo cannot be kept; `code` says why, as listed above."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A photo as it arrives."""

    mark_id: str
    sha256: str  # as the tablet says
    data: bytes


def receive_photo(
    session: Session, *, user: User, sent: Sent, actor: Actor, now: datetime
) -> Receipt:
    """Keep a photo of a mark and answer; no commit.

    Args:
        session: the transaction; the answer may be sent only after its commit.
        user: the judge who is signed in.
        sent: the photo.
        actor: as the log names the judge.
        now: the server's clock.

    Raises:
        PhotoRefusedError: see the reasons above.
    """
    mark = _find_mark(session, user, sent.mark_id)
    if mark is None:
        raise PhotoRefusedError("unknown_mark")
    desk = hold_desk(session, mark.seat)
    # Only now, with the event held, is what we know of this photo final.
    photos = _list_of_cell(session, mark)
    known = next((p for p in photos if (p.mark_id, p.sha256) == _key(sent)), None)
    if known is not None:
        return _receipt(known) | {"status": _again(known)}
    _check(sent, desk.aspects[mark.aspect].photo, len(photos))
    photo = MarkPhoto(
        event_id=mark.event_id,
        seat_id=mark.seat_id,
        mark_id=mark.id,
        entry=mark.entry,
        aspect=mark.aspect,
        sha256=sent.sha256,
        attachment_id=_store(session, sent, user, now),
        received_at=now,
        status=LATE if desk.closed else STORED,
        status_reason=desk.closed,
    )
    session.add(photo)
    session.flush()
    record(
        session,
        actor=actor,
        action="photos.received",
        subject=f"photo:{photo.uid}",
        scope=f"event:{desk.event.uid}",
        now=now,
        body={"seat": desk.seat.seat, **logged_fields(photo)},
    )
    return _receipt(photo)


def logged_fields(photo: MarkPhoto) -> dict[str, object]:
    """Return what the log says of a photo."""
    return {
        "mark": photo.mark_id,
        "entry": photo.entry,
        "aspect": photo.aspect,
        "sha256": photo.sha256,
        "status": photo.status,
        "reason": photo.status_reason,
    }


def _key(sent: Sent) -> tuple[str, str]:
    return sent.mark_id, sent.sha256


def _find_mark(session: Session, user: User, mark_id: str) -> MarkEvent | None:
    found = session.scalar(
        select(MarkEvent)
        .options(joinedload(MarkEvent.seat))
        .where(MarkEvent.id == mark_id)
    )
    # Whether another judge has a mark of this id is not told.
    return found if found is not None and found.seat.user_id == user.id else None


def _list_of_cell(session: Session, mark: MarkEvent) -> list[MarkPhoto]:
    return list(
        session.scalars(
            select(MarkPhoto)
            .where(
                MarkPhoto.event_id == mark.event_id,
                MarkPhoto.seat_id == mark.seat_id,
                MarkPhoto.entry == mark.entry,
                MarkPhoto.aspect == mark.aspect,
            )
            .order_by(MarkPhoto.id)
        )
    )


def _check(sent: Sent, taken: str, there: int) -> None:
    if taken == "none":
        raise PhotoRefusedError("no_photo")
    if not 0 < len(sent.data) <= MOST_BYTES:
        raise PhotoRefusedError("size")
    if hashlib.sha256(sent.data).hexdigest() != sent.sha256:
        raise PhotoRefusedError("hash")
    if there >= MOST_PER_CELL:
        raise PhotoRefusedError("many")


def _store(session: Session, sent: Sent, user: User, now: datetime) -> int:
    try:
        kept = files.store(
            session,
            data=sent.data,
            file_name=f"{sent.sha256[:16]}",
            kind="mark_photo",
            uploaded_by=user.uid,
            now=now,
            as_evidence=True,
        )
    except files.FileRefusedError as error:
        raise PhotoRefusedError("file", error.message) from error
    return kept.id


def _receipt(photo: MarkPhoto) -> Receipt:
    return {
        "id": photo.uid,
        "mark": photo.mark_id,
        "sha256": photo.sha256,
        "status": photo.status,
        "reason": photo.status_reason or None,
    }


def _again(photo: MarkPhoto) -> str:
    return DUPLICATE if photo.status == STORED else photo.status
