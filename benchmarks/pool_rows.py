"""The database that `bench_pool` measures: dossiers made up from a seed, and indexed.

Words used here:
    kept: in the folder `POOLS` (a file for SQLite, the times of loading) and on the
        PostgreSQL server; the next run of the same size measures it again.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from app import create_app
from talentpool.search import services
from tests import databases
from tests.factories.pool_search import make_craftsmen

ROWS = int(os.environ.get("ROWS", "1000000"))
POOLS = os.environ.get("POOLS", "")
BATCH = 20_000


def load(session: Session) -> list[str]:
    """Fill and index an empty database; return how long each took."""
    once = [once_took("dossiers", lambda: fill(session, ROWS))]
    once.append(once_took("index", lambda: services.reindex(session)))
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("analyze"))
        session.commit()
    return once


def kept(app: Flask, name: str) -> Flask:
    """Return an application on the database of this name that is kept in `POOLS`."""
    folder = Path(POOLS).absolute()
    folder.mkdir(exist_ok=True)
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        url = url.set(database=str(folder / f"{name}.db"))
    else:
        with psycopg.connect(databases.server_url(), autocommit=True) as server:
            known = "select from pg_database where datname = %s"
            if server.execute(known, [name]).fetchone() is None:
                server.execute(f"create database {name} encoding 'UTF8'")
        url = url.set(database=name)
    address = url.render_as_string(hide_password=False)
    databases.migrate(address, folder)
    return create_app(databases.settings(address, folder))


def fill(session: Session, rows: int) -> None:
    """Make dossiers up, in batches that are committed."""
    if session.get_bind().dialect.name == "sqlite":
        # A database that is lost with the machine may be filled without waiting for it.
        driver = session.connection().connection.driver_connection
        session.rollback()
        for setting in ("cache_size=-600000", "synchronous=off", "secure_delete=off"):
            driver.execute(f"pragma {setting}")  # type: ignore[union-attr]
    for start in range(0, rows, BATCH):
        make_craftsmen(session, min(BATCH, rows - start), seed=start, units=100)
        session.commit()


def once_took(what: str, run: Callable[[], object]) -> str:
    """Run it; return what it is and how long it took."""
    start = time.perf_counter()
    run()
    return f"{what} {time.perf_counter() - start:.0f} s"
