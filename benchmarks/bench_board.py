"""A hall board of 1,000 works: a new mark a second, 500 readers, on `jiangcai serve`.

Every mark completes a work and moves the ranks of those behind it. Readers ask once a
second and follow the feed. Beside it, in the same run: the board on a host of its own,
and the same number of readers on prepared bytes. Shorter and smaller:

    READERS=50 SECONDS=10 WORKS=100 make bench-board
"""

import gzip
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from benchmarks.report import keep
from competition.codes.models import ContestCode, StationCode, WorkCode
from competition.codes.queries import seal_station
from competition.registration.models import Entry
from config import ROOT
from extensions import db
from ledger.log.services import SYSTEM
from scoring.board.models import BoardItem, BoardPlan
from scoring.board.services.run import open_board, set_plan
from tests.factories.scoring import SCHEME, make_item, make_marked_event
from tests.faults.server import Server

READERS = int(os.environ.get("READERS", "500"))
SECONDS = int(os.environ.get("SECONDS", "30"))
WORKS = int(os.environ.get("WORKS", "1000"))
WORKERS = 2
GOAL, GOAL_BYTES = 0.050, 25_000

_numbers = count(1)


def bench_board(own_app: Flask, tmp_path: Path) -> None:
    with own_app.app_context():
        marked, uid, late = make_board()
        url = own_app.config["SQLALCHEMY_DATABASE_URI"]
        more = {"JIANGCAI_PUBLIC_REST": "1"}  # as in a hall; tests have it off
        with Server(url, tmp_path, workers=WORKERS, more=more) as server:
            board = f"/board/{uid}/"
            with readers(server.port, board, follows=True) as own:
                give_marks(marked, late[:SECONDS])
            with (
                hosted(f"{server.address}{board}", tmp_path) as port,
                readers(port, "/", follows=True) as apart,
            ):
                give_marks(marked, late[SECONDS:])
            packed = fetch(server, board)
        computed = db.session.scalars(select(BoardPlan.computed)).one()
        items = len(db.session.scalars(select(BoardItem.id)).all())
        db.session.remove()
        db.engine.dispose()
    with prepared(packed, tmp_path) as port, readers(port, "/", follows=False) as bare:
        time.sleep(SECONDS)
    marks = len(late)
    ratio, away = p95(own) / p95(bare), p95(apart) / p95(bare)
    heaviest = max(own["bytes"] + apart["bytes"])
    keep(
        "Hall board",
        f"{WORKS:,} works ranked live, a new mark a second, {READERS} readers once a"
        f" second, {WORKERS} workers, SQLite; each answer is followed. Ratio of the"
        f" 95th percentiles to prepared bytes of the same size: {ratio:.1f}; on a host"
        f" of its own {away:.1f}. {marks} marks, {computed} computations, {items} items"
        f" of the feed. Heaviest answer on the wire: {heaviest:,} bytes; the whole"
        f" state {len(packed):,}. Goals: 95 % within {GOAL * 1000:.0f} ms, at most"
        f" {GOAL_BYTES:,} bytes, one computation per change.",
        ("what", "answers", "50 %", "95 %", "99 %", "worst", "failed"),
        [
            line("board of the installation", own),
            line("`jiangcai board host`", apart),
            line("prepared bytes", bare),
        ],
    )
    verdicts = {
        "95 % within the goal": p95(own) <= GOAL,
        "95 % within the goal on a host of its own": p95(apart) <= GOAL,
        "bytes on the wire": heaviest <= GOAL_BYTES,
        "one computation per change": computed <= marks + 1,
        "nothing failed": own["failed"] == apart["failed"] == 0,
    }
    for name, is_met in verdicts.items():
        print(f"{'met   ' if is_met else 'MISSED'} {name}")


def make_board() -> tuple[Any, str, list[str]]:
    """Make an open board; return event, uid and the works that lack their last mark."""
    session = db.session()
    text = SCHEME.replace("max = 10", "max = 1000").replace("max = 30", "max = 3000")
    marked = make_marked_event(session, works=1, text=text)  # type: ignore[no-untyped-call]
    add_works(session, session.scalars(select(WorkCode)).one())
    marked.works += [f"B{number:05d}" for number in range(1, WORKS)]
    late = marked.works[-2 * SECONDS :]
    for seat in marked.seats:
        items = [
            mark(seat, work, aspect, at)
            for at, work in enumerate(marked.works)
            for aspect in ("P1.1", "P1.2", "P1.3")
            if (seat, aspect) != ("J2", "P1.1") or work not in late
        ]
        for start in range(0, len(items), 200):
            marked.send_items(seat, *items[start : start + 200])
    given: dict[str, Any] = {"event": marked.event, "actor": SYSTEM}
    now = datetime.now(UTC)
    set_plan(session, shows="ranking", freeze_at=None, now=now, **given)
    open_board(session, now=now, **given)
    uid = marked.event.uid
    session.commit()  # from here on nothing is read: that would lock the server out
    return marked, uid, late


