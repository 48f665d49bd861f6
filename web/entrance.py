"""The plain-http side door of a hall: the installation page, and on to https.

A tablet that does not trust the hall's authority yet cannot read the page that says how
to trust it. So this process, beside the server and without rights of its own, hands out
`/venue` and what belongs to it, fetched from the server, and sends every other address
on to https. It ends when the server does.
"""

import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from http.client import HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

OPEN = ("/venue", "/static/", "/language/", "/favicon.ico")
_LOOK_EVERY = 1.0  # seconds between two looks whether the server lives
_PATIENCE = 10  # seconds for one request
_PASSED_ON = ("Content-Type", "Content-Disposition", "Cache-Control", "Location")
_SAFE = "/:@!$&'()*+,;=-._~%"


def start(host: str, port: int, https_port: int, authority: Path) -> None:
    """Start the side door beside this process."""
    arguments = [host, str(port), str(https_port), str(authority), str(os.getpid())]
    subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "web.entrance", *arguments],
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.DEVNULL,
    )


class Door(BaseHTTPRequestHandler):
    """Answers one tablet."""

    https_port = 0
    context: ssl.SSLContext
    timeout = _PATIENCE
    server_version = "Jiangcai"
    sys_version = ""

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        path = "/" + target.path.lstrip("/")
        if path == "/venue" or path.startswith(("/venue/", *OPEN[1:])):
            self._pass_on(path, target.query)
        else:
            self._send_on(path, target.query)

    do_HEAD = do_GET  # noqa: N815 - http.server's names

    def do_POST(self) -> None:
        # What was sent is not passed on: it has come in clear.
        self._answer(405, {"Content-Type": "text/plain"}, b"Use https.\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing: the server logs what it answers."""

    def _send_on(self, path: str, query: str) -> None:
        host = (self.headers.get("Host") or "localhost").strip()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        safe = "".join(
            letter for letter in name if letter.isalnum() or letter in "-.:[]"
        )
        rest = quote(path, safe=_SAFE) + (
            f"?{quote(query, safe=_SAFE + '?')}" if query else ""
        )
        target = f"https://{safe}:{self.https_port}{rest}"
        self._answer(302, {"Location": target, "Cache-Control": "no-store"}, b"")

    def _pass_on(self, path: str, query: str) -> None:
        connection = HTTPSConnection(
            "localhost", self.https_port, timeout=_PATIENCE, context=self.context
        )
        headers = {
            name: value
            for name in ("Accept-Language", "Cookie")
            if (value := self.headers.get(name))
        }
        address = f"{quote(path, safe=_SAFE)}{f'?{query}' if query else ''}"
        try:
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, HTTPException, ValueError):
            self._answer(503, {"Retry-After": "2"}, b"The server does not answer.\n")
            return
        finally:
            connection.close()
        kept = {name: v for name in _PASSED_ON if (v := answer.getheader(name))}
        spoken = [
            c
            for c in answer.msg.get_all("Set-Cookie") or []
            if c.startswith("language=")
        ]
        self._answer(answer.status, kept, body, spoken)

    def _answer(
        self,
        status: int,
        headers: dict[str, str],
        body: bytes,
        cookies: list[str] | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        for cookie in cookies or []:
            self.send_header("Set-Cookie", cookie)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _end_with(parent: int) -> None:
    """End this process when the server is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Serve until the server ends."""
    host, port, https_port, authority, parent = arguments
    Door.https_port = int(https_port)
    Door.context = ssl.create_default_context(cafile=authority)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    threading.Thread(target=_end_with, args=[int(parent)], daemon=True).start()
    ThreadingHTTPServer((host, int(port)), Door).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
