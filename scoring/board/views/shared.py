"""Boards as this process hands them out, kept up to date beside its requests.

Words used here:
    look: asks the database whether something changed, and brings the board up to date.
    follower: the one thread of a process that looks at every board somebody asks for.

Nobody who asks waits for a change to be computed: they get what there is. Only the
first who asks a process for a board, and who asks where nobody looked for a while,
looks themselves.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from threading import Lock, Thread
from time import monotonic

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from competition.events.models import Event
from errors import DomainError
from extensions import db, ending, reading, set_writing
from ledger.signatures.services import is_genuine
from scoring.board import queries
from scoring.board.rules.feed import MOST_KEPT, PURPOSE, Reader
from scoring.board.rules.pages import Board
from scoring.board.rules.publish import is_freeze_due
from scoring.board.services.run import advance

LOOK = 0.5  # seconds between two looks of the follower
LATE = 2.0  # seconds without a look after which one who asks looks
IDLE = 30.0  # seconds without a reader after which a board is not looked at any more
MOST_BOARDS = 16


class _Kept:
    def __init__(self) -> None:
        self.board = Board(Reader(verify=_verify))
        self.looked_at = self.asked_at = monotonic()
        self.lock = Lock()


_boards: dict[str, _Kept] = {}
_lock = Lock()
_first = Lock()  # held while a board is read that this process does not have yet
_following = Lock()  # held by the follower while it runs


def _verify(message: bytes, signature: bytes) -> bool:
    return is_genuine(message, signature, PURPOSE)


def get_board(event_uid: str, *, rests: bool = True) -> Board | None:
    """Return the board of an event, or None where none is open.

    Args:
        event_uid: of which event.
        rests: False asks the database whatever was seen just now.
    """
    kept = _boards.get(event_uid) or _open(event_uid)
    if kept is None:
        return None
    kept.asked_at = monotonic()
    is_late = kept.asked_at - kept.looked_at >= LATE
    if rests and not is_late:
        return kept.board
    if kept.lock.acquire(blocking=not rests):
        try:
            _look(kept, event_uid)
        finally:
            kept.lock.release()
    return kept.board


def begin_following(app: Flask) -> None:
    """Look at the boards beside the requests of this process, while they have readers.

    Called with every request for a board; where the follower runs it costs nothing.
    """
    if _following.acquire(blocking=False):
        Thread(target=_follow, args=[app], daemon=True).start()


def forget_boards() -> None:
    """Begin anew at the next look."""
    with _lock:
        _boards.clear()


def follow(app: Flask, event_uid: str) -> Board | None:
    """Return the board, from a thread that has no request around it."""
    with app.app_context():
        return get_board(event_uid)


def _follow(app: Flask) -> None:
    try:
        while watched := _list_watched():
            for event_uid, kept in watched:
                _follow_one(app, event_uid, kept)
            if ending.wait(LOOK):
                return
    finally:
        _following.release()


def _follow_one(app: Flask, event_uid: str, kept: _Kept) -> None:
    # Where the database does not answer now it may at the next look.
    with app.app_context(), reading(), suppress(SQLAlchemyError), kept.lock:
        _look(kept, event_uid)


def _list_watched() -> list[tuple[str, _Kept]]:
    since = monotonic() - IDLE
    with _lock:
        return [found for found in _boards.items() if found[1].asked_at >= since]


def _open(event_uid: str) -> _Kept | None:
    """Read a board for the first time; a crowd that asks waits for one of them."""
    if queries.find_open(db.session(), event_uid) is None:
        return None  # addresses of none neither wait nor push another one out
    with _first:
        kept = _boards.get(event_uid)
        if kept is None:
            kept = _Kept()
            if not _look(kept, event_uid):
                return None
            with _lock:
                _boards[event_uid] = kept
                if len(_boards) > MOST_BOARDS:
                    del _boards[min(_boards, key=lambda uid: _boards[uid].asked_at)]
        return kept


def _look(kept: _Kept, event_uid: str) -> bool:
    """Bring a board up to date; tell whether there is one."""
    is_there = _catch_up(kept, event_uid)
    kept.looked_at = monotonic()
    return is_there


def _catch_up(kept: _Kept, event_uid: str) -> bool:
    session = db.session()
    plan = queries.find_open(session, event_uid)
    if plan is None:
        return False
    event, now = plan.event, datetime.now(UTC)
    is_stale = plan.seen != queries.find_version(session, event)
    if is_stale or is_freeze_due(queries.plan_data(plan), now):
        _write(session, event, now)
    if kept.board.reader.seq == 0:
        lines = queries.list_last_lines(session, plan.event_id, MOST_KEPT)
        if lines:
            state = queries.read_public(session, plan.event_id)
            items = [json.loads(line)["item"] for line in lines]
            kept.board.reader.resume(state, items)
    after = kept.board.reader.seq
    for line in queries.list_lines(session, plan.event_id, after):
        kept.board.take(line)
    return kept.board.reader.seq > 0


def _write(session: Session, event: Event, now: datetime) -> None:
    """Advance the board: looking is done, this is a writer's unit of work."""
    session.rollback()
    set_writing(writing=True)
    try:
        advance(session, event=event, now=now)
        session.commit()
    except DomainError:
        session.rollback()  # no scheme, or marks it does not take: the board stays
    finally:
        set_writing(writing=False)
