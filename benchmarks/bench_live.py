"""One mark in a live event against computing the event anew.

300 entries × 30 aspects × 10 judges: 90,000 marks. The peer is `score` over the same
marks in the same run, the way every result of a lock is computed. Then the same with
the marks in a database: what the page of the standing reads and computes.
"""

import gc
import time
from collections.abc import Callable
from fractions import Fraction
from random import Random  # noqa: TID251 - a seeded generator of inputs
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.report import keep
from extensions import db
from scoring.marking.models import MarkEvent
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.digest import digest_scoring
from scoring.results.rules.live.board import Board
from scoring.results.rules.score import score
from scoring.results.services.compute import read_ground, score_ground
from scoring.results.services.standing import read_standing
from scoring.scheme.rules.parse import parse_scheme
from tests.factories.scoring import NOW, MarkedEvent, make_id, make_marked_event

ENTRIES, JUDGES, COMPONENTS, CRITERIA, ASPECTS = 300, 10, 3, 2, 5
ROUNDS = 200
VARIANTS = {
    "trimmed mean per aspect": ("aspect", ""),
    "trimmed mean per component": ("component", ""),
    "with panel correction": ("aspect", "[panels]\ncorrection = 'mean'"),
    "with the WorldSkills scale": ("aspect", "[scale]\nkind = 'worldskills'"),
}


def write_scheme(scope: str, more: str) -> str:
    lines = ['format = "jiangcai-scheme/1"', "[rounding]", "component = 2", "total = 2"]
    for part in range(COMPONENTS):
        lines += ["[[components]]", f'code = "C{part}"', "max = 100"]
        lines += [f"judges = {JUDGES}", 'aggregate = "trimmed_mean"']
        lines += [f'trim_scope = "{scope}"']
        for criterion in range(CRITERIA):
            code = f"C{part}.{criterion}"
            lines += ["[[components.criteria]]", f'code = "{code}"']
            for aspect in range(ASPECTS):
                lines += [
                    "[[components.criteria.aspects]]",
                    f'code = "{code}.{aspect}"',
                ]
                lines += ['kind = "score"', "max = 10"]
    lines += ["[ranking]", 'ties = ["component:C0 desc", "time asc"]']
    lines += ["[[awards]]", 'name = "一等奖"', 'share = "10%"', more]
    return "\n".join(lines)


