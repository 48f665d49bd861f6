"""Keeping the index in step: marking what changed, taking changes in, rebuilding.

An edit only notes the craftsman as dirty; every search looks at the dirty ones by text,
so nothing is ever missing, and `merge_dirty` takes them into the bitmaps. All of it can
be rebuilt from the dossiers, so none of it is logged.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from pyroaring import BitMap
from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from extensions import new_uid
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman, Fact
from talentpool.dossiers.signals import craftsman_changed
from talentpool.mentorship.models import Pair
from talentpool.search.models import (
    SearchDirty,
    SearchDocument,
    SearchImage,
    SearchMerge,
    SearchPosting,
)
from talentpool.search.queries import snapshots
from talentpool.search.queries.found import MERGE_AT, list_dirty
from talentpool.search.queries.search import count as count_found
from talentpool.search.queries.search import export as stream_found
from talentpool.search.queries.search import list_ids as list_found
from talentpool.search.queries.sources import iterate_sources, load_sources
from talentpool.search.rules.columns import EMPTY, Snapshot, follow
from talentpool.search.rules.documents import Document, make_document, terms
from talentpool.search.rules.images import LAYOUT, dump
from talentpool.search.rules.records import CERTIFICATE, CONTEST, ROW

MOST_WAITING = 2_000  # changes that wait where they are taken in in the background
TAKEN = 200  # changes that are taken in at a time there: others write between
CHUNK = 400  # rows in one statement
IMAGE_FROM = 20_000  # changed craftsmen; fewer are read as fast one by one
GATHERED = 50_000  # documents whose terms are gathered before bitmaps take them
_LOCK = 0x4A43_0006  # PostgreSQL advisory lock: one writer of the index at a time

# The one query for others: how many a search finds, and all of them in its order.
__all__ = ["count_found", "list_found", "stream_found"]

NOBODY = BitMap()
Term = tuple[int, str]
T = TypeVar("T")

_COLUMNS = [field.name for field in fields(Document)]


def listen() -> None:
    """Follow the changes of dossiers; called once by the application."""
    craftsman_changed.connect(_on_change)


def _on_change(_sender: object, *, session: Session, craftsman_id: int) -> None:
    mark_dirty(session, craftsman_id)
    erased = (
        select(Craftsman.id)
        .join(Craftsman.person)
        .where(Craftsman.id == craftsman_id, Person.erased_at.is_not(None))
    )
    if session.scalar(erased) is not None:
        merge_dirty(session)  # what was erased does not wait in the index


def mark_dirty(session: Session, craftsman_id: int) -> None:
    """Note that a craftsman changed, in the caller's transaction."""
    values = {"craftsman_id": craftsman_id, "token": new_uid()}
    session.execute(insert(SearchDirty), values)
    waiting = session.scalar(select(func.count()).select_from(SearchDirty)) or 0
    begin = snapshots.memory.merging
    if waiting >= (MERGE_AT if begin is None else MOST_WAITING):
        merge_dirty(session)
    elif waiting >= MERGE_AT and begin is not None:
        begin()


def merge_dirty(session: Session, most: int | None = None) -> int:
    """Take the noted changes into the index; return how many craftsmen; no commit."""
    _lock(session)
    rows = list_dirty(session, most)
    if not rows:
        return 0
    ids = sorted({craftsman_id for _row, craftsman_id in rows})
    old = {d.craftsman_id: d for d in _documents(session, ids)}
    new = {n: make_document(s) for n, s in load_sources(session, ids).items()}
    _change_postings(session, *_differences(ids, old, new))
    _delete(session, SearchDocument.craftsman_id, ids)
    gone = BitMap(old.keys() - new.keys())
    version = _begin_version(session, len(ids), removed=gone)
    _insert_documents(session, new.values(), version)
    _delete(session, SearchDirty.id, [row for row, _craftsman_id in rows])
    return len(ids)