def mark(seat: str, work: str, aspect: str, at: int) -> dict[str, Any]:
    """Return a mark that spreads the works over the ranks."""
    value = {"P1.1": str(at * 7 % 997), "P1.2": "1", "P1.3": "2"}[aspect]
    device = {"device": f"bench-{seat}", "device_seq": next(_numbers)}
    made: dict[str, Any] = make_item(work, aspect, value, **device)  # type: ignore[no-untyped-call]
    return made


def add_works(session: Any, first: WorkCode) -> None:  # noqa: ANN401
    """Put as many works beside the first as there are to be, by the tables alone."""
    now, numbers = datetime.now(UTC), range(1, WORKS)
    event = first.event_id
    entries = [Entry(event_id=event, state="draft", started_at=now) for _n in numbers]
    session.add_all(entries)
    session.flush()
    shared = {
        "event_id": event,
        "draw_id": first.draw_id,
        "group_code": first.group_code,
    }
    for number, entry in zip(numbers, entries, strict=True):
        contest, station, work = (f"{letter}{number:05d}" for letter in "KTB")
        session.add(ContestCode(entry_id=entry.id, contest_no=contest, **shared))
        session.add(StationCode(contest_no=contest, station=station, **shared))
        sealed = seal_station(station, draw_id=first.draw_id, work_code=work)
        session.add(WorkCode(station_sealed=sealed, work_code=work, **shared))
    session.flush()


def give_marks(marked: Any, works: Sequence[str]) -> None:  # noqa: ANN401
    """Give one mark a second, each in a transaction of its own."""
    due = time.monotonic()
    for number, work in enumerate(works):
        due += 1.0
        time.sleep(max(0.0, due - time.monotonic()))
        [answer] = marked.send_items("J2", mark("J2", work, "P1.1", number))
        assert answer["status"] == "stored"  # noqa: S101
        db.session.commit()


@contextmanager
def readers(port: int, path: str, *, follows: bool) -> Iterator[dict[str, Any]]:
    """Let readers come, and go when the time is over; figures are there at the end."""
    plan = {"port": port, "path": path, "follows": follows}
    plan |= {"readers": READERS, "seconds": SECONDS}
    # Readers have machines of their own: theirs must not take the server's processors.
    command = ["nice", "-n", "19", sys.executable, "-m", "benchmarks.board_clients"]
    client = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    client.stdin.write(json.dumps(plan) + "\n")  # type: ignore[union-attr]
    client.stdin.flush()  # type: ignore[union-attr]
    told: dict[str, Any] = {}
    try:
        yield told
        told |= json.loads(client.communicate(timeout=SECONDS + 60)[0])
    finally:
        client.kill()


@contextmanager
def hosted(address: str, folder: Path) -> Iterator[int]:
    port = free_port()
    code = f"board host {address} --port {port}"
    with running([sys.executable, "-m", "cli", *code.split()], port, folder):
        yield port


@contextmanager
def prepared(body: bytes, folder: Path) -> Iterator[int]:
    port, file = free_port(), folder / "prepared"
    file.write_bytes(body)
    command = [sys.executable, "-m", "benchmarks.prepared", str(file), str(port)]
    with running([*command, str(WORKERS)], port, folder):
        yield port


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    environment["PYTHONPATH"] = str(ROOT)
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:  # noqa: S603
        try:
            for _attempt in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fetch(server: Server, board: str) -> bytes:
    """Return the packed state, as a reader gets it who knows nothing yet."""
    address = f"{server.address}{board}state.json"
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
        return gzip.compress(answer.read(), compresslevel=6, mtime=0)


def share(told: dict[str, Any], part: float) -> float:
    found: list[float] = sorted(told["times"])
    return found[min(len(found) - 1, int(len(found) * part))]


def p95(told: dict[str, Any]) -> float:
    return share(told, 0.95)


def line(name: str, told: dict[str, Any]) -> list[str]:
    parts = [f"{1000 * share(told, part):.1f} ms" for part in (0.5, 0.95, 0.99, 1)]
    return [name, f"{len(told['times']):,}", *parts, f"{told['failed']:,}"]
