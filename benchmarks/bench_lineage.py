"""Lineages among a million people and 900,000 pairs, on both databases.

    make bench-lineage                                 both databases; in bench-pool too
    PEOPLE=100000 make bench-lineage PYTEST_ARGS="-k sqlite"
    POOLS=/dev/shm/pools make bench-lineage            keep the databases

The graph is made up from a seed: everybody but the first has most often one master,
some two, all of them earlier, so that no circle closes; one master has 6,151
apprentices and the first of all are the founders of nearly everybody. Asked are 300
persons drawn by chance and those who cost most: the founders, the master of 6,151, and
people under them.
"""

import os
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from statistics import median
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.roles.rules import EVERYWHERE
from benchmarks.pool_rows import POOLS, kept
from benchmarks.report import keep
from extensions import db, new_uid, reading
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman
from talentpool.lineage.queries import walk
from talentpool.lineage.services.lineage import (
    Asked,
    Sight,
    common_masters,
    load_lineage,
    load_school,
)
from talentpool.mentorship.models import Pair
from tests.factories.pool_search import NOW
from tests.factories.rows import insert_rows

PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
PAIRS = PEOPLE * 9 // 10
GIANT = 6_151  # apprentices of one master
MASTER = PEOPLE // 10
TEACHERS = 0.3  # of all people
DAY = date(2026, 5, 1)
SIGHT = Sight(scopes=[EVERYWHERE], day=DAY)
BATCH = 50_000
GOAL = 50  # ms
NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def bench_lineage(own_app: Flask) -> None:
    app = kept(own_app, f"jiangcai_lineage_{PEOPLE}") if POOLS else own_app
    with app.app_context():
        session = db.session()
        if session.scalar(select(func.count()).select_from(Pair)) != PAIRS:
            fill(session)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("analyze"))
        session.commit()
        with reading():
            measure(session)
        db.engine.dispose()


def fill(session: Session) -> None:
    """Fill an empty database."""
    chance = np.random.default_rng(7)
    if session.get_bind().dialect.name == "sqlite":
        driver: Any = session.connection().connection.driver_connection
        session.rollback()
        for setting in ("cache_size=-400000", "synchronous=off", "secure_delete=off"):
            driver.execute(f"pragma {setting}")
    for first in range(1, PEOPLE + 1, BATCH):
        numbers = range(first, min(first + BATCH, PEOPLE + 1))
        insert_rows(session, Person, [_person(number) for number in numbers])
        insert_rows(session, Craftsman, [_head(number) for number in numbers])
        session.commit()
    learners = chance.permutation(np.arange(2, PEOPLE + 1))[: PAIRS - GIANT]
    masters = 1 + (chance.random(len(learners)) * (learners - 1) * TEACHERS).astype(int)
    late = chance.choice(np.arange(MASTER + 1, PEOPLE + 1), GIANT, replace=False)
    both = [*zip(masters, learners, strict=True), *((MASTER, one) for one in late)]
    for begin in range(0, len(both), BATCH):
        rows = [_pair(int(m), int(a)) for m, a in both[begin : begin + BATCH]]
        insert_rows(session, Pair, rows)
    session.commit()


def measure(session: Session) -> None:
    """Ask, and keep the figures."""
    name = session.get_bind().dialect.name
    chance = np.random.default_rng(11)
    drawn = [int(n) for n in chance.integers(1, PEOPLE + 1, 300)]
    below = walk.list_apprentices(session, [MASTER], day=DAY, most=5)[0]
    worst = [1, 2, 3, 4, 5, MASTER, *(apprentice for _m, apprentice in below)]
    head = _heads(session, {*drawn, *worst})
    kinds: dict[str, Callable[[int], object]] = {
        "generations up": lambda n: walk.list_above(session, n, day=DAY),
        "generations down, counted": lambda n: walk.list_below(session, n, day=DAY),
        "school and successors' honours": lambda n: load_school(session, n, SIGHT),
        "the picture: up to 200 nodes": lambda n: load_lineage(
            session, head[n], Asked(), SIGHT
        ),
        "nearest common master": lambda n: common_masters(
            session, head[n], head[drawn[0]], SIGHT
        ),
    }
    rows = []
    for kind, ask in kinds.items():
        times = sorted(took(ask, drawn))
        hard = took(ask, worst)
        rows.append(
            (
                kind,
                f"{median(times):.1f}",
                f"{times[len(times) * 95 // 100]:.1f}",
                f"{times[-1]:.1f}",
                f"{max(hard):.1f}",
            )
        )
    pairs = session.scalar(select(func.count()).select_from(Pair))
    keep(
        f"Lineages at {PEOPLE:,} people and {pairs:,} pairs, {name}",
        f"Milliseconds inside the process, each asked for the second time; goal"
        f" {GOAL}. Founders and the master of {GIANT:,} are the worst there is.",
        ("query", "50 %", "95 %", "slowest of 300", "slowest of the worst"),
        rows,
    )


def took(ask: Callable[[int], object], people: Iterable[int]) -> list[float]:
    """Return how long each took in milliseconds, when asked for the second time."""
    times = []
    for person in people:
        ask(person)
        start = time.perf_counter()
        ask(person)
        times.append((time.perf_counter() - start) * 1000)
    return times


def _heads(session: Session, persons: set[int]) -> dict[int, Craftsman]:
    found = session.scalars(select(Craftsman).where(Craftsman.person_id.in_(persons)))
    return {craftsman.person_id: craftsman for craftsman in found}


def _person(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "uid": new_uid(),
        "name": "".join(NAMES[number // 20**n % 20] for n in range(3)),
        "birth_date": date(1950, 1, 1) + timedelta(days=number % 18_000),
        "id_number_sealed": b"x",
        "id_number_hash": f"{number:064d}",
        "unit_id": None,
        "created_at": NOW,
    }


def _head(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "uid": new_uid(),
        "person_id": number,
        "state": "active",
        "pool_class": "skilled",
        "level": "city",
        "entered_on": date(2020, 1, 1),
        "certificate_number": f"B{number}",
        "occupation_edition": 2022,
        "occupation_code": "6-18-02-04",
        "trade": "焊工",
        "district_code": "330602",
        "created_at": NOW,
        "updated_at": NOW,
    }


def _pair(mentor: int, apprentice: int) -> dict[str, Any]:
    starts = date(1990, 1, 1) + timedelta(days=(mentor * 31 + apprentice) % 12_000)
    return {
        "uid": new_uid(),
        "mentor_id": mentor,
        "apprentice_person_id": apprentice,
        "apprentice_craftsman_id": apprentice,
        "occupation_edition": 2022,
        "occupation_code": "6-18-02-04",
        "trade": "焊工",
        "relation": "assigned",
        "starts_on": starts,
        "ends_on": starts + timedelta(days=730),
        "state": "graduated",
        "closed_on": starts + timedelta(days=730),
        "recorded_at": NOW,
        "recorded_by": "bench",
    }
