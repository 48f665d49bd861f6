"""Looking for one person registered twice, among everybody: `jiangcai identity scan`.

    make bench PYTEST_ARGS="-k identity"

PERSONS=100000 sets the size; on PostgreSQL too where it answers. The scan runs as the
command does, in a process of its own, whose memory is measured. The yardstick, in the
same run: reading the same persons and their certificates once, row by row.
"""

import os
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - made-up people, no draw of lots

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import config
from benchmarks.report import keep
from extensions import db
from ledger.log.services import SYSTEM
from people.persons.models import Person
from people.persons.rules import NewPerson, facts_of, id_check_character
from people.persons.services import bulk_register
from people.units.services import register_unit
from talentpool.dossiers.models import SkillCertificate
from talentpool.identity.models import Likeness, Scan
from tests.databases import Database
from tests.factories.people import made_up_credit_code

PERSONS = int(os.environ.get("PERSONS", "100000"))
TWICE = PERSONS // 200  # registered again, with a slip in the ID number
UNITS = 400
BATCH = 5000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉力永健世广志义兴良海"


def bench_identity(own_app: Flask, database: Database) -> None:
    with own_app.app_context():
        session = db.session()
        _fill(session)
        session.commit()
        begun = time.perf_counter()
        for _row in session.execute(select(Person).execution_options(yield_per=1000)):
            pass
        list(session.scalars(select(SkillCertificate.number)))
        reading = time.perf_counter() - begun
        session.rollback()
        seconds, memory = _scan(own_app)
        made = session.scalars(select(Scan)).one()
        found = session.scalar(select(func.count()).select_from(Likeness)) or 0
        if made.persons != PERSONS + TWICE or found < TWICE:
            pytest.fail(f"{found} of {TWICE} found among {made.persons}")
        compared = made.compared
        session.rollback()  # on SQLite nobody else could write
        again, _memory = _scan(own_app)
    keep(
        f"Looking for duplicates, {database.kind}",
        f"`jiangcai identity scan` over {PERSONS + TWICE:,} persons, {TWICE:,} of whom"
        " are registered twice with one slip in the ID number; the whole command, its"
        " start included. It compares"
        f" {compared:,} pairs and finds {found:,}. The second scan finds all of"
        " them known.",
        ("what", "time", "ratio", "most memory"),
        [
            ["reading everybody once", f"{reading:.1f} s", "1", ""],
            [
                "first scan",
                f"{seconds:.1f} s",
                f"{seconds / reading:.1f}",
                f"{memory:.0f} MiB",
            ],
            ["second scan", f"{again:.1f} s", f"{again / reading:.1f}", ""],
        ],
    )


def _scan(app: Flask) -> tuple[float, float]:
    """Run the command; return its seconds and the most memory it held, in MiB."""
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "JIANGCAI_INSTANCE": str(Path(app.config["INSTANCE"]).resolve()),
        "JIANGCAI_KEYS": str(Path(os.environ["JIANGCAI_INSTANCE"]) / "keys.json"),
    }
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "cli", "identity", "scan"],
        cwd=config.ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return time.perf_counter() - begun, most


def _fill(session: Session) -> None:
    now, chance = datetime.now(UTC), Random(7)  # noqa: S311 - made-up people
    units = [
        register_unit(
            session,
            name=f"绍兴{number}机械有限公司",
            credit_code=made_up_credit_code(number),
            district_code="330602",
            now=now,
            actor=SYSTEM,
        ).id
        for number in range(UNITS)
    ]
    waiting: list[NewPerson] = []
    for number in range(PERSONS):
        person = _person(number, units[number % UNITS], chance)
        waiting.append(person)
        if number < TWICE:
            waiting.append(_slipped(person))
        if len(waiting) >= BATCH or number == PERSONS - 1:
            bulk_register(session, waiting, now=now, actor=SYSTEM)
            waiting.clear()


def _person(number: int, unit: int, chance: Random) -> NewPerson:
    born = date(1962, 1, 1) + timedelta(chance.randrange(15_000))
    body = f"{330000 + number // 900:06d}{born:%Y%m%d}{number % 900:03d}"
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
    return NewPerson(
        facts=facts_of(body + id_check_character(body)),
        name=name,
        phone=f"13{number % 10**9:09d}",
        unit_id=unit,
    )


def _slipped(person: NewPerson) -> NewPerson:
    body = person.facts.number[:17]
    body = body[:14] + "9" + body[15:]  # nobody else has a number from 900 on
    return NewPerson(
        facts=facts_of(body + id_check_character(body)),
        name=person.name,
        phone=person.phone,
        unit_id=person.unit_id,
    )
