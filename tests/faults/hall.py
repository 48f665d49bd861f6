"""Tablets that mark in threads against a real server, and what became of their marks.

    hall = make_hall(app)                           an event that is being marked
    load = Load(hall, port)
    with load:                                      every tablet marks and sends
        server.kill()
        server.start()
    load.finish()                                   until nothing waits on any tablet
    assert hall.examine(load.tablets) == SOUND

Words used here:
    confirmed: the tablet shows a mark as delivered, the server's hash being its own.
    lost: a mark a tablet kept, or had confirmed, that the server does not have when no
        tablet has anything left to send.
    doubled: the server has a mark more than once; counted by device and number, so
        that a server which makes up ids of its own does not escape.
"""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - seeded, so that a failure can be repeated
from typing import Any, Self

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from accounts.tokens import services as tokens
from extensions import db, reading
from ledger.log import services as ledger
from ledger.log.services import SYSTEM
from scoring.marking.models import MarkEvent
from tests.factories.scoring import make_marked_event
from tests.faults.tablet import NoAnswerError, Tablet

ASPECTS = {"P1.1": 10, "P1.3": 3}  # a score and a judgement, with their highest value
FINISH = 120  # seconds until every tablet has sent everything
Post = Callable[[dict[str, Any]], tuple[Any, ...]]


@dataclass(frozen=True)
class Damage:
    """What a fault did; `SOUND` where it did nothing."""

    lost: int = 0
    doubled: int = 0
    faults: tuple[str, ...] = ()  # of the chain, the rows and the database


SOUND = Damage()


@dataclass(frozen=True)
class Hall:
    """An event being marked: who marks, what, and with which key of the interface."""

    app: Flask
    event: str
    works: tuple[str, ...]
    judges: tuple[tuple[str, str], ...]  # uid, key

    def count(self) -> int:
        """Return how many marks the server has."""
        with self.app.app_context(), reading():
            try:
                return db.session.scalar(select(func.count(MarkEvent.id))) or 0
            finally:
                db.session.remove()
                db.engine.dispose()

    def examine(self, tablets: Sequence[Tablet], *states: str) -> Damage:
        """Compare what the tablets kept with what the server has, and check that.

        With states, only marks in these are asked for: "delivered" ones after a fault
        that others have not been sent again since.
        """
        kept = [mark.id for tablet in tablets for mark in tablet.own(*states)]
        with self.app.app_context(), reading():
            session = db.session()
            try:
                rows = session.execute(
                    select(MarkEvent.id, MarkEvent.device, MarkEvent.device_seq)
                ).all()
                faults = find_faults(session)
            except DatabaseError as error:
                return Damage(lost=len(kept), faults=(str(error.orig),))
            finally:
                db.session.remove()
                db.engine.dispose()
        stored = {row.id for row in rows}
        copies = Counter((row.device, row.device_seq) for row in rows)
        return Damage(
            lost=sum(mark_id not in stored for mark_id in kept),
            doubled=sum(count - 1 for count in copies.values()),
            faults=tuple(faults),
        )


def find_faults(session: Session) -> list[str]:
    """Check the chain, every row against it, and the database's own structure."""
    verdict = ledger.verify(session)
    faults = [] if verdict.fault is None else [str(verdict.fault)]
    faults += ledger.list_disagreements(session)
    if session.get_bind().dialect.name == "sqlite":
        found = session.scalars(text("PRAGMA integrity_check")).all()
        faults += [str(line) for line in found if line != "ok"]
    return faults


def make_hall(app: Flask, *, works: int = 4, judges: int = 2) -> Hall:
    """Make an event that is being marked, its judges with keys of the interface."""
    with app.app_context():
        session = db.session()
        marked = make_marked_event(session, works=works, seats=judges)
        keys = tuple(
            (
                seat.user.uid,
                tokens.make(
                    session,
                    user=seat.user,
                    name="tablet",
                    permissions=frozenset({"marks.enter"}),
                    lifetime=timedelta(days=400),
                    actor=SYSTEM,
                    now=datetime.now(UTC),
                ),
            )
            for seat in marked.seats.values()
        )
        hall = Hall(app, marked.event.uid, tuple(marked.works), keys)
        session.commit()
        db.session.remove()
        db.engine.dispose()
    return hall


