"""A list of 50,000 people leaves the pool in little memory."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accounts.roles.rules import EVERYWHERE
from extensions import db
from talentpool.search import services
from talentpool.search.forms.sheet import rows_of
from talentpool.search.queries.search import export
from talentpool.search.rules.request import parse
from talentpool.shortlists.forms.files import stream
from tests.factories.pool_search import make_craftsmen

PEOPLE = 50_000
MOST = 150  # MiB more than before the first row


def held(name):
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(name)]
    return int(line.split()[1]) / 1024


def write_list():
    """Write the list in a process of its own; return the MiB it took."""
    db.session.remove()
    db.engine.dispose()
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        os.waitpid(process, 0)
        with os.fdopen(reading) as answer:
            return float(answer.read())
    try:
        asked, _faults = parse({})
        found = export(
            db.session(), asked, scopes=[EVERYWHERE], today=datetime.now(UTC).date()
        )
        rows = rows_of(db.session(), found)
        first = next(rows)
        Path("/proc/self/clear_refs").write_text("5")
        before, size = held("VmHWM"), 0
        for piece in stream("xlsx", above=["x"], headings=first, rows=rows):
            size += len(piece)
        assert size > PEOPLE
        os.write(writing, str(held("VmHWM") - before).encode())
    finally:
        os._exit(0)


@pytest.mark.soak
def test_fifty_thousand_rows_take_little_memory(own_app):
    with own_app.app_context():
        make_craftsmen(db.session(), PEOPLE, seed=3)
        services.reindex(db.session())
        db.session.commit()

        assert write_list() < MOST
