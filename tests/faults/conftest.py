"""Halls and servers of one test: on both databases, or on one where a fault is its own.

hall            on each kind of database in turn
sqlite_hall     for faults of the disk: PostgreSQL's processes are not ours to break
postgres_hall   for faults of a database server
serve           with serve(hall) as server: …  more: of tests.faults.server.Server
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from extensions import db
from tests import databases
from tests.faults.forker import Forker
from tests.faults.hall import Hall, make_hall
from tests.faults.server import Server


@pytest.fixture
def hall(own_app: Flask) -> Hall:
    return make_hall(own_app)


@pytest.fixture
def sqlite_hall(_databases: dict[str, Any], tmp_path: Path) -> Iterator[Hall]:
    yield from _hall_on(_databases["sqlite"], tmp_path)


@pytest.fixture
def postgres_hall(_databases: dict[str, Any], tmp_path: Path) -> Iterator[Hall]:
    if "postgresql" not in _databases:
        pytest.skip("No PostgreSQL server answers at TEST_POSTGRES_URL.")
    yield from _hall_on(_databases["postgresql"], tmp_path)


def _hall_on(database: databases.Database, folder: Path) -> Iterator[Hall]:
    with database.copy() as url:
        app = create_app(databases.settings(url, folder))
        yield make_hall(app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def serve(tmp_path: Path, forker: Forker) -> Callable[..., Server]:
    def serve(hall: Hall, **settings: Any) -> Server:
        url = hall.app.config["SQLALCHEMY_DATABASE_URI"]
        return Server(url, tmp_path, **{"forker": forker, **settings})

    return serve
