"""A network that swallows answers neither loses nor doubles a scan.

The wrong servers below are found by the same test that passes the right one.
"""

from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from accounts.sessions import services as sessions
from competition.checkin import api
from competition.checkin.models import GateScan
from competition.checkin.services.scans import receive_scans
from extensions import db
from tests.factories.codes import make_desk, make_officers
from tests.factories.gates import scan


class Kiosk:
    """A device: keeps what it did until the server has answered it, and asks again."""

    def __init__(self, client, items):
        self.client = client
        self.waiting = list(items)
        self.delivered = []

    def send(self, *, is_lost):
        """Send the outbox; the answer may be lost on its way."""
        answer = self.client.post(
            "/api/v1/scans",
            json={"marks": self.waiting},
            headers={"X-Requested-With": "jiangcai"},
        )
        if is_lost or answer.status_code != 200:
            return
        taken = {found["id"] for found in answer.json["marks"] if found["seq"]}
        self.delivered += [item for item in self.waiting if item["id"] in taken]
        self.waiting = [item for item in self.waiting if item["id"] not in taken]


@pytest.fixture
def gates(own_app):
    """Run two kiosks through a bad network; return what went wrong, by kind."""
    with own_app.app_context():
        session = db.session()
        event, entries = make_desk(session, 6)
        user = make_officers(session, event)["checkin"]
        items = [scan(event, entry, at=datetime.now(UTC)) for entry in entries]
        session.commit()
        token = sessions.start(session, user=user, device="test", now=datetime.now(UTC))
        session.commit()

    def run():
        client = own_app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(_user_id=token, _fresh=True)
        kiosks = [Kiosk(client, items[:3]), Kiosk(client, items[3:])]
        for is_lost in (True, True, False):
            for kiosk in kiosks:
                kiosk.send(is_lost=is_lost)
        with own_app.app_context():
            rows = db.session.execute(
                select(GateScan.entry_id, GateScan.value, GateScan.status)
            ).all()
        passed = Counter(entry_id for entry_id, _value, _status in rows)
        sent = sum(len(kiosk.delivered) for kiosk in kiosks)
        found = {
            "doubled": sum(count - 1 for count in passed.values()),
            "lost": max(0, sent - len(passed)),
            "stuck": sum(len(kiosk.waiting) for kiosk in kiosks),
        }
        return {kind: count for kind, count in found.items() if count}

    return run


def forget_ids(session, *, items, **values):
    """A server that gives each arrival an id of its own."""
    renamed = [{**item, "id": uuid4().hex} for item in items]
    answers = receive_scans(session, items=renamed, **values)
    return [
        {**answer, "id": item["id"]}
        for answer, item in zip(answers, items, strict=True)
    ]


def answer_early(session, **values):
    """A server that answers what it never keeps."""
    answers = receive_scans(session, **values)
    session.rollback()
    return answers


def refuse_what_it_has(session, **values):
    """A server that does not know its own answers: the device asks for ever."""
    return [
        {**answer, "status": "refused", "seq": None}
        if answer["status"] == "duplicate"
        else answer
        for answer in receive_scans(session, **values)
    ]


def test_nothing_is_lost_doubled_or_stuck(gates):
    assert gates() == {}


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [(forget_ids, "doubled"), (answer_early, "lost"), (refuse_what_it_has, "stuck")],
)
def test_a_wrong_server_is_found(gates, monkeypatch, wrong, fault):
    monkeypatch.setattr(api, "receive_scans", wrong)

    assert fault in gates()
