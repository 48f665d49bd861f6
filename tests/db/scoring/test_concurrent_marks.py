"""Fifty copies of one batch at the same moment, and the wrong store that doubles them.

A reliability test that never failed on a wrong design proves nothing: the same storm is
let loose on `tests.faults.servers.no_ids`, which must not survive it.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from accounts.tokens import services as tokens
from extensions import db
from ledger.log.services import SYSTEM, list_disagreements, verify
from scoring.marking.models import MarkEvent
from tests.factories.scoring import make_item, make_marked_event
from tests.faults.servers import no_ids

COPIES = 50
AT_ONCE = 10


@pytest.fixture
def storm(own_app):
    """Send one batch of five marks fifty times, ten at a time; return the answers."""
    with own_app.app_context():
        session = db.session()
        marked = make_marked_event(session, works=5)
        key = tokens.make(
            session,
            user=marked.judge("J1"),
            name="tablet",
            permissions=frozenset({"marks.enter"}),
            lifetime=timedelta(days=1),
            actor=SYSTEM,
            now=datetime.now(UTC),
        )
        batch = {"marks": [make_item(w, "P1.1", "8") for w in marked.works]}
        session.commit()
    start = Barrier(AT_ONCE)

    def send(number):
        if number < AT_ONCE:
            start.wait(30)
        return own_app.test_client().post(
            "/api/v1/marks", json=batch, headers={"Authorization": f"Bearer {key}"}
        )

    def rage():
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(send, range(COPIES)))

    return rage


def test_fifty_copies_at_once_are_one_mark_each(own_app, storm):
    answers = storm()

    assert {a.status_code for a in answers} == {200}
    told = [json.loads(a.data)["marks"] for a in answers]
    statuses = [mark.pop("status") for marks in told for mark in marks]
    assert len({json.dumps(marks) for marks in told}) == 1
    assert statuses.count("stored") == 5
    assert statuses.count("duplicate") == 5 * (COPIES - 1)
    with own_app.app_context():
        seqs = db.session.scalars(select(MarkEvent.seq).order_by(MarkEvent.seq)).all()
        assert seqs == [1, 2, 3, 4, 5]
        assert list_disagreements(db.session()) == []
        assert verify(db.session()).fault is None


def test_a_server_without_ids_does_not_survive_the_storm(own_app, storm, monkeypatch):
    no_ids.install(monkeypatch)

    storm()

    with own_app.app_context():
        assert len(db.session.scalars(select(MarkEvent.id)).all()) > 5
