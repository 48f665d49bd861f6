"""Apps that open without a network: what their pages need, read from their own text.

Words used here:
    shell: the pages and files of such an app, the same for every user and event.
    worker: the script that opens them from the device's own copy; one for all apps,
        told by a line before it which shell it keeps.
"""

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path

from flask import Response, current_app, jsonify, request, url_for
from werkzeug.exceptions import BadRequest

from errors import DomainError

WORKER = "js/tablet/worker.js"
MOST_MARKS = 100  # in one outbox

_LINK = re.compile(r"""(?:href|src)="([^"?#]+)["?#]""")
_IMPORT = re.compile(
    r"""(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew\s+URL\(\s*)["'](\.{1,2}/[^"']+)["']"""
)
_STYLE = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")

ReadFile = Callable[[str], bytes]


class TooManyMarksError(DomainError):
    """More marks in one request than we take."""

    status = 413


class OutboxShapeError(DomainError):
    """The request is not a tablet's outbox at all."""

    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing the tablet keeps: what it is kept as, where it comes from, its hash."""

    key: str
    source: str
    integrity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """One version of an app in one language."""

    version: str
    items: list[Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of an app: where a device fetches it, and its text now."""

    source: str
    text: str


def build_shell(pages: Mapping[str, Page]) -> Shell:
    """Return the shell of these pages, by what each is kept as, with all they need."""
    base = url_for("static", filename="")
    files = list_files((page.text for page in pages.values()), read_static, base)
    items = [
        Item(key=key, source=page.source, integrity=integrity(page.text.encode()))
        for key, page in pages.items()
    ]
    items += [
        Item(
            key=url_for("static", filename=name),
            source=url_for("static", filename=name),
            integrity=integrity(read_static(name)),
        )
        for name in files
    ]
    return Shell(version=version_of(items, read_static(WORKER)), items=items)


def send_worker(shell: Shell, *, prefix: str, pages: Mapping[str, str]) -> Response:
    """Return the answer with the worker of an app.

    Args:
        shell: what it keeps.
        prefix: begins the names of its stores; every app has its own.
        pages: which paths below the worker's own show a page, as patterns, by the
            page's key.
    """
    head = {
        "version": shell.version,
        "prefix": prefix,
        "pages": list(pages.items()),
        "items": [astuple(item) for item in shell.items],
    }
    return Response(
        f"const SHELL = {json.dumps(head)};\n\n{read_static(WORKER).decode()}",
        content_type="text/javascript; charset=utf-8",
    )


def send_manifest(*, name: str, short_name: str, lang: str, start: str) -> Response:
    """Tell a browser how an app is called and looks on the home screen."""
    icons = [
        {
            "src": url_for("static", filename=f"img/app-{kind}.png"),
            "sizes": size,
            "type": "image/png",
            "purpose": purpose,
        }
        for kind, size, purpose in (
            ("192", "192x192", "any"),
            ("512", "512x512", "any"),
            ("maskable", "512x512", "maskable"),
        )
    ]
    response = jsonify(
        id=start,
        name=name,
        short_name=short_name,
        lang=lang,
        start_url=start,
        # All of the site: what is outside it opens in a browser that on an iPad shares
        # nothing with the app, and a judge would sign in there in vain.
        scope=url_for("site.index"),
        display="standalone",
        background_color="#faf7f1",
        theme_color="#9f1d20",
        icons=icons,
    )
    response.content_type = "application/manifest+json"
    return response


def list_files(pages: Iterable[str], read: ReadFile, base: str) -> list[str]:
    """Return the static files that pages need, with what those need in turn, in order.

    Args:
        pages: texts of the pages.
        read: returns the bytes of a static file, by its name below `base`.
        base: where static files are on the server, "/static/".
    """
    found: set[str] = set()
    waiting = [
        link.removeprefix(base)
        for page in pages
        for link in _LINK.findall(page)
        if link.startswith(base)
    ]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            content = read(name)
        except FileNotFoundError:
            # A package that `make setup` has not copied yet; the others are kept.
            continue
        found.add(name)
        folder = posixpath.dirname(name)
        waiting += [
            posixpath.normpath(posixpath.join(folder, link))
            for link in _list_links(name, content)
        ]
    return sorted(found)


def _list_links(name: str, content: bytes) -> list[str]:
    if name.endswith(".js"):
        return _IMPORT.findall(content.decode())
    if name.endswith(".css"):
        links = _STYLE.findall(content.decode())
        return [link for link in links if not link.startswith(("data:", "#", "%"))]
    return []


def integrity(content: bytes) -> str:
    """Return the hash a browser compares what it fetched with (W3C SRI)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


def version_of(items: Iterable[Item], worker: bytes) -> str:
    """Return a short name of exactly these things, served by exactly this worker."""
    lines = [f"{item.key} {item.integrity}" for item in items]
    text = "\n".join([*sorted(lines), integrity(worker)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_static(name: str) -> bytes:
    """Return a static file's bytes; read again only when it has changed."""
    path = Path(current_app.static_folder or "") / name
    stat = path.stat()
    return _read(str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)
def _read(path: str, _changed: int, _size: int) -> bytes:
    return Path(path).read_bytes()


def read_outbox() -> list[object]:
    """Return the items of the request's outbox, unread.

    Raises:
        OutboxShapeError: the body is no outbox.
        TooManyMarksError: more items than we take at a time.
    """
    try:
        body = request.get_json()
    except (BadRequest, RecursionError):
        raise OutboxShapeError("The body is not JSON.") from None
    items = body.get("marks") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise OutboxShapeError('The body must be {"marks": [ … ]}.')
    if len(items) > MOST_MARKS:
        raise TooManyMarksError(f"Send at most {MOST_MARKS} marks at a time.")
    return items
