"""The facet columns of this process, kept in step with the database.

Every process keeps its own, named by the token of a merge, so a search sees at once
that another process, a rebuild or a rolled back transaction left it behind.
"""

from threading import Lock

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from talentpool.search.models import SearchDocument, SearchMerge
from talentpool.search.rules.columns import EMPTY, KEPT, Snapshot, replace_rows

_COLUMNS = [getattr(SearchDocument, name) for name in ("craftsman_id", *KEPT)]


class Memory:
    """The snapshot of this process; replaced as a whole, under a lock."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.snapshot = EMPTY


memory = Memory()


def current_snapshot(session: Session) -> Snapshot:
    """Return the columns as of the newest merge that the session sees."""
    kept = memory.snapshot
    newest = select(func.max(SearchMerge.version)).scalar_subquery()
    merges = session.execute(
        select(SearchMerge.version, SearchMerge.token)
        .where(or_(SearchMerge.version == newest, SearchMerge.version == kept.version))
        .order_by(SearchMerge.version)
    ).all()
    if not merges:
        return EMPTY
    now = merges[-1]
    if now.token == kept.token:
        return kept
    # Going on from what is kept is right only if it is in this database's history; a
    # rebuild begins a new one.
    base = kept if merges[0].token == kept.token else EMPTY
    with memory.lock:
        fresh = _read(session, base, now.version, now.token)
        memory.snapshot = fresh
    return fresh


def _read(session: Session, base: Snapshot, version: int, token: str) -> Snapshot:
    # Later merges are left for the next look: their token is not known yet.
    rows = session.execute(
        select(*_COLUMNS)
        .where(SearchDocument.merge_version > base.version)
        .order_by(SearchDocument.craftsman_id)
    ).all()
    return replace_rows(base, rows, version=version, token=token)
