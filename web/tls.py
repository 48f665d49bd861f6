"""TLS for gunicorn, with patience that ends: a hall's Wi-Fi comes and goes.

A tablet that leaves in the middle of a handshake or a request would hold a thread of
the server for ever; eight of them, and nobody is served. So every wait on a connection
has an end. The context is made once a process and not, as gunicorn has it, for each
connection: so tablets that come back are known again and need no full handshake.
"""

import ssl
from collections.abc import Callable
from functools import cache
from typing import Any

PATIENCE = 20.0  # seconds without a byte


class PatientSocket(ssl.SSLSocket):
    """A connection on which nothing is waited for longer than `PATIENCE`."""

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - socket's own
        self.settimeout(PATIENCE if flag else 0.0)

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002
        """Shake hands; whoever stays away is taken as gone."""
        self.settimeout(PATIENCE)
        try:
            super().do_handshake(block)
        except TimeoutError as error:
            gone = "The handshake was not finished."
            raise ssl.SSLError(ssl.SSL_ERROR_EOF, gone) from error


def choose_context(settings: Any, _default: Callable[[], object]) -> ssl.SSLContext:  # noqa: ANN401 - gunicorn's
    """Return the context of this process, as gunicorn asks for it."""
    return make_context(settings.certfile, settings.keyfile)


@cache
def make_context(certificate: str, key: str) -> ssl.SSLContext:
    """Return a server's context: TLS 1.2 or newer."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = PatientSocket
    context.load_cert_chain(certificate, key)
    return context
