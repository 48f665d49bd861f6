"""The databases tests run on: SQLite always, PostgreSQL where a server answers.

Words used here:
    kind: "sqlite" or "postgresql".
    template: an empty database with every migration applied, made once per worker;
        tests work in it inside a transaction that is rolled back, or on a copy.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import make_url

from app import create_app
from extensions import db

LOCAL_SERVER = "postgresql://postgres@127.0.0.1:5432/test"
# Databases carry the time they were made in their name, so that a later run can clear
# away what an interrupted one left.
TRIES = 20
PREFIX = "jiangcai_test_"
LEFT_BEHIND = 6 * 3600  # seconds


def server_url() -> str:
    return os.environ.get("TEST_POSTGRES_URL") or LOCAL_SERVER


def postgresql_answers() -> bool:
    try:
        psycopg.connect(server_url(), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def kinds() -> list[str]:
    """Return the kinds that are there; the answer is kept for the worker processes."""
    if "JIANGCAI_TEST_KINDS" not in os.environ:
        there = ["sqlite", *(["postgresql"] if postgresql_answers() else [])]
        os.environ["JIANGCAI_TEST_KINDS"] = " ".join(there)
    return os.environ["JIANGCAI_TEST_KINDS"].split()


def settings(url: str, folder: Path, **more: Any) -> Mapping[str, Any]:
    """Return what an application under test is configured with."""
    return {
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": url,
        "INSTANCE": folder,
        "UPLOADS": folder / "uploads",
        "SERVER_NAME": None,
        "WTF_CSRF_ENABLED": False,  # the browser tests run with it
        "RATELIMIT_ENABLED": False,
        **more,
    }


@dataclass
class Database:
    """One kind of database on this worker."""

    kind: str
    folder: Path
    _name: str | None = field(default=None, init=False)  # of the template

    def template(self) -> str:
        """Return the address of the migrated template; it is made at the first call."""
        if self._name is None:
            self._name = self._empty()
            migrate(self.url(self._name), self.folder)
        return self.url(self._name)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Give the address of a migrated database of the caller's own."""
        self.template()
        name = self._new_name()
        if self.kind == "sqlite":
            shutil.copy(self.folder / str(self._name), self.folder / name)
        else:
            self._create(name, template=self._name)
        try:
            yield self.url(name)
        finally:
            self._drop(name)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Give the address of a database without a table."""
        name = self._empty()
        try:
            yield self.url(name)
        finally:
            self._drop(name)

    def close(self) -> None:
        if self._name is not None:
            self._drop(self._name)
            self._name = None

    def url(self, name: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / name}"
        server = make_url(server_url()).set(drivername="postgresql+psycopg")
        return server.set(database=name).render_as_string(hide_password=False)

    def _empty(self) -> str:
        name = self._new_name()
        if self.kind == "postgresql":
            self._create(name, template="template0")
        return name

    def _new_name(self) -> str:
        return f"{PREFIX}{int(time.time()):x}_{secrets.token_hex(4)}"

    def _create(self, name: str, *, template: str | None) -> None:
        make = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(str(template))
        )
        with psycopg.connect(server_url(), autocommit=True) as server:
            for _attempt in range(TRIES):
                try:
                    server.execute(make)
                except psycopg.errors.ObjectInUse:
                    # PostgreSQL's own housekeeping looks into the template just now.
                    time.sleep(1)
                else:
                    return
            server.execute(make)

    def _drop(self, name: str) -> None:
        if self.kind == "sqlite":
            (self.folder / name).unlink(missing_ok=True)
            return
        with psycopg.connect(server_url(), autocommit=True) as server:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            server.execute(drop.format(sql.Identifier(name)))


def migrate(url: str, folder: Path, revision: str = "head") -> None:
    app = create_app(settings(url, folder))
    with app.app_context():
        upgrade(revision=revision)
        db.engine.dispose()


def drop_left_behind() -> None:
    """Drop databases of runs that were interrupted hours ago."""
    with psycopg.connect(server_url(), autocommit=True) as server:
        pattern = PREFIX.replace("_", r"\_") + "%"
        rows = server.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern]
        ).fetchall()
        for (name,) in rows:
            made = int(name.removeprefix(PREFIX).split("_")[0], 16)
            if made < time.time() - LEFT_BEHIND:
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                server.execute(drop.format(sql.Identifier(name)))
