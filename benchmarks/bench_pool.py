"""The search of the pool at a million dossiers, on both databases.

    make bench-pool                                all of it, on both databases
    ROWS=100000 make bench-pool PYTEST_ARGS="-k sqlite"
    POOLS=/dev/shm/pools make bench-pool           keep the databases, or use kept ones

The dossiers are made up from a seed. Every kind of search is asked with several
different texts, each answered once before it is timed ("warm"); those first answers are
told apart ("first time"). Answers are compared with a plain scan of the stored texts,
row by row; beside the times stand those of `LIKE` and of nothing but reading the index,
in the same run.
"""

import http.client
import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import numpy as np
import pytest
from flask import Flask
from pyroaring import BitMap
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE
from accounts.tokens import services as tokens
from benchmarks.pool_rows import POOLS, ROWS, kept, load
from benchmarks.pool_searches import KINDS, Asked
from benchmarks.processes import group, memory
from benchmarks.report import keep
from extensions import db, reading
from ledger.log.services import SYSTEM
from talentpool.dossiers.models import Achievement, Craftsman
from talentpool.search import services
from talentpool.search.models import SearchDocument
from talentpool.search.queries import snapshots
from talentpool.search.queries.postings import find_terms
from talentpool.search.queries.search import search
from talentpool.search.queries.snapshots import current_snapshot
from talentpool.search.rules.documents import LATIN_FIELDS, TEXT_FIELDS
from talentpool.search.rules.request import parse
from tests.factories.accounts import make_user
from tests.factories.pool_search import TODAY, add_fact
from tests.faults.server import Server

COMPARED = int(os.environ.get("COMPARED", "20"))  # texts of each kind
WORKERS = 2
GOALS = (
    "Goals: 30 ms inside, 60 ms through HTTP, cold 30 s, 400 MB, an edit seen in 1 s."
)
ALL = "active,suspended,due,left,revoked,deceased"

TEXTS = [getattr(SearchDocument, column) for column, _w, _v in TEXT_FIELDS.values()]


@dataclass
class Times:
    """Milliseconds of one kind of search."""

    hits: list[int]
    first: list[float]
    ours: list[float]
    raw: list[float]
    like: list[float]


def bench_pool(own_app: Flask, tmp_path: Path) -> None:
    app = kept(own_app, f"jiangcai_pool_{ROWS}") if POOLS else own_app
    with app.app_context():
        session = db.session()
        name = session.get_bind().dialect.name
        told = Path(POOLS or tmp_path) / f"{name}-{ROWS}.json"
        once = json.loads(told.read_text()) if told.exists() else load(session)
        told.write_text(json.dumps(once))
        if services.is_image_old(session):  # of a database kept since another version
            services.make_image(session)
        session.commit()
        db.session.remove()
        db.engine.dispose()
    try:
        measure(app, tmp_path, once)
    finally:
        with app.app_context():
            db.engine.dispose()


