"""Public pages handed out at the door, before the application is asked.

When results appear, thousands look at one page at once, on the machine that still
takes marks elsewhere. What a view has declared to be the same for everybody is given
for `PUBLIC_REST` seconds as it was; so a page is up to so much older than the database.
Only a request without cookies, keys and query is answered here.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Condition, local
from time import monotonic
from typing import Any

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags

from scoring.results.views.pages import SHARED
from web.metrics import count_at_door

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]
Key = tuple[str, ...]
Asked = tuple[Key, str]  # which page, and the tags of those who ask have
Answer = tuple[str, list[tuple[str, str]], bytes]  # status, headers, body

FOR_ALL = ("/results/", "/board/")
_MOST_KEPT = 200
_MOST_LATE = 10.0  # seconds a page may still be given while somebody makes it anew
_FOR_A_BODY = ("Content-Length", "Content-Type")


@dataclass(slots=True)
class _Page:
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    made_at: float  # on the monotonic clock


def install(app: Flask) -> None:
    """Put the door before the application, unless its pages may not rest."""
    rest = app.config["PUBLIC_REST"]
    if rest > 0:
        app.wsgi_app = Door(app.wsgi_app, rest)  # type: ignore[method-assign, assignment]


class Door:
    """A WSGI application before another one."""

    def __init__(self, inner: Wsgi, rest: float) -> None:
        """Keep the pages of `inner` for `rest` seconds."""
        self._inner = inner
        self._rest = rest
        self._pages: OrderedDict[Key, _Page] = OrderedDict()
        self._made: set[Key] = set()  # that somebody is making now
        self._changed = Condition()
        # What the request of this thread was answered with from memory, or None.
        self._handed = local()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        self._handed.asked = None
        key = _key_of(environ)
        if key is None:
            return self._inner(environ, start)
        page = self._find(key)
        if page is None:
            try:
                return self._ask(key, environ, start)
            finally:
                with self._changed:
                    self._made.discard(key)
                    self._changed.notify_all()
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        self._handed.asked = (key, known)
        return _hand_out(page, known, start)

    def take_handed(self) -> Asked | None:
        """Return what this thread's last request was handed from memory, once."""
        asked: Asked | None = getattr(self._handed, "asked", None)
        self._handed.asked = None
        return asked

    def find_ready(self, asked: Asked) -> Answer | None:
        """Return the answer if it can be given as it is, without waiting."""
        key, known = asked
        page = self._pages.get(key)
        if page is None or monotonic() - page.made_at >= self._rest:
            return None
        return _answer(page, known)

    def _find(self, key: Key) -> _Page | None:
        """Return a page to hand out, or None if this request has to make it.

        Where there is none yet, one request makes it and the others wait for that.
        """
        with self._changed:
            if key not in self._pages:
                self._changed.wait_for(lambda: key not in self._made, _MOST_LATE)
            page = self._pages.get(key)
            age = monotonic() - page.made_at if page else 0.0
            if page and (age < self._rest or (key in self._made and age < _MOST_LATE)):
                return page
            self._made.add(key)
            return None

    def _ask(self, key: Key, environ: Environ, start: Start) -> Iterable[bytes]:
        known = environ.pop("HTTP_IF_NONE_MATCH", "")
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def note(status: str, headers: list[tuple[str, str]], *_fault: object) -> None:
            told.append((status, headers))

        try:
            answer = self._inner(environ, note)
            try:
                body = b"".join(answer)
            finally:
                getattr(answer, "close", lambda: None)()
        except BaseException:
            self._keep(key, None)
            raise
        status, headers = told[-1]
        etag = environ.get(SHARED)
        if not etag or not status.startswith("200") or "Set-Cookie" in Headers(headers):
            self._keep(key, None)
            start(status, headers)
            return [body]
        page = _Page(headers, body, etag, monotonic())
        self._keep(key, page)
        return _hand_out(page, known, start)

    def _keep(self, key: Key, page: _Page | None) -> None:
        with self._changed:
            self._pages.pop(key, None)
            if page is not None:
                self._pages[key] = page
                while len(self._pages) > _MOST_KEPT:
                    self._pages.popitem(last=False)


def _key_of(environ: Environ) -> Key | None:
    """Return what a shared answer may depend on, or None where none can be given."""
    if environ["REQUEST_METHOD"] != "GET" or not environ["PATH_INFO"].startswith(
        FOR_ALL
    ):
        return None
    if environ["PATH_INFO"].endswith("/stream"):
        return None  # an answer without an end
    apart = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE", "QUERY_STRING")
    if any(environ.get(name) for name in apart):
        return None
    of = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO")
    language = environ.get("HTTP_ACCEPT_LANGUAGE", "")[:100]
    packs = "gzip" if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else ""
    return (*(environ.get(name, "") for name in of), language, packs)


def _hand_out(page: _Page, known: str, start: Start) -> Iterable[bytes]:
    status, headers, body = _answer(page, known)
    start(status, headers)
    return [body] if body else []


def _answer(page: _Page, known: str) -> Answer:
    has_it = bool(known) and parse_etags(known).contains_weak(page.etag)
    count_at_door(304 if has_it else 200)
    if has_it:
        headers = [h for h in page.headers if h[0] not in _FOR_A_BODY]
        return "304 NOT MODIFIED", headers, b""
    return "200 OK", list(page.headers), page.body
