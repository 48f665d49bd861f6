"""The production server: gunicorn with threads, run inside our own command."""

import ctypes
import gc
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from errors import DomainError
from extensions import ending
from web.tls import choose_context

THREADS = 16  # see pool_size in config.py: each may hold a connection to the database
KEEPALIVE = 30  # seconds a tablet's connection waits for its next mark
CONNECTIONS = 8000  # of one process: the hall's tablets and those who wait for results
_GRACE = 30  # seconds a request may still take after Ctrl-C or SIGTERM
_ARENA_MAX = -8  # M_ARENA_MAX of mallopt(3)


class Server(BaseApplication):
    """Gunicorn with the settings of one installation; workers build their own app."""

    def __init__(self, create: Callable[[], Flask], settings: dict[str, Any]) -> None:
        self._create = create
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._create()


def default_workers() -> int:
    """Return two processes, or one per processor up to four."""
    return max(2, min(4, os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class Tls:
    """A server's certificate, with those above it, and its key: PEM files."""

    certificate: Path
    key: Path


def serve(
    create: Callable[[], Flask],
    host: str,
    port: int,
    workers: int,
    tls: Tls | None = None,
) -> None:
    """Serve until a signal ends it; does not return."""
    scheme = "https" if tls else "http"
    address = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    settings: dict[str, Any] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "worker_class": "web.worker.Worker",  # loaded once the metrics have a folder
        "preload_app": False,
        "timeout": 60,
        "graceful_timeout": _GRACE,
        "keepalive": KEEPALIVE,
        "worker_connections": CONNECTIONS,
        "max_requests": 0,
        "proc_name": "jiangcai",
        "loglevel": "warning",
        "control_socket_disable": True,
        "when_ready": lambda _server: click.echo(f"匠才 Jiangcai: {address}"),
        "child_exit": _forget_worker,
        "post_worker_init": _prepare_worker,
    }
    if tls:
        settings |= {
            "certfile": str(tls.certificate),
            "keyfile": str(tls.key),
            "ssl_context": choose_context,
        }
    if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn's heartbeat, not a data file
        settings["worker_tmp_dir"] = "/dev/shm"  # noqa: S108
    Server(create, settings).run()


def tls_of(certificate: Path | None, key: Path | None) -> Tls | None:
    """Return the files of a certificate of one's own, or None where none was given."""
    if certificate and key:
        return Tls(certificate, key)
    if certificate or key:
        raise DomainError("Give both --tls-cert and --tls-key.")
    return None


def refuse_taken_port(host: str, port: int) -> None:
    """Say at once that a port cannot be had, instead of trying for a while."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DomainError(
                f"{host}:{port} is not free ({error.strerror}): choose another --port."
            ) from error


def prepare_metrics(folder: Path) -> None:
    """Give the workers an empty folder to add their figures up in."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    # Read by prometheus_client when it is first imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _forget_worker(_server: object, worker: Any) -> None:  # noqa: ANN401 - gunicorn's
    from prometheus_client import multiprocess  # noqa: PLC0415 - needs the folder set

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _prepare_worker(worker: Any) -> None:  # noqa: ANN401 - gunicorn's
    _tell_of_end(worker)
    _share_memory()
    # What is loaded now stays: looking through it for garbage took a tenth of a second
    # each time, and every judge of this process waited.
    gc.collect()
    gc.freeze()
    # A thread that asks the database gives the interpreter up at every statement; with
    # the usual five milliseconds it would get it back behind a crowd, each time.
    sys.setswitchinterval(0.0005)


def _share_memory() -> None:
    """Let threads take memory from two heaps instead of one each.

    Every heap keeps what was free for a moment: with a million dossiers that was a
    tenth of a process. Where the C library has no such setting nothing changes.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def _tell_of_end(worker: Any) -> None:  # noqa: ANN401 - gunicorn's
    """Let answers that go on and on stop when the process is told to end.

    Gunicorn waits for the answers under way; without this a restart would wait for
    every page that follows an event.
    """
    leave = worker.handle_exit

    def hear(number: int, frame: Any) -> None:  # noqa: ANN401 - as signals give it
        ending.set()
        leave(number, frame)

    signal.signal(signal.SIGTERM, hear)
    signal.siginterrupt(signal.SIGTERM, False)
