"""Printing a whole event: 300 works × 5 seats, against setting each sheet by itself."""

import resource
import time
from hashlib import sha256
from pathlib import Path

from flask import Flask

from benchmarks.report import keep
from competition.events.models import Competition, Event
from scoring.judges.models import JudgeSeat
from scoring.paper.services import blanks
from scoring.paper.services.blanks import Blanks
from scoring.scheme import services
from scoring.scheme.models import SchemeVersion

WORKS, SEATS, ALONE = 300, 5, 20
EXAMPLES = Path(services.__file__).parent.parent / "examples"
SCHEMES = ("welding", "web_technologies")


def make_blanks(name: str) -> Blanks:
    text = (EXAMPLES / f"{name}.scheme.toml").read_text("utf-8")
    event = Event(
        uid="0190a0a0-0000-7000-8000-000000000001",
        name=name,
        competition=Competition(name="Benchmark"),
    )
    # Every judge marks everything, whatever the scheme expects: the longest sheets.
    seats = [
        JudgeSeat(id=number, seat=f"J{number}", covers="*", event=event)
        for number in range(1, SEATS + 1)
    ]
    return Blanks(
        event=event,
        version=SchemeVersion(text=text, digest=sha256(text.encode()).hexdigest()),
        panel=seats,
        works=[f"W{number:04d}" for number in range(WORKS)],
    )


def measure(name: str) -> list[object]:
    made = make_blanks(name)
    start = time.perf_counter()
    pdf = blanks.print_blanks(made, made.seats, made.works)
    whole = time.perf_counter() - start
    start = time.perf_counter()
    for work in made.works[:ALONE]:
        blanks.print_blanks(made, made.seats[:1], [work])
    alone = (time.perf_counter() - start) / ALONE * WORKS * SEATS
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        name,
        sum(blanks.count_aspects(made).values()),
        f"{whole:.1f} s",
        f"{len(pdf) / 1e6:.1f} MB",
        f"{alone:.0f} s",
        f"1 : {alone / whole:.0f}",
        f"{peak:.0f} MB",
    ]


def bench_papers(app: Flask) -> None:
    with app.test_request_context():
        rows = [measure(name) for name in SCHEMES]
    keep(
        "Printing the mark sheets of an event",
        f"{WORKS} works × {SEATS} seats in one PDF, against the same sheets printed one"
        f" at a time ({ALONE} of them, scaled up) in the same run.",
        (
            "scheme",
            "aspects of all seats",
            "one file",
            "size",
            "one at a time",
            "ratio",
            "peak so far",
        ),
        rows,
    )
