"""Gunicorn's worker, which gives in its own loop what the door has ready.

Most of what a public page costs that lies ready in memory is the way to it: a thread
is woken, reads the request, and hands the connection back. While results appear that
way is gone thousands of times beside judges who mark. So a request whose very bytes
were answered from memory before is answered where it is noticed. What such bytes mean
was found out by Gunicorn's own parser and by the door, each time they were new.
"""

import socket
from collections import OrderedDict
from typing import Any

from gunicorn import SERVER, util
from gunicorn.workers.gthread import TConn, ThreadWorker

from web.door import FOR_ALL, Answer, Asked, Door

_LONGEST = 8192  # bytes of a request; longer ones go the usual way
_MOST_KNOWN = 4000  # different requests: browsers differ, and so do their ETags
_END = b"\r\n\r\n"
_STARTS = tuple(f"GET {path}".encode() for path in FOR_ALL)
_VERSION = b" HTTP/1.1"
# What follows the head of such a request is not known from its head.
_NOT_ALONE = (b"\ncontent-length", b"\ntransfer-encoding", b"\nexpect", b"\nupgrade")

Request = tuple[str, bytes]  # the host that asks, for it may be a proxy, and its bytes


class Worker(ThreadWorker):
    """Threads for what has to be thought about, the loop for what lies ready."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().__init__(*args, **kwargs)
        self._known: OrderedDict[Request, Asked] = OrderedDict()

    @property
    def _door(self) -> Door | None:
        door = getattr(self.wsgi, "wsgi_app", None)
        return door if isinstance(door, Door) else None

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Answer at once, or let a thread do it and learn from it."""
        conn.asked = self._look(conn, client)
        answer = self._find(conn.asked)
        if answer is None:
            super().on_client_socket_readable(conn, client)
            return
        try:
            client.recv(len(conn.asked[1]))
            rest = _send(client, _to_bytes(answer))
        except OSError:  # the visitor has left
            self._forget(conn, client)
            self.nr_conns -= 1
            conn.close()
            return
        if rest:
            self._forget(conn, client)
            sending = self.tpool.submit(_send_rest, client, rest)
            sending.add_done_callback(
                lambda done: self.method_queue.defer(self.finish_request, conn, done)
            )
            return
        # They stand in the order in which they run out.
        self.keepalived_conns.remove(conn)
        conn.set_timeout()
        self.keepalived_conns.append(conn)

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's
        """Handle a request in a thread; remember it if the door alone answered."""
        # Asked for once: another request may have been read together with this one.
        asked, conn.asked = getattr(conn, "asked", None), None
        goes_on = super().handle(conn)
        door = self._door
        handed = door.take_handed() if door else None
        if goes_on is True and asked and handed:
            self._known[asked] = handed
            while len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        return goes_on

    def _look(self, conn: TConn, client: socket.socket) -> Request | None:
        """Return what has arrived if it is one whole request for a public page."""
        if not self.alive or self.cfg.is_ssl or conn.is_http2:
            return None
        try:
            found = client.recv(_LONGEST, socket.MSG_PEEK)
        except OSError:
            return None
        if not found.startswith(_STARTS) or found.find(_END) != len(found) - len(_END):
            return None
        small = found.lower()
        if any(name in small for name in _NOT_ALONE):
            return None
        is_plain = found.partition(b"\r\n")[0].endswith(_VERSION)
        return (conn.client[0], found) if is_plain else None

    def _find(self, request: Request | None) -> Answer | None:
        asked = self._known.get(request) if request else None
        door = self._door
        return door.find_ready(asked) if asked and door else None

    def _forget(self, conn: TConn, client: socket.socket) -> None:
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)


def _to_bytes(answer: Answer) -> bytes:
    status, headers, body = answer
    own = [
        ("Server", SERVER),
        ("Date", util.http_date()),
        ("Connection", "keep-alive"),
    ]
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in own)]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _send(client: socket.socket, content: bytes) -> bytes:
    """Send what the socket takes without waiting; return the rest."""
    try:
        return content[client.send(content) :]
    except BlockingIOError:
        return content


def _send_rest(client: socket.socket, rest: bytes) -> bool:
    client.setblocking(True)
    client.sendall(rest)
    return True
