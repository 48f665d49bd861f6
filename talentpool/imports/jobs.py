"""The work on a batch, step by step; the worker and the command run it.

Reading and checking change nothing in the pool and commit after every thousand rows.
Loading and undoing are one transaction each: a worker that is killed leaves nothing
half done, and the next one begins the step anew.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from accounts.roles.queries import list_grants
from accounts.roles.rules import EVERYWHERE, Scope, scopes_for
from errors import DomainError
from extensions import LOCAL, new_uid
from ledger.log.services import Actor
from talentpool.imports.forms.labels import code_names, titles
from talentpool.imports.models import ImportBatch, ImportFault
from talentpool.imports.queries.batches import find_batch, find_mapping, iter_blocks
from talentpool.imports.queries.codes import read_lists
from talentpool.imports.rules.columns import headings_digest
from talentpool.imports.rules.rows import Fault
from talentpool.imports.rules.states import WHOLE, WORKING
from talentpool.imports.services import batches, load, progress, stage, undo
from talentpool.imports.services.check import Checker, in_blocks
from talentpool.imports.services.worker import MEMORY

PERMISSION = "pool.import"
Clock = Callable[[], datetime]


class GoneError(Exception):
    """Another worker has the batch."""


def work(
    session: Session, batch_uid: str, clock: Clock = lambda: datetime.now(UTC)
) -> None:
    """Do the step a batch waits for, if nobody else is at it; commit."""
    worker = new_uid()
    claimed = batches.claim(session, batch_uid, worker=worker, now=clock())
    session.commit()
    batch = find_batch(session, batch_uid)
    if not claimed or batch is None or batch.state not in WORKING:
        return
    try:
        _step(session, batch, worker, clock)
    except GoneError:
        session.rollback()
    except load.PoolMovedError as error:
        session.rollback()
        _check_again(session, batch_uid, worker, clock, trouble=error.message)
    except Exception as error:
        session.rollback()
        _fail(session, batch_uid, error, clock())
        if not isinstance(error, DomainError | MemoryError):
            raise
    finally:
        progress.forget(batch_uid)


def _step(session: Session, batch: ImportBatch, worker: str, clock: Clock) -> None:
    if batch.state in WHOLE:
        whole = {"loading": _load, "undoing": _undo}[batch.state]
        uid = batch.uid
        for done in whole(session, batch, clock):
            progress.note(uid, clock(), done)
        _assert_ours(session, batch, worker)
        batch.worker = ""
        session.commit()
        return
    for _done in {"reading": _read, "checking": _check}[batch.state](
        session, batch, clock
    ):
        _beat(session, batch, worker, clock())


def _check_again(
    session: Session, batch_uid: str, worker: str, clock: Clock, *, trouble: str
) -> None:
    """Check a batch anew whose check was overtaken, and say why on its page."""
    batch = find_batch(session, batch_uid)
    if batch is None:
        return
    batch.state, batch.trouble = "checking", trouble
    session.commit()
    _step(session, batch, worker, clock)


def actor_of(batch: ImportBatch) -> Actor:
    """Return who stands behind a batch."""
    if batch.user is None:
        return Actor("support", "jiangcai pool import")
    return Actor("human", batch.user.uid)


def _beat(session: Session, batch: ImportBatch, worker: str, now: datetime) -> None:
    batch.beat_at = now
    session.commit()
    if batch.worker not in (worker, ""):
        raise GoneError


def _assert_ours(session: Session, batch: ImportBatch, worker: str) -> None:
    """Make sure, before all is committed, that nobody else took the batch over."""
    found = select(ImportBatch.worker).where(ImportBatch.id == batch.id)
    if session.scalar(found.with_for_update()) != worker:
        raise GoneError


def _read(session: Session, batch: ImportBatch, _clock: Clock) -> Iterator[int]:
    suffix = "." + batch.file_name.rsplit(".", 1)[-1].lower()
    path = batches.file_of(batch.uid, suffix)
    # A worker before this one may have got part of the way.
    batches.remove_rows(session, batch)
    batch.rows = 0
    yield from stage.read_file(session, batch, path, titles())
    if batch.user is not None:
        digest = headings_digest(json.loads(batch.headings))
        remembered = find_mapping(session, batch.user, digest)
        if remembered is not None:
            batch.mapping = json.dumps(remembered)
    batch.state, batch.worker = "mapping", ""
    yield batch.rows
    path.unlink(missing_ok=True)


def _check(session: Session, batch: ImportBatch, clock: Clock) -> Iterator[int]:
    batches.remove_faults(session, batch)
    batches.remove_changes(session, batch)
    batch.good = batch.known = batch.faulty = batch.differing = batch.done = 0
    checker = _checker(session, batch, clock())
    for number, rows, last in in_blocks(iter_blocks(session, batch)):
        checked = checker.check(rows, last=last)
        _note(session, batch, checked.faults)
        batches.keep_ready(session, batch, number, checked.ready)
        batches.keep_changes(session, batch, checked.changes)
        batch.good += len(checked.ready)
        batch.differing += len(checked.changes)
        batch.known += checked.known
        batch.faulty += len({fault.row for fault in checked.faults})
        batch.done += sum(1 for _n, cells in rows if any(c != "" for c in cells))
        yield batch.done
    batch.state, batch.worker = "checked", ""
    yield batch.rows


def _load(session: Session, batch: ImportBatch, clock: Clock) -> Iterator[int]:
    now = clock()
    batch.loaded = batch.updated = 0
    source = load.Source(
        batch=batch, actor=actor_of(batch), now=now, scopes=_scopes(session, batch)
    )
    yield from load.load(session, source)
    load.finish(session, source)
    batches.remove_rows(session, batch)
    batches.remove_changes(session, batch)
    batch.state, batch.ended_at, batch.done = "loaded", now, batch.rows
    yield batch.rows


def _undo(session: Session, batch: ImportBatch, clock: Clock) -> Iterator[int]:
    undo.undo(session, batch, actor=actor_of(batch), now=clock())
    batch.state, batch.ended_at = "undone", clock()
    yield batch.rows


def _checker(session: Session, batch: ImportBatch, now: datetime) -> Checker:
    return Checker(
        session,
        mapping=json.loads(batch.mapping),
        lists=read_lists(session, code_names()),
        scopes=_scopes(session, batch),
        today=now.astimezone(LOCAL).date(),
    )


def _scopes(session: Session, batch: ImportBatch) -> list[Scope]:
    """Return the places whoever brought the file may fill, as they stand now."""
    if batch.user is None:
        return [EVERYWHERE]
    return scopes_for(list_grants(session, batch.user.id), PERMISSION)


def _note(session: Session, batch: ImportBatch, faults: list[Fault]) -> None:
    if not faults:
        return
    session.execute(
        insert(ImportFault),
        [
            {
                "batch_id": batch.id,
                "row": fault.row,
                "key": fault.key,
                "code": fault.code,
                "value": fault.value,
                "params": json.dumps(dict(fault.params)),
            }
            for fault in faults
        ],
    )


def _fail(session: Session, batch_uid: str, error: Exception, now: datetime) -> None:
    """Say on the page why it went no further; what was committed stays."""
    batch = find_batch(session, batch_uid)
    if batch is None:
        return
    batch.trouble = _words_of(error)[:300]
    batch.worker = ""
    if batch.state == "reading":
        batches.remove_rows(session, batch)
        batch.state, batch.ended_at = "failed", now
    elif batch.state == "undoing":
        batch.state = "loaded"
    else:
        batch.state = "checked" if batch.state == "loading" else "mapping"
    session.commit()


def _words_of(error: Exception) -> str:
    if isinstance(error, DomainError):
        return error.message
    if isinstance(error, MemoryError):
        said = _(
            "The work needed more memory than an import may have (%(most)s GB). "
            "Nothing was changed. Divide the file.",
            most=MEMORY // 2**30,
        )
    else:
        said = _(
            "The work broke off: %(what)s. Nothing was changed.",
            what=type(error).__name__,
        )
    return str(said)
