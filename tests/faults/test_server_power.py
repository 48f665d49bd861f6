"""F-12: the server's power is cut; every mark a tablet shows as delivered is there.

On an image of the test's own (tests/faults/disk.py). The same with a database that
does not sync must lose marks, or the cut would be none.
"""

import os
import signal

import pytest

from app import create_app
from extensions import db
from tests import databases
from tests.faults.disk import copy_database, image
from tests.faults.hall import SOUND, Load, make_hall

MARKS = 12  # confirmed before each cut


@pytest.fixture
def disk(tmp_path):
    with image(tmp_path, megabytes=96) as made:
        yield made


@pytest.fixture
def hall_on_disk(disk, _databases, tmp_path):
    """A hall whose SQLite database is on the image, and safely there."""
    with _databases["sqlite"].copy() as url:
        copy = copy_database(url, disk.folder)
    app = create_app(databases.settings(copy, tmp_path))
    hall = make_hall(app)
    os.sync()
    yield hall
    with app.app_context():
        db.engine.dispose()


def mark_until_the_cut(server, disk, load):
    with load:
        load.wait_for_confirmed(MARKS)
        server.signal(signal.SIGSTOP)
        disk.cut()
        server.kill()
    disk.remount()


def cut_again_and_again(hall, server, disk, *, cuts):
    load = Load(hall, server.port)
    for _cut in range(cuts):
        mark_until_the_cut(server, disk, load)
        assert hall.examine(load.tablets, "delivered") == SOUND
        server.start()
    load.finish()
    return hall.examine(load.tablets)


def test_a_power_cut_takes_no_delivered_mark(hall_on_disk, serve, disk):
    with serve(hall_on_disk) as server:
        assert cut_again_and_again(hall_on_disk, server, disk, cuts=2) == SOUND


@pytest.mark.parametrize("module", ["unsynced", "wal_normal"])
def test_a_server_that_does_not_sync_is_found(hall_on_disk, serve, disk, module):
    module = f"tests.faults.careless.{module}"
    with serve(hall_on_disk, module=module) as server:
        load = Load(hall_on_disk, server.port)
        mark_until_the_cut(server, disk, load)

    assert hall_on_disk.examine(load.tablets, "delivered").lost > 0


@pytest.mark.soak
def test_fifty_power_cuts(hall_on_disk, serve, disk):
    with serve(hall_on_disk) as server:
        assert cut_again_and_again(hall_on_disk, server, disk, cuts=50) == SOUND
