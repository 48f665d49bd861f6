"""A storm of tablets against a server, and what became of their marks.

    storm = open_storm(app)
    storm.rage()        many tablets at once, answers lost, requests doubled
    storm.cut()         the server dies at each step of a request in turn
    storm.findings()    {} where nothing is lost, doubled or stuck

Nothing here leaves the process; real servers are killed from outside in `hall`. The
same storm is let loose on the servers and tablets made wrong on purpose; there it must
find what is wrong with them.

Words used here:
    step: a statement or a commit of the server's; it dies before it or, at a commit,
        also behind it. What was not committed is gone, as when the process is killed.
    lost: a tablet shows the mark as delivered or has forgotten it, and no row is there.
    doubled: more than one row of what was saved once.
    stuck: the network is well again, and the tablet still cannot get rid of the mark.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random  # noqa: TID251 - seeded, so that a failure can be repeated

from flask import Flask
from sqlalchemy import event, select

from accounts.tokens import services as tokens
from accounts.users.models import User
from competition.events.models import Event
from extensions import db
from ledger.log.services import SYSTEM, list_disagreements, verify
from scoring.judges.queries import list_seats
from scoring.marking.models import MarkEvent
from scoring.marking.queries import list_counted
from tests.factories.scoring import MarkedEvent, make_marked_event
from tests.faults.tablet import NoAnswerError, Tablet

TABLETS = 4
MARKS = 5  # of each tablet in a storm
RUNS = 30  # of each sender, once the network is well again
ASPECTS = ("P1.1", "P1.2", "P1.3")


class PlugPulledError(BaseException):
    """The server's process is gone; nothing of ours may catch it."""


@dataclass
class Fuse:
    """Ends the server at one step of a request, counted from 1; 0 is never."""

    at: int = 0
    steps: int = 0
    has_blown: bool = False
    error: type[BaseException] = PlugPulledError

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self.has_blown = True
            raise self.error


