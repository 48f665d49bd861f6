"""One computation of a wall per change, not per viewer; and few streams per process.

A wall is kept in the process that computed it, under a cheap version of its event. A
stream holds one of the server's threads as long as it lasts, so that only a few are
given and each ends by itself; who gets none asks again and again instead.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.queries import find_event
from extensions import db, ending, reading
from kept import Kept
from scoring.wall import queries

MOST_STREAMS = 3  # of the eight threads of a process
STREAM_LIFE = 240  # s
BEAT = 15  # s between two signs of life in a stream
LOOK = 1  # s between two looks at the version


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall as it was computed."""

    at: datetime
    content: dict[str, Any]
    tag: str  # changes with the content, in every process alike


_walls: Kept[Wall] = Kept(rest=2)
_streams = threading.BoundedSemaphore(MOST_STREAMS)


def read_wall(session: Session, event: Event, now: datetime) -> Wall:
    """Return the wall of an event, computed anew only when something changed."""

    def make() -> Wall:
        content = queries.read_wall(session, event, now)
        return Wall(now, content, _tag(content))

    return _walls.get(
        event.uid, lambda: queries.find_version(session, event, now), make
    )


def take_stream() -> bool:
    """Take one of the few streams of this process; False where all are taken."""
    return _streams.acquire(blocking=False)


def give_back_stream() -> None:
    _streams.release()


def follow(app: Flask, event_uid: str, known: str) -> Iterator[str]:
    """Yield the wall of an event as server-sent events, whenever it changed.

    Ends after a while, when the server ends or when its database is away: the browser
    comes back by itself and says what it knows already.

    Args:
        app: whose database is looked at; nothing of it is held between two looks.
        event_uid: of this event.
        known: the tag the browser has.
    """
    end = monotonic() + STREAM_LIFE
    beat = monotonic() + BEAT
    yield "retry: 2000\n\n"
    while monotonic() < end:
        try:
            wall = _look(app, event_uid)
        except SQLAlchemyError:
            return
        if wall is None:
            return
        if wall.tag != known:
            known, beat = wall.tag, monotonic() + BEAT
            yield f"id: {known}\nevent: wall\ndata: {_line(wall)}\n\n"
        elif monotonic() >= beat:
            beat = monotonic() + BEAT
            yield ": still here\n\n"
        if ending.wait(LOOK):
            return


def _look(app: Flask, event_uid: str) -> Wall | None:
    with app.app_context(), reading():
        event = find_event(db.session(), event_uid)
        return read_wall(db.session(), event, datetime.now(UTC)) if event else None


def _line(wall: Wall) -> str:
    return json.dumps(wall.content, ensure_ascii=False, separators=(",", ":"))


def _tag(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
