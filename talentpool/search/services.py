"""Keeping the index in step: marking what changed, taking changes in, rebuilding.

An edit only notes the craftsman as dirty; every search looks at the dirty ones by text,
so nothing is ever missing, and `merge_dirty` takes them into the bitmaps. All of it can
be rebuilt from the dossiers, so none of it is logged.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from pyroaring import BitMap
from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from extensions import new_uid
from ledger.log.services import Actor, record
from talentpool.dossiers.signals import craftsman_changed
from talentpool.search.models import (
    SearchDirty,
    SearchDocument,
    SearchMerge,
    SearchPosting,
)
from talentpool.search.queries.search import list_dirty
from talentpool.search.queries.sources import iterate_sources, load_sources
from talentpool.search.rules.documents import Document, make_document, terms
from talentpool.search.rules.request import SearchRequest

MERGE_AT = 200  # changes that wait; more would make every search look at too many
CHUNK = 400  # rows in one statement
_LOCK = 0x4A43_0006  # PostgreSQL advisory lock: one writer of the index at a time

Term = tuple[int, str]
T = TypeVar("T")

_COLUMNS = [field.name for field in fields(Document)]


def listen() -> None:
    """Follow the changes of dossiers; called once by the application."""
    craftsman_changed.connect(_on_change)


def _on_change(_sender: object, *, session: Session, craftsman_id: int) -> None:
    mark_dirty(session, craftsman_id)


def mark_dirty(session: Session, craftsman_id: int) -> None:
    """Note that a craftsman changed, in the caller's transaction."""
    session.execute(insert(SearchDirty), {"craftsman_id": craftsman_id})
    waiting = session.scalar(select(func.count()).select_from(SearchDirty)) or 0
    if waiting >= MERGE_AT:
        merge_dirty(session)


def merge_dirty(session: Session) -> int:
    """Take the noted changes into the index; return how many craftsmen; no commit."""
    _lock(session)
    rows = list_dirty(session)
    if not rows:
        return 0
    ids = sorted({craftsman_id for _row, craftsman_id in rows})
    old = {d.craftsman_id: d for d in _documents(session, ids)}
    new = {n: make_document(s) for n, s in load_sources(session, ids).items()}
    _change_postings(session, *_differences(ids, old, new))
    _delete(session, SearchDocument.craftsman_id, ids)
    _insert_documents(session, new.values(), _begin_version(session, len(ids)))
    _delete(session, SearchDirty.id, [row for row, _craftsman_id in rows])
    return len(ids)


def reindex(session: Session) -> int:
    """Rebuild the whole index from the dossiers; return how many craftsmen; no commit.

    After a bulk load that announced nothing, and after a change of the code tables,
    units or names. One transaction: searches see the old index until it ends.
    """
    _lock(session)
    dirty = list_dirty(session)
    version = _begin_version(session, 0, new_history=True)
    session.execute(delete(SearchPosting))
    session.execute(delete(SearchDocument))
    postings: dict[Term, BitMap] = defaultdict(BitMap)
    count = 0
    for sources in iterate_sources(session):
        documents = [make_document(source) for source in sources]
        _insert_documents(session, documents, version)
        for document in documents:
            for term in terms(document):
                postings[term].add(document.craftsman_id)
        count += len(documents)
    _insert_postings(session, postings)
    _delete(session, SearchDirty.id, [row for row, _craftsman_id in dirty])
    session.execute(update(SearchMerge).values(count=count))
    return count


def log_export(
    session: Session,
    *,
    asked: SearchRequest,
    count: int,
    kind: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Log that somebody took a list out: what it was narrowed to, not the words."""
    record(
        session,
        actor=actor,
        action="pool.exported",
        subject="pool:search",
        now=now,
        body={
            "kind": kind,
            "count": count,
            "words": len(asked.words),  # the words may be a name
            "chosen": {facet: list(values) for facet, values in asked.chosen.items()},
        },
    )


def _lock(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _begin_version(session: Session, count: int, *, new_history: bool = False) -> int:
    version = (session.scalar(select(func.max(SearchMerge.version))) or 0) + 1
    if new_history:
        session.execute(delete(SearchMerge))
    values = {"version": version, "token": new_uid(), "count": count}
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
    for part in _parts(documents):
        rows = [
            {name: getattr(document, name) for name in _COLUMNS}
            | {"merge_version": version}
            for document in part
        ]
        session.execute(insert(SearchDocument), rows)


def _parts(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part


def _delete(session: Session, column: Any, values: Sequence[int]) -> None:  # noqa: ANN401
    for part in _parts(values):
        session.execute(delete(column.class_).where(column.in_(part)))
