"""What tests share: both databases, a session that is rolled back, a checked client.

app              the application on the migrated template of each kind of database
session          its session; everything, commits too, is undone after the test
client           asks for pages and fails on a page that breaks its promises
sign_in          sign_in(user) makes the client that user's from then on
count_queries    with count_queries() as queries: …; assert len(queries) == 3
own_app          an application on a database of the test's own: real commits,
                 several connections, other processes
forker           starts servers faster than a new Python does
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
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.sessions import services as sessions
from accounts.users.models import User
from app import create_app
from extensions import db, set_writing
from kept import Kept
from tests import databases, pages
from tests.again import AGAIN, list_again
from tests.databases import Database
from tests.factories import accounts, people
from tests.faults.forker import Forker

REQUIRED = os.environ.get("JIANGCAI_REQUIRE", "").split()
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


MEMORY = Path("/dev/shm")  # noqa: S108 - folders of a test run, each with its own name
ENOUGH = 2 << 30  # bytes
# What takes long begins first, so that all workers end together; folder or file → rank.
EARLY = {
    "demo": 0,
    "stateful": 0,
    "test_migrations.py": 0,
    "faults": 1,
    "browser": 2,
    "db": 3,
    "web": 4,
}


def pytest_configure(config: pytest.Config) -> None:
    # Databases, uploads and profiles of browsers are synced to their disk at each step.
    # In memory that costs nothing; disks that fail are made by tests.faults.disk.
    memory = MEMORY if _has_room(MEMORY) else None
    if memory:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    # Keys, uploads and the default database of a test run live in a folder of their
    # own, and what the shell names is not touched.
    os.environ["JIANGCAI_INSTANCE"] = tempfile.mkdtemp("", "jiangcai-test-", memory)
    for name in ("DATABASE_URL", "REDIS_URL", "JIANGCAI_KEYS"):
        os.environ.pop(name, None)
    os.environ["JIANGCAI_PUBLIC_REST"] = "0"
    # How fast an example is says nothing on a machine that does other work too.
    settings.register_profile("unhurried", settings(), deadline=None)
    settings.load_profile("unhurried")
    Kept.rests = False
    kinds = databases.kinds()
    if "postgres" in REQUIRED and "postgresql" not in kinds:
        raise pytest.UsageError(
            "PostgreSQL is required and does not answer at TEST_POSTGRES_URL "
            f"({databases.server_url()})."
        )
    if "postgresql" in kinds and not hasattr(config, "workerinput"):
        databases.drop_left_behind()


def _has_room(folder: Path) -> bool:
    is_ours = folder.is_dir() and os.access(folder, os.W_OK)
    return is_ours and shutil.disk_usage(folder).free > ENOUGH


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        return EARLY.get(item.path.relative_to(here).parts[0], len(EARLY))

    if all(item.path.is_relative_to(here) for item in items):
        items.sort(key=rank)


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["JIANGCAI_INSTANCE"], ignore_errors=True)


def pytest_report_header() -> str:
    return f"databases: {', '.join(databases.kinds())}"


def pytest_report_teststatus(
    report: pytest.TestReport,
) -> tuple[str, str, str] | None:
    return (AGAIN, "A", "AGAIN") if report.outcome == AGAIN else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    list_again(terminalreporter)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is required, a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REQUIRED and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("Tests were skipped where JIANGCAI_REQUIRE is set.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _writer() -> None:
    """Begin as a program does; a page asked for before may have left us a reader."""
    set_writing(writing=True)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash as the program does, but with little work: nearly every test makes users."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    nobody = quick.hash("nobody has this")
    with pytest.MonkeyPatch.context() as patch:
        for place in ("accounts.users.services", "accounts.badges.services.secret"):
            patch.setattr(f"{place}._hasher", quick)
            patch.setattr(f"{place}._NOBODY", nobody)
        yield


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
    checks_pages = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.test_session.flush()
        # A request sees nothing of the test's own context: no user, no `g`, no session.
        response = contextvars.Context().run(super().open, *args, **kwargs)
        self.test_session.expire_all()
        is_page = response.mimetype == "text/html" and response.data
        if is_page and self.checks_pages:
            faults = pages.faults_of(response.text)
            asked = response.request.path
            assert not faults, "\n".join([f"The page {asked}:", *faults])
        return response


@pytest.fixture
def client(app: Flask, session: Session, database: Database) -> CheckedClient:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    client.test_session = session
    # The same test makes the same pages on each kind; reading them takes long.
    client.checks_pages = database.kind == "sqlite"
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


@pytest.fixture(scope="session")
def forker() -> Iterator[Forker]:
    """Starts servers faster: it has imported the program already."""
    made = Forker()
    yield made
    made.close()
