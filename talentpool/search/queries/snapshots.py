"""The pool in the memory of this process, kept in step with the database.

Every process keeps its own, named by the token of a merge, so a search sees at once
that another process, a rebuild or a rolled back transaction left it behind.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from time import monotonic
from typing import Any

import numpy as np
from flask_babel import gettext as _
from pyroaring import BitMap
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from errors import DomainError
from talentpool.search.models import SearchDocument, SearchImage, SearchMerge
from talentpool.search.rules.columns import EMPTY, Snapshot, follow, union
from talentpool.search.rules.documents import TEXT_FIELDS, Document
from talentpool.search.rules.images import load
from talentpool.search.rules.narrowing import prepare
from talentpool.search.rules.records import CERTIFICATE, CONTEST, ROW

NUMBERS = ("numbers", "certificates", "contests")
CHUNK = 20_000  # documents read at a time
PATIENCE = 5  # seconds a search waits while the pool is read in
GONE = ""  # instead of a token
FORMER = 10  # seconds the snapshot before the newest is kept
FEW_CHANGED = 2_000  # that a search looks at while the snapshot follows them


class Memory:
    """The snapshots of this process, replaced as a whole, under a lock."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.is_begun = False  # reading the pool in before anybody searches
        self.snapshot = EMPTY
        self.former = EMPTY  # for who began to read before the last merge
        self.former_until = 0.0
        # They begin `catch_up`, and taking changes in, in the background; where there
        # is none, whoever searches or changes does it.
        self.catching_up: Callable[[], None] | None = None
        self.merging: Callable[[], None] | None = None
        # Changed documents by craftsman and change, and the last ones as a snapshot.
        self.documents: dict[tuple[int, str], Document] = {}
        self.waiting: tuple[Mapping[int, str], list[Document], Snapshot] | None = None

    def replace(self, snapshot: Snapshot) -> None:
        """Keep the newest snapshot, and the one before it for a while."""
        # Whoever goes on reading an older state for long does without the answers
        # that were remembered of it.
        self.former, self.snapshot = self.snapshot, snapshot
        self.former_until = monotonic() + FORMER
        if self.former is not EMPTY:
            self.former.kept.clear()


memory = Memory()


