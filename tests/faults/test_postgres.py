"""F-15: PostgreSQL restarts, drops connections, loses its power, while tablets mark."""

import os
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest

from app import create_app
from extensions import db
from tests import databases
from tests.faults.cluster import cluster
from tests.faults.disk import image
from tests.faults.hall import SOUND, Load, make_hall

SAFE = ()
# What a hurried administrator sets; the writer's own delay only makes it certain.
CARELESS = ("synchronous_commit=off", "wal_writer_delay=10s")


def hall_in(server, folder):
    databases.migrate(server.url, folder)
    return make_hall(create_app(databases.settings(server.url, folder)))


def forget_connections(hall):
    with hall.app.app_context():
        db.engine.dispose()


def test_an_immediate_restart_of_the_database_loses_nothing(serve, tmp_path):
    with cluster() as postgres:
        hall = hall_in(postgres, tmp_path)
        with serve(hall) as server:
            load = Load(hall, server.port)
            with load:
                load.wait_for_confirmed(5)
                postgres.end(signal.SIGQUIT)
                postgres.start()
                load.wait_for_confirmed(5)
            load.finish()
        assert hall.examine(load.tablets) == SOUND
        forget_connections(hall)
    assert set(load.statuses) <= {200, 503}


def test_connections_dropped_half_way_lose_nothing(postgres_hall, serve):
    url = postgres_hall.app.config["SQLALCHEMY_DATABASE_URI"]
    with (
        serve(postgres_hall) as server,
        psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as own,
    ):
        load = Load(postgres_hall, server.port)
        with load:
            for _time in range(5):
                load.wait_for_confirmed(2)
                own.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            load.wait_for_confirmed(5)
        load.finish()

    assert set(load.statuses) <= {200, 503}
    assert postgres_hall.examine(load.tablets) == SOUND


# ---- F-12 on PostgreSQL: its data folder on an image ----


def cut_power(serve, tmp_path, *, settings, cuts):
    """Return what the last cut took of the marks that were delivered."""
    with tempfile.TemporaryDirectory(prefix="jiangcai-power-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with (
            image(folder, megabytes=512) as disk,
            cluster(disk.folder, settings=settings) as postgres,
        ):
            hall = hall_in(postgres, tmp_path)
            os.sync()
            with serve(hall) as server:
                load = Load(hall, server.port)
                for _cut in range(cuts):
                    with load:
                        load.wait_for_confirmed(12)
                        disk.cut()
                        postgres.end(signal.SIGKILL)
                    disk.remount()
                    postgres.start()
                    damage = hall.examine(load.tablets, "delivered")
                    if damage != SOUND:
                        break
                else:
                    load.finish()
                    damage = hall.examine(load.tablets)
            postgres.end(signal.SIGKILL)
    return damage


@pytest.mark.soak
def test_power_cuts_of_postgresql_take_no_delivered_mark(serve, tmp_path):
    assert cut_power(serve, tmp_path, settings=SAFE, cuts=50) == SOUND


@pytest.mark.soak
def test_a_postgresql_that_does_not_wait_for_its_disk_is_found(serve, tmp_path):
    assert cut_power(serve, tmp_path, settings=CARELESS, cuts=1).lost > 0
