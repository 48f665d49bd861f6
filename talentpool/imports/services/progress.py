"""How far the work is while nothing of it is committed: a small file beside the upload.

Loading and undoing are one transaction, so that a worker that is killed leaves nothing
half done; the database says nothing of it before its end.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, current_app

EVERY = 5  # seconds between two signs of life


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows are done, and when the worker was last heard of."""

    done: int
    at: datetime


def note(batch_uid: str, now: datetime, done: int | None = None) -> None:
    """Say how far the work is, or only that it is alive."""
    path = _path(batch_uid)
    known = find(batch_uid) if done is None else None
    rows = known.done if known else done or 0
    unfinished = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    unfinished.write_text(json.dumps([rows, now.isoformat()]))
    unfinished.replace(path)


def find(batch_uid: str) -> Progress | None:
    """Return what the worker said last, None where it said nothing."""
    try:
        done, at = json.loads(_path(batch_uid).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return Progress(done, datetime.fromisoformat(at))


def forget(batch_uid: str) -> None:
    """The work has come to an end."""
    _path(batch_uid).unlink(missing_ok=True)


@contextmanager
def alive(batch_uid: str) -> Iterator[None]:
    """Give a sign of life every few seconds while the work inside goes on."""
    ended = threading.Event()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001

    def beat() -> None:
        with app.app_context():
            while not ended.wait(EVERY):
                note(batch_uid, datetime.now(UTC))

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        forget(batch_uid)


def _path(batch_uid: str) -> Path:
    folder = Path(current_app.config["INSTANCE"]) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{batch_uid}.progress"
