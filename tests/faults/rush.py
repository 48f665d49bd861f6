"""Contestants who hand in at the last minute, against a real server.

    rush = make_rush(app, contestants=12)       drafts that lack their two papers
    with rush.on(port, threads=6):              each uploads both and submits
        server.kill()
        server.start()
    assert rush.examine() == {}                 nothing anybody was told is missing

Words used here:
    told: the contestant saw a page that says so: the file is uploaded, the entry is
        submitted. What nobody was told may be missing; it is sent again.
    lost: something a contestant was told and the server does not have, to the byte for
        a PDF, readable and of the size it was sent for a picture, which is made anew.
"""

import http.client
import io
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random  # noqa: TID251 - seeded pictures
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from accounts.sessions import services as sessions
from competition.registration.models import Entry
from extensions import db
from people.attachments.services import FileDamagedError, read_bytes
from tests.factories.competition import make_draft, make_event
from tests.factories.people import make_unit
from tests.faults.hall import find_faults

PHOTO, CARD = "photo", "id_card"
FINISH = 120  # seconds until everybody has submitted, once nothing fails any more
BOUNDARY = "----the-last-minute"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class NotYetError(Exception):
    """No answer, or one that asks to try again."""


@dataclass
class Contestant:
    """One person at a browser: what they send, and what they were told."""

    entry: str  # uid
    cookie: str
    number: int
    size: int  # bytes of each file
    told: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)  # of uploads that were told

    @property
    def shape(self) -> tuple[int, int]:
        """Return width and height of the picture; the height is this person's own."""
        side = max(16, int((self.size / 1.1) ** 0.5))
        return side, side + self.number % 64

    def file(self, kind: str) -> bytes:
        """Return the file of a kind: of this person alone, and the same every time."""
        chance = Random(f"{kind} {self.number}")  # noqa: S311
        if kind == CARD:
            return b"%PDF-1.4\n" + chance.randbytes(self.size) + b"\n%%EOF\n"
        return _noise(*self.shape, chance)


def _noise(width: int, height: int, chance: Random) -> bytes:
    """Return a grey JPEG that packs badly, as a scan of paper does."""
    out = io.BytesIO()
    image = Image.frombytes("L", (width, height), chance.randbytes(width * height))
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


@dataclass
class Rush:
    """Everybody who hands in, and how it went."""

    app: Flask
    contestants: list[Contestant]
    statuses: Counter[int] = field(default_factory=Counter)  # 0: no answer
    _left: list[Contestant] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_over: threading.Event = field(default_factory=threading.Event)
    _begun: float = 0.0
    pace: float = 0.0  # seconds in which all of them come; 0: at once

    @contextmanager
    def on(self, port: int, *, threads: int = 6) -> Iterator[None]:
        """Let everybody hand in while the block runs; wait for all at its end."""
        with self._running(port, threads) as crowd:
            yield
            for one in crowd:
                one.join(FINISH + self.pace)
            assert not any(one.is_alive() for one in crowd), "Somebody never got done."

    @contextmanager
    def broken_off(self, port: int, *, threads: int = 6) -> Iterator[None]:
        """Let them begin; at the end of the block they stop where they are."""
        with self._running(port, threads):
            yield

    @contextmanager
    def _running(self, port: int, threads: int) -> Iterator[list[threading.Thread]]:
        self._left, self._begun = list(reversed(self.contestants)), time.monotonic()
        self._is_over.clear()
        crowd = [
            threading.Thread(target=self._serve_turns, args=(port,), daemon=True)
            for _number in range(threads)
        ]
        for one in crowd:
            one.start()
        try:
            yield crowd
        finally:
            self._is_over.set()
            for one in crowd:
                one.join(FINISH)

    def wait_for_told(self, count: int, *, within: float = FINISH) -> None:
        """Wait until so many things more have been told."""
        goal = self.count_told() + count
        deadline = time.monotonic() + within + FINISH
        while self.count_told() < goal:
            if time.monotonic() > deadline:
                pytest.fail(f"Nobody is told anything: {dict(self.statuses)}")
            time.sleep(0.005)

    def count_told(self) -> int:
        """Return how many things contestants were told so far."""
        return sum(len(one.told) for one in self.contestants)

    def examine(self) -> dict[str, int]:
        """Return what is wrong, by kind; {} where nothing is."""
        found: Counter[str] = Counter()
        with self.app.app_context():
            session = db.session()
            rows = session.scalars(
                select(Entry).where(Entry.uid.in_([c.entry for c in self.contestants]))
            )
            entries = {entry.uid: entry for entry in rows}
            for one in self.contestants:
                found.update(_missing(one, entries[one.entry]))
            found["faults"] = len(find_faults(session))
            db.session.remove()
        return {kind: count for kind, count in found.items() if count}

    def _serve_turns(self, port: int) -> None:
        while not self._is_over.is_set():
            with self._lock:
                if not self._left:
                    return
                one = self._left.pop()
                turn = len(self.contestants) - len(self._left) - 1
            due = self._begun + self.pace * turn / len(self.contestants)
            self._is_over.wait(max(0.0, due - time.monotonic()))
            browser = Browser(port, one.cookie)
            while not self._is_over.is_set():
                try:
                    self._hand_in(one, browser)
                    break
                except NotYetError:
                    self._is_over.wait(0.05)
            with self._lock:
                self.statuses.update(browser.statuses)

    def _hand_in(self, one: Contestant, browser: "Browser") -> None:
        """Do whatever is not done, as somebody who comes back to the page does."""
        for kind in (PHOTO, CARD):
            if kind not in one.told:
                token = browser.token(f"/entries/{one.entry}/papers")
                began = time.monotonic()
                address = f"/entries/{one.entry}/papers/{kind}"
                browser.upload(address, token, f"{kind}.bin", one.file(kind))
                one.seconds.append(time.monotonic() - began)
                one.told.add(kind)
        if browser.get(f"/entries/{one.entry}/confirm")[0] == http.HTTPStatus.FOUND:
            one.told.add("submitted")  # the answer was lost, and the page says so
            return
        token = browser.token(f"/entries/{one.entry}/confirm")
        browser.submit(f"/entries/{one.entry}/confirm", token)
        one.told.add("submitted")