def forget(session: Session, ids: Sequence[int]) -> None:
    """Take craftsmen out of the index whose dossiers are about to be removed."""
    _lock(session)
    for part in _parts(sorted(ids)):
        old = {d.craftsman_id: d for d in _documents(session, part)}
        _change_postings(session, *_differences(part, old, {}))
        _delete(session, SearchDocument.craftsman_id, part)
        _delete(session, SearchDirty.craftsman_id, part)
    _begin_version(session, len(ids), removed=BitMap(ids))


def is_image_old(session: Session) -> bool:
    """Tell whether a new process would have many dossiers to read one by one."""
    image = session.scalar(
        select(SearchImage.version).where(
            SearchImage.name == "layout", SearchImage.piece == LAYOUT.encode()
        )
    )
    changed = select(func.sum(SearchMerge.count))
    if image is not None:
        changed = changed.where(SearchMerge.version > image)
    return (session.scalar(changed) or 0) >= IMAGE_FROM


def make_image(session: Session) -> None:
    """Keep the snapshot as bytes, so that a new process reads it at once; no commit."""
    _lock(session)
    _store_image(session, snapshots.current_snapshot(session))


def reindex(session: Session) -> int:
    """Rebuild the whole index from the dossiers; return how many craftsmen; no commit.

    After a bulk load that announced nothing, and after a change of the code tables,
    units or names. One transaction: searches see the old index until it ends.
    """
    _lock(session)
    _analyze(session)
    dirty = list_dirty(session)
    version = _begin_version(session, 0, new_history=True)
    session.execute(delete(SearchPosting))
    session.execute(delete(SearchDocument))
    postings: dict[Term, BitMap] = defaultdict(BitMap)
    having: dict[Term, list[int]] = defaultdict(list)
    pieces = [(bytearray(), dtype) for dtype in (ROW, CERTIFICATE, CONTEST)]
    count = 0
    for sources in iterate_sources(session):
        documents = [make_document(source) for source in sources]
        _insert_documents(session, documents, version)
        for document in documents:
            for term in terms(document):
                having[term].append(document.craftsman_id)
        for name, (piece, _dtype) in zip(snapshots.NUMBERS, pieces, strict=True):
            piece.extend(b"".join(getattr(d, name) for d in documents))
        count += len(documents)
        if count % GATHERED < len(documents):
            _gather(postings, having)
    _gather(postings, having)
    _insert_postings(session, postings)
    _delete(session, SearchDirty.id, [row for row, _craftsman_id in dirty])
    session.execute(update(SearchMerge).values(count=count))
    if count >= IMAGE_FROM:
        tables = [np.frombuffer(piece, dtype) for piece, dtype in pieces]
        [token] = session.scalars(select(SearchMerge.token))
        _store_image(session, follow(EMPTY, *tables, version=version, token=token))
    return count


def _store_image(session: Session, snapshot: Snapshot) -> None:
    session.execute(delete(SearchImage))
    state = {"version": snapshot.version, "token": snapshot.token}
    for name, piece in dump(snapshot):
        session.execute(insert(SearchImage), {"name": name, "piece": piece} | state)


def _gather(postings: dict[Term, BitMap], having: dict[Term, list[int]]) -> None:
    """Move ids into their bitmaps: many at once costs a fraction of one by one."""
    for term, ids in having.items():
        postings[term].update(ids)
    having.clear()


def _analyze(session: Session) -> None:
    # PostgreSQL knows nothing yet of what the same transaction loaded, and would read
    # whole tables for every few hundred dossiers.
    if session.get_bind().dialect.name == "postgresql":
        models: list[Any] = [Person, Craftsman, Pair, *Fact.__subclasses__()]
        names = ", ".join(model.__tablename__ for model in models)
        session.execute(text(f"analyze {names}"))


