"""Tablets against the real address, on both databases (T-01, T-05 … T-07, T-11, T-12).

The tablet is the one of `tests.faults.tablet`; the network between is the test's.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event as Signal
from time import sleep
from typing import Any

import pytest
from sqlalchemy import func, select, update

from accounts.sessions import services as sessions
from accounts.sessions.models import SignIn
from competition.events.models import Event
from extensions import db, reading
from ledger.log.services import Actor, list_disagreements
from scoring.marking.models import LATE, STORED, MarkEvent, MarkLock
from scoring.marking.queries import last_seq, list_counted, list_pending
from scoring.marking.rules.cells import panel_digest
from scoring.marking.services.receive import receive_marks
from scoring.results.services import locks
from tests.factories.scoring import actor_of, make_marked_event
from tests.faults.storm import open_storm
from tests.faults.tablet import NoAnswerError, Tablet

URL = "/api/v1/marks"


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=3)


@pytest.fixture
def send(client):
    """Send as the browser does, with whoever's session the client has."""

    def send(request):
        response = client.post(
            URL, json=request, headers={"X-Requested-With": "jiangcai"}
        )
        return response.status_code, response.get_json(silent=True)

    return send


@pytest.fixture
def tablet(send, marked, sign_in):
    judge = marked.judge("J1")
    sign_in(judge)
    return Tablet(send, judge.uid, marked.event.uid, chance=lambda: 0)


def rows(session):
    marks = session.scalars(select(MarkEvent).order_by(MarkEvent.seq))
    return [(mark.entry, mark.aspect, mark.value, mark.status) for mark in marks]


@pytest.mark.parametrize("is_ours", [True, False], ids=["server", "proxy"])
@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 500])
def test_one_bad_mark_of_a_batch_stops_no_other(
    session, marked, tablet, send, status, is_ours
):
    works = marked.works
    made = [tablet.save(work, "P1.1", "8") for work in works]
    before = json.dumps([kept.body for kept in made])

    def refuse_one(request):
        if made[1].id in [mark["id"] for mark in request["marks"]]:
            return status, {"status": status} if is_ours else None
        return send(request)

    tablet.send = refuse_one
    for _run in range(3):
        tablet.drain()

    assert rows(session) == [(w, "P1.1", "8", STORED) for w in (works[0], works[2])]
    states = [kept.state for kept in tablet.own()]
    assert states == ["delivered", "attention", "delivered"]
    assert json.dumps([kept.body for kept in tablet.own()]) == before
    tablet.send = send
    tablet.again(made[1].id)
    assert tablet.drain().problem == ""
    assert rows(session)[2] == (works[1], "P1.1", "8", STORED)


def test_what_is_built_on_a_mark_in_trouble_waits_for_it(session, marked, tablet, send):
    """Sent before its base it would come back as a conflict the judge never made."""
    work, other = marked.works[:2]
    first = tablet.save(work, "P1.1", "8")
    tablet.edit(work, "P1.1", "7")
    tablet.save(other, "P1.1", "5")

    def stumble(request):
        if first.id in [mark["id"] for mark in request["marks"]]:
            return 500, None
        return send(request)

    tablet.send = stumble
    tablet.drain()

    assert rows(session) == [(other, "P1.1", "5", STORED)]
    tablet.send = send
    assert tablet.drain().problem == ""
    assert [row[2:] for row in rows(session)] == [
        ("5", STORED),
        ("8", STORED),
        ("7", STORED),
    ]


def test_two_devices_meet_and_the_judge_settles_it(session, marked, tablet):
    work = marked.works[0]
    other = Tablet(tablet.send, tablet.judge, tablet.event)
    first = tablet.save(work, "P1.1", "8")
    tablet.drain()
    other.see([(work, "P1.1", first.id, 1)])
    tablet.edit(work, "P1.1", "7")
    candidate = other.edit(work, "P1.1", "6")

    tablet.drain()
    other.drain()

    assert other.store.events[candidate.id].state == "attention"
    waiting = list_pending(session, marked.event.id)
    assert [(p.value, p.current) for p in waiting] == [("6", "7")]
    other.resolve(candidate.id)
    other.drain()
    assert [c.value for c in list_counted(session, marked.event.id)] == ["6"]
    assert list_pending(session, marked.event.id) == []
    assert [row[2] for row in rows(session)] == ["8", "7", "6", "6"]


def test_a_session_that_ended_offline_costs_nothing(
    app, session, marked, tablet, sign_in, monkeypatch
):
    """Twelve hours without network, and no form token: the same marks go after all."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    judge = marked.judge("J1")
    made = [tablet.save(work, "P1.1", "8") for work in marked.works]
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == judge.id)
        .values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    )

    assert tablet.drain().problem == "signIn"
    assert rows(session) == []
    sign_in(judge)
    assert tablet.drain().problem == ""

    stored = session.scalars(select(MarkEvent.id).order_by(MarkEvent.seq)).all()
    assert stored == [kept.id for kept in made]
    assert [kept.id for kept in tablet.own("delivered")] == stored


def test_a_sign_in_that_was_ended_elsewhere_is_the_same(session, marked, tablet):
    judge = marked.judge("J1")
    tablet.save(marked.works[0], "P1.1", "8")
    sessions.end_all(session, user_id=judge.id, now=datetime.now(UTC))

    assert tablet.drain().problem == "signIn"
    assert [kept.state for kept in tablet.own()] == ["waiting"]


def test_a_wrong_clock_changes_neither_order_nor_result(session, marked, tablet):
    """Three days behind, a year ahead, then back: the server's order counts."""
    work, now = marked.works[0], datetime.now(UTC)
    away = [timedelta(days=-3), timedelta(days=365), timedelta(hours=-1), timedelta()]
    for value, offset in enumerate(away):
        tablet.clock = lambda offset=offset: now + offset
        tablet.save(work, "P1.1", str(value))
        tablet.drain()

    assert [row[2] for row in rows(session)] == ["0", "1", "2", "3"]
    assert {row[3] for row in rows(session)} == {STORED}
    assert [c.value for c in list_counted(session, marked.event.id)] == ["3"]
    received = session.scalars(
        select(MarkEvent.received_at).order_by(MarkEvent.seq)
    ).all()
    assert received == sorted(received)
    marked_at = session.scalars(select(MarkEvent.marked_at).order_by(MarkEvent.seq))
    years = [text[:4] for text in marked_at]
    assert years[1] == str((now + away[1]).year)  # evidence, kept as it was sent


