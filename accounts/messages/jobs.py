"""Sending what waits: once, by command, or beside the requests of a server."""

from contextlib import suppress
from datetime import UTC, datetime
from threading import Lock, Thread

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from accounts.messages import queries
from accounts.messages.services import outbox
from accounts.messages.services.transport import DeliveryError, Ways, ways_of
from extensions import db, ending, reading, set_writing

EVERY = 20.0  # seconds between two looks of a server

_begun = Lock()  # held by the thread of this process


def send_waiting(ways: Ways) -> tuple[int, int]:
    """Send what is due; return how many went out and how many did not."""
    session, sent, failed = db.session(), 0, 0
    if ways.phones is not None:
        outbox.plan_phones(session, datetime.now(UTC))
    session.commit()
    while not ending.is_set():
        delivery = outbox.take_due(session, datetime.now(UTC))
        session.commit()
        if delivery is None:
            break
        fault: DeliveryError | None = None
        try:
            outbox.deliver(session, delivery, ways)
        except DeliveryError as error:
            fault = error
        session.rollback()  # no lock was held while it was sent
        outbox.settle(delivery, fault, datetime.now(UTC))
        session.commit()
        sent, failed = sent + (fault is None), failed + (fault is not None)
    return sent, failed


def begin(app: Flask) -> None:
    """Send what waits, in a thread of this process, until it ends."""
    if app.config["SENDS_MESSAGES"] and _begun.acquire(blocking=False):
        Thread(target=_go_on, args=[app], daemon=True).start()


def _go_on(app: Flask) -> None:
    while not ending.wait(EVERY):
        # Where the database does not answer now it may the next time.
        with app.app_context(), suppress(SQLAlchemyError):
            look()


def look() -> None:
    """Send what waits, if anything does; looking alone takes no write lock."""
    ways = ways_of(current_app.config)
    with reading():
        is_due = queries.has_due(db.session(), datetime.now(UTC))
        db.session.rollback()
    if is_due or ways.phones is not None:
        set_writing(writing=True)
        send_waiting(ways)