def sender(port: int, key: str, *, timeout: float = 30) -> Post:
    """Return the way to the server: one connection per request, as over bad Wi-Fi."""

    def post(body: dict[str, Any]) -> tuple[Any, ...]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {key}",
        }
        with closing(connection):
            try:
                connection.request("POST", "/api/v1/marks", json.dumps(body), headers)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise NoAnswerError from error
        return answer.status, _read(content), float(answer.headers["Retry-After"] or 0)

    return post


def _read(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None


class Load:
    """Tablets that mark and send, each in a thread of its own."""

    def __init__(
        self,
        hall: Hall,
        port: int,
        *,
        tablets: int = 4,
        seed: int = 1,
        timeout: float = 30,
        pause: float = 0.02,
    ) -> None:
        """Prepare the tablets, the judges taking turns.

        Args:
            hall: the event.
            port: of the server, or of the proxy before it.
            tablets: how many.
            seed: of what they mark.
            timeout: seconds a tablet waits for an answer.
            pause: seconds between two marks.
        """
        self.hall, self.seed, self.pause = hall, seed, pause
        self.tablets: list[Tablet] = []
        self.statuses: Counter[int] = Counter()  # of the answers they got
        self.refusal: Any = None  # the last problem document among them
        self._confirmed = [0] * tablets
        for number in range(tablets):
            judge, key = hall.judges[number % len(hall.judges)]
            send = self._counted(sender(port, key, timeout=timeout))
            # No jitter: a run is then as fast as the fault lets it be.
            self.tablets.append(Tablet(send, judge, hall.event, chance=lambda: 0.0))
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []

    def _counted(self, send: Post) -> Post:
        def post(body: dict[str, Any]) -> tuple[Any, ...]:
            try:
                answer = send(body)
            except NoAnswerError:
                self.statuses[0] += 1
                raise
            self.statuses[answer[0]] += 1
            if answer[0] >= 400:
                self.refusal = answer[1]
            return answer

        return post

    def __enter__(self) -> Self:
        self._stop.clear()
        self._threads = [
            threading.Thread(target=self._run, args=(number,), daemon=True)
            for number in range(len(self.tablets))
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def _run(self, number: int) -> None:
        rng = Random(self.seed * 1000 + number)  # noqa: S311 - made-up marks
        tablet = self.tablets[number]
        # Two devices of one judge would meet in a cell; each has works of its own.
        sharing = max(1, len(self.tablets) // len(self.hall.judges))
        works = self.hall.works[number // len(self.hall.judges) :: sharing]
        try:
            while not self._stop.is_set():
                aspect = rng.choice(list(ASPECTS))
                value = str(rng.randint(0, ASPECTS[aspect]))
                tablet.save(rng.choice(works), aspect, value)
                tablet.drain()
                self._confirmed[number] = len(tablet.own("delivered"))
                self._stop.wait(self.pause)
        except BaseException as error:  # noqa: BLE001 - shown by the test itself
            self._errors.append(error)

    def wait_for_confirmed(self, count: int, within: float = 60) -> None:
        """Wait until the server has confirmed `count` more marks than now."""
        goal, deadline = self.confirmed + count, time.monotonic() + within
        while self.confirmed < goal:
            if time.monotonic() > deadline:
                pytest.fail(f"{self.confirmed} of {goal} marks; {self.statuses}")
            time.sleep(0.01)

    def finish(self, within: float = FINISH) -> None:
        """Send until nothing waits on any tablet and no mark needs the judge."""
        deadline = time.monotonic() + within
        for tablet in self.tablets:
            while tablet.drain().problem:
                if time.monotonic() > deadline:
                    pytest.fail(f"Marks are still waiting: {self.statuses}")
                time.sleep(0.05)
            needing = [mark.answer for mark in tablet.own("attention")]
            assert not needing, needing

    @property
    def confirmed(self) -> int:
        """Return how many marks the tablets show as delivered."""
        return sum(self._confirmed)
