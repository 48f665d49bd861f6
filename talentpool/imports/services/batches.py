"""The life of a batch: taking a file in, mapping its columns, giving it up."""

import hashlib
import json
import os
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from extensions import new_uid
from ledger.log.services import Actor, record
from people.vault.services import get_vault
from talentpool.dossiers.models import Craftsman
from talentpool.imports.models import (
    ImportBatch,
    ImportBlock,
    ImportChange,
    ImportFault,
    ImportMapping,
)
from talentpool.imports.queries.batches import READY_CONTEXT
from talentpool.imports.rules.columns import headings_digest, missing
from talentpool.imports.rules.ready import Change, Ready, write
from talentpool.imports.rules.states import (
    MOST_BYTES,
    SILENT,
    WAITING,
    WORKING,
)
from talentpool.imports.services import progress
from talentpool.imports.services.change import seal_change

SUFFIXES = (".xlsx", ".csv")
_PIECE = 2**20


class ImportStepError(DomainError):
    """The batch is not where this step begins."""

    def __init__(self) -> None:
        super().__init__(
            _("This file has gone on meanwhile. Look at its page for where it is.")
        )


class ImportFileError(DomainError):
    """The file cannot be taken in at all."""

    status = 422


def take_in(
    session: Session,
    *,
    stream: BinaryIO,
    file_name: str,
    user: User | None,
    actor: Actor,
    now: datetime,
) -> ImportBatch:
    """Keep a file for the worker and begin its batch; log, no commit.

    The file is removed once it has been read; its rows are kept sealed.

    Raises:
        ImportFileError: neither .xlsx nor .csv, empty, or too large.
    """
    name = Path(file_name.replace("\\", "/")).name[-120:] or "file"
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ImportFileError(_("Choose an .xlsx workbook or a .csv file."))
    uid = new_uid()
    path = file_of(uid, suffix)
    digest, size = _keep(stream, path)
    if not size:
        path.unlink()
        raise ImportFileError(_("The file is empty."))
    batch = ImportBatch(
        uid=uid,
        state="reading",
        file_name=name,
        file_sha256=digest,
        file_size=size,
        user_id=user.id if user else None,
        created_at=now,
    )
    session.add(batch)
    session.flush()
    record(
        session,
        actor=actor,
        action="import.begun",
        subject=f"import:{uid}",
        now=now,
        body={"sha256": digest, "size": size},
    )
    return batch


def file_of(uid: str, suffix: str) -> Path:
    """Return where the file of a batch waits to be read."""
    folder = Path(current_app.config["INSTANCE"]) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{uid}{suffix}"


def set_mapping(
    session: Session,
    batch: ImportBatch,
    *,
    mapping: dict[str, int],
    user: User | None,
    now: datetime,
) -> None:
    """Say which column is which, remember it, and send the batch to be checked.

    Raises:
        ImportStepError: it is not at this step.
        ImportFileError: a column that every dossier needs is missing.
    """
    if batch.state not in WAITING:
        raise ImportStepError
    if missing(mapping):
        raise ImportFileError(_("Columns that every dossier needs are missing."))
    batch.mapping = json.dumps(mapping)
    if user is not None:
        _remember(session, batch, mapping, user, now)
    _go(batch, "checking")


