"""The Flask extensions, the declarative base and the column types all rooms share.

Words used here:
    uid: the public identifier of a row, a UUIDv7 as text; it is what leaves the system.
    writer: a unit of work that may change the database. On SQLite it takes the write
        lock at its beginning, so that two writers never meet half-way.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from spectree import SpecTree
from sqlalchemy import DateTime, Engine, MetaData, String, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

LOCAL = ZoneInfo("Asia/Shanghai")  # days and birthdays begin at its midnight
LOCK_WAIT = 20  # seconds a request waits for another's lock before it says "try again"
WAL_SAFE_FROM = (3, 51, 3)  # older libraries carry the WAL-reset fault

# Set when this process has been told to end: answers that go on and on stop then.
ending = threading.Event()

_writing: ContextVar[bool] = ContextVar("writing", default=True)


class Base(DeclarativeBase):
    """Parent of every model; constraints get predictable names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored in UTC without zone, handed out with it; naive is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def new_uid() -> str:
    """Return a fresh UUIDv7 as text (RFC 9562: 48 bits of milliseconds, 74 random)."""
    millis = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = (millis << 80) | random_bits
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(UUID(int=value))


class PublicId:
    """Mixin: the identifier that may leave the system. Never show `id`."""

    uid: Mapped[str] = mapped_column(String(36), unique=True, default=new_uid)


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
login_manager = LoginManager()
# Describes the machine addresses; it never touches what their views do.
api_spec = SpecTree(
    "flask", title="Jiangcai", version="v1", mode="strict", annotations=False
)
limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=True)


def sqlite_journal_mode() -> str:
    """Name the journal mode this machine's SQLite library can be trusted with."""
    return "WAL" if sqlite3.sqlite_version_info >= WAL_SAFE_FROM else "DELETE"


@contextmanager
def reading() -> Iterator[None]:
    """Mark what runs inside as a reader: its transactions take no write lock."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def set_writing(*, writing: bool) -> None:
    """Say whether the transactions begun from here on may write (see `reading`)."""
    _writing.set(writing)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: object, _record: object) -> None:
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    # We say BEGIN ourselves: the driver's own way begins too late to be safe.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT * 1000}")
    mode = sqlite_journal_mode()
    if cursor.execute("PRAGMA journal_mode").fetchone()[0].upper() != mode:
        cursor.execute(f"PRAGMA journal_mode = {mode}")
    # With a rollback journal EXTRA also syncs the folder after the journal is gone.
    cursor.execute(f"PRAGMA synchronous = {'FULL' if mode == 'WAL' else 'EXTRA'}")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


@event.listens_for(Engine, "connect")
def _prepare_postgresql(dbapi_connection: object, _record: object) -> None:
    if not isinstance(dbapi_connection, psycopg.Connection):
        return
    # Or every thread of the server waits behind one lock, and nobody is answered.
    dbapi_connection.autocommit = True
    dbapi_connection.execute(f"SET lock_timeout = '{LOCK_WAIT}s'")
    dbapi_connection.autocommit = False


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A writer that starts as a reader can be refused half-way; so it asks first.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
