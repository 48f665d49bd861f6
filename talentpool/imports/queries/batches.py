"""Reading batches, what is wrong with them and what was remembered."""

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from people.vault.services import get_vault
from talentpool.dossiers.models import Craftsman
from talentpool.imports.models import (
    ImportBatch,
    ImportBlock,
    ImportChange,
    ImportFault,
    ImportMapping,
)
from talentpool.imports.rules.ready import Change, Ready, read_change, read_ready

PER_PAGE = 50
Cells = tuple[int, Sequence[Any]]  # a row's number and its cells
CONTEXT = "import_block.rows"
READY_CONTEXT = "import_block.ready"
CHANGE_CONTEXT = "import_change.change"


def find_batch(session: Session, uid: str) -> ImportBatch | None:
    """Return a batch with who brought it in, or None."""
    return session.scalar(
        select(ImportBatch)
        .where(ImportBatch.uid == uid)
        .options(joinedload(ImportBatch.user))
    )


def list_batches(session: Session, user: User, *, page: int) -> Pagination:
    """Return one page of a user's own batches, newest first."""
    found = (
        select(ImportBatch)
        .where(ImportBatch.user_id == user.id)
        .order_by(ImportBatch.id.desc())
    )
    return SelectPagination(
        select=found, session=session, page=page, per_page=20, error_out=False
    )


def list_faults(session: Session, batch: ImportBatch, *, page: int) -> Pagination:
    """Return one page of what is wrong, by row."""
    found = (
        select(ImportFault)
        .where(ImportFault.batch_id == batch.id)
        .order_by(ImportFault.row, ImportFault.id)
    )
    return SelectPagination(
        select=found, session=session, page=page, per_page=PER_PAGE, error_out=False
    )


def iter_faults(session: Session, batch: ImportBatch) -> Iterator[ImportFault]:
    """Yield everything that is wrong, by row."""
    yield from session.scalars(
        select(ImportFault)
        .where(ImportFault.batch_id == batch.id)
        .order_by(ImportFault.row, ImportFault.id)
        .execution_options(yield_per=1000)
    )


def count_by_code(session: Session, batch: ImportBatch) -> list[tuple[str, str, int]]:
    """Return (field, code, how often), the most frequent first."""
    often = func.count().label("often")
    rows = session.execute(
        select(ImportFault.key, ImportFault.code, often)
        .where(ImportFault.batch_id == batch.id)
        .group_by(ImportFault.key, ImportFault.code)
        .order_by(often.desc(), ImportFault.key, ImportFault.code)
    )
    return [(row.key, row.code, row.often) for row in rows]


def iter_blocks(
    session: Session, batch: ImportBatch, *, after: int = -1
) -> Iterator[tuple[int, list[Cells]]]:
    """Yield the blocks after number `after`: their number, and rows with theirs."""
    vault = get_vault()
    for number in _numbers(session, batch, after):
        block = session.get_one(ImportBlock, (batch.id, number))
        packed = vault.open_bytes(block.rows_sealed, CONTEXT)
        rows = json.loads(zlib.decompress(packed))
        yield number, list(enumerate(rows, block.first_row))
        session.expunge(block)


def iter_ready(
    session: Session, batch: ImportBatch
) -> Iterator[tuple[int, list[Ready]]]:
    """Yield for each block how many rows it has, and what the check found ready."""
    vault = get_vault()
    for number in _numbers(session, batch):
        block = session.get_one(ImportBlock, (batch.id, number))
        packed = vault.open_bytes(block.ready_sealed or b"", READY_CONTEXT)
        yield block.count, read_ready(json.loads(zlib.decompress(packed)))
        session.expunge(block)


def list_changes(session: Session, batch: ImportBatch, *, page: int) -> Pagination:
    """Return one page of the dossiers of which the file says something else."""
    found = (
        select(ImportChange)
        .where(ImportChange.batch_id == batch.id)
        .options(joinedload(ImportChange.craftsman).joinedload(Craftsman.person))
        .order_by(ImportChange.row)
    )
    return SelectPagination(
        select=found, session=session, page=page, per_page=20, error_out=False
    )


def iter_changes(session: Session, batch: ImportBatch) -> Iterator[ImportChange]:
    """Yield every dossier of which the file says something else, by row."""
    yield from session.scalars(
        select(ImportChange)
        .where(ImportChange.batch_id == batch.id)
        .order_by(ImportChange.row)
        .execution_options(yield_per=1000)
    )


def open_change(kept: ImportChange) -> Change:
    """Return what a file says otherwise of a dossier."""
    return read_change(get_vault().open(kept.change_sealed, CHANGE_CONTEXT))


def _numbers(session: Session, batch: ImportBatch, after: int = -1) -> Sequence[int]:
    return session.scalars(
        select(ImportBlock.number)
        .where(ImportBlock.batch_id == batch.id, ImportBlock.number > after)
        .order_by(ImportBlock.number)
    ).all()


def find_mapping(
    session: Session, user: User, headings_digest: str
) -> dict[str, int] | None:
    """Return how such headings were mapped last, by the user, else by their unit."""
    mine = ImportMapping.user_id == user.id
    ours = mine
    if user.unit_id is not None:
        ours = mine | (ImportMapping.unit_id == user.unit_id)
    found = session.scalars(
        select(ImportMapping.mapping)
        .where(ImportMapping.headings_digest == headings_digest, ours)
        .order_by(mine.desc(), ImportMapping.used_at.desc(), ImportMapping.id)
        .limit(1)
    ).first()
    return None if found is None else dict(json.loads(found))
