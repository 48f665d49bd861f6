"""`jiangcai doctor`: what is wrong with this installation, one finding per line."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.cli import NoAppException
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from extensions import WAL_SAFE_FROM, db, reading, sqlite_journal_mode
from ledger.log import services as ledger
from people.attachments.queries import list_missing_files
from web import authority, halls, migrations

OK, WARNING, BAD = "ok", "warning", "bad"
FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    topic: str
    state: str
    text: str


def examine(load_app: Callable[[], Flask]) -> list[Finding]:
    """Look at everything that can be looked at; a failure ends only its own part."""
    try:
        app = load_app()
    except NoAppException as error:
        return [Finding("settings", BAD, error.format_message())]
    found = [*_keys(app), *_hall(app), *_fonts(), *_disk(app)]
    with app.app_context(), reading():
        try:
            with db.engine.connect() as connection:
                found += _database(connection)
            ready = migrations.is_current()
        except (SQLAlchemyError, OSError) as error:
            return [*found, Finding("database", BAD, f"does not answer: {error}")]
        found.append(_migrated(ready=ready))
        if ready:
            found += [*_uploads(), *_ledger()]
        migrations.close_connections()
    return found


def _keys(app: Flask) -> Iterator[Finding]:
    # Starting the application has read them: it refuses a file others can read.
    folder = Path(app.config["INSTANCE"])
    yield Finding("keys", OK, "readable by their owner only")
    if folder.stat().st_mode & 0o007:
        yield Finding("keys", WARNING, f"others can enter {folder}: chmod 750")


def _hall(app: Flask) -> Iterator[Finding]:
    files = authority.files_in(Path(app.config["INSTANCE"]))
    venue = authority.load_venue(files)
    if venue is None:
        return
    open_keys = halls.list_open_keys(files)
    for key in open_keys:
        yield Finding("hall", BAD, f"others can read {key}: chmod 600")
    if not open_keys:
        yield Finding("hall", OK, "its keys are readable by their owner only")
    now = datetime.now(UTC)
    for name, path in (("authority", files.authority), ("server", files.server)):
        until = authority.load_certificate(path).not_valid_after_utc
        left = until - now
        is_over, is_near = left <= timedelta(0), left < authority.RENEW_BEFORE
        state = BAD if is_over else WARNING if is_near else OK
        hint = "" if state == OK else ": run `jiangcai venue`"
        yield Finding("hall", state, f"{name} certificate until {until:%Y-%m-%d}{hint}")
    missing = set(halls.list_addresses()) - set(venue.hosts)
    if missing:
        text = (
            f"this machine also is {', '.join(sorted(missing))}: not in the certificate"
        )
        yield Finding("hall", WARNING, text)


def _fonts() -> Iterator[Finding]:
    folder = ROOT / "static" / "vendor" / "fonts"
    missing = [name for name in FONTS if not (folder / name).is_file()]
    if missing:
        text = f"missing for PDF: {', '.join(missing)}; run `make setup`"
        yield Finding("fonts", BAD, text)
    else:
        yield Finding("fonts", OK, "present")


def _disk(app: Flask) -> Iterator[Finding]:
    free = shutil.disk_usage(app.config["INSTANCE"]).free / _GIB
    state = OK if free >= 2 else WARNING if free >= 0.2 else BAD
    yield Finding("disk", state, f"{free:.1f} GiB free")


def _database(connection: Connection) -> Iterator[Finding]:
    shown = connection.engine.url.render_as_string(hide_password=True)
    yield Finding("database", OK, shown)
    if connection.dialect.name == "sqlite":
        yield from _sqlite(connection)
    else:
        yield from _postgresql(connection)


def _sqlite(connection: Connection) -> Iterator[Finding]:
    def pragma(name: str) -> str:
        return str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())

    mode, safe_from = pragma("journal_mode"), ".".join(map(str, WAL_SAFE_FROM))
    why = (
        "write-ahead log, the library is safe with it"
        if sqlite_journal_mode() == "WAL"
        else f"rollback journal, because before {safe_from} the write-ahead log can "
        "damage a database with several writers"
    )
    chosen = mode.upper() == sqlite_journal_mode()
    library = f"SQLite {sqlite3.sqlite_version}, journal {mode}: {why}"
    yield Finding("database", OK if chosen else BAD, library)
    synchronous = int(pragma("synchronous"))
    state = OK if synchronous >= 2 else BAD
    yield Finding("database", state, f"synchronous {synchronous} (2 full, 3 extra)")
    answer = pragma("quick_check")
    yield Finding("database", OK if answer == "ok" else BAD, f"quick check: {answer}")


def _postgresql(connection: Connection) -> Iterator[Finding]:
    def setting(name: str) -> str:
        return str(connection.execute(text(f"show {name}")).scalar())

    yield Finding("database", OK, f"PostgreSQL {setting('server_version')}")
    for name, why in (
        ("synchronous_commit", "a confirmed mark could be lost in a power cut"),
        ("fsync", "a power cut could damage the database"),
        ("full_page_writes", "a power cut could damage the database"),
    ):
        value = setting(name)
        bad = value == "off" or (name == "synchronous_commit" and value == "local")
        yield Finding(
            "database", BAD if bad else OK, f"{name} {value}{f': {why}' if bad else ''}"
        )
    encoding = setting("server_encoding")
    state = OK if encoding == "UTF8" else BAD
    yield Finding("database", state, f"encoding {encoding}")


def _migrated(*, ready: bool) -> Finding:
    if ready:
        return Finding("database", OK, f"revision {migrations.current_revision()}")
    return Finding("database", BAD, "not migrated to this version: run `jiangcai init`")


def _uploads() -> Iterator[Finding]:
    missing = list_missing_files(db.session())
    if missing:
        text = f"{len(missing)} files are missing, the first is {missing[0]}"
        yield Finding("uploads", BAD, text)
    else:
        yield Finding("uploads", OK, "every file is there")


def _ledger() -> Iterator[Finding]:
    session = db.session()
    verdict = ledger.verify(session, release=True)
    if verdict.fault is not None:
        fault = verdict.fault
        yield Finding("ledger", BAD, f"entry {fault.seq} {fault.problem}")
        return
    yield Finding("ledger", OK, f"{verdict.count} entries, head {verdict.head}")
    last = ledger.last_moment(session)
    if last is not None and last > datetime.now(UTC):
        yield Finding("clock", WARNING, "the newest entry lies in the future")
    for problem in ledger.list_disagreements(session):
        yield Finding("ledger", BAD, problem)
