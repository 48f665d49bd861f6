"""The pool's search beside what a database does without it, on the same rows.

    make bench PYTEST_ARGS="-k search"

ROWS=100000 sets the size; on PostgreSQL too where it answers. Two floors in one run:
`LIKE` over the stored texts with a page and one facet counted in SQL, and a pure numpy
scan of the texts in memory without any facet.
"""

import os
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE
from benchmarks.report import keep
from extensions import db
from talentpool.dossiers.models import Craftsman
from talentpool.search import services
from talentpool.search.models import SearchDocument
from talentpool.search.queries.search import search
from talentpool.search.rules.documents import TEXT_FIELDS
from talentpool.search.rules.request import parse
from tests.factories.pool_search import TODAY, make_craftsmen

ROWS = int(os.environ.get("ROWS", "100000"))
ROUNDS = 7
KINDS = {
    "name, 2 characters": "秉元",
    "surname, 1 character": "王",
    "trade, many": "焊工",
    "trade, whole": "黄酒酿造工",
    "phrase in text": "焊接机器人",
    "two words": "焊工 越城",
    "pinyin": "wangbing",
    "no word at all": "",
}
COLUMNS = [getattr(SearchDocument, column) for column, _w, _v in TEXT_FIELDS.values()]


def bench_search(own_app: Flask) -> None:
    with own_app.app_context():
        session = db.session()
        once = [
            _timed_once("insert", lambda: make_craftsmen(session, ROWS)),
            _timed_once("reindex", lambda: services.reindex(session)),
        ]
        session.commit()
        name = session.get_bind().dialect.name
        if name == "postgresql":
            session.execute(text("analyze"))
        once.append(_timed_once("columns", lambda: _ask(session, "")))
        texts = _texts(session)
        rows = [_line(session, kind, query, texts) for kind, query in KINDS.items()]
        rows.append(_edits(session))
        once.append(_timed_once("merge of 150", lambda: services.merge_dirty(session)))
        session.rollback()
    keep(
        f"Searching the pool, {name}",
        f"{ROWS:,} craftsmen: a page, its count and all facets, against `LIKE` with a"
        " page and one facet in SQL, and a numpy scan of the texts without any facet;"
        f" median of {ROUNDS}. Once each: {', '.join(once)}.",
        ("search", "hits", "ours", "LIKE", "ratio", "numpy", "ratio"),
        rows,
    )


def _line(session: Session, kind: str, query: str, texts: np.ndarray) -> list[str]:
    found, ours = _timed(lambda: _ask(session, query))
    is_text = not query.isascii() or not query
    floor, like = _timed(lambda: _like(session, query))
    _count, scan = _timed(lambda: _scan(texts, query))
    if is_text and found != floor:
        pytest.fail(f"{kind}: {found} found, the scan finds {floor}")
    return [
        *(kind, f"{found:,}", f"{ours:.1f} ms"),
        *(f"{like:.1f} ms", f"1 : {like / ours:.1f}"),
        *(f"{scan:.1f} ms", f"1 : {scan / ours:.1f}"),
    ]


def _edits(session: Session) -> list[str]:
    ids = list(session.scalars(select(Craftsman.id).limit(150)))
    changed = update(Craftsman).where(Craftsman.id.in_(ids))
    session.execute(changed.values(trade="激光焊工", level="city"))
    for number in ids:
        services.mark_dirty(session, number)
    found, waiting = _timed(lambda: _ask(session, "焊工"))
    return ["trade, 150 edits wait", f"{found:,}", f"{waiting:.1f} ms", *[""] * 4]


def _ask(session: Session, query: str) -> int:
    asked, _faults = parse({"q": [query], "facets": ["1"], "state": [ALL]})
    return search(session, asked, scopes=[EVERYWHERE], today=TODAY).total


ALL = "active,suspended,due,left,revoked,deceased"


def _like(session: Session, query: str) -> int:
    """Return the count; with a page and one facet, as a plain program would."""
    words = [or_(*(c.contains(w) for c in COLUMNS)) for w in query.split()]
    found = select(SearchDocument.craftsman_id).where(*words)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    level = Craftsman.level
    joined = found.join(Craftsman, Craftsman.id == SearchDocument.craftsman_id)
    session.execute(joined.order_by(level).limit(20)).all()
    counts = joined.with_only_columns(level, func.count()).group_by(level)
    session.execute(counts).all()
    return total


def _texts(session: Session) -> np.ndarray:
    rows = session.execute(select(*COLUMNS)).all()
    return np.array(["\n".join(row) for row in rows], np.dtypes.StringDType())


def _scan(texts: np.ndarray, query: str) -> int:
    hits = np.ones(len(texts), np.bool_)
    for word in query.split():
        hits &= np.strings.find(texts, word) >= 0
    return int(np.count_nonzero(hits))


def _timed(run: Callable[[], int]) -> tuple[int, float]:
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        result = run()
        times.append((time.perf_counter() - start) * 1000)
    return result, median(times)


def _timed_once(what: str, run: Callable[[], object]) -> str:
    start = time.perf_counter()
    run()
    return f"{what} {time.perf_counter() - start:.1f} s"
