"""The floor: a handler that does nothing but commit one row, under the same server.

python -m benchmarks.bare_handler URL PORT WORKERS
"""

import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from extensions import sqlite_journal_mode
from web.server import serve

TABLE = "create table if not exists bare_row (id integer primary key, body text)"
_local = threading.local()


def connect(url: str) -> Any:  # noqa: ANN401 - one of two drivers'
    """Return a connection with the durability the product has."""
    if not url.startswith("sqlite:///"):
        connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        connection.execute(TABLE.replace("integer", "bigserial"))
        return connection
    made = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    mode = sqlite_journal_mode()
    made.execute("PRAGMA busy_timeout = 20000")
    made.execute(f"PRAGMA journal_mode = {mode}")
    made.execute(f"PRAGMA synchronous = {'FULL' if mode == 'WAL' else 'EXTRA'}")
    made.execute(TABLE)
    return made


def make_app(url: str) -> Callable[..., Iterable[bytes]]:
    mark = "?" if url.startswith("sqlite") else "%s"

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not hasattr(_local, "connection"):
            _local.connection = connect(url)
        if environ["REQUEST_METHOD"] == "POST":
            sql = f"insert into bare_row (body) values ({mark})"  # noqa: S608
            _local.connection.execute(sql, [body.decode()])
        headers = [("Content-Type", "application/json"), ("Content-Length", "2")]
        start_response("200 OK", headers)
        return [b"{}"]

    return app


if __name__ == "__main__":
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", "")
    database, port, workers = sys.argv[1:]
    serve(lambda: make_app(database), "127.0.0.1", int(port), int(workers))  # type: ignore[arg-type,return-value]
