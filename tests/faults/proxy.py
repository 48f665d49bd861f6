"""A TCP proxy that fails on purpose, request by request.

    with Proxy(port) as proxy:                       # passes everything on
        proxy.set("lose_answer")                     # from the next request on
        proxy.set("pass", "reset", "truncate")       # one of them for each request

Words used here:
    turn: what a client sends until the server answers; on a connection that is kept
        open each request is a turn. The mode is chosen at its first byte.

Modes:
    pass         as if there were no proxy
    lose_answer  the server gets the request; what it answers is thrown away
    reset        the connection is reset before the server hears of it
    truncate     the answer ends after `cut_after` bytes
    delay        the answer comes 0.5 to 3 s late
    black_hole   nothing is passed on and nothing is answered
    portal       the proxy answers by itself, as a hall's sign-in page does
"""

import select
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from random import Random  # noqa: TID251 - seeded, so that a failure can be repeated
from typing import Self

MODES = ("pass", "lose_answer", "reset", "truncate", "delay", "black_hole", "portal")
PIECE = 65536
LOOK = 0.1  # seconds between two looks at whether the proxy was told to stop
_RST = struct.pack("ii", 1, 0)  # close() sends a reset instead of an end


def portal_answer(body: str, content_type: str = "text/html") -> bytes:
    """Return what a box in between answers in the server's place."""
    content = body.encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}; charset=utf-8\r\n"
        f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + content


class Proxy:
    """Passes on what comes to `port` to the server at `target`, or does not."""

    def __init__(self, target: int, *, seed: int = 1, only: bytes = b"") -> None:
        """Listen on a port of our own.

        Args:
            target: port of the server, on this machine.
            seed: of the choice where several modes are set, and of the delays.
            only: modes are for turns that begin with it; all others pass.
        """
        self.target, self.only = target, only
        self.cut_after = 20  # bytes of an answer, in mode truncate
        self.delays = (0.5, 3.0)  # seconds
        self.portal = portal_answer("<html><title>Wi-Fi</title>Sign in</html>")
        self.turns: Counter[str] = Counter()  # how often each mode was used
        self._modes: tuple[str, ...] = ("pass",)
        self._random = Random(seed)  # noqa: S311 - decides nothing but faults
        self._lock = threading.Lock()
        self._epoch = 0  # raised when all open connections are to be cut
        self._stopped = False
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped = True
        for thread in list(self._threads):
            thread.join(5)
        self._listener.close()

    def set(self, *modes: str) -> None:
        """Use one of `modes` for each turn that begins from now on.

        A turn that is being held back (delay, black_hole) is cut.
        """
        unknown = set(modes) - set(MODES)
        if unknown or not modes:
            raise ValueError(f"Modes are {', '.join(MODES)}; not {modes}.")
        with self._lock:
            self._modes = modes
            self._epoch += 1

    def _choose(self, head: bytes) -> tuple[str, float]:
        with self._lock:
            delay = self._random.uniform(*self.delays)
            mode = self._random.choice(self._modes)
            if not head.startswith(self.only):
                return "pass", 0.0
            self.turns[mode] += 1
            return mode, delay

    def _start(self, run, *arguments) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()

    def _accept(self) -> None:
        self._listener.settimeout(LOOK)
        while not self._stopped:
            with suppress(TimeoutError):
                client, _from = self._listener.accept()
                self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with closing(client):
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 5)
            except OSError:
                _reset(client)  # nobody there: as without a proxy
                return
            with closing(server), suppress(OSError):
                _Connection(self, client, server).run()

    def is_cut(self, epoch: int) -> bool:
        return self._stopped or self._epoch != epoch

    @property
    def epoch(self) -> int:
        return self._epoch


class _Connection:
    """One client's connection and the server's behind it."""

    def __init__(
        self, proxy: Proxy, client: socket.socket, server: socket.socket
    ) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.mode, self.delay, self.passed = "pass", 0.0, 0
        self.epoch = proxy.epoch
        self.is_answered = True  # the next byte of the client begins a turn

    def run(self) -> None:
        while not self.proxy._stopped:  # noqa: SLF001 - its other half
            ready, _w, _x = select.select([self.client, self.server], [], [], LOOK)
            if self.client in ready and not self._from_client():
                return
            if self.server in ready and not self._from_server():
                return
            if self.mode == "black_hole" and self.proxy.is_cut(self.epoch):
                _reset(self.client)
                return

    def _from_client(self) -> bool:
        data = self.client.recv(PIECE)
        if not data:
            return False
        if self.is_answered:
            self.is_answered, self.passed = False, 0
            self.epoch = self.proxy.epoch
            self.mode, self.delay = self.proxy._choose(data)  # noqa: SLF001
        if self.mode == "reset":
            _reset(self.client)
            return False
        if self.mode == "portal":
            self.client.sendall(self.proxy.portal)
            return False
        if self.mode != "black_hole":
            self.server.sendall(data)
        return True

    def _from_server(self) -> bool:
        data = self.server.recv(PIECE)
        if not data or self.mode == "lose_answer":
            return False
        self.is_answered = True
        if self.mode == "delay" and not self._wait():
            _reset(self.client)
            return False
        if self.mode == "truncate":
            self.client.sendall(data[: self.proxy.cut_after - self.passed])
            self.passed += len(data)
            return self.passed < self.proxy.cut_after
        self.client.sendall(data)
        return True

    def _wait(self) -> bool:
        """Hold an answer back; False where the proxy was told something else."""
        until, self.delay = time.monotonic() + self.delay, 0.0
        while time.monotonic() < until:
            if self.proxy.is_cut(self.epoch):
                return False
            time.sleep(0.02)
        return True


def _reset(client: socket.socket) -> None:
    with suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
