"""A PostgreSQL server of a test's own, to be restarted, killed and cut from its power.

The shared server the other tests use is never touched.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

OWNER = "postgres"  # PostgreSQL refuses to run as root
START = 60  # seconds


@dataclass
class Cluster:
    """A data folder and the server that runs on it."""

    programs: Path
    data: Path
    log: Path
    settings: Sequence[str] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self._execute()
            with suppress(psycopg.OperationalError):
                plain = self.url.replace("+psycopg", "")
                psycopg.connect(plain, connect_timeout=2).close()
                return
            time.sleep(0.05)
        pytest.fail(f"PostgreSQL does not start:\n{self.log.read_text()[-3000:]}")

    def _execute(self) -> None:
        options = (
            *(f"port={self.port}", "listen_addresses=127.0.0.1"),
            *("unix_socket_directories=", "max_connections=40"),
            *self.settings,
        )
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    *(str(self.programs / "postgres"), "-D", str(self.data)),
                    *(part for option in options for part in ("-c", option)),
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                user=OWNER,
                group=OWNER,
                extra_groups=[],
                cwd=self.data.parent,
                start_new_session=True,
            )

    def end(self, number: signal.Signals) -> None:
        """SIGQUIT is an immediate shutdown, SIGKILL the death of its first process."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(START)
            self.process = None


@contextmanager
def cluster(
    data_in: Path | None = None, *, settings: Sequence[str] = ()
) -> Iterator[Cluster]:
    """Give a running server, its data in a folder of its own or inside `data_in`."""
    programs = _programs()
    if os.geteuid() != 0:
        pytest.skip("Only root can start a PostgreSQL server as another user.")
    # Not among pytest's own folders, which no other user may enter.
    home = Path(tempfile.mkdtemp(prefix="jiangcai-cluster-"))
    data = (data_in or home) / "data"
    data.mkdir()
    for place in (home, data):
        shutil.chown(place, OWNER, OWNER)
    initdb = [str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", OWNER]
    subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8"],
        user=OWNER,
        group=OWNER,
        extra_groups=[],
        cwd=home,
        check=True,
        capture_output=True,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Cluster(programs, data, home / "log", settings, port)
    try:
        made.start()
        yield made
    finally:
        made.end(signal.SIGKILL)
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path:
    """Return the folder of the newest PostgreSQL installed here."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("initdb is not installed here: no PostgreSQL server of our own.")
    return found[-1].parent