def measure(app: Flask, folder: Path, once: list[str]) -> None:
    """Measure a filled and indexed database, and keep the figures."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with app.app_context(), reading():
        session = db.session()
        rows = session.scalar(select(func.count()).select_from(SearchDocument)) or 0
        session.rollback()
        before = memory()
        once.append(cold(app))
        found = {kind: _times(session, asked) for kind, asked in KINDS.items()}
        held = memory() - before
        wrong = compare(session)
        session.rollback()
    with app.app_context():
        waiting = _waiting(db.session())
        db.session.rollback()
    served, seen, largest, most = through_http(app, folder)
    every = [ms for times in found.values() for ms in times.ours]
    first = [ms for times in found.values() for ms in times.first]
    keep(
        f"The pool at {rows:,} dossiers, {url.partition(':')[0].partition('+')[0]}",
        f"A page, its count and 22 facets. Inside the process 50 % {_at(every, 50)},"
        f" 95 % {_at(every, 95)}, slowest {max(every):.0f} ms; a text asked for the"
        f" first time 50 % {_at(first, 50)}, 95 % {_at(first, 95)}, slowest"
        f" {max(first):.0f} ms; through HTTP (API with facets, {WORKERS} workers)"
        f" 50 % {_at(served, 50)}, 95 % {_at(served, 95)}."
        f" {wrong}. 150 edits waiting: {waiting}. An edit was seen by every process"
        f" within {seen:.2f} s. Memory: the pool {held:.0f} MB, a whole worker"
        f" {largest:.0f} MB, while it took the edit in {most:.0f} MB. Once each:"
        f" {', '.join(once)}. Raw: only reading and joining the words' bitmaps."
        f" {GOALS}",
        (
            *("search", "most hits", "50 %", "slowest", "raw index", "ratio"),
            *("`LIKE`", "ratio"),
        ),
        [_line(kind, times) for kind, times in found.items()],
    )


def cold(app: Flask) -> str:
    """Read the pool into a process that has nothing, while others go on asking."""
    snapshots.memory = snapshots.Memory()
    slowest = 0.0
    done = threading.Event()

    def read() -> None:
        with app.app_context(), reading():
            snapshots.catch_up(db.session())  # as a server does
            db.session.remove()
        done.set()

    thread = threading.Thread(target=read)
    start = time.perf_counter()
    thread.start()
    with app.app_context(), reading():
        while not done.is_set():
            began = time.perf_counter()
            db.session.scalar(select(Craftsman.id).limit(1))
            db.session.rollback()
            slowest = max(slowest, time.perf_counter() - began)
            time.sleep(0.01)
    thread.join()
    took = time.perf_counter() - start
    return f"cold start {took:.1f} s (a statement beside it at most {slowest:.2f} s)"


def compare(session: Session) -> str:
    """Compare who is found with who has it, for every text without a filter."""
    missing = extra = asked = 0
    for given in KINDS.values():
        for one in given[:COMPARED]:
            query = one.get("q", "")
            if not query or ":" in query or "=" in query or set(one) != {"q"}:
                continue
            ours = _found(session, query)
            true = plain(session, query)
            asked += 1
            missing += len(true - ours)
            extra += len(ours - true)
    return f"{asked} texts against a plain scan: {missing} missing, {extra} too many"


def plain(session: Session, query: str) -> BitMap:
    """Find by looking at every stored text, with nothing of the index."""
    request, _faults = parse({"q": [query]})
    columns = (SearchDocument.craftsman_id, SearchDocument.pinyin, *TEXTS)
    readings = _readings(session)
    found = BitMap.union(BitMap(), *readings.values())
    for term in request.query.terms:
        holds = or_(*(c.contains(term.text, autoescape=True) for c in TEXTS))
        having = BitMap(session.scalars(select(columns[0]).where(holds)))
        if term.text.isascii():
            having |= _read_as(readings, term.text)
        found = found - having if term.is_excluded else found & having
    return found


@cache
def _readings(session: Session) -> dict[str, BitMap]:
    """Return who has each reading; of everybody, names without one too."""
    having: dict[str, list[int]] = defaultdict(list)
    read = select(SearchDocument.craftsman_id, SearchDocument.pinyin)
    for number, pinyin in session.execute(read):
        having[pinyin].append(number)
    return {pinyin: BitMap(ids) for pinyin, ids in having.items()}


def _read_as(readings: dict[str, BitMap], word: str) -> BitMap:
    found = BitMap()
    for pinyin, having in readings.items():
        terms = set().union(*(find(pinyin) for find in LATIN_FIELDS.values()))
        if word in terms or f"={word}" in terms:
            found |= having
    return found


def through_http(app: Flask, folder: Path) -> tuple[list[float], float, float, float]:
    """Return the times of a mix through HTTP, how late an edit is seen, and MB.

    The megabytes are of the largest worker after an edit, and the most it ever held
    from just before the edit.
    """
    with app.app_context():
        token = _token(db.session())
        db.session.commit()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with Server(url, folder, workers=WORKERS) as server:
        mix = [one for asked in KINDS.values() for one in asked]
        for _worker in range(WORKERS * 3):  # each has read the pool, each text is warm
            for one in mix:
                _get(server.port, token, one)
        served = [_get(server.port, token, one)[1] for one in mix * 3]
        workers = list(group(server.pid))
        for process in workers:
            (Path("/proc") / process / "clear_refs").write_text("5")  # the peak so far
        seen = _edit(app, server.port, token)
        time.sleep(2)  # each has followed
        largest = max(memory(process) for process in workers)
        most = max(memory(process, "VmHWM") for process in workers)
    return served, seen, largest, most


def _edit(app: Flask, port: int, token: str) -> float:
    """Return the seconds until a committed edit is found, however often one asks."""
    with app.app_context():
        session = db.session()
        number = session.scalar(select(func.max(Craftsman.id))) or 0
        add_fact(session, Achievement, number, kind="method", title="琥珀镶嵌")
        services.mark_dirty(session, number)
        session.commit()
    start = time.perf_counter()
    last = first = 0.0
    for _ask in range(20):  # both workers answer some of them
        found, _took = _get(port, token, {"q": "琥珀镶嵌"})
        first = first or time.perf_counter() - start
        if found != 1:
            last = time.perf_counter() - start
    return last or first


def _get(port: int, token: str, given: Asked) -> tuple[int, float]:
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    path = "/api/v1/craftsmen?" + urlencode({**given, "facets": "1"})
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    took = (time.perf_counter() - start) * 1000
    if answer.status == 503:  # the pool is being read in
        time.sleep(0.5)
        return _get(port, token, given)
    if answer.status != 200:
        pytest.fail(f"{path}: {answer.status} {body[:500]!r}")
    return int(json.loads(body)["total"]), took


def _token(session: Session) -> str:
    user = make_user(session, "hr_official", username=f"bench{time.time_ns()}")
    return tokens.make(
        session,
        user=user,
        name="bench",
        permissions=frozenset({"pool.search"}),
        lifetime=timedelta(days=1),
        actor=SYSTEM,
        now=datetime.now(UTC),
    )


def _times(session: Session, asked: Sequence[Asked]) -> Times:
    times = Times(hits=[], first=[], ours=[], raw=[], like=[])
    for one in asked:
        times.first.append(_timed(lambda one=one: _ask(session, one))[1])  # type: ignore[misc]
        for _round in range(3):
            found, took = _timed(lambda one=one: _ask(session, one))  # type: ignore[misc]
            times.ours.append(took)
        times.hits.append(found)
        if set(one) == {"q"} and "=" not in one["q"] and ":" not in one["q"]:
            times.raw.append(_timed(lambda one=one: _raw(session, one["q"]))[1])  # type: ignore[misc]
    first = asked[0].get("q", "")
    if times.raw:
        times.like.append(_timed(lambda: _like(session, first))[1])
    return times


def _raw(session: Session, query: str) -> int:
    """Read the words' bitmaps and join them: the least any answer can cost."""
    request, _faults = parse({"q": [query]})
    found = find_terms(session, request.query.wanted, current_snapshot(session))
    unions = [BitMap.union(BitMap(), *(b for _w, b in f)) for f in found.values()]
    return len(BitMap.intersection(*unions))


