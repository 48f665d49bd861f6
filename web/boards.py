"""A public board away from the installation: `jiangcai board export` and `host`.

`export` writes a folder: the page, its files, and the signed feed, which it goes on
writing. The folder is carried one way (rsync, a USB stick) to another machine. `host`
serves such a folder, or follows the feed of an installation by its address. It has no
database, no key of ours and no secret: it checks each line with the public key that it
was given, and what does not fit stays out.
"""

import json
import mimetypes
import re
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import click
from flask.cli import ScriptInfo, pass_script_info
from werkzeug.http import parse_etags

from errors import DomainError
from extensions import ending
from ledger.signatures.services import is_genuine_by
from scoring.board.rules.feed import PURPOSE, FeedError, Reader
from scoring.board.rules.pages import Answer, Board
from web.server import Server

LOOK = 0.5  # seconds between two looks at the feed
THREADS = 64  # of the host; half of them may hold streams
MOST_STREAMS = 32
STREAM_LIFE = 900.0  # s
BEAT = 15.0
PAGE = Path("index").with_suffix(".html").name
FEED, KEY = "feed.jsonl", "key.hex"

_STATIC = re.compile(r'(?:href|src)="(/static/[^"?]+)(\?[^"]*)?"')
_SINCE = re.compile(r"/since/([0-9]{1,9})/([0-9a-f]{1,64})\.json")
_SAFE = (
    ("Content-Security-Policy", "default-src 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)

Get = Callable[[str], bytes]  # path → body
Files = dict[str, bytes]
Environ = dict[str, Any]
Start = Callable[..., Any]


def collect_files(get: Get, path: str) -> Files:
    """Return a board's page and every file it loads, by address within the folder."""
    html = get(path).decode()
    files: Files = {}
    for address, query in set(_STATIC.findall(html)):
        files[address.lstrip("/")] = get(address)
        html = html.replace(f'"{address}{query}"', f'"{address.lstrip("/")}"')
    # Links of the installation lead nowhere from here.
    html = re.sub(r'<a class="site-brand" href="[^"]*"', '<a class="site-brand"', html)
    html = re.sub(r'<div class="site-tools">.*?</div>', "", html, flags=re.DOTALL)
    for path_, body in list(files.items()):
        if path_.endswith(".css"):
            for font in re.findall(rb"url\(\"?(\.\./[^\")]+)\"?\)", body):
                place = (Path(path_).parent / font.decode()).as_posix()
                place = Path("/", place).resolve().as_posix().lstrip("/")
                files[place] = get(f"/{place}")
    files[PAGE] = html.encode()
    return files


class Host:
    """A WSGI application that hands out one board and knows nothing else."""

    def __init__(
        self, files: Files, key: str, pull: Callable[[int], list[str]]
    ) -> None:
        """Serve `files`; `pull` gives the lines of the feed after a number."""
        self._files = files
        self._pull = pull
        self._looked_at = float("-inf")
        self._lock = threading.Lock()
        self._streams = threading.BoundedSemaphore(MOST_STREAMS)
        self.fault = ""  # why the feed is not followed any more
        self.board = Board(
            Reader(
                verify=lambda message, signature: is_genuine_by(
                    key, message, signature, PURPOSE
                )
            )
        )

    def look(self) -> None:
        """Take what the feed has, at most twice a second and one at a time."""
        if monotonic() - self._looked_at < LOOK or not self._lock.acquire(
            blocking=False
        ):
            return
        try:
            self._looked_at = monotonic()
            for line in self._pull(self.board.reader.seq):
                self.board.take(line)
            self.fault = ""
        except FeedError as error:
            self._tell(str(error))
        except OSError as error:
            self._tell(f"The feed cannot be read: {error}")
        finally:
            self._lock.release()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _plain(start, "405 METHOD NOT ALLOWED")
        self.look()
        if path == "/stream":
            return self._stream(environ, start)
        if path == "/state.json":
            return _give(self.board.state(), environ, start)
        found = _SINCE.fullmatch(path)
        if found:
            answer = self.board.since(int(found[1]), found[2][:16])
            return _give(answer, environ, start)
        name = path.lstrip("/") or PAGE
        if name not in self._files:
            return _plain(start, "404 NOT FOUND")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        body = self._files[name]
        start(
            "200 OK",
            [
                ("Content-Type", f"{kind}; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-cache" if name == PAGE else "max-age=3600"),
                *_SAFE,
            ],
        )
        return [body]

    def _stream(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not self._streams.acquire(blocking=False):
            return _plain(start, "204 NO CONTENT")
        token = environ.get("HTTP_LAST_EVENT_ID", "") or environ.get(
            "QUERY_STRING", ""
        ).removeprefix("after=")
        after = int(token) if token.isdecimal() else self.board.reader.seq
        start(
            "200 OK",
            [
                ("Content-Type", "text/event-stream"),
                ("Cache-Control", "no-store"),
                ("X-Accel-Buffering", "no"),
                *_SAFE,
            ],
        )
        return _Stream(self, after, self._streams.release)

    def _tell(self, fault: str) -> None:
        if fault != self.fault:
            click.echo(fault, err=True)
        self.fault = fault


class _Stream:
    """The body of a stream; gives its place back when it is closed."""

    def __init__(self, host: Host, after: int, done: Callable[[], None]) -> None:
        self._host, self._after, self._done = host, after, done

    def __iter__(self) -> Iterator[bytes]:
        end, beat = monotonic() + STREAM_LIFE, monotonic() + BEAT
        yield b"retry: 2000\n\n"
        while monotonic() < end:
            self._host.look()
            for item in self._host.board.lines_after(self._after):
                text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
                self._after, beat = item["seq"], monotonic() + BEAT
                yield f"id: {self._after}\nevent: board\ndata: {text}\n\n".encode()
            if monotonic() >= beat:
                beat = monotonic() + BEAT
                yield b": still here\n\n"
            if ending.wait(LOOK):
                return

    def close(self) -> None:
        self._done()


def host_folder(folder: Path, key: str) -> Host:
    """Return a host of an exported folder.

    Raises:
        DomainError: the folder is not one, or bears another key.
    """
    try:
        own = (folder / KEY).read_text().strip()
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != FEED
        }
    except OSError as error:
        raise DomainError(f"{folder} is no exported board: {error}") from error
    _refuse_key(own, key)

    read = 0  # bytes of whole lines that were read

    def pull(_seq: int) -> list[str]:
        nonlocal read
        with (folder / FEED).open("rb") as feed:
            feed.seek(read)
            fresh = feed.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]  # the last line may be half written
        read += len(whole)
        return whole.decode().splitlines()

    return Host(files, key or own, pull)


def host_address(address: str, key: str) -> Host:
    """Return a host that follows the board of an installation.

    Raises:
        DomainError: it does not answer, or bears another key.
    """
    base = address.rstrip("/")
    origin = "/".join(base.split("/")[:3])
    path = base.removeprefix(origin)

    def get(place: str) -> bytes:
        request = urllib.request.Request(origin + place)  # noqa: S310 - checked below
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            body: bytes = answer.read()
            return body

    if not base.startswith(("http://", "https://")):
        raise DomainError("The address of a board begins with https:// or http://.")
    try:
        own = get(f"{path}/key.hex").decode().strip()
        files = collect_files(get, f"{path}/")
    except OSError as error:
        raise DomainError(f"{address} does not answer: {error}") from error
    _refuse_key(own, key)

    def pull(seq: int) -> list[str]:
        return get(f"{path}/feed.jsonl?after={seq}").decode().splitlines()

    return Host(files, key or own, pull)


def export_board(app: Any, event_uid: str, folder: Path) -> int:  # noqa: ANN401
    """Write a board's folder, or bring it up to date; return the last item's number.

    Raises:
        DomainError: no board of this event is open.
    """
    client = app.test_client()

    def get(path: str) -> bytes:
        with closing(client.get(path)) as answer:
            if answer.status_code != 200:
                raise DomainError("No board of this event is open.")
            body: bytes = answer.data
            return body

    base = f"/board/{event_uid}"
    state = get(f"{base}/state.json")
    if not (folder / PAGE).exists():
        for name, body in collect_files(get, f"{base}/").items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
        (folder / KEY).write_bytes(get(f"{base}/key.hex"))
    feed = folder / FEED
    have = feed.read_bytes().count(b"\n") if feed.exists() else 0
    with feed.open("ab") as lines:
        lines.write(get(f"{base}/feed.jsonl?after={have}"))
    _replace(folder / "state.json", state)
    number: int = json.loads(state)["seq"]
    return number


def _replace(path: Path, body: bytes) -> None:
    """Write a file so that whoever reads it sees the old one or the new one whole."""
    if path.exists() and path.read_bytes() == body:
        return
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(body)
    fresh.replace(path)


def _refuse_key(own: str, key: str) -> None:
    if key and own != key:
        raise DomainError(f"The board bears another key: {own}")


def _give(answer: Answer, environ: Environ, start: Start) -> Iterable[bytes]:
    packs = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    headers = [
        ("ETag", f'"{answer.etag}"'),
        ("Cache-Control", "public, no-cache"),
        ("Vary", "Accept-Encoding"),
        *_SAFE,
    ]
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    if known and parse_etags(known).contains_weak(answer.etag):
        start("304 NOT MODIFIED", headers)
        return []
    body = answer.packed if packs else answer.plain
    headers += [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        *([("Content-Encoding", "gzip")] if packs else []),
    ]
    start("200 OK", headers)
    return [body]


def _plain(start: Start, status: str) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain"), ("Content-Length", "0"), *_SAFE])
    return []


@click.group("board")
def board_command() -> None:
    """Show a public board on another machine."""


@board_command.command("export")
@click.argument("event_uid", metavar="EVENT")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--follow", is_flag=True, help="Go on until Ctrl-C.")
@pass_script_info
def export_command(
    info: ScriptInfo, event_uid: str, folder: Path, *, follow: bool
) -> None:
    """Write the public board of EVENT to FOLDER: page, files and signed feed."""
    app = info.load_app()
    folder.mkdir(parents=True, exist_ok=True)
    seen = -1
    while True:
        number = export_board(app, event_uid, folder)
        if number != seen:
            moment = datetime.now(UTC).astimezone().strftime("%H:%M:%S")
            click.echo(f"{moment}  item {number}")
            seen = number
        if not follow or ending.wait(1):
            return


@board_command.command("host")
@click.argument("source", metavar="FOLDER|ADDRESS")
@click.option("--key", default="", help="Public key of the installation (64 digits).")
@click.option("--host", "address", default="127.0.0.1", show_default=True)
@click.option("--port", default=8010, show_default=True, type=click.IntRange(1, 65535))
def host_command(source: str, key: str, address: str, port: int) -> None:
    """Serve an exported folder, or follow the board at an ADDRESS."""
    is_address = source.startswith(("http://", "https://"))

    def create() -> Host:
        return (
            host_address(source, key) if is_address else host_folder(Path(source), key)
        )

    create()  # what is wrong is said at once
    click.echo(f"http://{address}:{port}/")
    settings = {
        "bind": f"{address}:{port}",
        "workers": 1,
        "threads": THREADS,
        "worker_class": "gthread",
        "keepalive": 30,
        "worker_connections": 8000,
        "loglevel": "warning",
        "control_socket_disable": True,
        "worker_int": lambda _worker: ending.set(),
    }
    Server(create, settings).run()  # type: ignore[arg-type]


commands = [board_command]
