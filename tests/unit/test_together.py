"""What threads want at the same moment is done in one go, each answered its own."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

import pytest

from config import ROOT
from together import Together, Turn


class SpoiltError(Exception):
    """What one of the wants spoils for all in its turn."""


class Desk:
    """Answers numbers with their squares; the first turn waits until it is let go."""

    def __init__(self, spoilt=(), broken=()):
        self.turns: list[list[int]] = []
        self.may_go, self.has_begun = Event(), Event()
        self.spoilt, self.broken = set(spoilt), set(broken)
        self.one_at_a_time = Lock()

    def do(self, wants):
        assert self.one_at_a_time.acquire(blocking=False), "two turns at once"
        try:
            self.turns.append(list(wants))
            if len(self.turns) == 1:
                self.has_begun.set()
                assert self.may_go.wait(30)
            if self.broken & set(wants):
                raise ValueError("broken")
            if self.spoilt & set(wants):
                raise SpoiltError
            return [want * want for want in wants]
        finally:
            self.one_at_a_time.release()


def ask_in_a_crowd(desk, others):
    """Ask for 1, and while that is done for `others`; return what each was told."""
    counter = Together(desk.do, alone_after=(SpoiltError,))

    def ask(want):
        try:
            return counter.ask(want)
        except (ValueError, SpoiltError) as fault:
            return type(fault).__name__

    with ThreadPoolExecutor(len(others) + 1) as pool:
        first = pool.submit(ask, 1)
        assert desk.has_begun.wait(30)
        rest = [pool.submit(ask, want) for want in others]
        while len(counter._waiting) < len(others):  # noqa: SLF001 - until all stand there
            Event().wait(0.005)
        desk.may_go.set()
        return [one.result(30) for one in [first, *rest]]


def test_what_gathers_is_done_in_one_turn():
    desk = Desk()

    assert ask_in_a_crowd(desk, [2, 3, 4]) == [1, 4, 9, 16]
    assert [sorted(turn) for turn in desk.turns] == [[1], [2, 3, 4]]


def test_a_fault_that_may_lie_in_one_is_told_to_that_one_only():
    desk = Desk(spoilt=[3])

    assert ask_in_a_crowd(desk, [2, 3, 4]) == [1, 4, "SpoiltError", 16]
    assert sorted(map(len, desk.turns)) == [1, 1, 1, 1, 3]


def test_any_other_fault_is_told_to_all_in_the_turn():
    desk = Desk(broken=[3])

    found = ask_in_a_crowd(desk, [2, 3, 4])

    assert found == [1, "ValueError", "ValueError", "ValueError"]
    assert len(desk.turns) == 2


def test_after_a_fault_the_next_is_served():
    desk = Desk(broken=[7])
    desk.may_go.set()
    counter = Together(desk.do)
    with pytest.raises(ValueError, match="broken"):
        counter.ask(7)

    assert counter.ask(5) == 25


HOLD = """
import sys
from pathlib import Path
from together import Turn
with Turn(Path(sys.argv[1])):
    print("has it", flush=True)
    sys.stdin.readline()
"""


def test_a_process_that_dies_gives_its_turn_up(tmp_path):
    path = tmp_path / "turn"
    command = [sys.executable, "-c", HOLD, str(path)]
    told: dict[str, Any] = {
        "cwd": ROOT,
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
    }
    with subprocess.Popen(command, **told) as holder:
        assert holder.stdout.readline() == b"has it\n"
        with ThreadPoolExecutor(1) as pool:
            mine = pool.submit(take, path)
            with pytest.raises(TimeoutError):
                mine.result(0.3)
            holder.kill()
            assert mine.result(30) == "mine"


def take(path):
    with Turn(path):
        return "mine"
