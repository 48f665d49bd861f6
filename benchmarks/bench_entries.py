"""Two thousand people into an event from a workbook: checked, entered, undone.

make bench PYTEST_ARGS="-k entries"

ROWS=5000 sets the size; on PostgreSQL too where it answers. The yardstick is the reader
alone, in the process of its own that keeps a bad workbook from hurting us.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask

from accounts.roles.rules import EVERYWHERE
from benchmarks.report import keep
from competition.bulk.forms.labels import vocabulary
from competition.bulk.services import batches
from extensions import db
from ledger.log.services import SYSTEM
from tests.factories.competition import make_event
from tests.factories.entry_files import entry_file, entry_row
from workbooks import read_workbook

ROWS = int(os.environ.get("ROWS", "2000"))


def bench_entries(own_app: Flask) -> None:
    file = entry_file([entry_row(number) for number in range(1, ROWS + 1)])
    marks = [time.perf_counter()]
    read_workbook(file)
    marks.append(time.perf_counter())
    with own_app.app_context():
        session, now = db.session(), datetime.now(UTC)
        soon = now + timedelta(days=9)
        event = make_event(session, registration_closes_at=soon, starts_at=soon)
        session.commit()
        marks.append(time.perf_counter())
        batch = batches.take_in(
            session,
            event=event,
            data=file,
            file_name="people.xlsx",
            sender=batches.Sender(None, [EVERYWHERE]),
            words=vocabulary(),
            now=now,
        )
        session.commit()
        marks.append(time.perf_counter())
        batches.load_batch(
            session,
            batch,
            scopes=[EVERYWHERE],
            words=vocabulary(),
            actor=SYSTEM,
            now=now,
        )
        session.commit()
        marks.append(time.perf_counter())
        if (batch.fresh, batch.refused) != (ROWS, 0):
            pytest.fail(f"{batch.fresh} entered, {batch.refused} refused")
        batches.undo(session, batch, reason="bench", actor=SYSTEM, now=now)
        session.commit()
        marks.append(time.perf_counter())
        name = session.get_bind().dialect.name
    reading, _made, checking, loading, undoing = (
        after - before for before, after in pairwise(marks)
    )
    keep(
        f"{ROWS} entries from a workbook, {name}",
        "Each row checked twice: when it is sent, and again when it is entered.",
        ["step", "took", "of the yardstick"],
        [
            ["reading alone: the yardstick", f"{reading:.2f} s", "1"],
            ["read and check", f"{checking:.2f} s", f"{checking / reading:.1f}"],
            ["check again and enter", f"{loading:.2f} s", f"{loading / reading:.1f}"],
            ["undo", f"{undoing:.2f} s", f"{undoing / reading:.1f}"],
        ],
    )
