"""Bringing a register into the pool, beside reading it and inserting its rows bare.

    make bench PYTEST_ARGS="-k import"

ROWS=33000 sets the size; on PostgreSQL too where it answers. The yardstick, in the same
run: the fastest reader turns the whole workbook into lists, and plain inserts of the
very rows we made, a thousand a statement, put them into another empty database.
"""

import io
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - made-up people, no draw of lots
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
import xlsxwriter
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import Session

from benchmarks.report import keep
from extensions import Base, db
from ledger.log.services import SYSTEM
from people.persons.rules import id_check_character
from talentpool.dossiers.models import Craftsman
from talentpool.imports import jobs
from talentpool.imports.models import ImportBatch
from talentpool.imports.services import batches, load
from talentpool.search.services import reindex
from tests.databases import Database
from tests.factories.people import made_up_credit_code

T = TypeVar("T")
ROWS = int(os.environ.get("ROWS", "330000"))
UNITS = 300
BARE = (
    *("unit", "person", "craftsman", "skill_certificate", "honour_award"),
    "pool_membership",
)
HEADINGS = (
    *("姓名", "身份证号", "手机号", "民族", "学历", "单位名称", "统一社会信用代码"),
    *("所在地区", "入库层级", "人才类别", "工种", "职业编码", "从事本工种时间"),
    *("岗位", "在职状态", "工会会员", "入库日期", "职业技能等级", "荣誉称号"),
    "荣誉级别",
)
TRADES = (("焊工", "6-18-02-04"), ("车工", "6-18-01-01"), ("电工", "6-31-01-03"))


def bench_import(own_app: Flask, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "register.xlsx"
    _write(file)
    with own_app.app_context():
        session = db.session()
        name = session.get_bind().dialect.name
        before = _held("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")
        seconds, batch = _import(session, file)
        held = _held("VmHWM")
        more = held - before
        if batch.loaded != ROWS:
            pytest.fail(f"{batch.state}: {batch.loaded} loaded; {batch.trouble}")
        undone = _undo(session, batch) if ROWS <= 50_000 else None
        if undone is not None:
            seconds, batch = _import(session, file)
        reading, _rows = _timed(lambda: _read(file))
        inserting = _insert_bare(session, database)
    floor = reading + inserting
    whole = sum(value for step, value in seconds.items() if step != "index")
    every = sum(seconds.values())
    rows = [
        ["the fastest reader alone", f"{reading:.1f} s", ""],
        ["bare inserts of the same rows", f"{inserting:.1f} s", ""],
        ["yardstick: both", f"{floor:.1f} s", "1"],
        *(
            [step, f"{value:.1f} s", f"{value / floor:.2f}"]
            for step, value in seconds.items()
        ),
        ["import: read, checked and loaded", f"{whole:.1f} s", f"{whole / floor:.2f}"],
        ["and the index", f"{every:.1f} s", f"{every / floor:.2f}"],
    ]
    if undone is not None:
        rows.append(["undone", f"{undone:.1f} s", f"{undone / floor:.2f}"])
    keep(
        f"Importing into the pool, {name}",
        f"{ROWS:,} rows of {len(HEADINGS)} columns"
        f" ({file.stat().st_size / 2**20:.0f} MB) become as many persons and dossiers"
        " with a certificate and an honour each, in one transaction. Sealed while"
        " staged; before it is loaded every row is held against the pool again. The"
        " search's index is made anew in the same transaction and counted apart. The"
        " process"
        f" held at most {held:.0f} MiB, {more:.0f} MiB more than before.",
        ("step", "time", "ratio"),
        rows,
    )
    if ROWS >= 100_000 and whole > 3 * floor:
        pytest.fail(f"the import takes {whole / floor:.2f} times the yardstick")


def _import(session: Session, file: Path) -> tuple[dict[str, float], ImportBatch]:
    seconds: dict[str, float] = {}
    indexing: list[float] = []

    def timed_reindex(given: Session) -> int:
        spent, count = _timed(lambda: reindex(given))
        indexing.append(spent)
        return count

    with patch.object(load, "reindex", timed_reindex):
        batch = _steps(session, file, seconds)
    seconds["load"] -= sum(indexing)
    return seconds | {"index": sum(indexing)}, batch


def _steps(session: Session, file: Path, seconds: dict[str, float]) -> ImportBatch:
    now = datetime.now(UTC)
    batch = batches.take_in(
        session,
        stream=io.BytesIO(file.read_bytes()),
        file_name=file.name,
        user=None,
        actor=SYSTEM,
        now=now,
    )
    session.commit()
    seconds["read"], _none = _timed(lambda: jobs.work(session, batch.uid))
    mapping = json.loads(batch.mapping)
    batches.set_mapping(session, batch, mapping=mapping, user=None, now=now)
    session.commit()
    seconds["check"], _none = _timed(lambda: jobs.work(session, batch.uid))
    batches.begin_loading(session, batch, takes_as_verified=True, actor=SYSTEM, now=now)
    session.commit()
    seconds["load"], _none = _timed(lambda: jobs.work(session, batch.uid))
    return batch


def _undo(session: Session, batch: ImportBatch) -> float:
    batch.state = "undoing"
    session.commit()
    spent, _none = _timed(lambda: jobs.work(session, batch.uid))
    left = session.scalar(select(func.count()).select_from(Craftsman))
    if batch.state != "undone" or left:
        pytest.fail(f"{batch.state}: {left} are left; {batch.trouble}")
    return spent


def _held(name: str) -> float:
    """Return what this process holds, or held at most, in MiB."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(name)]
    return int(line.split()[1]) / 1024


def _read(file: Path) -> int:
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0)
    return len(sheet.to_python())


def _insert_bare(session: Session, database: Database) -> float:
    """Insert what we made into another database; only the inserting is timed."""
    tables = [table for table in Base.metadata.sorted_tables if table.name in BARE]
    made = {
        table.name: [dict(row._mapping) for row in session.execute(select(table))]  # noqa: SLF001
        for table in tables
    }
    with database.copy() as url:
        engine = create_engine(url)
        begun = time.perf_counter()
        with engine.begin() as connection:
            for table in tables:
                rows = made[table.name]
                for at in range(0, len(rows), 1000):
                    connection.execute(insert(table), rows[at : at + 1000])
        spent = time.perf_counter() - begun
        engine.dispose()
    return spent


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _write(file: Path) -> None:
    chance = Random(1)  # noqa: S311 - made-up people
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = book.add_worksheet()
    _line(sheet, 0, HEADINGS)
    for number in range(ROWS):
        trade, code = chance.choice(TRADES)
        unit = number % UNITS
        row = (
            f"王{chr(0x4E00 + number % 20000)}{chr(0x5000 + number % 7000)}",
            _id_number(number),
            f"13{number % 10**9:09d}",
            *("汉族", "大学本科教育", f"绍兴{unit}机械有限公司"),
            made_up_credit_code(unit),
            "330602",
            chance.choice(("市级", "县区级", "企业级")),
            *("高技能人才", trade, code, "2010-07-01", "班组长", "在职", "是"),
            f"20{15 + number % 10}-03-15",
            chance.choice(("高级工", "技师")),
            *("市技术能手", "市级"),
        )
        _line(sheet, number + 1, row)
    book.close()


def _line(sheet: Any, number: int, row: tuple[str, ...]) -> None:  # noqa: ANN401
    for column, cell in enumerate(row):
        sheet.write_string(number, column, cell)


def _id_number(number: int) -> str:
    born = date(1965, 1, 1) + timedelta(number // 900)
    body = f"330602{born:%Y%m%d}{number % 900:03d}"
    return body + id_check_character(body)