def _like(session: Session, query: str) -> int:
    """Count, list a page and count one facet, as a plain program would."""
    request, _faults = parse({"q": [query]})
    words = [
        or_(*(c.contains(w, autoescape=True) for c in TEXTS)) for w in request.words
    ]
    found = select(SearchDocument.craftsman_id).where(*words)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    joined = found.join(Craftsman, Craftsman.id == SearchDocument.craftsman_id)
    session.execute(joined.order_by(Craftsman.level).limit(20)).all()
    counts = joined.with_only_columns(Craftsman.level, func.count())
    session.execute(counts.group_by(Craftsman.level)).all()
    return total


def _found(session: Session, query: str) -> BitMap:
    request, _faults = parse({"q": [query], "state": [ALL]})
    ids = services.list_found(session, request, scopes=[EVERYWHERE], today=TODAY)
    return BitMap(ids)


def _ask(session: Session, given: Asked) -> int:
    request, faults = parse({**{k: [v] for k, v in given.items()}, "facets": ["1"]})
    if faults:
        pytest.fail(f"{given}: {faults}")
    return search(session, request, scopes=[EVERYWHERE], today=TODAY).total


def _waiting(session: Session) -> str:
    """Return what searches cost while edits wait, and what taking them in costs."""
    ids = list(session.scalars(select(Craftsman.id).limit(150)))
    session.execute(
        update(Craftsman).where(Craftsman.id.in_(ids)).values(trade="激光焊工")
    )
    start = time.perf_counter()
    for number in ids:
        services.mark_dirty(session, number)
    marked = (time.perf_counter() - start) * 1000 / len(ids)
    mix = [one for asked in KINDS.values() for one in asked]
    for one in mix:
        _ask(session, one)
    times = [_timed(lambda one=one: _ask(session, one))[1] for one in mix]  # type: ignore[misc]
    start = time.perf_counter()
    services.merge_dirty(session)
    merged = time.perf_counter() - start
    snapshots.memory.catching_up = lambda: None  # as a server, which does it beside
    after = _timed(lambda: _ask(session, {"q": "激光焊工"}))[1]
    start = time.perf_counter()
    snapshots.catch_up(session)
    followed = time.perf_counter() - start
    return (
        f"50 % {_at(times, 50)}, 95 % {_at(times, 95)}; marking one {marked:.1f} ms,"
        f" taking them in {merged:.1f} s, the first search after it {after:.0f} ms,"
        f" following them in the background {followed:.1f} s"
    )


def _line(kind: str, times: Times) -> list[str]:
    ours = median(times.ours)
    line = [kind, f"{max(times.hits):,}", f"{ours:.1f} ms", f"{max(times.ours):.1f} ms"]
    for other in (times.raw, times.like):
        if other:
            line += [f"{median(other):.1f} ms", f"1 : {median(other) / ours:.1f}"]
        else:
            line += ["", ""]
    return line


def _at(times: Sequence[float], percent: int) -> str:
    return f"{np.percentile(times, percent):.1f} ms"


def _timed(run: Callable[[], int]) -> tuple[int, float]:
    start = time.perf_counter()
    result = run()
    return result, (time.perf_counter() - start) * 1000
