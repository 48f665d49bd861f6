"""The production server: gunicorn with threads, run inside our own command."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from errors import DomainError

THREADS = 8
_GRACE = 30  # seconds a request may still take after Ctrl-C or SIGTERM


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


def serve(create: Callable[[], Flask], host: str, port: int, workers: int) -> None:
    """Serve until a signal ends it; does not return."""
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    settings = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "preload_app": False,
        "timeout": 60,
        "graceful_timeout": _GRACE,
        "keepalive": 5,
        "max_requests": 0,
        "proc_name": "jiangcai",
        "loglevel": "warning",
        "control_socket_disable": True,
        "when_ready": lambda _server: click.echo(f"匠才 Jiangcai: {address}"),
        "child_exit": _forget_worker,
    }
    if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn's heartbeat, not a data file
        settings["worker_tmp_dir"] = "/dev/shm"  # noqa: S108
    Server(create, settings).run()


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