class Browser:
    """A connection with its cookie; what has no clear answer is to be done again."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.statuses: Counter[int] = Counter()

    def token(self, path: str) -> str:
        """Return the token of a page's form."""
        status, text = self.get(path)
        found = _TOKEN.search(text)
        if status != http.HTTPStatus.OK or found is None:
            raise NotYetError(path, status)
        return found[1]

    def get(self, path: str) -> tuple[int, str]:
        """Ask for a page."""
        return self._ask("GET", path)

    def upload(self, path: str, token: str, name: str, data: bytes) -> None:
        """Send a file; returns once the server says that it has it."""
        parts = [
            (
                f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
                f'name="csrf_token"\r\n\r\n{token}\r\n'
            ),
            (
                f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
                f'name="file"; filename="{name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n"
            ),
        ]
        body = "".join(parts).encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        self._expect(*self._ask("POST", path, body, kind), path)

    def submit(self, path: str, token: str) -> None:
        """Submit the entry; returns once the server says that it is."""
        body = f"csrf_token={token}&consent=y".encode()
        kind = "application/x-www-form-urlencoded"
        self._expect(*self._ask("POST", path, body, kind), path)

    def _expect(self, status: int, text: str, path: str) -> None:
        if status != http.HTTPStatus.FOUND:
            raise NotYetError(path, status, text[-400:])

    def _ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[int, str]:
        headers = {"Cookie": self.cookie, "Referer": f"http://127.0.0.1:{self.port}/"}
        if kind:
            headers["Content-Type"] = kind
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.statuses[0] += 1
            raise NotYetError(path) from error
        finally:
            line.close()
        self.statuses[answer.status] += 1
        with suppress(KeyError):
            self._keep(answer.headers.get_all("Set-Cookie") or [])
        return answer.status, text

    def _keep(self, cookies: list[str]) -> None:
        name = self.cookie.partition("=")[0]
        for cookie in cookies:
            if cookie.startswith(f"{name}="):
                self.cookie = cookie.partition(";")[0]


def make_rush(
    app: Flask, *, contestants: int, size: int = 20_000, pace: float = 0.0
) -> Rush:
    """Make drafts that lack only their papers, each person signed in.

    Args:
        app: on a database of its own.
        contestants: how many.
        size: of each of the two files, in bytes, about.
        pace: seconds in which they all come; 0: at once.
    """
    with app.app_context():
        session = db.session()
        now = datetime.now(UTC)
        event = make_event(
            session,
            registration_closes_at=now + timedelta(days=1),
            starts_at=now + timedelta(days=20),
        )
        unit = make_unit(session)
        people = []
        for number in range(contestants):
            entry: Any = make_draft(session, event, papers=(), unit=unit)
            token = sessions.start(session, user=entry.user, device="test", now=now)
            people.append(Contestant(entry.uid, _cookie(app, token), number, size=size))
            if number % 100 == 99:
                session.commit()
        session.commit()
        db.session.remove()
    return Rush(app, people, pace=pace)


def _cookie(app: Flask, token: str) -> str:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=token, _fresh=True)
    name = app.config["SESSION_COOKIE_NAME"]
    made = client.get_cookie(name)
    assert made is not None
    return f"{name}={made.value}"


def _missing(one: Contestant, entry: Entry) -> Iterator[str]:
    papers = {paper.kind: paper.attachment for paper in entry.papers}
    if len(entry.papers) != len(papers):
        yield "doubled"
    for kind in one.told & {PHOTO, CARD}:
        try:
            data = read_bytes(papers[kind])
        except (KeyError, FileDamagedError):
            yield "lost"
            continue
        if kind == CARD and sha256(data).digest() != sha256(one.file(CARD)).digest():
            yield "lost"
        if kind == PHOTO and Image.open(io.BytesIO(data)).size != one.shape:
            yield "lost"
    if "submitted" in one.told and entry.state != "submitted":
        yield "lost"
