"""The demonstration city, loaded once per kind of database and copied for each test."""

import shutil
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app import create_app
from demo import services
from extensions import db
from tests import databases


@pytest.fixture(scope="session")
def demo_city(database, tmp_path_factory):
    """An application on a database that holds the demonstration city; do not write."""
    folder = tmp_path_factory.mktemp(f"demo-{database.kind}")
    with database.copy() as url:
        app = create_app(databases.settings(url, folder))
        with app.app_context():
            services.load(db.session(), datetime.now(UTC), lambda _line: None)
            db.session.commit()
            db.session.execute(text("select 1"))
            db.session.remove()
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)