def begin_loading(
    session: Session,
    batch: ImportBatch,
    *,
    takes_as_verified: bool,
    takes_changes: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Send a checked batch to be loaded; log, no commit.

    With `takes_changes` the dossiers of which the file says something else are changed
    too; otherwise they are left as they are.

    Raises:
        ImportStepError: it is not checked, or nothing in it can be loaded.
    """
    taken = batch.good + (batch.differing if takes_changes else 0)
    if batch.state != "checked" or not taken:
        raise ImportStepError
    batch.takes_as_verified, batch.takes_changes = takes_as_verified, takes_changes
    batch.trouble = ""
    _go(batch, "loading")
    record(
        session,
        actor=actor,
        action="import.confirmed",
        subject=f"import:{batch.uid}",
        now=now,
        body={
            "good": batch.good,
            "faulty": batch.faulty,
            "known": batch.known,
            "differing": batch.differing,
            "changes": takes_changes,
            "verified": takes_as_verified,
        },
    )


def discard(
    session: Session, batch: ImportBatch, *, actor: Actor, now: datetime
) -> None:
    """Give a batch up that has changed nothing yet.

    Raises:
        ImportStepError: it is being worked on, or has been loaded.
    """
    if batch.state not in WAITING:
        raise ImportStepError
    batch.state, batch.ended_at = "discarded", now
    remove_rows(session, batch)
    remove_changes(session, batch)
    record(
        session,
        actor=actor,
        action="import.discarded",
        subject=f"import:{batch.uid}",
        now=now,
    )


def keep_ready(
    session: Session, batch: ImportBatch, number: int, ready: Sequence[Ready]
) -> None:
    """Keep with a block what the check found ready in it, sealed."""
    packed = zlib.compress(write(list(ready)).encode(), 1)
    session.execute(
        update(ImportBlock)
        .where(ImportBlock.batch_id == batch.id, ImportBlock.number == number)
        .values(ready_sealed=get_vault().seal_bytes(packed, READY_CONTEXT))
    )


def keep_changes(
    session: Session, batch: ImportBatch, changes: Sequence[tuple[int, int, Change]]
) -> None:
    """Keep what the file says otherwise of dossiers, sealed."""
    ids = [craftsman_id for _row, craftsman_id, _change in changes]
    seen: dict[int, datetime] = dict(
        session.execute(
            select(Craftsman.id, Craftsman.updated_at).where(Craftsman.id.in_(ids))
        ).all()
    )
    for row, craftsman_id, change in changes:
        session.add(
            ImportChange(
                batch_id=batch.id,
                craftsman_id=craftsman_id,
                row=row,
                change_sealed=seal_change(change),
                seen_at=seen[craftsman_id],
            )
        )


def remove_rows(session: Session, batch: ImportBatch) -> None:
    """Remove the rows of a batch that nobody needs any more."""
    session.execute(delete(ImportBlock).where(ImportBlock.batch_id == batch.id))


def remove_changes(session: Session, batch: ImportBatch) -> None:
    """Forget what would have been changed; what was taken over stays, to be undone."""
    session.execute(
        delete(ImportChange).where(
            ImportChange.batch_id == batch.id, ImportChange.taken_at.is_(None)
        )
    )


def remove_faults(session: Session, batch: ImportBatch) -> None:
    """Forget what an earlier check found."""
    session.execute(delete(ImportFault).where(ImportFault.batch_id == batch.id))


def claim(session: Session, batch_uid: str, *, worker: str, now: datetime) -> bool:
    """Let one worker have the batch; False where another is alive. No commit."""
    heard = progress.find(batch_uid)
    silent = now - timedelta(seconds=SILENT)
    if heard is not None and heard.at > silent:
        silent = datetime.min.replace(tzinfo=UTC)  # it works inside one transaction
    claimed = session.execute(
        update(ImportBatch)
        .where(
            ImportBatch.uid == batch_uid,
            ImportBatch.state.in_(WORKING),
            (ImportBatch.worker == "")
            | (ImportBatch.worker == worker)
            | (ImportBatch.beat_at < silent),
        )
        .values(worker=worker, beat_at=now)
    )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def is_silent(batch: ImportBatch, now: datetime) -> bool:
    """Tell whether the worker of a batch has gone and must be called again."""
    if batch.state not in WORKING:
        return False
    last = batch.beat_at or batch.created_at
    heard = progress.find(batch.uid)
    if heard is not None:
        last = max(last, heard.at)
    return now - last > timedelta(seconds=SILENT)


def _go(batch: ImportBatch, state: str) -> None:
    batch.state, batch.done = state, 0
    batch.worker, batch.beat_at = "", None


def _remember(
    session: Session,
    batch: ImportBatch,
    mapping: dict[str, int],
    user: User,
    now: datetime,
) -> None:
    digest = headings_digest(json.loads(batch.headings))
    known = session.scalar(
        select(ImportMapping).where(
            ImportMapping.user_id == user.id, ImportMapping.headings_digest == digest
        )
    )
    if known is None:
        known = ImportMapping(user_id=user.id, headings_digest=digest)
        session.add(known)
    known.unit_id, known.mapping, known.used_at = (
        user.unit_id,
        json.dumps(mapping),
        now,
    )


def _keep(stream: BinaryIO, path: Path) -> tuple[str, int]:
    """Write a file nobody else can read; return its digest and size."""
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > MOST_BYTES:
                path.unlink()
                raise ImportFileError(
                    _("The file is larger than %(most)s MB.", most=MOST_BYTES // 2**20)
                )
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest(), size