@dataclass
class Storm:
    app: Flask
    event: str
    works: list[str]
    keys: dict[str, str]  # bearer token by the judge's uid
    kind: type[Tablet] = Tablet
    tablets: list[Tablet] = field(default_factory=list)
    saved: dict[tuple[str, int], str] = field(default_factory=dict)  # → value
    heads: dict[str, list[tuple[str, str, str, int]]] = field(default_factory=dict)
    people: tuple[int, int] = (0, 0)  # ids of a committee's and a supervisor's account

    def tablet(self, judge: str, *, loses: float = 0.0, seed: int = 0) -> Tablet:
        """Return a new tablet; `loses`: the share of answers it never hears."""
        chance = Random(seed)  # noqa: S311
        made = self.kind(
            lambda request: self.send(judge, request, loses, chance),
            judge,
            self.event,
            f"tablet-{len(self.tablets)}",
        )
        made.see(self.heads[judge])
        self.tablets.append(made)
        return made

    def marked(self, session) -> MarkedEvent:
        """Return the event with the hands that work on it, read anew."""
        event = session.scalars(select(Event).where(Event.uid == self.event)).one()
        committee, supervisor = (session.get(User, one) for one in self.people)
        seats = {seat.seat: seat for seat in list_seats(session, event.id)}
        return MarkedEvent(session, event, [], self.works, committee, supervisor, seats)

    def send(self, judge, request, loses=0.0, chance=None):
        """Send as the network of a hall does, of `loses` the share as it should not.

        Answers are lost, requests doubled, and boxes in between answer themselves.
        """
        luck = chance.random() / loses if chance and loses else 1
        if luck < 0.2:
            return 200, {"ok": True}
        if luck < 0.4:
            return 413, {"status": 413}
        if luck < 0.7:
            self._post(judge, request)
        answer = self._post(judge, request)
        if luck < 1:
            raise NoAnswerError
        return answer

    def save(self, tablet: Tablet, work: str, aspect: str, value: str):
        """Keep a mark, and that it was called saved."""
        kept = tablet.save(work, aspect, value)
        self.saved[tablet.store.device, kept.seq] = value
        return kept

    def rage(self) -> None:
        """Let every tablet mark and send at the same time, then let each finish."""
        judges = list(self.keys)
        started = [
            self.tablet(judges[n % len(judges)], loses=0.6, seed=n)
            for n in range(TABLETS)
        ]
        with ThreadPoolExecutor(TABLETS) as pool:
            list(pool.map(self._work, range(TABLETS), started))
        self.finish()

    def _work(self, number: int, tablet: Tablet) -> None:
        # Tablets of one judge have works of their own; they meet nowhere.
        mine = self.works[number :: len(self.works) // 2][:2]
        for mark in range(MARKS):
            work = mine[mark % len(mine)]
            self.save(tablet, work, "P1.1", str(mark))
            tablet.drain()

    def cut(self, marks: int = 2) -> None:
        """Pull the plug at every step of a request that carries these marks."""
        judge = next(iter(self.keys))
        work = iter(range(10**6))
        for at in range(1, 200):
            tablet = self.tablet(judge)
            for _mark in range(marks):
                cell = self.works[next(work) % len(self.works)]
                self.save(tablet, cell, ASPECTS[at % 2 + 1], str(at % 2))
            with fused(self.app, at) as fuse:
                tablet.drain()
            if not fuse.has_blown:
                break
        self.finish()

    def finish(self) -> None:
        """Let every sender run, and its judge send again, until it gets no further."""
        for tablet in self.tablets:
            tablet.send = partial(self.send, tablet.judge)
            for kept in tablet.own("attention"):
                if not (kept.answer or {}).get("seq"):
                    tablet.again(kept.id)
            for _run in range(RUNS):
                if not tablet.drain().problem:
                    break

    def findings(self) -> dict[str, int]:
        """Count what is lost, doubled and stuck, and what the log says is wrong."""
        with self.app.app_context():
            session = db.session()
            rows = session.execute(
                select(MarkEvent.device, MarkEvent.device_seq, MarkEvent.value)
            )
            found = defaultdict(list)
            for device, seq, value in rows:
                found[device, seq].append(value)
            faults = Counter(wrong_log=len(list_disagreements(session)))
            faults["broken_chain"] = int(verify(session).fault is not None)
        kept = {
            (tablet.store.device, one.seq): one
            for tablet in self.tablets
            for one in tablet.store.events.values()
        }
        for key, value in self.saved.items():
            one = kept.get(key)
            is_here = one is not None and one.state not in {"delivered", "settled"}
            faults["lost"] += not found[key] and not is_here
            faults["changed"] += any(there != value for there in found[key])
            faults["doubled"] += len(found[key]) > 1
            faults["stuck"] += is_here and not found[key]
        return {name: count for name, count in faults.items() if count}

    def _post(self, judge, request):
        client = self.app.test_client()
        try:
            response = client.post(
                "/api/v1/marks",
                json=request,
                headers={"Authorization": f"Bearer {self.keys[judge]}"},
                buffered=False,
            )
        except PlugPulledError:
            raise NoAnswerError from None
        answer = response.status_code, response.get_json(silent=True)
        with suppress(PlugPulledError):
            response.close()  # what a server does after it has answered
        return answer


def open_storm(
    app: Flask, kind: type[Tablet] = Tablet, *, is_filled: bool = False
) -> Storm:
    """Make an event that is being marked by two judges."""
    with app.app_context():
        session = db.session()
        marked = make_marked_event(session, works=12)
        if is_filled:
            marked.fill(lambda _at, _code: "1")
        keys = {
            seat.user.uid: tokens.make(
                session,
                user=seat.user,
                name="tablet",
                permissions=frozenset({"marks.enter"}),
                lifetime=timedelta(days=1),
                actor=SYSTEM,
                now=datetime.now(UTC),
            )
            for seat in marked.seats.values()
        }
        session.commit()
        made = Storm(app, marked.event.uid, marked.works, keys, kind)
        made.people = marked.committee.id, marked.supervisor.id
        for seat in marked.seats.values():
            heads = list_counted(session, marked.event.id, seat.id)
            made.heads[seat.user.uid] = [
                (h.entry, h.aspect, h.id, h.seq) for h in heads
            ]
        return made


@contextmanager
def fused(app: Flask, at: int) -> Iterator[Fuse]:
    """Let the server die at step `at` of its work on the database."""
    fuse = Fuse(at)

    def before(*_args):
        fuse.step()

    def at_commit(connection):
        if fuse.steps + 1 == fuse.at:
            connection.invalidate()  # as the end of its process does
        fuse.step()

    with app.app_context():
        engine = db.engine
        session_class = db.session
    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "commit", at_commit)
    event.listen(session_class, "after_commit", before)
    try:
        yield fuse
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "commit", at_commit)
        event.remove(session_class, "after_commit", before)
