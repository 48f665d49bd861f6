"""`jiangcai serve` as a process group of its own, to be stopped, frozen and killed.

A variant is started the same way from another module, or with a program around it that
injects the fault.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from config import ROOT
from tests.faults.forker import Forker

START = 90  # seconds a server may take to be ready on a busy machine
STOP = 60
PROCESSES = Path("/proc")


@dataclass
class Server:
    """A server on a database; `with Server(…) as server` ends it whatever happens."""

    url: str  # of the database
    folder: Path
    module: str = "cli"
    workers: int = 1
    around: Sequence[str] = ()  # a program that runs it: strace, faketime, prlimit
    more: Mapping[str, str] = field(default_factory=dict)  # environment
    forker: Forker | None = None  # starts it faster; not where something is around
    code: Path = ROOT  # where the program is; another place is not forked
    port: int = 0

    pid: int = field(default=0, init=False)  # of its process group, 0 while it is down
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()
        print(self.log.read_text()[-4000:])  # noqa: T201 - shown with a failure

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "JIANGCAI_INSTANCE": str(self.folder),
            "JIANGCAI_KEYS": str(Path(os.environ["JIANGCAI_INSTANCE"]) / "keys.json"),
            **self.more,
        }

    def start(self, *, wait: bool = True) -> None:
        assert not self.pid, "It is running already."
        arguments = ["serve", "--port", str(self.port), "--workers", str(self.workers)]
        if self.forker is not None and not self.around:
            self.pid = self.forker.start(
                self.module, arguments, self.environment, self.log
            )
        else:
            self._execute(arguments)
        if wait:
            self.wait_until_ready()

    def _execute(self, arguments: list[str]) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self.around, sys.executable, "-m", self.module, *arguments],
                cwd=self.code,
                env=self.environment | {"PYTHONPATH": str(self.code)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.pid = self._process.pid

    def is_running(self) -> bool:
        """Tell whether the server's first process is there; its end is noted."""
        if self._process is not None:
            self._process.poll()  # or it stays as a zombie
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return self.pid > 0

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and self.is_running():
            if self.get("/readyz")[0] == http.HTTPStatus.OK:
                return
            time.sleep(0.02)
        pytest.fail(f"The server did not get ready:\n{self.log.read_text()[-4000:]}")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to every process of the server."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """`kill -9 -- -PGID`: no process of it gets to do anything more."""
        self.signal(signal.SIGKILL)
        self._wait_for_end()

    def kill_worker(self) -> None:
        """`kill -9` of one process that answers; the first one starts another."""
        for path in PROCESSES.glob("[0-9]*"):
            if int(path.name) != self.pid and _is_alive_in(self.pid, path):
                os.kill(int(path.name), signal.SIGKILL)
                return
        pytest.fail("There is no worker to kill.")

    def stop(self) -> None:
        """Ask the server to end, as a deployment does, and wait until it has."""
        os.kill(self.pid, signal.SIGTERM)
        self._wait_for_end()

    def _wait_for_end(self) -> None:
        deadline = time.monotonic() + STOP
        while self.pid and self._has_processes():
            if time.monotonic() > deadline:
                pytest.fail("The server does not end.")
            time.sleep(0.005)
        if self._process is not None:
            self._process.wait(STOP)
        self.pid, self._process = 0, None

    def _has_processes(self) -> bool:
        self.is_running()
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return any(_is_alive_in(self.pid, path) for path in PROCESSES.glob("[0-9]*"))

    def get(self, path: str) -> tuple[int, http.client.HTTPMessage | None]:
        """Ask for a page; 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers
        return 0, None

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `jiangcai …` on the same installation."""
        return subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def _is_alive_in(group: int, process: Path) -> bool:
    """Tell whether a process is of the group and more than its own remains."""
    with suppress(OSError):
        # After the name, which may hold anything: state, parent, group.
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        return int(fields[2]) == group and fields[0] not in {"Z", "X"}
    return False
