"""Adding and taking away exemplars; copying them with an event."""

import io
from datetime import datetime

from flask_babel import gettext as _
from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.events import rules as life
from competition.events.models import Event
from competition.events.signals import event_cloned
from errors import DomainError
from ledger.log.services import Actor, record
from people.attachments import services as files
from people.attachments.rules import MAX_BYTES, PDF, find_file_type
from scoring.exemplars import queries
from scoring.exemplars.models import Exemplar

MOST_PER_LEVEL = 2
_LONGEST = 1000  # pixels: a crack in a weld is seen, a tablet holds dozens
_QUALITY = 82
_BEFORE_MARKING = (life.DRAFT, life.REGISTRATION, life.CLOSED, life.CHECKIN)


class ExemplarError(DomainError):
    """The photo cannot be an exemplar."""

    status = 422


class ExemplarsFixedError(DomainError):
    """Marking has begun: judges see what they saw from the first mark on."""


def listen() -> None:
    """Copy exemplars with an event."""
    event_cloned.connect(_on_cloned)


def is_fixed(event: Event) -> bool:
    """Tell whether an event's exemplars can no longer change."""
    return event.state not in _BEFORE_MARKING


def add_exemplar(
    session: Session,
    *,
    event: Event,
    place: tuple[str, int],
    caption: str,
    data: bytes,
    user: User,
    now: datetime,
) -> Exemplar:
    """Keep a photo of what a level of a judged aspect looks like.

    Args:
        session: the transaction.
        event: whose scheme has the aspect.
        place: code of a judged aspect, and level from 0 to 3.
        caption: what is to be seen, at most 120 characters.
        data: a JPEG, PNG or WebP picture; it is made small.
        user: who adds it.
        now: the server's clock.

    Raises:
        ExemplarsFixedError: marking has begun.
        ExemplarError: no such aspect or level, or as many photos as there may be.
        FileRefusedError: see people.attachments.
    """
    _hold(session, event)
    aspect, level = place
    if aspect not in {one.code for one in queries.list_judged(session, event.id)}:
        raise ExemplarError(_("This is no judged aspect of the scheme."))
    if level not in range(queries.LEVELS):
        raise ExemplarError(_("Levels go from 0 to 3."))
    there = queries.read_exemplars(session, event.id).get(aspect)
    if there is not None and len(there[level]) >= MOST_PER_LEVEL:
        raise ExemplarError(
            _("A level has at most %(count)s photos.", count=MOST_PER_LEVEL)
        )
    added = _keep(
        session,
        event=event,
        place=(aspect, level, caption.strip()[:120]),
        data=_made_small(data),
        uploader=user.uid,
        now=now,
    )
    _log(session, added, event, "added", Actor("human", user.uid), now)
    return added


def remove_exemplar(
    session: Session, *, exemplar: Exemplar, actor: Actor, now: datetime
) -> None:
    """Take an exemplar away; its file is erased.

    Raises:
        ExemplarsFixedError: marking has begun.
    """
    _hold(session, exemplar.event)
    _log(session, exemplar, exemplar.event, "removed", actor, now)
    session.delete(exemplar)
    files.erase(session, exemplar.attachment)


def _on_cloned(
    _sender: object,
    *,
    session: Session,
    source: Event,
    copy: Event,
    actor: Actor,
    now: datetime,
) -> None:
    for one in queries.list_exemplars(session, source.id):
        added = _keep(
            session,
            event=copy,
            place=(one.aspect, one.level, one.caption),
            data=files.read_bytes(one.attachment),
            uploader=actor.name,
            now=now,
        )
        _log(session, added, copy, "added", actor, now)


def _keep(
    session: Session,
    *,
    event: Event,
    place: tuple[str, int, str],
    data: bytes,
    uploader: str,
    now: datetime,
) -> Exemplar:
    aspect, level, caption = place
    kept = files.store(
        session,
        data=data,
        file_name=f"{aspect}-{level}.jpg",
        kind="exemplar",
        uploaded_by=uploader,
        now=now,
    )
    added = Exemplar(
        event=event,
        aspect=aspect,
        level=level,
        caption=caption,
        attachment=kept,
        added_at=now,
        added_by=uploader,
    )
    session.add(added)
    session.flush()
    return added


def _made_small(data: bytes) -> bytes:
    """Return a picture as a JPEG that a tablet fetches in a moment."""
    found = find_file_type(data)
    if len(data) > MAX_BYTES or found is None or found is PDF:
        raise ExemplarError(_("Choose a JPEG, PNG or WebP picture of at most 10 MB."))
    try:
        with Image.open(io.BytesIO(data), formats=[found.pillow]) as image:
            small = ImageOps.exif_transpose(image).convert("RGB")
            small.thumbnail((_LONGEST, _LONGEST))
    except (
        *(OSError, SyntaxError, ValueError),
        *(Image.DecompressionBombError, Image.DecompressionBombWarning),
    ) as error:
        raise ExemplarError(
            _("The picture cannot be read. Save it again and choose it anew.")
        ) from error
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _hold(session: Session, event: Event) -> None:
    """Keep the event where it is while its exemplars change."""
    session.get_one(Event, event.id, with_for_update=True, populate_existing=True)
    if is_fixed(event):
        raise ExemplarsFixedError(
            _("Marking has begun: the photos of the levels no longer change.")
        )


def _log(
    session: Session,
    exemplar: Exemplar,
    event: Event,
    verb: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=f"scheme.exemplar_{verb}",
        subject=f"exemplar:{exemplar.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "aspect": exemplar.aspect,
            "level": exemplar.level,
            "sha256": exemplar.attachment.sha256,
            "caption": exemplar.caption,
        },
    )
