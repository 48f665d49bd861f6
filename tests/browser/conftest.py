"""A real server and a real browser.

    live_server      the address of the server, on a database of the test's own; fill it
                     through `own_app` and commit
    page_at          page_at(360, 780) opens a page on a device of its own;
                     page_at(1280, 800, user=user) one that is signed in
    assert_accessible  assert_accessible(page): axe finds nothing, nothing is cut off
    expected_console   append parts of console errors that the test provokes

A request that leaves the server's host fails the test, and so does an error in the
browser's console that was not expected.
"""

import json
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from accounts.sessions import services as sessions
from accounts.users.models import User
from extensions import db
from scripts.browser import FLAGS, get_chromium
from tests import databases
from tests.again import run_twice
from tests.faults.forker import Forker
from tests.faults.server import Server

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "test-results"
FAILED = pytest.StashKey[bool]()

# A page that is right comes at once; on a busy machine it may come late.
expect.set_options(timeout=25_000)

OpenPage = Callable[..., Page]
# For the few tests in which the database matters.
on_each_database = pytest.mark.parametrize("database", databases.kinds(), indirect=True)


@pytest.fixture(scope="session", params=["sqlite"])
def database(
    request: pytest.FixtureRequest, _databases: dict[str, databases.Database]
) -> databases.Database:
    """One kind: what a browser shows is the same on either, and tests/web asks both."""
    return _databases[request.param]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> bool | None:
    # Asked of every test of the run, not only of those beside this file.
    if not item.path.is_relative_to(Path(__file__).parent):
        return None
    run_twice(item, nextitem)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The only one of its process: a second one beside it refuses to start."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = get_chromium()
    browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def running(own_app: Flask, tmp_path: Path, forker: Forker) -> Iterator[Server]:
    """The server of a test: it can be stopped and started again at its address."""
    url = own_app.config["SQLALCHEMY_DATABASE_URI"]
    with Server(url, tmp_path, forker=forker) as server:
        yield server


@pytest.fixture
def live_server(running: Server) -> str:
    return running.address


class Watch:
    """Notes what no page of ours may do."""

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.host = host
        self.foreign: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self._see(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._hear)

    def _see(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.foreign.append(url)

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self.errors.append(f"{message.text} ({place})")


@pytest.fixture
def expected_console() -> list[str]:
    return []


@pytest.fixture
def watches() -> list[Watch]:
    return []


@pytest.fixture
def page_at(
    request: pytest.FixtureRequest,
    browser: Browser,
    live_server: str,
    own_app: Flask,
    expected_console: list[str],
    watches: list[Watch],
) -> Iterator[OpenPage]:
    contexts: list[BrowserContext] = []

    def open_page(
        width: int, height: int, *, user: User | None = None, **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=live_server,
            viewport={"width": width, "height": height},
            has_touch=width < 1200,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        watches.append(Watch(context, urlsplit(live_server).netloc))
        if user is not None:
            cookie = signed_in_cookie(own_app, user)
            context.add_cookies([{**cookie, "url": live_server}])  # type: ignore[typeddict-item]
        return context.new_page()

    yield open_page

    if request.node.stash.get(FAILED, False):
        _take_pictures(request.node.name, contexts)
    for context in contexts:
        context.close()
    foreign = [url for watch in watches for url in watch.foreign]
    assert not foreign, f"Requests left the installation: {foreign}"
    errors = [
        error
        for watch in watches
        for error in watch.errors
        if not any(part in error for part in expected_console)
    ]
    assert not errors, f"The browser's console shows errors: {errors}"


def signed_in_cookie(app: Flask, user: User) -> dict[str, str]:
    """Sign in without the sign-in page, which has tests of its own."""
    with app.app_context():
        own = db.session.get_one(User, user.id)
        now = datetime.now(UTC)
        token = sessions.start(db.session(), user=own, device="test", now=now)
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=token, _fresh=True)
    name = app.config["SESSION_COOKIE_NAME"]
    made = client.get_cookie(name)
    assert made is not None
    return {"name": name, "value": made.value}


def _take_pictures(name: str, contexts: list[BrowserContext]) -> None:
    PICTURES.mkdir(exist_ok=True)
    pages = [page for context in contexts for page in context.pages]
    stem = "".join(letter if letter.isalnum() else "-" for letter in name)
    for number, page in enumerate(pages):
        page.screenshot(path=PICTURES / f"{stem}-{number}.png", full_page=True)


# What still fades in has other colours than what a person reads.
STILL = """() => {
  const ends = (one) => Number.isFinite(one.effect.getComputedTiming().endTime);
  const moving = document.getAnimations().filter(ends);
  return Promise.allSettled(moving.map((one) => one.finished));
}"""


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Axe finds nothing, by WCAG 2.2 AA, and nothing is wider than the screen."""
    return _assert_accessible


def _assert_accessible(page: Page) -> None:
    # A page that is just being left has neither a title nor a heading.
    page.wait_for_load_state()
    page.wait_for_selector("h1", state="attached")
    page.evaluate(STILL)
    page.evaluate(AXE.read_text())
    options = {
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],
    }
    result = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    found = [
        f"{violation['id']}: {violation['help']}\n"
        + "\n".join(
            f"  {' '.join(map(str, node['target']))}: {node['failureSummary']}"
            for node in violation["nodes"]
        )
        for violation in result["violations"]
    ]
    assert not found, "\n".join([f"axe on {page.url}:", *found])
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen, f"{page.url} is {wide} px wide on a screen of {seen} px"
