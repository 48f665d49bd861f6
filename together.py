"""Work that threads want at the same moment, done in one go by one of them.

counter = Together(store_all)
answer = counter.ask(outbox)   # from any thread

While one thread is at work the others leave what they want and wait; when it is done,
one of those who wait does all that has gathered. One at a time it costs what it costs
alone, in a crowd the cost of a transaction is shared.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

Want = TypeVar("Want")
Answer = TypeVar("Answer")


class _Ticket(Generic[Want, Answer]):
    __slots__ = ("answers", "fault", "is_done", "want")

    def __init__(self, want: Want) -> None:
        self.want = want
        self.is_done = False
        self.answers: list[Answer] = []  # none yet, or one
        self.fault: BaseException | None = None


class Together(Generic[Want, Answer]):
    """Calls of one function, gathered while it is busy."""

    def __init__(
        self,
        do: Callable[[Sequence[Want]], Sequence[Answer]],
        *,
        alone_after: tuple[type[BaseException], ...] = (),
    ) -> None:
        """Gather calls of `do`.

        Args:
            do: does what is wanted, all or nothing, and answers one for one. It runs
                in the thread of one of those who asked.
            alone_after: after such a fault each is tried once more by itself, for it
                may lie in one of them, or in what happened meanwhile. Any other fault
                is told to all who were in it.
        """
        self._do = do
        self._alone_after = alone_after
        self._changed = threading.Condition()
        self._waiting: list[_Ticket[Want, Answer]] = []
        self._is_busy = False

    def ask(self, want: Want) -> Answer:
        """Return the answer to `want`, or raise what its doing raised."""
        ticket: _Ticket[Want, Answer] = _Ticket(want)
        with self._changed:
            self._waiting.append(ticket)
            self._changed.wait_for(lambda: ticket.is_done or not self._is_busy)
            if ticket.is_done:
                return _open(ticket)
            self._is_busy = True
            turn, self._waiting = self._waiting, []
        try:
            self._run(turn)
        finally:
            with self._changed:
                for one in turn:
                    one.is_done = True
                self._is_busy = False
                self._changed.notify_all()
        return _open(ticket)

    def _run(self, turn: Sequence[_Ticket[Want, Answer]]) -> None:
        try:
            answers = self._do([ticket.want for ticket in turn])
        except self._alone_after:
            for ticket in turn:
                try:
                    ticket.answers = list(self._do([ticket.want]))
                except Exception as fault:  # noqa: BLE001 - told to who asked
                    ticket.fault = fault
        except BaseException as fault:
            for ticket in turn:
                ticket.fault = fault
            raise
        else:
            for ticket, answer in zip(turn, answers, strict=True):
                ticket.answers = [answer]


def _open(ticket: _Ticket[Want, Answer]) -> Answer:
    if ticket.fault is not None:
        raise ticket.fault
    return ticket.answers[0]


class Turn:
    """A lock between the processes of one machine; nobody is overtaken in its queue.

    with Turn(path): ...

    SQLite lets whoever waits for its lock sleep and look again; a process that comes
    back at once takes it from under one that has slept for long. Two locks make a
    queue: only the next one in it waits for the turn itself. A process that ends gives
    both up, however it ends.
    """

    def __init__(self, path: Path) -> None:
        """Meet at `path`, a file that is made where it is missing."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._turn = os.open(path, flags, 0o600)
        self._next = os.open(path.with_name(f"{path.name}.next"), flags, 0o600)

    def __enter__(self) -> None:
        fcntl.flock(self._next, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._turn, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)

    def __exit__(self, *_fault: object) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_UN)
