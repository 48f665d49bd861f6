"""F-05, F-08: a full disk, a disk that became read-only."""

import pytest

from app import create_app
from extensions import db
from tests import databases
from tests.faults.disk import copy_database, fill, image, tmpfs
from tests.faults.hall import SOUND, Load, make_hall


@pytest.fixture
def hall_in(_databases, tmp_path):
    """Give a hall whose SQLite database is in a folder."""
    apps = []

    def hall_in(folder):
        with _databases["sqlite"].copy() as url:
            copy = copy_database(url, folder)
        apps.append(create_app(databases.settings(copy, tmp_path)))
        return make_hall(apps[-1])

    yield hall_in
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def send_whole_batches(hall, load):
    """Have every tablet send twenty marks; return how long each then waits."""
    for tablet in load.tablets:
        for number in range(20):
            tablet.save(hall.works[number % 4], "P1.1", str(number % 10))
        yield tablet.drain().wait


def read_pages(server, hall):
    """Return the statuses of pages that only read; the second asks for a sign-in."""
    return [server.get(path)[0] for path in ("/readyz", f"/judging/{hall.event}")]


def test_a_full_disk_stores_no_half_batch_and_says_so(hall_in, serve, tmp_path):
    with tmpfs(tmp_path / "disk", megabytes=12) as folder:
        hall = hall_in(folder)
        with serve(hall) as server:
            load = Load(hall, server.port, tablets=2)
            with load:
                load.wait_for_confirmed(5)
            filler = fill(folder)
            before = hall.count()

            waits = list(send_whole_batches(hall, load))

            assert hall.count() == before
            assert read_pages(server, hall) == [200, 302]
            filler.unlink()
            load.finish()
        assert hall.examine(load.tablets) == SOUND
    assert load.statuses.keys() == {200, 503}
    assert min(waits) >= 5, "the answer did not say when to try again"
    assert "磁盘" in load.refusal["detail"]


def test_marking_goes_on_when_a_read_only_disk_is_repaired(hall_in, serve, tmp_path):
    with image(tmp_path, megabytes=96) as disk:
        hall = hall_in(disk.folder)
        with serve(hall) as server:
            load = Load(hall, server.port, tablets=2)
            with load:
                load.wait_for_confirmed(5)
            disk.fail()

            waits = list(send_whole_batches(hall, load))

            assert read_pages(server, hall) == [200, 302]
            server.kill()
            disk.repair()
            assert hall.examine(load.tablets, "delivered") == SOUND
            server.start()
            load.finish()
        assert hall.examine(load.tablets) == SOUND
    assert load.statuses.keys() == {200, 503}
    assert min(waits) >= 5
