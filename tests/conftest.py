"""What tests share: both databases, a session that is rolled back, a checked client.

app              the application on the migrated template of each kind of database
session          its session; everything, commits too, is undone after the test
client           asks for pages and fails on a page that breaks its promises
sign_in          sign_in(user) makes the client that user's from then on
count_queries    with count_queries() as queries: …; assert len(queries) == 3
own_app          an application on a database of the test's own: real commits,
                 several connections, other processes
"""

import contextvars
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.sessions import services as sessions
from accounts.users.models import User
from app import create_app
from extensions import db
from tests import databases, pages
from tests.databases import Database
from tests.factories import accounts, people

REQUIRED = os.environ.get("JIANGCAI_REQUIRE", "").split()
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def pytest_configure(config: pytest.Config) -> None:
    # Keys, uploads and the default database of a test run live in a folder of their
    # own, and what the shell names is not touched.
    os.environ["JIANGCAI_INSTANCE"] = tempfile.mkdtemp(prefix="jiangcai-test-")
    for name in ("DATABASE_URL", "REDIS_URL", "JIANGCAI_KEYS"):
        os.environ.pop(name, None)
    kinds = databases.kinds()
    if "postgres" in REQUIRED and "postgresql" not in kinds:
        raise pytest.UsageError(
            "PostgreSQL is required and does not answer at TEST_POSTGRES_URL "
            f"({databases.server_url()})."
        )
    if "postgresql" in kinds and not hasattr(config, "workerinput"):
        databases.drop_left_behind()


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["JIANGCAI_INSTANCE"], ignore_errors=True)


def pytest_report_header() -> str:
    return f"databases: {', '.join(databases.kinds())}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is required, a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REQUIRED and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("Tests were skipped where JIANGCAI_REQUIRE is set.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    made = {
        kind: Database(kind, tmp_path_factory.mktemp(kind))
        for kind in databases.kinds()
    }
    yield made
    for database in made.values():
        database.close()


@pytest.fixture(scope="session", params=databases.kinds())
def database(request: pytest.FixtureRequest, _databases: dict[str, Any]) -> Database:
    """Each kind of database in turn."""
    found: Database = _databases[request.param]
    return found


@pytest.fixture(scope="session")
def app(database: Database) -> Iterator[Flask]:
    with database.copy() as url:
        app = create_app(databases.settings(url, database.folder))
        app.test_client_class = CheckedClient
        # A defect shows its traceback; `own_app` answers it with the page for it.
        app.register_error_handler(Exception, _raise_defect)
        yield app
        with app.app_context():
            db.engine.dispose()


def _raise_defect(error: Exception) -> NoReturn:
    raise error


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        engines: dict[str | None, Any] = dict(db.engines)
        own = db.engines
        with engines[None].connect() as connection, connection.begin() as outer:
            own[None] = connection  # type: ignore[index]
            db.session.remove()
            db.session.configure(join_transaction_mode="create_savepoint")
            try:
                yield db.session()
            finally:
                db.session.remove()
                own[None] = engines[None]  # type: ignore[index]
                outer.rollback()


class CheckedClient(FlaskClient):
    """Asks as a browser would, and checks each page it gets."""

    test_session: Session

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.test_session.flush()
        # A request sees nothing of the test's own context: no user, no `g`, no session.
        response = contextvars.Context().run(super().open, *args, **kwargs)
        self.test_session.expire_all()
        if response.mimetype == "text/html" and response.data:
            faults = pages.faults_of(response.text)
            asked = response.request.path
            assert not faults, "\n".join([f"The page {asked}:", *faults])
        return response


@pytest.fixture
def client(app: Flask, session: Session) -> CheckedClient:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    client.test_session = session
    return client


@pytest.fixture
def sign_in(client: CheckedClient, session: Session) -> Callable[[User | None], None]:
    """Make the client that user's from here on; `sign_in(None)` is nobody's."""

    def sign_in(user: User | None) -> None:
        with client.session_transaction() as cookie:
            cookie.clear()
            if user is not None:
                now = datetime.now(UTC)
                token = sessions.start(session, user=user, device="test", now=now)
                cookie.update(_user_id=token, _fresh=True)

    return sign_in


@pytest.fixture
def count_queries(
    session: Session,
) -> Callable[[], AbstractContextManager[list[str]]]:
    """Record the statements sent to the database; savepoints do not count."""
    connection = session.get_bind()
    assert isinstance(connection, Connection)

    @contextmanager
    def record() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if not statement.startswith(BOOKKEEPING):
                statements.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return record


@pytest.fixture
def noise(session: Session) -> None:
    people.make_person(session, unit=people.make_unit(session, name="无关单位"))
    accounts.make_user(session, "contestant", username="unrelated")
    session.commit()


@pytest.fixture
def own_app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    with database.copy() as url:
        app = create_app(databases.settings(url, tmp_path))
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
