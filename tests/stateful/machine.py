"""Anything a hall can do to marks, in any order, with the promises checked after each.

    P1  every mark a tablet called saved is on the server, in the tablet or in an export
    P2  each at most once
    P3  every mark a tablet shows as delivered is in the log
    P4  what counts in a cell is its newest event that was neither conflict nor late
    P5  nothing after a lock changes what was locked
    P6  the order is total, without a gap, and the chain holds

A sequence begins with a filled event on a savepoint, which is undone at its end. The
requests go through the real address; `World.kind` may be a tablet made wrong, and the
server behind the address may be one made wrong.
"""

import json
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import event, select
from sqlalchemy.orm import joinedload

from accounts.tokens import services as tokens
from accounts.users.models import User
from competition.events.models import Event
from errors import DomainError
from extensions import db
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM, Actor, list_disagreements, verify
from scoring.judges.queries import list_seats
from scoring.marking.models import STORED, MarkEvent
from scoring.marking.queries import find_lock, list_counted, list_signatures
from scoring.marking.rules.cells import panel_digest
from scoring.marking.services.receive import receive_marks
from scoring.results.services import locks
from tests.factories.scoring import MarkedEvent, actor_of, make_marked_event
from tests.faults.storm import Fuse
from tests.faults.tablet import NoAnswerError, Tablet

BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
FATES = ["well", "well", "lost", "doubled", "page", "too large", "dies", "dies"]
ASPECTS = st.sampled_from(["P1.1", "P1.2"])
VALUES = st.sampled_from(["0", "1"])
AT_COMMIT = -1
STEP = st.one_of(st.just(AT_COMMIT), st.integers(1, 24))


class StoppedError(Exception):
    """The server has stopped; what it had not committed is gone.

    An Exception, unlike the storm's: the one connection of all must stay in use.
    """


class World:
    """One event, and who may do what in it; the same for every sequence."""

    def __init__(self, app, session, kind=Tablet):
        self.app, self.kind = app, kind
        self.connection = session.get_bind()
        marked = make_marked_event(session, works=2)
        marked.fill()
        self.event, self.works = marked.event.uid, marked.works
        self.people = marked.committee.id, marked.supervisor.id
        users = [seat.user for seat in marked.seats.values()]
        self.judges = [user.uid for user in users]
        self.keys = {user.uid: self._key(session, user) for user in users}
        session.flush()
        self.chain = self.links(session, 0)[-1][:2]
        session.commit()

    def _key(self, session, user):
        return tokens.make(
            session,
            user=user,
            name="tablet",
            permissions=frozenset({"marks.enter"}),
            lifetime=timedelta(days=1),
            actor=SYSTEM,
            now=datetime.now(UTC),
        )

    def links(self, session, after):
        columns = LedgerEntry.seq, LedgerEntry.hash, LedgerEntry.prev_hash
        rows = session.execute(
            select(*columns, LedgerEntry.action, LedgerEntry.body)
            .where(LedgerEntry.seq > after)
            .order_by(LedgerEntry.seq)
        )
        return [tuple(row) for row in rows]


