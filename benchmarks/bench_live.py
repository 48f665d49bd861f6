"""One mark in a live event against computing the event anew.

300 entries × 30 aspects × 10 judges: 90,000 marks. The peer is `score` over the same
marks in the same run, the way every result of a lock is computed.
"""

import time
from collections.abc import Callable
from fractions import Fraction
from random import Random  # noqa: TID251 - a seeded generator of inputs
from statistics import median
from typing import Any

from benchmarks.report import keep
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.digest import digest_scoring
from scoring.results.rules.live.board import Board
from scoring.results.rules.score import score
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.tree import Scheme

ENTRIES, JUDGES, COMPONENTS, CRITERIA, ASPECTS = 300, 10, 3, 2, 5
ROUNDS = 200
VARIANTS = {
    "trimmed mean per aspect": ("aspect", ""),
    "trimmed mean per component": ("component", ""),
    "with panel correction": ("aspect", "[panels]\ncorrection = 'mean'"),
    "with the WorldSkills scale": ("aspect", "[scale]\nkind = 'worldskills'"),
}


def make_scheme(scope: str, more: str) -> Scheme:
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
    return parse_scheme("\n".join(lines))


def measure(name: str, scope: str, more: str) -> list[str]:
    rng = Random(1)  # noqa: S311
    scheme = make_scheme(scope, more)
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
    cells, times = list(marks), []
    for _round in range(ROUNDS):
        cell, value = rng.choice(cells), str(rng.randrange(101) / 10)
        marks[cell] = value
        times.append(timed(lambda: put(board, Mark(*cell, value)))[0])  # noqa: B023
    whole, digest = timed(anew)
    assert digest == digest_scoring(board.so_far.scoring)  # noqa: S101
    times.sort()
    middle, rare = median(times), times[ROUNDS * 99 // 100 - 1]
    assert middle < 0.05, middle  # noqa: S101
    return [
        name,
        f"{middle * 1000:.1f} ms",
        f"{rare * 1000:.1f} ms",
        f"{times[-1] * 1000:.1f} ms",
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
        f" {ROUNDS} marks, and the same digest at the end. Goal: 50 ms.",
        ("scheme", "one mark, median", "99 %", "slowest", "anew", "ratio"),
        [measure(name, *variant) for name, variant in VARIANTS.items()],
    )
