"""Faults of the machine around the server, while tablets mark.

F-07 a sync fails · F-09 the server is frozen · F-10 its clock jumps · F-11 no file can
be opened · F-18 somebody else holds the lock · F-19 a deployment
"""

import shutil
import signal
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from competition.events.models import Event
from extensions import db
from scoring.marking.models import MarkEvent
from tests.faults.hall import SOUND, Load

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
UNSYNCED = "tests.faults.careless.unsynced"
STEADY = "tests.faults.steady_sleep"
DAY = 24 * 3600


def need(program):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")


# ---- F-07: a sync fails --------------------------------------------------------------


@contextmanager
def failing_syncs(serve, hall, **more):
    need("strace")
    calls = "fsync,fdatasync"
    around = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={calls}"]
    around += ["-e", f"inject={calls}:error=EIO"]
    with serve(hall, around=around, forker=None, **more) as server:
        yield server


def mark_once(load):
    for tablet in load.tablets:
        tablet.save(load.hall.works[0], "P1.1", "8")
        tablet.drain()
    return sum(len(tablet.own("delivered")) for tablet in load.tablets)


def test_what_could_not_be_synced_is_not_confirmed(sqlite_hall, serve):
    with failing_syncs(serve, sqlite_hall) as server:
        load = Load(sqlite_hall, server.port, tablets=2)
        confirmed = mark_once(load)
    assert (confirmed, set(load.statuses)) == (0, {503})

    with serve(sqlite_hall, port=server.port):
        load.finish()

    assert sqlite_hall.examine(load.tablets) == SOUND


def test_a_server_that_does_not_sync_confirms_all_the_same(sqlite_hall, serve):
    with failing_syncs(serve, sqlite_hall, module=UNSYNCED) as server:
        assert mark_once(Load(sqlite_hall, server.port, tablets=2)) == 2


# ---- F-09: the server is frozen ------------------------------------------------------


def test_a_frozen_server_doubles_nothing_when_it_wakes(hall, serve):
    with serve(hall) as server:
        load = Load(hall, server.port, timeout=0.5)
        with load:
            load.wait_for_confirmed(3)
            server.signal(signal.SIGSTOP)
            time.sleep(2)
            server.signal(signal.SIGCONT)
            load.wait_for_confirmed(3)
        load.finish()

    assert load.statuses[0] > 0, "no tablet noticed"
    assert hall.examine(load.tablets) == SOUND


# ---- F-10: the server's clock jumps --------------------------------------------------


def test_the_order_of_marks_survives_a_jumping_clock(hall, serve, tmp_path):
    if not FAKETIME.exists():
        pytest.skip("faketime is not installed here")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    more = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with serve(hall, module=STEADY, more=more, forker=None) as server:
        load = Load(hall, server.port)
        for jump in ("+0", "+3600", f"-{3 * DAY}", "+61"):
            clock.write_text(jump)
            with load:
                load.wait_for_confirmed(5)
        load.finish()

    assert set(load.statuses) == {200}
    assert hall.examine(load.tablets) == SOUND
    received = [mark.received_at for mark in marks_of(hall)]
    assert received != sorted(received), "the clock did not jump"


def marks_of(hall):
    with hall.app.app_context():
        rows = db.session.scalars(select(MarkEvent).order_by(MarkEvent.seq)).all()
        assert [mark.seq for mark in rows] == list(range(1, len(rows) + 1))
        return rows


# ---- F-11: no file can be opened -----------------------------------------------------


def test_a_server_without_free_handles_recovers(hall, serve):
    need("prlimit")
    around = ["prlimit", "--nofile=64", "--"]
    with serve(hall, around=around, forker=None) as server, ExitStack() as idle:
        load = Load(hall, server.port, timeout=1)
        with load:
            load.wait_for_confirmed(3)
            for _number in range(80):
                address = ("127.0.0.1", server.port)
                idle.enter_context(socket.create_connection(address, 1))
            time.sleep(1)
            idle.close()
            load.wait_for_confirmed(3)
        load.finish()

    # "Try again", never "your mark is the trouble": what is built on it would go first.
    assert set(load.statuses) <= {0, 200, 503}
    assert hall.examine(load.tablets) == SOUND


# ---- F-18: somebody else holds the lock ----------------------------------------------


@contextmanager
def somebody_holds_the_lock(hall):
    """Write for a long while, as a big import would."""
    with hall.app.app_context():
        event = select(Event).where(Event.uid == hall.event).with_for_update()
        db.session.execute(event).all()  # on SQLite the begin itself is the lock
        try:
            yield
        finally:
            db.session.rollback()


def test_waiting_for_a_lock_loses_nothing(hall, serve):
    with serve(hall) as server:
        load = Load(hall, server.port)
        with load:
            load.wait_for_confirmed(3)
            with somebody_holds_the_lock(hall):
                time.sleep(1.5)
            load.wait_for_confirmed(3)
        load.finish()

    assert set(load.statuses) <= {200, 503}
    assert hall.examine(load.tablets) == SOUND


@pytest.mark.soak
def test_a_lock_held_too_long_is_answered_try_again(hall, serve):
    with serve(hall) as server:
        load = Load(hall, server.port)
        with somebody_holds_the_lock(hall), load:
            time.sleep(25)
        load.finish()

    assert load.statuses[503] > 0
    assert hall.examine(load.tablets) == SOUND


# ---- F-19: a deployment --------------------------------------------------------------


def test_a_deployment_costs_no_more_than_a_retry(hall, serve):
    with serve(hall) as server:
        load = Load(hall, server.port)
        with load:
            load.wait_for_confirmed(3)
            server.stop()
            server.start()
            load.wait_for_confirmed(3)
            reloading = threading.Thread(target=server.signal, args=(signal.SIGHUP,))
            reloading.start()
            reloading.join()
            load.wait_for_confirmed(8)
        load.finish()

    # Nobody was there for a moment; nobody was told anything but "stored".
    assert set(load.statuses) <= {0, 200}
    assert hall.examine(load.tablets) == SOUND