class Hall(RuleBasedStateMachine):
    """Two judges; one device of each, one more of the first, and one they share."""

    world: World

    def __init__(self):
        super().__init__()
        db.session.remove()
        self.savepoint = self.world.connection.begin_nested()
        self.is_stale = True  # the server may have changed since the last look
        first, second = self.world.judges
        self.tablets = []
        self.session_of = []  # who is signed in where each tablet is; "" is nobody
        shared = self._open(first)
        self._open(first)
        self._open(second)
        self._open(second, store=shared.store)
        self.saved = {}  # (device, seq) → value
        self.exported = set()
        self.log_seq, self.log_hash = self.world.chain
        self.logged = set()
        self.fate = "well"

    def _open(self, judge, store=None):
        number = len(self.tablets)
        made = self.world.kind(
            lambda request: self._send(number, request),
            judge,
            self.world.event,
            f"device-{number}",
            store=store,
        )
        self.tablets.append(made)
        self.session_of.append(judge)
        self._read_anew(made)
        return made

    # ---- the judges ----

    @rule(at=st.integers(0, 3), work=st.integers(0, 1), aspect=ASPECTS, value=VALUES)
    def save(self, at, work, aspect, value):
        self._saved(at, self.tablets[at].save(self.world.works[work], aspect, value))

    @rule(at=st.integers(0, 3), work=st.integers(0, 1), aspect=ASPECTS)
    def withdraw(self, at, work, aspect):
        self._saved(at, self.tablets[at].void(self.world.works[work], aspect))

    @rule(at=st.integers(0, 3))
    def settle(self, at):
        """Settle the oldest thing that needs attention, as the screen offers it."""
        tablet = self.tablets[at]
        for kept in tablet.own("attention")[:1]:
            status = kept.answer["status"]
            if status == "conflict":
                self._saved(at, tablet.resolve(kept.id))
            elif status == "late":
                tablet.settle(kept.id)
            else:
                tablet.again(kept.id)

    @rule(at=st.integers(0, 3), judge=st.sampled_from([0, 1, None]))
    def sign_in(self, at, judge):
        """Sign in, as oneself or another, or let the session end."""
        self.session_of[at] = "" if judge is None else self.world.judges[judge]

    # ---- the network and the tablet ----

    @rule(at=st.integers(0, 3), fate=st.sampled_from(FATES), step=STEP)
    def send(self, at, fate, step):
        self.fate, self.step = fate, step
        self.is_stale = True  # what the tablet has may have changed, too
        self.tablets[at].drain()
        self.fate = "well"

    @rule(
        at=st.integers(0, 3),
        work=st.integers(0, 1),
        value=VALUES,
        fate=st.sampled_from(FATES),
        step=STEP,
    )
    def mark(self, at, work, value, fate, step):
        """Keep a mark, and have it sent at once: what happens most in a hall."""
        self.save(at, work, "P1.2", value)
        self.send(at, fate, step)

    @rule(at=st.integers(0, 3))
    def kill_the_tab(self, at):
        self.tablets[at].kill()
        self.tablets[at].reload()

    @rule(at=st.integers(0, 3))
    def reload(self, at):
        self.tablets[at].reload()
        self._read_anew(self.tablets[at])

    @rule(at=st.integers(0, 3))
    def carry(self, at):
        """Take what is unsent to the desk; the tablet knows nothing of it."""
        tablet = self.tablets[at]
        bodies = tablet.export()
        self.exported |= {(body["device"], body["device_seq"]) for body in bodies}
        with self._session() as session:
            user = session.scalars(select(User).where(User.uid == tablet.judge)).one()
            receive_marks(
                session,
                user=user,
                items=bodies,
                actor=Actor("import", "desk"),
                now=datetime.now(UTC),
            )

    # ---- the panel ----

    @rule(seat=st.sampled_from(["J1", "J2"]))
    def sign(self, seat):
        with suppress(DomainError), self._session() as session:
            self._marked(session).sign(seat)

    @rule()
    def give_back(self):
        with suppress(DomainError), self._session() as session:
            marked = self._marked(session)
            for signature in list_signatures(session, marked.event.id)[:1]:
                locks.return_sheet(
                    session,
                    event=marked.event,
                    uid=signature.uid,
                    reason="look again",
                    actor=actor_of(marked.judge("J1")),
                    now=marked.later(),
                )

    @rule()
    def close(self):
        """Everybody signs, and the chief locks."""
        with suppress(DomainError), self._session() as session:
            marked = self._marked(session)
            marked.sign_all()
            marked.lock()

    @rule()
    def unlock(self):
        with suppress(DomainError), self._session() as session:
            marked = self._marked(session)
            given = {"event": marked.event, "now": marked.later()}
            asked = actor_of(marked.committee)
            locks.ask_unlock(session, reason="an error", actor=asked, **given)
            second = actor_of(marked.supervisor)
            locks.confirm_unlock(session, actor=second, **given)

    # ---- the promises ----

    @invariant()
    def promises_hold(self):
        if not self.is_stale:
            return
        self.is_stale = False
        with self._session(is_reading=True) as session:
            marks = session.scalars(
                select(MarkEvent)
                .options(joinedload(MarkEvent.seat))
                .order_by(MarkEvent.seq)
            ).all()
            self._check_log(session)
            self._check_tablets(marks)
            self._check_counted(session, marks)
            assert [mark.seq for mark in marks] == list(range(1, len(marks) + 1)), "P6"

    def _check_tablets(self, marks):
        there = [(mark.device, mark.device_seq) for mark in marks]
        assert len(set(there)) == len(there), "P2: a mark is there twice"
        kept = {
            (tablet.store.device, one.seq): one
            for tablet in self.tablets
            for one in tablet.store.events.values()
        }
        for key in self.saved.keys() - set(there):
            is_here = key in kept and kept[key].state != "delivered"
            assert is_here, f"P1: {key} is nowhere"
        for one in kept.values():
            if one.state == "delivered":
                assert one.id in self.logged, f"P3: {one.id} is not in the log"

    def _check_counted(self, session, marks):
        newest = {}
        for mark in marks:
            if mark.status == STORED:
                newest[mark.entry, mark.aspect, mark.seat.seat] = mark
        counts = sorted((*c, m.value) for c, m in newest.items() if m.kind == "mark")
        told = list_counted(session, marks[0].event_id)
        assert [(c.entry, c.aspect, c.judge, c.value) for c in told] == counts, "P4"
        lock = find_lock(session, marks[0].event_id)
        assert lock is None or lock.digest == panel_digest(told), "P5"

    def _check_log(self, session):
        for seq, hash_, prev, action, body in self.world.links(session, self.log_seq):
            assert (seq, prev) == (self.log_seq + 1, self.log_hash), "P6: the chain"
            self.log_seq, self.log_hash = seq, hash_
            if action == "marks.received":
                self.logged |= {line[1] for line in json.loads(body)["marks"]}

    def teardown(self):
        try:
            self._finish()
        finally:
            db.session.remove()
            self.savepoint.rollback()

    def _finish(self):
        """All is well again: each tablet gets rid of what it has, and all verifies."""
        for at, tablet in enumerate(self.tablets):
            self.session_of[at] = tablet.judge
            for kept in tablet.own("attention"):
                if not (kept.answer or {}).get("seq"):
                    tablet.again(kept.id)
            for _run in range(10):
                if not tablet.drain().problem:
                    break
            unsent = [k for k in tablet.own() if not (k.answer or {}).get("seq")]
            assert not unsent, f"stuck: {unsent}"
        self.promises_hold()
        with self._session(is_reading=True) as session:
            assert verify(session).fault is None, "P6"
            assert list_disagreements(session) == [], "P3"

    # ---- inside ----

    def _saved(self, at, kept):
        self.saved[self.tablets[at].store.device, kept.seq] = kept.body["value"]

    def _marked(self, session):
        event_ = session.scalars(select(Event).where(Event.uid == self.world.event))
        found = event_.one()
        committee, supervisor = (session.get(User, one) for one in self.world.people)
        seats = {seat.seat: seat for seat in list_seats(session, found.id)}
        works = self.world.works
        return MarkedEvent(session, found, [], works, committee, supervisor, seats)

    def _read_anew(self, tablet):
        with self._session(is_reading=True) as session:
            marks = session.scalars(
                select(MarkEvent)
                .where(MarkEvent.status == STORED)
                .order_by(MarkEvent.seq)
            )
            heads = {
                (mark.entry, mark.aspect): mark
                for mark in marks
                if mark.seat.user.uid == tablet.judge
            }
            tablet.see([(*cell, m.id, m.seq) for cell, m in heads.items()])

    @contextmanager
    def _session(self, *, is_reading=False):
        session = db.session()
        self.is_stale |= not is_reading
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def _send(self, at, request):
        if self.fate == "page":
            return 200, {"welcome": "to our network"}
        if self.fate == "too large":
            return 413, {"status": 413}
        if self.fate == "dies":
            with self._fuse(self.step):
                return self._post(at, request)
        answer = self._post(at, request)
        if self.fate == "doubled":
            answer = self._post(at, request)
        if self.fate == "lost":
            raise NoAnswerError
        return answer

    def _post(self, at, request):
        self.is_stale = True
        client = self.world.app.test_client()
        client.test_session = db.session()
        headers = {"X-Requested-With": "jiangcai", "X-Judge": self.tablets[at].judge}
        if self.session_of[at]:
            key = self.world.keys[self.session_of[at]]
            headers["Authorization"] = f"Bearer {key}"
        try:
            response = client.post(
                "/api/v1/marks", json=request, headers=headers, buffered=False
            )
        except StoppedError:
            raise NoAnswerError from None
        answer = response.status_code, response.get_json(silent=True)
        with suppress(StoppedError):
            response.close()
        return answer

    @contextmanager
    def _fuse(self, at):
        """Let the server die at a statement, before a commit or behind it.

        Where a commit comes is not known beforehand, so that it can be asked for.
        """
        fuse = Fuse(at, error=StoppedError)

        def before(_connection, _cursor, statement, *_more):
            if not statement.startswith(BOOKKEEPING):
                fuse.step()

        def around(_session):
            fuse.step()

        def before_commit(_session):
            if at == AT_COMMIT:
                raise StoppedError
            fuse.step()

        connection = self.world.connection
        event.listen(connection, "before_cursor_execute", before)
        event.listen(db.session, "before_commit", before_commit)
        event.listen(db.session, "after_commit", around)
        try:
            yield
        finally:
            event.remove(connection, "before_cursor_execute", before)
            event.remove(db.session, "before_commit", before_commit)
            event.remove(db.session, "after_commit", around)
