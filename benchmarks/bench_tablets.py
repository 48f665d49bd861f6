"""300 tablets against `jiangcai serve`, and a handler that only commits beside it.

The tablets are threads of processes of their own; the server is a process group as it
runs in a hall, on a database of its own. Answers that count are read from the
database at the end, not from what the tablets believe. Shorter and smaller runs:

    TABLETS=60 SECONDS=10 QUEUED=20 VIEWERS=100 PYTEST_ARGS="-k sqlite" \\
    make bench-tablets
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from accounts.tokens import services as tokens
from benchmarks.report import keep
from config import ROOT
from extensions import db
from ledger.log.services import SYSTEM, verify
from scoring.marking.models import MarkEvent
from tests.factories.scoring import SCHEME, make_marked_event
from tests.faults.server import Server

TABLETS = int(os.environ.get("TABLETS", "300"))
SECONDS = int(os.environ.get("SECONDS", "60"))
QUEUED = int(os.environ.get("QUEUED", "200"))  # marks on each tablet
VIEWERS = int(os.environ.get("VIEWERS", "2000"))
RATE = TABLETS / 3  # marks a second: 20 a minute each
EVENTS, CLIENTS, WORKERS = 10, 2, 2
LOST = 0.1
TURNS = 5  # of marking without and with viewers
BACK = 15.0  # seconds after which a viewer looks at the page again
GOAL, GOAL_DRAIN, GOAL_MOVE = 0.3, 60.0, 1.2

Told = list[dict[str, Any]]


@dataclass
class Fleet:
    tablets: list[dict[str, Any]]
    page: str  # of a published result


def bench_tablets(own_app: Flask, tmp_path: Path) -> None:
    url = own_app.config["SQLALCHEMY_DATABASE_URI"]
    fleet = man(own_app)
    rows = []
    rests = {"JIANGCAI_PUBLIC_REST": "1"}  # as in a hall; tests have it off
    with Server(url, tmp_path, workers=WORKERS, more=rests) as server:
        marked = work(server.port, renew(fleet, "P1.1"), seconds=SECONDS)
        rows.append(line("marks", "marking, 10 % of answers lost", marked))
        drained = work(server.port, renew(fleet, "P1.2"), queued=QUEUED, every=0)
        took = max(one["took"] for one in drained)
        sent = sum(one["saved"] for one in drained)
        rows.append(line(f"{sent:,} marks in {took:.0f} s", "queues drained", drained))
        # With all those marks in the tables, with viewers and without in turns, so
        # that what else the machine does falls on both.
        alone: Told = []
        crowded: Told = []
        looks: Told = []
        for first in range(0, 10, 10 // (2 * TURNS)):
            part = renew(fleet, "P1.3", slice(first, first + 10 // (2 * TURNS)))
            if first % 2:
                with viewers(server.port, fleet) as seen:
                    crowded += work(server.port, part, seconds=SECONDS / TURNS)
                looks += seen
            else:
                alone += work(server.port, part, seconds=SECONDS / TURNS)
        rows.append(line("marks", "marking, alone", alone))
        rows.append(line("marks", f"marking beside {VIEWERS:,} viewers", crowded))
        rows.append(line("pages", f"their page, each every {BACK:.0f} s", looks))
    with bare(url, tmp_path) as port:
        floor = work(port, fleet, seconds=SECONDS, kind="floor")
        rows.append(line("rows", "bare handler, one row each", floor))
    lost, doubled = examine(own_app, [*marked, *drained, *alone, *crowded])
    move = p95(crowded) / p95(alone)
    keep(
        f"Tablets, {url.partition(':')[0].partition('+')[0]}",
        f"{TABLETS} tablets, {RATE:.0f} marks a second, {WORKERS} workers. Lost:"
        f" {lost}; doubled: {doubled}. Ratio of the 95th percentiles to the bare"
        f" handler: {p95(marked) / p95(floor):.1f}. Viewers move the marking's 95 % by"
        f" {100 * (move - 1):+.0f} %. Goals: 95 % within {GOAL * 1000:.0f} ms, queues"
        f" within {GOAL_DRAIN:.0f} s, viewers at most +20 %, nothing lost or doubled.",
        ("what", "answers", "", "50 %", "95 %", "99 %", "failed", "repeated"),
        rows,
    )
    assert (lost, doubled) == (0, 0)  # noqa: S101
    verdicts = {
        "95 % of marks within the goal": p95(marked) <= GOAL,
        "queues drained within the goal": took <= GOAL_DRAIN,
        "viewers do not move the marks": move <= GOAL_MOVE,
    }
    for name, is_met in verdicts.items():
        print(f"{'met   ' if is_met else 'MISSED'} {name}")


def man(app: Flask) -> Fleet:
    """Make events with as many judges as there are tablets, each with a key."""
    per_event = -(-TABLETS // EVENTS)
    text_ = SCHEME.replace("judges = 2", f"judges = {per_event}")
    made: list[dict[str, Any]] = []
    with app.app_context():
        session = db.session()
        for _event in range(EVENTS):
            marked = make_marked_event(session, works=10, seats=per_event, text=text_)  # type: ignore[no-untyped-call]
            made += [
                {
                    "judge": seat.user.uid,
                    "event": marked.event.uid,
                    "device": f"marks-{seat.uid}",
                    "works": marked.works,
                    "key": tokens.make(
                        session,
                        user=seat.user,
                        name="tablet",
                        permissions=frozenset({"marks.enter"}),
                        lifetime=timedelta(days=1),
                        actor=SYSTEM,
                        now=datetime.now(UTC),
                    ),
                }
                for seat in marked.seats.values()
            ]
        done = make_marked_event(session, works=9)  # type: ignore[no-untyped-call]
        done.run_to_decoded()
        done.publish()
        session.commit()
        page = f"/results/{done.event.uid}"
        db.session.remove()
        db.engine.dispose()
    return Fleet(made[:TABLETS], page)


def renew(fleet: Fleet, aspect: str, part: slice = slice(None)) -> Fleet:
    """Give the judges tablets of their own, for what they have not marked yet."""
    tablets = [
        {
            **own,
            "device": f"{aspect}-{part.start or 0}-{own['device']}",
            "cells": [(work, aspect) for work in own["works"][part]],
        }
        for own in fleet.tablets
    ]
    return Fleet(tablets, fleet.page)


def work(
    port: int,
    fleet: Fleet,
    *,
    seconds: float = 0,
    queued: int = 0,
    every: float = 3.0,
    kind: str = "mark",
) -> Told:
    plan = {
        "work": kind,
        "port": port,
        "seconds": seconds,
        "queued": queued,
        "every": every,
        "loses": LOST if kind == "mark" else 0,
    }
    clients = start(plan, fleet.tablets, CLIENTS)
    return finish(clients)


@contextmanager
def viewers(port: int, fleet: Fleet) -> Iterator[Told]:
    """Let the viewers come one after the other, each back again and again."""
    plan = {"work": "look", "port": port, "path": fleet.page, "every": BACK}
    plan |= {"seconds": BACK + SECONDS / TURNS + 3}
    each = [{"phase": BACK * at / VIEWERS} for at in range(VIEWERS)]
    clients = start(plan, each, CLIENTS, nice=19)
    told: Told = []
    go(clients)
    time.sleep(BACK)  # until all are there
    yield told
    told += finish(clients, is_going=True)


def start(
    plan: dict[str, Any], owns: Sequence[dict[str, Any]], count: int, nice: int = 0
) -> list[subprocess.Popen[str]]:
    # Viewers have machines of their own: theirs must not take the server's processors.
    command = ["nice", "-n", str(nice)]
    command += [sys.executable, "-m", "benchmarks.tablet_clients"]
    clients = []
    for at in range(count):
        client = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        share = {**plan, "tablets": owns[at::count], "seed": 1000 * at}
        client.stdin.write(json.dumps(share) + "\n")  # type: ignore[union-attr]
        client.stdin.flush()  # type: ignore[union-attr]
        clients.append(client)
    for client in clients:
        client.stdout.readline()  # type: ignore[union-attr]
    return clients


def go(clients: Sequence[subprocess.Popen[str]]) -> None:
    for client in clients:
        client.stdin.write("go\n")  # type: ignore[union-attr]
        client.stdin.flush()  # type: ignore[union-attr]


def finish(clients: Sequence[subprocess.Popen[str]], *, is_going: bool = False) -> Told:
    if not is_going:
        go(clients)
    told: Told = []
    for client in clients:
        answer, _nothing = client.communicate()
        told += json.loads(answer)
    return told


@contextmanager
def bare(url: str, folder: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.bare_handler", url, str(port)]
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    with subprocess.Popen(  # noqa: S603
        [*command, str(WORKERS)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()  # type: ignore[union-attr]
        try:
            yield port
        finally:
            process.terminate()


def examine(app: Flask, told: Told) -> tuple[int, int]:
    """Return what the database lacks of what was saved, and what it has twice."""
    saved = sum(one["saved"] for one in told)
    with app.app_context():
        session = db.session()
        session.execute(text("select 1"))
        found = session.execute(
            select(MarkEvent.device, MarkEvent.device_seq, func.count()).group_by(
                MarkEvent.device, MarkEvent.device_seq
            )
        ).all()
        of_tablets = [count for device, _seq, count in found if "marks-" in device]
        assert verify(session).fault is None  # noqa: S101
    doubled = sum(count - 1 for count in of_tablets)
    return saved - len(of_tablets), doubled


def times(told: Told) -> list[float]:
    return sorted(t for one in told for t in one["times"])


def share(found: Sequence[float], part: float) -> float:
    return found[min(len(found) - 1, int(len(found) * part))] if found else 0.0


def p95(told: Told) -> float:
    return share(times(told), 0.95)


def line(unit: str, name: str, told: Told) -> list[str]:
    found = times(told)
    parts = [f"{1000 * share(found, part):.0f} ms" for part in (0.5, 0.95, 0.99)]
    failed = sum(one["failed"] for one in told)
    repeats = sum(one.get("repeats", 0) for one in told)
    return [name, f"{len(found):,}", unit, *parts, f"{failed:,}", f"{repeats:,}"]