def _lock(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _begin_version(
    session: Session,
    count: int,
    *,
    new_history: bool = False,
    removed: BitMap = NOBODY,
) -> int:
    version = (session.scalar(select(func.max(SearchMerge.version))) or 0) + 1
    if new_history:
        session.execute(delete(SearchMerge))
    if new_history or removed:
        # The image must not keep what the index no longer holds.
        session.execute(delete(SearchImage))
    values = {
        "version": version,
        "token": new_uid(),
        "count": count,
        "removed": removed.serialize() if removed else None,
    }
    session.execute(insert(SearchMerge), values)
    return version


def _documents(session: Session, ids: Sequence[int]) -> Iterator[Document]:
    for part in _parts(ids):
        for row in session.execute(
            select(*(getattr(SearchDocument, name) for name in _COLUMNS)).where(
                SearchDocument.craftsman_id.in_(part)
            )
        ):
            yield Document(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def _differences(
    ids: Iterable[int], old: dict[int, Document], new: dict[int, Document]
) -> tuple[dict[Term, list[int]], dict[Term, list[int]]]:
    """Return for each term who has it from now on, and who has it no longer."""
    added: dict[Term, list[int]] = defaultdict(list)
    removed: dict[Term, list[int]] = defaultdict(list)
    for number in ids:
        before = set(terms(old[number])) if number in old else set()
        after = set(terms(new[number])) if number in new else set()
        for term in after - before:
            added[term].append(number)
        for term in before - after:
            removed[term].append(number)
    return added, removed


def _change_postings(
    session: Session, added: dict[Term, list[int]], removed: dict[Term, list[int]]
) -> None:
    changed = added.keys() | removed.keys()
    for part in _parts(sorted({term for _field, term in changed})):
        rows = session.execute(
            select(SearchPosting.field, SearchPosting.term, SearchPosting.bitmap).where(
                SearchPosting.term.in_(part)
            )
        )
        there = {(r.field, r.term): BitMap.deserialize(r.bitmap) for r in rows}
        wanted = set(part)
        fresh: dict[Term, BitMap] = {}
        for key in (key for key in changed if key[1] in wanted):
            bitmap = there.get(key, BitMap())
            bitmap -= BitMap(removed.get(key, ()))
            bitmap |= BitMap(added.get(key, ()))
            fresh[key] = bitmap
        _store_postings(session, fresh, there.keys())


def _store_postings(
    session: Session, fresh: dict[Term, BitMap], there: Iterable[Term]
) -> None:
    known = set(there)
    _insert_postings(session, {k: b for k, b in fresh.items() if k not in known})
    changes: list[dict[str, Any]] = [
        {"a_field": field, "a_term": term, "bits": fresh[field, term].serialize()}
        for field, term in sorted(fresh.keys() & known)
    ]
    if changes:
        # Through the connection: the ORM's own bulk update wants the key's names.
        session.connection().execute(
            update(SearchPosting)
            .where(
                SearchPosting.field == bindparam("a_field"),
                SearchPosting.term == bindparam("a_term"),
            )
            .values(bitmap=bindparam("bits")),
            changes,
        )


def _insert_postings(session: Session, postings: dict[Term, BitMap]) -> None:
    for part in _parts(sorted(postings)):
        rows = []
        for field, term in part:
            bitmap = postings[field, term]
            bitmap.run_optimize()
            rows.append({"field": field, "term": term, "bitmap": bitmap.serialize()})
        session.execute(insert(SearchPosting), rows)


def _insert_documents(
    session: Session, documents: Iterable[Document], version: int
) -> None:
    columns = [*_COLUMNS, "merge_version"]
    rows = ([*(getattr(d, name) for name in _COLUMNS), version] for d in documents)
    if session.get_bind().dialect.name == "postgresql":
        driver: Any = session.connection().connection.driver_connection
        into = f"{SearchDocument.__tablename__} ({', '.join(columns)})"
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    for part in _parts(rows):
        values = [dict(zip(columns, row, strict=True)) for row in part]
        session.execute(insert(SearchDocument), values)


def _parts(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part


def _delete(session: Session, column: Any, values: Sequence[int]) -> None:  # noqa: ANN401
    for part in _parts(values):
        session.execute(delete(column.class_).where(column.in_(part)))