@pytest.mark.parametrize("carried_first", [True, False])
def test_by_hand_and_by_network_is_once(session, marked, tablet, carried_first):
    judge = marked.judge("J1")
    made = [tablet.save(work, "P1.1", "8") for work in marked.works]

    def carry():
        return receive_marks(
            session,
            user=judge,
            items=[kept.body for kept in made],
            actor=Actor("import", marked.committee.uid),
            now=marked.later(),
        )

    if carried_first:
        first = carry()
        tablet.drain()
    else:
        tablet.drain()
        first = carry()

    assert {a["status"] for a in first} == {"stored" if carried_first else "duplicate"}
    assert {kept.state for kept in tablet.own()} == {"delivered"}
    assert len(rows(session)) == 3
    assert list_disagreements(session) == []


def test_a_lost_answer_gets_the_first_receipt_from_every_connection(own_app):
    """T-01: the same batch two to ten times at once: one row, one receipt each."""
    storm = open_storm(own_app)
    judge = next(iter(storm.keys))
    for copies in (2, 10):
        tablet = storm.tablet(judge)
        for work in storm.works[:4]:
            storm.save(tablet, work, f"P1.{1 + copies % 3}", "1")
        told: list[tuple[int, Any]] = []

        def send_often(request, copies=copies, told=told):
            with ThreadPoolExecutor(copies) as pool:
                sent = [pool.submit(storm.send, judge, request) for _ in range(copies)]
            told += [answer.result() for answer in sent]
            raise NoAnswerError

        tablet.send = send_often
        tablet.drain()

        assert {status for status, _answer in told} == {200}
        receipts = {
            json.dumps([{**mark, "status": ""} for mark in answer["marks"]])
            for _status, answer in told
        }
        assert len(receipts) == 1
    storm.finish()
    assert storm.findings() == {}


def test_marks_that_race_with_signature_lock_and_unlock(own_app):
    """Each is before the lock and counted, or behind it, late and not counted."""
    storm = open_storm(own_app, is_filled=True)
    judges = list(storm.keys)
    tablets = [storm.tablet(judges[n % 2]) for n in range(4)]
    is_over = Signal()

    def hurry(number):
        # Two judges, two works; the tablets of one judge meet nowhere.
        for value in range(1000):
            if is_over.is_set():
                return
            work = storm.works[number // 2]
            storm.save(tablets[number], work, "P1.1", str(value % 10))
            tablets[number].drain()
            sleep(0.01)  # or nobody else ever gets SQLite's one lock

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(hurry, number) for number in range(4)]
        try:
            _wait_for(own_app, MarkEvent.device != "", 80)
            last, digest = _sign_and_lock(own_app, storm)
            _wait_for(own_app, MarkEvent.status == LATE, 4)
            end = _unlock(own_app, storm)
            _wait_for(own_app, MarkEvent.seq > end, 4)
        finally:
            is_over.set()
        for one in running:
            one.result()
    storm.finish()

    assert storm.findings() == {}
    with own_app.app_context():
        session = db.session()
        marks = session.scalars(select(MarkEvent).order_by(MarkEvent.seq)).all()
        assert [mark.seq for mark in marks] == list(range(1, len(marks) + 1))
        event_id = marks[0].event_id
        assert panel_digest(list_counted(session, event_id, up_to=last)) == digest
        # What came between lock and unlock is late to the last mark, and nothing else.
        late = [mark.seq for mark in marks if mark.status == LATE]
        assert late == list(range(last + 1, end + 1))
        assert {mark.status for mark in marks if mark.seq > end} == {STORED}


def _wait_for(app, condition, count):
    for _look in range(2000):
        with app.app_context(), reading():
            found = db.session.scalar(select(func.count(MarkEvent.id)).where(condition))
        if found >= count:
            return
        sleep(0.02)
    raise AssertionError("The tablets stand still.")


def _sign_and_lock(app, storm):
    """Return the lock's last number and its digest."""
    with app.app_context():
        marked = storm.marked(db.session())
        hold = select(Event).where(Event.uid == storm.event).with_for_update()
        db.session.execute(hold)
        marked.sign_all()
        marked.lock()
        lock = db.session.scalars(select(MarkLock)).one()
        told = lock.last_seq, lock.digest
        db.session.commit()
        return told


def _unlock(app, storm):
    """Return the number of the newest mark at the unlock."""
    with app.app_context():
        marked = storm.marked(db.session())
        hold = select(Event).where(Event.uid == storm.event).with_for_update()
        db.session.execute(hold)
        shared = {"event": marked.event, "now": marked.later()}
        asked, second = actor_of(marked.committee), actor_of(marked.supervisor)
        locks.ask_unlock(db.session(), reason="again", actor=asked, **shared)
        locks.confirm_unlock(db.session(), actor=second, **shared)
        newest = last_seq(db.session(), marked.event.id)
        db.session.commit()
        return newest
