"""The import's own process: killed half-way, or at its limit of memory or time."""

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import config
from extensions import db
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM, list_disagreements
from talentpool.dossiers.models import Craftsman
from talentpool.imports import jobs
from talentpool.imports.models import ImportBatch
from talentpool.imports.services import batches, progress, stage
from talentpool.imports.services.worker import SECONDS, limit_process
from tests.factories.pool_files import SKILL, pool_csv, pool_row
from tests.faults.careless import import_worker

ROWS = 7


@pytest.fixture
def batch_uid(own_app, monkeypatch):
    """An import that was checked and sent to be loaded."""
    monkeypatch.setattr(stage, "BLOCK", 2)
    with own_app.app_context():
        session, now = db.session(), datetime.now(UTC)
        file = io.BytesIO(pool_csv([pool_row(n, **SKILL) for n in range(1, ROWS + 1)]))
        batch = batches.take_in(
            session, stream=file, file_name="p.csv", user=None, actor=SYSTEM, now=now
        )
        session.commit()
        jobs.work(session, batch.uid)
        mapping = json.loads(batch.mapping)
        batches.set_mapping(session, batch, mapping=mapping, user=None, now=now)
        session.commit()
        jobs.work(session, batch.uid)
        batches.begin_loading(
            session, batch, takes_as_verified=False, actor=SYSTEM, now=now
        )
        session.commit()
        yield batch.uid


def run_worker(app, batch_uid, befalls):
    """Run a worker to its end; return its exit status."""
    db.session.rollback()
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "JIANGCAI_INSTANCE": str(Path(app.config["INSTANCE"]).resolve()),
        "JIANGCAI_KEYS": str(Path(os.environ["JIANGCAI_INSTANCE"]) / "keys.json"),
        "JIANGCAI_BEFALLS": befalls,
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.careless.import_worker"),
            *("pool", "import-work", batch_uid),
        ],
        cwd=config.ROOT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode


def fork_worker(app, batch_uid, befalls):
    """Do as `run_worker` does, sooner: without the start of the program."""
    db.session.remove()
    db.engine.dispose()
    process = os.fork()
    if process:
        os.waitpid(process, 0)
        return
    try:
        import_worker.befall(befalls)
        limit_process(seconds=1 if befalls == "time" else SECONDS)
        with app.app_context():
            jobs.work(db.session(), batch_uid)
    finally:
        os._exit(0)


def find(batch_uid):
    db.session.rollback()
    return db.session.scalars(select(ImportBatch).filter_by(uid=batch_uid)).one()


def count_dossiers():
    return db.session.scalar(select(func.count()).select_from(Craftsman))


def half_done(batch_uid):
    """Return what a worker that is gone left behind: dossiers, entries of the log."""
    find(batch_uid)
    said = select(func.count()).where(LedgerEntry.action == "craftsman.bulk_loaded")
    return count_dossiers(), db.session.scalar(said)


def test_a_killed_worker_leaves_nothing_and_the_next_one_ends_it(own_app, batch_uid):
    status = run_worker(own_app, batch_uid, "killed")
    left, batch = half_done(batch_uid), find(batch_uid)
    later = datetime.now(UTC) + timedelta(minutes=2)
    heard = progress.find(batch_uid)
    silent = batches.is_silent(batch, later)

    jobs.work(db.session(), batch_uid, lambda: later)

    assert status == -9
    assert left == (0, 0)
    assert heard.done == 4
    assert silent
    assert (find(batch_uid).state, count_dossiers()) == ("loaded", ROWS)
    assert list_disagreements(db.session()) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_worker_that_commits_after_each_block_is_found(own_app, batch_uid):
    fork_worker(own_app, batch_uid, "per_block")

    assert half_done(batch_uid) != (0, 0)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("befalls", "said"), [("memory", "4 GB"), ("time", "60 分钟")])
def test_at_its_limit_it_says_so_and_changes_nothing(own_app, batch_uid, befalls, said):
    fork_worker(own_app, batch_uid, befalls)

    batch = find(batch_uid)
    assert (batch.state, half_done(batch_uid)) == ("checked", (0, 0))
    assert said in batch.trouble