class PoolBeingReadError(DomainError):
    """The pool is still being read into memory; the same search soon succeeds."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            _("The pool is being made ready for searching. Try again in a few seconds.")
        )


def current_snapshot(session: Session) -> Snapshot:
    """Return the pool as of the newest merge that the session sees.

    Raises:
        PoolBeingReadError: another thread reads it, and is not done yet.
    """
    kept = memory.snapshot
    version, token, _is_there = _newest(session, kept)
    return _known(version, token, kept) or _caught_up(session)


def latest_snapshot(session: Session) -> tuple[Snapshot, dict[int, str]]:
    """Return the pool as this process has it, and whom merges changed since.

    Each who changed comes with a token of the change. Where nobody catches up in the
    background, or too many changed, the snapshot is brought up to date first.

    Raises:
        PoolBeingReadError: another thread reads it, and is not done yet.
    """
    kept = memory.snapshot
    version, token, is_there = _newest(session, kept)
    known = _known(version, token, kept)
    if known is not None:
        return known, {}
    if is_there and memory.catching_up is not None:
        changed = _list_changed(session, kept, token)
        if len(changed) <= FEW_CHANGED:
            memory.catching_up()
            return kept, changed
    return _caught_up(session), {}


def catch_up(session: Session) -> None:
    """Bring the snapshot up to date, and make ready what every search asks of it."""
    with memory.lock:
        kept = memory.snapshot
        version, token, is_there = _newest(session, kept)
        if token and token != kept.token:
            fresh = _read(session, kept if is_there else EMPTY, version, token)
            if is_there:
                prepare(fresh, kept)
            memory.replace(fresh)
            if not is_there:  # searches wait for it
                prepare(fresh, kept)


def _known(version: int, token: str, kept: Snapshot) -> Snapshot | None:
    if not version:
        return EMPTY
    if memory.former is not EMPTY and monotonic() > memory.former_until:
        memory.former = EMPTY
    return next((s for s in (kept, memory.former) if s.token == token), None)


def _caught_up(session: Session) -> Snapshot:
    if not memory.lock.acquire(timeout=PATIENCE):
        raise PoolBeingReadError
    try:
        # Another thread may have read it meanwhile.
        kept = memory.snapshot
        version, token, is_there = _newest(session, kept)
        if token != kept.token:
            # Going on from what is kept is right only if it is in this database's
            # history; a rebuild begins a new one.
            base = kept if is_there else EMPTY
            memory.replace(_read(session, base, version, token))
        return memory.snapshot
    finally:
        memory.lock.release()


def _list_changed(session: Session, kept: Snapshot, token: str) -> dict[int, str]:
    """Return who was merged since, each with the newest merge's token.

    Who is in the index no more has "" for a token.
    """
    document = SearchDocument
    ids = session.scalars(
        select(document.craftsman_id)
        .where(document.merge_version > kept.version)
        .limit(FEW_CHANGED + 1)
    )
    gone = dict.fromkeys(_removed(session, kept.version), GONE)
    return gone | dict.fromkeys(ids, token)


def _removed(session: Session, after: int) -> BitMap:
    """Return whom merges took out of the index; some may have come back."""
    found = session.scalars(
        select(SearchMerge.removed).where(
            SearchMerge.version > after, SearchMerge.removed.is_not(None)
        )
    )
    return union(BitMap.deserialize(bits) for bits in found if bits)


def _newest(session: Session, kept: Snapshot) -> tuple[int, str, bool]:
    """Return the newest merge, and whether the kept one is among this history."""
    newest = select(func.max(SearchMerge.version)).scalar_subquery()
    merges = session.execute(
        select(SearchMerge.version, SearchMerge.token)
        .where(or_(SearchMerge.version == newest, SearchMerge.version == kept.version))
        .order_by(SearchMerge.version)
    ).all()
    if not merges:
        return 0, "", False
    return merges[-1].version, merges[-1].token, merges[0].token == kept.token


def _read(session: Session, base: Snapshot, version: int, token: str) -> Snapshot:
    if not base.version:
        base = _read_image(session) or base
        if base.token == token:
            return base
    # One growing piece of memory each: it goes back to the system as a whole.
    pieces = {name: bytearray() for name in NUMBERS}
    for rows in _rows(session, base.version):
        for name, piece in pieces.items():
            piece.extend(b"".join(getattr(row, name) for row in rows))
    fresh = follow(
        base,
        np.frombuffer(pieces["numbers"], ROW),
        np.frombuffer(pieces["certificates"], CERTIFICATE),
        np.frombuffer(pieces["contests"], CONTEST),
        version=version,
        token=token,
        removed=_removed(session, base.version) if base.version else (),
    )
    _carry_texts(session, base, fresh)
    return fresh


def _read_image(session: Session) -> Snapshot | None:
    """Return the snapshot of the image, where one of this history is there."""
    merge = session.execute(
        select(SearchMerge.version, SearchMerge.token).where(
            SearchMerge.version.in_(select(SearchImage.version))
        )
    ).first()
    if merge is None:
        return None
    of_merge = (
        SearchImage.version == merge.version,
        SearchImage.token == merge.token,
    )
    # One by one: a driver holds a whole answer a second time.
    pieces = {
        name: session.scalars(
            select(SearchImage.piece).where(*of_merge, SearchImage.name == name)
        ).one()
        for name in session.scalars(select(SearchImage.name).where(*of_merge)).all()
    }
    return load(pieces, merge.version, merge.token)


def _carry_texts(session: Session, old: Snapshot, new: Snapshot) -> None:
    """Take along what words were looked up for; only changed texts are looked at."""
    kept = {key: old.kept.get(key) for key in old.kept if key[0] == "text"}
    looked = {key: who for key, who in kept.items() if who is not None}
    if not looked or not old.version:
        return
    names = [TEXT_FIELDS[field][0] for _text, field, _word in looked]
    gone = _removed(session, old.version)
    document = SearchDocument
    rows = session.execute(
        select(
            document.craftsman_id, *(getattr(document, n) for n in set(names))
        ).where(document.merge_version > old.version)
    ).all()
    for name, (key, who) in zip(names, looked.items(), strict=True):
        having = {r.craftsman_id for r in rows if key[2] in getattr(r, name)}
        changed = gone | BitMap(r.craftsman_id for r in rows)
        new.kept.keep(key, (who - changed) | BitMap(having))


def _rows(session: Session, after: int) -> Iterator[Sequence[Any]]:
    # Later merges are left for the next look: their token is not known yet.
    document = SearchDocument
    read = select(document.craftsman_id, *(getattr(document, c) for c in NUMBERS))
    if after:
        yield session.execute(read.where(document.merge_version > after)).all()
        return
    last = -1
    while rows := session.execute(
        read.where(document.craftsman_id > last)
        .order_by(document.craftsman_id)
        .limit(CHUNK)
    ).all():
        yield rows
        last = rows[-1].craftsman_id
