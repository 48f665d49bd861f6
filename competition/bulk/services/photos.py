"""Photos of many people in one archive: matched, looked at, then given to drafts."""

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.bulk import queries
from competition.bulk.models import PhotoBatch
from competition.bulk.rules.photos import Candidate, is_hidden, match_files
from competition.bulk.services.batches import BatchStepError
from competition.bulk.services.submit import list_begun
from competition.events.models import Event
from competition.events.services import is_open
from competition.registration.models import Entry
from competition.registration.rules.entries import PHOTO
from competition.registration.services.drafts import (
    RegistrationClosedError,
    set_paper,
)
from errors import DomainError
from ledger.log.services import Actor, record
from people.attachments.rules import MAX_BYTES, PDF, find_file_type
from people.attachments.services import FileRefusedError, erase, store
from people.persons.queries import open_id_number
from people.vault.services import get_vault

MOST_FILES = 300
_MOST_UNPACKED = 100 * 1024 * 1024  # bytes of all pictures together
_CONTEXT = "photo_batch.content"
TOO_LARGE, BROKEN, UNREADABLE = "too_large", "broken", "unreadable"


class ArchiveError(DomainError):
    """The file is no archive we take."""

    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """One file of an archive: whose it is, or what is wrong with it."""

    file: str
    entry_id: int | None
    attachment_id: int | None
    fault: str = ""


def take_photos(
    session: Session,
    *,
    event: Event,
    data: bytes,
    user: User,
    scopes: Sequence[Scope],
    now: datetime,
) -> PhotoBatch:
    """Read an archive and hold its files against the drafts; nobody gets one yet.

    Args:
        session: the caller's transaction.
        event: whose drafts.
        data: a ZIP archive; folders in it do not matter.
        user: who sends it.
        scopes: whose drafts they may complete.
        now: the server's clock.

    Raises:
        RegistrationClosedError: registration is not open.
        ArchiveError: no archive, nothing in it, or too much.
    """
    if not is_open(event, now):
        raise RegistrationClosedError(
            _("Registration for this event is not open at present.")
        )
    lines = _read(session, data, list_begun(session, event, scopes), user, now)
    batch = PhotoBatch(
        event=event,
        user=user,
        state="checked",
        matched=sum(not line.fault for line in lines),
        refused=sum(bool(line.fault) for line in lines),
        content_sealed=_seal(lines),
        created_at=now,
    )
    session.add(batch)
    session.flush()
    _log(session, batch, "photos_checked", Actor("human", user.uid), now)
    return batch


def load_photos(
    session: Session,
    batch: PhotoBatch,
    *,
    scopes: Sequence[Scope],
    actor: Actor,
    now: datetime,
) -> int:
    """Give the drafts the photos that matched; return how many got one.

    Who was submitted or taken away meanwhile is left as they are.

    Raises:
        BatchStepError: it is over.
        RegistrationClosedError: registration is not open any more.
    """
    _hold(session, batch)
    if not is_open(batch.event, now):
        raise RegistrationClosedError(
            _("Registration for this event is not open at present.")
        )
    drafts = {entry.id: entry for entry in list_begun(session, batch.event, scopes)}
    lines = [line for line in read_lines(batch) if line.attachment_id is not None]
    files = queries.list_attachments(
        session, [line.attachment_id for line in lines if line.attachment_id]
    )
    count = 0
    for line in lines:
        entry, file = drafts.get(line.entry_id or 0), files[line.attachment_id or 0]
        if entry is None:
            erase(session, file)
            continue
        set_paper(session, entry=entry, kind=PHOTO, attachment=file, now=now)
        count += 1
    _end(batch, "loaded", now)
    _log(session, batch, "photos_loaded", actor, now, count)
    return count


def discard_photos(
    session: Session, batch: PhotoBatch, *, actor: Actor, now: datetime
) -> None:
    """Give an archive up; its pictures are erased.

    Raises:
        BatchStepError: it is over.
    """
    _hold(session, batch)
    ids = [line.attachment_id for line in read_lines(batch) if line.attachment_id]
    for file in queries.list_attachments(session, ids).values():
        erase(session, file)
    _end(batch, "discarded", now)
    _log(session, batch, "photos_discarded", actor, now)


