"""The last half hour before registration closes, on `jiangcai serve`.

Everybody brings two files, a picture and a PDF, and submits; one process of the server
is killed every so often. Afterwards each file is read back and compared with what was
sent. Shorter and smaller:

    CONTESTANTS=300 MEGABYTES=5 SECONDS=180 KILLS=2 make bench-deadline
"""

import os
import statistics
import time
from pathlib import Path

import pytest
from flask import Flask

from benchmarks.report import keep
from tests.faults.rush import make_rush
from tests.faults.server import Server

CONTESTANTS = int(os.environ.get("CONTESTANTS", "3000"))
MEGABYTES = float(os.environ.get("MEGABYTES", "5"))
SECONDS = int(os.environ.get("SECONDS", "1800"))
KILLS = int(os.environ.get("KILLS", "6"))
THREADS = int(os.environ.get("THREADS", "8"))
WORKERS = 2


def bench_deadline(own_app: Flask, tmp_path: Path) -> None:
    rush = make_rush(
        own_app,
        contestants=CONTESTANTS,
        size=int(MEGABYTES * 1_000_000),
        pace=float(SECONDS),
    )
    url = own_app.config["SQLALCHEMY_DATABASE_URI"]
    with Server(url, tmp_path, workers=WORKERS) as server:
        began = time.perf_counter()
        with rush.on(server.port, threads=THREADS):
            for _kill in range(KILLS):
                rush.wait_for_told(3 * CONTESTANTS // (KILLS + 1), within=SECONDS)
                server.kill_worker()
        took = time.perf_counter() - began
    told = rush.count_told()
    wrong = rush.examine()
    uploads = sorted(seconds for one in rush.contestants for seconds in one.seconds)
    kind = url.partition(":")[0].partition("+")[0]
    keep(
        f"The deadline of registration, {kind}",
        f"{CONTESTANTS:,} contestants bring two files of {MEGABYTES:g} MB within"
        f" {SECONDS} s and submit; {WORKERS} processes, of which one is killed"
        f" {KILLS} times. Lost is what somebody was told and is not there to the byte"
        " (a picture: readable, of its size). Goal of the whole: 3,000 within 1,800 s,"
        " nothing lost.",
        (
            *("submitted", "took", "uploads", "50 %", "95 %", "slowest"),
            *("not answered", "lost", "other faults"),
        ),
        [
            [
                f"{sum('submitted' in one.told for one in rush.contestants):,}",
                f"{took:.0f} s",
                f"{len(uploads):,}",
                f"{statistics.median(uploads):.2f} s",
                f"{uploads[int(len(uploads) * 0.95)]:.2f} s",
                f"{uploads[-1]:.2f} s",
                rush.statuses[0],
                wrong.get("lost", 0),
                sum(wrong.values()) - wrong.get("lost", 0),
            ]
        ],
    )
    if told != 3 * CONTESTANTS or wrong:
        pytest.fail(f"Told {told:,} things; wrong: {wrong}")
