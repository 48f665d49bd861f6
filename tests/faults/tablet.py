"""A tablet in Python that keeps and sends marks as static/js/marking does.

    tablet = Tablet(send, judge.uid, event.uid)     in memory
    tablet = Tablet(send, judge.uid, event.uid, file=path)   on disk, with fsync
    kept = tablet.save("W00001", "P1.1", "8")       "saved on this tablet"
    tablet.edit("W00001", "P1.1", "7")              on top of what it knows
    tablet.drain()                                  one run of the sender

`send` takes the request's JSON and returns (status, JSON of the answer) or (status,
JSON, seconds of Retry-After); a network that fails raises `NoAnswerError` or an
OSError. Nothing here sleeps: `drain` says how long the sender would wait.

Words used here:
    waiting, delivered, attention, settled: the states of a kept mark, as in outbox.js.
    run: from a wake-up of the sender until nothing waits or it has to wait itself.
    trouble: how often a mark failed alone, or got no answer in an answered batch.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.store import Answer, Body, FileStore, Kept, Store

BATCH = 20
LONGEST_WAIT = 30.0  # seconds
LONGEST_RETRY_AFTER = 300.0
TIMES_ALONE = 3  # faults of the server until a mark that others pass is shown
TAKEN = frozenset({"stored", "duplicate"})
STATUSES = TAKEN | {"conflict", "late", "refused"}
UNSETTLED_HTTP = frozenset({401, 408, 425, 429})  # of the request, not of the marks

Send = Callable[[Body], tuple[Any, ...]]


class NoAnswerError(Exception):
    """The network failed; whether the server has the marks is not known."""


class KilledError(Exception):
    """The page was killed; `reload` opens it again."""


@dataclass(frozen=True)
class Drained:
    """How a run of the sender ended: problem "" | "offline" | "signIn"."""

    problem: str
    wait: float = 0.0  # seconds until the next run


@dataclass
class _Outcome:
    status: int = 0
    answers: list[Answer] | None = None
    retry_after: float = 0.0
    is_ours: bool = False  # the server's own problem document, not some proxy's page

    @property
    def is_about_marks(self) -> bool:
        """Tell whether sending other marks may end better."""
        refused = 400 <= self.status < 500 and self.status not in UNSETTLED_HTTP
        return refused or self.status == 500


@dataclass
class _Memory:
    """What the page knows and loses when it is killed."""

    heads: dict[tuple[str, str], Answer] = field(default_factory=dict)
    trouble: dict[str, int] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)  # `taken` before the trouble
    failures: int = 0  # runs without success, for the backoff
    taken: int = 0
    taken_before: int = 0  # this run
    faults: int = 0  # in a row, in this run
    tried: set[str] = field(default_factory=set)  # alone or without answer, this run


class Tablet:
    """One judge's page on one device."""

    def __init__(
        self,
        send: Send,
        judge: str,
        event: str,
        device: str | None = None,
        *,
        file: Path | None = None,
        store: Store | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = lambda: secrets.randbelow(10**6) / 10**6,
    ) -> None:
        """Open the page.

        Args:
            send: the way to the server; see above.
            judge: uid of the judge who is signed in on this page.
            event: uid of the event.
            device: the device's id; made up where there is none.
            file: where the store is kept, with fsync; None keeps it in memory.
            store: the store of a device another judge used before.
            clock: the tablet's clock, right or wrong.
            chance: of the backoff's jitter, from 0 to 1.
        """
        self.send, self.judge, self.event = send, judge, event
        self.clock, self.chance = clock, chance
        self.store = store or (FileStore(file, device) if file else Store(device))
        self._page: _Memory | None = _Memory()
        self._lay()

    # ---- keeping ----

    def save(
        self,
        entry: str,
        aspect: str,
        value: str,
        *,
        kind: str = "mark",
        reason: str = "",
        based_on: str | None = "",
    ) -> Kept:
        """Keep a mark, on top of what the tablet knows unless `based_on` is given."""
        self._memory  # noqa: B018 - a killed page keeps nothing
        base = self.base(entry, aspect) if based_on == "" else based_on
        now = self.clock()
        mark_id = uuid7(now)
        body = {
            "id": mark_id,
            "device": self.store.device,
            "device_seq": self.store.seq + 1,
            "marked_at": now.astimezone(UTC).isoformat(timespec="milliseconds")[:23]
            + "Z",
            "entry": entry,
            "aspect": aspect,
            "kind": kind,
            "value": value,
            "reason": reason,
            "based_on": base,
            "event": self.event,
        }
        kept = Kept(mark_id, self.store.seq + 1, self.judge, self.event, body)
        self.store.put(kept)
        return kept

    edit = save  # a correction is a new mark on top of the old one

    def void(self, entry: str, aspect: str, reason: str = "slip") -> Kept:
        """Withdraw a cell's mark, by a mark of its own."""
        return self.save(entry, aspect, "", kind="void", reason=reason)

    def base(self, entry: str, aspect: str) -> str | None:
        """Return the id a new mark of this cell is based on."""
        waiting = [k for k in self.own("waiting") if _cell(k.body) == (entry, aspect)]
        if waiting:
            return waiting[-1].id
        head = self._memory.heads.get((entry, aspect))
        return head["id"] if head else None

    def see(self, heads: Iterable[tuple[str, str, str, int]]) -> None:
        """Take the server's (entry, aspect, id, seq) of each cell's newest event."""
        self._memory.heads = {
            (entry, aspect): {"id": mark_id, "seq": seq}
            for entry, aspect, mark_id, seq in heads
        }
        self._lay()

    # ---- what needs the judge ----

    def settle(self, mark_id: str) -> None:
        """The judge has understood: the mark stays, and is settled."""
        self._note(self.store.events[mark_id], "settled")

    def again(self, mark_id: str) -> None:
        """The judge has it sent once more."""
        self._note(self.store.events[mark_id], "waiting")

    def resolve(self, mark_id: str, value: str | None = None) -> Kept:
        """Settle a conflict by a third mark: its own value, or the one given."""
        found = self.store.events[mark_id]
        body = found.body
        if value is None:
            value = body["value"]
        kind = "mark" if value else "void"
        reason = body["reason"] if value else body["reason"] or "conflict"
        third = self.save(
            body["entry"], body["aspect"], value, kind=kind, reason=reason
        )
        self.settle(mark_id)
        return third

    # ---- sending ----

    def drain(self) -> Drained:
        """Send what waits, until nothing does or the sender has to wait."""
        page = self._memory
        page.tried, page.faults, page.taken_before = set(), 0, page.taken
        size = BATCH
        while batch := self._next_batch(size):
            outcome = self._post(batch)
            if outcome.answers is not None:
                if not self._take(batch, outcome.answers):
                    return self._wait(outcome)
                size = min(BATCH, 2 * size)
            elif not outcome.is_about_marks:
                return self._wait(outcome)
            elif len(batch) > 1:
                # One of them offends the server as a whole: find it singly.
                size = 1
            elif outcome.is_ours and outcome.status < 500:
                self._refuse(batch[0], outcome.status)
            elif not self._blame(batch[0], outcome.status) and page.faults > 1:
                # Two in a row: it is the server, or something on the way to it.
                return self._wait(outcome)
        if self.own("waiting"):
            return self._wait(_Outcome())
        page.failures = 0
        return Drained("")

    def own(self, *states: str) -> list[Kept]:
        """Return this judge's marks of this event, oldest first, in these states."""
        found = [
            kept
            for kept in self.store.events.values()
            if (kept.judge, kept.event) == (self.judge, self.event)
            and (not states or kept.state in states)
        ]
        return sorted(found, key=lambda kept: kept.seq)

    def export(self) -> list[Body]:
        """Return the bodies of the marks the server does not have, oldest first."""
        return [
            kept.body
            for kept in self.own("waiting", "attention")
            if not (kept.answer or {}).get("seq")
        ]

    # ---- the end of a page ----

    def kill(self) -> None:
        """End the page as SIGKILL does: what it knew is gone, the store stays."""
        self._page = None

    def reload(self) -> None:
        """Open the page again on what the store has."""
        self.store = self.store.reopen()
        self._page = _Memory()
        self._lay()

    def wipe(self) -> None:
        """Forget what the server has, as after the lock."""
        for kept in self.own("delivered", "settled"):
            self.store.drop(kept.id)

    # ---- inside ----

    @property
    def _memory(self) -> _Memory:
        if self._page is None:
            raise KilledError
        return self._page

    def _next_batch(self, size: int) -> list[Kept]:
        """Return what goes next; what met trouble goes after the others.

        A mark built on one in trouble waits for it: sent first it would be a conflict.
        """
        page = self._memory
        waiting = self.own("waiting")
        held = {kept.id for kept in waiting if kept.id in page.trouble}
        for kept in waiting:
            if kept.body["based_on"] in held:
                held.add(kept.id)
        open_ = [kept for kept in waiting if kept.id not in page.tried]
        fresh = [kept for kept in open_ if kept.id not in held]
        blamed = [kept for kept in open_ if kept.id in page.trouble]
        return (fresh or sorted(blamed, key=lambda k: page.trouble[k.id]))[:size]

    def _post(self, batch: list[Kept]) -> _Outcome:
        request = {"marks": [kept.body for kept in batch]}
        try:
            status, answer, *more = self.send(request)
        except (NoAnswerError, OSError):
            return _Outcome()
        retry_after = min(sum(more), LONGEST_RETRY_AFTER)
        if status == 200:
            answers = read_answers(answer)
            return _Outcome(status if answers is not None else 0, answers)
        is_ours = isinstance(answer, dict) and answer.get("status") == status
        return _Outcome(status, None, retry_after, is_ours)

    def _take(self, batch: list[Kept], answers: list[Answer]) -> int:
        """Note the answers; return how many marks got one."""
        page = self._memory
        by_id = {answer["id"]: answer for answer in answers}
        for kept in batch:
            answer = by_id.get(kept.id)
            if answer is None:
                # It stays waiting; a later run asks again.
                page.trouble[kept.id] = page.trouble.get(kept.id, 0) + 1
                page.tried.add(kept.id)
                continue
            self._note(kept, *self._read(kept, answer))
            page.failures = page.faults = 0
            page.taken += 1
            page.trouble.pop(kept.id, None)
        return sum(kept.id in by_id for kept in batch)

    def _read(self, kept: Kept, answer: Answer) -> tuple[str, Answer]:
        """Return the state an answer puts a mark in, and what is noted of it."""
        if answer["status"] == "refused":
            return "attention", answer
        if answer.get("hash") != body_hash(kept.body):
            return "attention", {**answer, "status": "refused", "reason": "hash"}
        return ("delivered" if answer["status"] in TAKEN else "attention"), answer

    def _refuse(self, kept: Kept, status: int) -> None:
        """Put a mark that was refused alone before the judge; nothing is deleted."""
        self._memory.trouble.pop(kept.id, None)
        answer = {"status": "refused", "reason": f"http {status}"}
        self._note(kept, "attention", answer)

    def _blame(self, kept: Kept, status: int) -> bool:
        """Count a failure over one mark; show the mark where others pass meanwhile."""
        page = self._memory
        page.tried.add(kept.id)
        page.faults += 1
        times = page.trouble[kept.id] = page.trouble.get(kept.id, 0) + 1
        began = page.passed.setdefault(kept.id, page.taken_before)
        if times < TIMES_ALONE or page.taken == began:
            return False
        self._refuse(kept, status)
        return True

    def _note(self, kept: Kept, state: str, answer: Answer | None = None) -> None:
        noted = Kept(**{**vars(kept), "state": state, "answer": answer or kept.answer})
        self.store.put(noted)
        self._learn(noted)

    def _wait(self, outcome: _Outcome) -> Drained:
        page = self._memory
        ceiling = min(LONGEST_WAIT, 2.0**page.failures)
        page.failures = min(page.failures + 1, 6)
        wait = max(0.2, outcome.retry_after + self.chance() * ceiling)
        return Drained("signIn" if outcome.status == 401 else "offline", wait)

    def _lay(self) -> None:
        """Lay the tablet's own marks over the server's copy."""
        for kept in self.own():
            self._learn(kept)

    def _learn(self, kept: Kept) -> None:
        answer = kept.answer or {}
        if not answer.get("seq") or kept.judge != self.judge:
            return
        head = {"id": kept.id, "seq": answer["seq"]}
        if answer["status"] not in TAKEN:
            if not answer.get("current"):
                return
            head = answer["current"]
        known = self._memory.heads.get(_cell(kept.body))
        if known is None or known["seq"] < head["seq"]:
            self._memory.heads[_cell(kept.body)] = head


def read_answers(answer: object) -> list[Answer] | None:
    """Return the answers in the server's own shape; None is some other page's JSON."""
    marks = answer.get("marks") if isinstance(answer, dict) else None
    if not isinstance(marks, list):
        return None
    return [
        one for one in marks if isinstance(one, dict) and one.get("status") in STATUSES
    ]


def body_hash(body: Body) -> str:
    """Return the hash the tablet compares: SHA-256 of ten fields' JSON."""
    fields = (
        *("aspect", "based_on", "device", "device_seq", "entry"),
        *("id", "kind", "marked_at", "reason", "value"),
    )
    hashed = {name: body[name] for name in fields} | {
        "based_on": body["based_on"] or None
    }
    text = json.dumps(hashed, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def uuid7(now: datetime) -> str:
    """Return a UUIDv7 of this moment."""
    value = (int(now.timestamp() * 1000) % 2**48) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return "-".join(
        digits[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
    )


def _cell(body: Body) -> tuple[str, str]:
    return body["entry"], body["aspect"]