def read_lines(batch: PhotoBatch) -> list[Line]:
    """Return what became of each file, in the order of the archive."""
    if batch.content_sealed is None:
        return []
    text = zlib.decompress(get_vault().open_bytes(batch.content_sealed, _CONTEXT))
    return [Line(*row) for row in json.loads(text)]


def _read(
    session: Session, data: bytes, drafts: Sequence[Entry], user: User, now: datetime
) -> list[Line]:
    people = [
        Candidate(entry.id, open_id_number(entry.person), entry.person.name)
        for entry in drafts
        if entry.person is not None
    ]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [i for i in archive.infolist() if not is_hidden(_name(i))]
            _refuse_size(infos)
            matches = match_files([_name(info) for info in infos], people)
            return [
                Line(match.file, None, None, match.fault)
                if match.entry_id is None
                else _store(session, archive, info, match.entry_id, user, now)
                for info, match in zip(infos, matches, strict=True)
            ]
    except zipfile.BadZipFile as error:
        raise ArchiveError(_("Choose a ZIP archive (.zip).")) from error


def _refuse_size(infos: Sequence[zipfile.ZipInfo]) -> None:
    if not infos:
        raise ArchiveError(_("There is no file in this archive."))
    if len(infos) > MOST_FILES:
        raise ArchiveError(
            _("An archive holds at most %(count)s photos.", count=MOST_FILES)
        )
    if sum(min(info.file_size, MAX_BYTES) for info in infos) > _MOST_UNPACKED:
        raise ArchiveError(_("The photos are larger than 100 MB together."))


def _name(info: zipfile.ZipInfo) -> str:
    """Return a file's path; archives made on Chinese Windows say it in GBK."""
    if info.flag_bits & 0x800:  # said to be UTF-8
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return info.filename


def _store(
    session: Session,
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    entry_id: int,
    user: User,
    now: datetime,
) -> Line:
    """Keep one picture; what cannot be kept is a fault of its line."""
    name = _name(info)
    if info.file_size > MAX_BYTES:
        return Line(name, None, None, TOO_LARGE)
    try:
        with archive.open(info) as file:
            data = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, OSError):
        return Line(name, None, None, UNREADABLE)  # broken, locked or packed unusually
    if find_file_type(data) in (None, PDF):
        return Line(name, None, None, BROKEN)
    try:
        kept = store(
            session,
            data=data,
            file_name="photo",  # the file's own may be an ID number
            kind=PHOTO,
            uploaded_by=user.uid,
            now=now,
        )
    except FileRefusedError:
        return Line(name, None, None, BROKEN)
    return Line(name, entry_id, kept.id)


def _seal(lines: Sequence[Line]) -> bytes:
    rows = [[x.file, x.entry_id, x.attachment_id, x.fault] for x in lines]
    text = json.dumps(rows, ensure_ascii=False)
    return get_vault().seal_bytes(zlib.compress(text.encode()), _CONTEXT)


def _hold(session: Session, batch: PhotoBatch) -> None:
    session.refresh(batch, ["state"], with_for_update=True)
    if batch.state != "checked":
        raise BatchStepError(_("This has been decided meanwhile."))


def _end(batch: PhotoBatch, state: str, now: datetime) -> None:
    batch.state, batch.ended_at, batch.content_sealed = state, now, None


def _log(
    session: Session,
    batch: PhotoBatch,
    verb: str,
    actor: Actor,
    now: datetime,
    given: int | None = None,
) -> None:
    body = {"matched": batch.matched, "refused": batch.refused}
    record(
        session,
        actor=actor,
        action=f"registration.{verb}",
        subject=f"photos:{batch.uid}",
        scope=f"event:{batch.event.uid}",
        now=now,
        body=body if given is None else {**body, "given": given},
    )