def measure(name: str, scope: str, more: str) -> list[str]:
    rng = Random(1)  # noqa: S311
    scheme = parse_scheme(write_scheme(scope, more))
    entries = [
        EntryFacts(
            entry=f"E{n:03d}", panel=str(n % 10), time=Fraction(rng.randrange(999))
        )
        for n in range(ENTRIES)
    ]
    marks = {
        (facts.entry, aspect.code, f"J{judge}"): str(rng.randrange(101) / 10)
        for facts in entries
        for aspect in scheme.aspects
        for judge in range(JUDGES)
    }

    def anew() -> str:
        given = [Mark(*cell, value) for cell, value in marks.items()]
        return digest_scoring(score(scheme, given, entries))

    board = Board(scheme, entries, [Mark(*cell, v) for cell, v in marks.items()])
    board.so_far  # noqa: B018 - all of it is computed here, once
    cells = list(marks)

    def run() -> list[float]:
        times = []
        for _round in range(ROUNDS):
            cell, value = rng.choice(cells), str(rng.randrange(101) / 10)
            marks[cell] = value
            mark = Mark(*cell, value)
            times.append(timed(lambda: put(board, mark))[0])  # noqa: B023
        return sorted(times)

    times = run()
    # A full collection walks everything this benchmark holds; shown apart.
    gc.disable()
    uncollected = run()
    gc.enable()
    whole, digest = timed(anew)
    assert digest == digest_scoring(board.so_far.scoring)  # noqa: S101
    middle, rare = median(times), times[ROUNDS * 99 // 100 - 1]
    assert middle < 0.05, middle  # noqa: S101
    return [
        name,
        f"{middle * 1000:.1f} ms",
        f"{rare * 1000:.1f} ms",
        f"{times[-1] * 1000:.1f} ms",
        f"{uncollected[-1] * 1000:.1f} ms",
        f"{whole * 1000:.0f} ms",
        f"1 : {whole / middle:.0f}",
    ]


def put(board: Board, mark: Mark) -> None:
    board.put(mark)
    board.so_far  # noqa: B018 - computes


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def bench_live() -> None:
    aspects = COMPONENTS * CRITERIA * ASPECTS
    keep(
        "One mark in a live event",
        f"{ENTRIES} entries, {JUDGES} judges, {aspects} aspects: all results after one"
        " more mark, against computing all of them anew in the same run;"
        f" {ROUNDS} marks, {ROUNDS} more with Python's garbage collector off, and the"
        " same digest at the end. Goal: 50 ms.",
        (
            *("scheme", "one mark, median", "99 %", "slowest"),
            *("slowest, collector off", "anew", "ratio"),
        ),
        [measure(name, *variant) for name, variant in VARIANTS.items()],
    )


def bench_standing(own_app: Flask) -> None:
    with own_app.app_context():
        session = db.session()
        text = write_scheme("aspect", "")
        made: MarkedEvent = make_marked_event(  # type: ignore[no-untyped-call]
            session, works=ENTRIES, seats=JUDGES, text=text
        )
        ids = fill(session, made)
        name = session.get_bind().dialect.name
        first, _found = timed(lambda: read_standing(session, made.event).so_far)
        looks = []
        for number in range(20):
            work, aspect, seat = list(ids)[number * 977 % len(ids)]
            made.send(  # type: ignore[no-untyped-call]
                seat, work, aspect, "7.5", based_on=ids[work, aspect, seat]
            )
            session.commit()
            look = timed(lambda: read_standing(session, made.event).so_far)
            looks.append(look[0])
        whole, _scoring = timed(
            lambda: score_ground(read_ground(session, made.event.id))
        )
    middle = median(looks)
    keep(
        f"The page of the standing, {name}",
        f"The same event with its {len(ids):,} marks in the database: what one look"
        " reads and computes after one more mark, against reading and computing"
        " everything, as the lock does. The first look of a process makes its board.",
        ("first look", "one mark later, median of 20", "slowest", "all anew", "ratio"),
        [
            [
                f"{first * 1000:.0f} ms",
                f"{middle * 1000:.1f} ms",
                f"{max(looks) * 1000:.1f} ms",
                f"{whole * 1000:.0f} ms",
                f"1 : {whole / middle:.0f}",
            ]
        ],
    )


def fill(session: Session, made: MarkedEvent) -> dict[tuple[str, str, str], str]:
    """Store every mark as its judge's tablet would have; return ids by cell."""
    rng = Random(2)  # noqa: S311
    scheme = parse_scheme(write_scheme("aspect", ""))
    ids: dict[tuple[str, str, str], str] = {}
    rows: list[dict[str, object]] = []
    for work in made.works:
        for aspect in scheme.aspects:
            for name, seat in made.seats.items():
                value, seq = str(rng.randrange(101) / 10), len(rows) + 1
                ids[work, aspect.code, name] = make_id()
                rows.append(
                    {
                        "id": ids[work, aspect.code, name],
                        "event_id": made.event.id,
                        "seq": seq,
                        "seat_id": seat.id,
                        "entry": work,
                        "aspect": aspect.code,
                        "kind": "mark",
                        "value": value,
                        "exact": value,
                        "device": name,
                        "device_seq": seq,
                        "marked_at": "2026-06-20T10:00:00+08:00",
                        "received_at": NOW,
                        "status": "stored",
                        "body_hash": "0" * 64,
                    }
                )
    session.execute(insert(MarkEvent), rows)
    session.commit()
    return ids
