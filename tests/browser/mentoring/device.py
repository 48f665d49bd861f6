"""The roles' devices, what all do on a page, and the days that pass between."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import time_machine
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from extensions import LOCAL
from tests.browser.conftest import signed_in_cookie
from tests.browser.day.device import follow
from tests.browser.mentoring.cast import Cast
from tests.browser.mentoring.later import SECONDS
from tests.factories.accounts import PASSWORD
from tests.faults.server import Server

PHONE, DESKTOP = (360, 740), (1280, 800)
PHONES = ("mentor", "second", "apprentice", "unit")


@dataclass(kw_only=True)
class Year:
    """A pair as it goes; `pair` is the uid of the one at hand."""

    app: Flask
    server: Server
    cast: Cast
    page_at: Callable[..., Page]
    check: Callable[[Page], None]
    pair: str = ""
    passed: timedelta = timedelta()
    pages: dict[str, Page] = field(default_factory=dict)
    checked: set[tuple[str, str]] = field(default_factory=set)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def today(self) -> date:
        return self.now().astimezone(LOCAL).date()

    def page(self, who: str) -> Page:
        """Return somebody's device."""
        if who not in self.pages:
            self.pages[who] = self.page_at(*(PHONE if who in PHONES else DESKTOP))
            self._sign_in(who)
        return self.pages[who]

    def at(self, who: str, path: str, *, what: str = "") -> Page:
        """Be somewhere as somebody; axe looks once at each page named with `what`."""
        page = self.page(who)
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, f"{who} at {path}: {response.status}"
        if what:
            self.look(who, what)
        return page

    def look(self, who: str, what: str) -> None:
        """Let axe look at the page somebody is on, once for each `what`."""
        size = "phone" if who in PHONES else "desk"
        if (size, what) not in self.checked:
            self.checked.add((size, what))
            self.check(self.page(who))

    def here(self, path: str = "") -> str:
        return f"/pool/pairs/{self.pair}{path}"

    def until(self, day: date) -> None:
        """Let it be another day: the server goes on there, and all sign in again."""
        for page in self.pages.values():
            page.goto("about:blank")
        self.passed += timedelta(days=(day - self.today()).days)
        self.server.stop()
        self.server.module = "tests.browser.mentoring.later"
        later = str(int(self.passed.total_seconds()))
        self.server.more = {**self.server.more, SECONDS: later}
        self.server.start()
        for who in self.pages:
            self._sign_in(who)
        self.run_by_night()

    def run_by_night(self) -> None:
        """Run what the calendar of the installation runs each night."""
        with time_machine.travel(self.now()):
            done = self.app.test_cli_runner().invoke(args=["mentorship", "remind"])
        assert done.exit_code == 0, done.output

    def _sign_in(self, who: str) -> None:
        # A little earlier: the server's clock may be a blink behind this one.
        with time_machine.travel(self.now() - timedelta(minutes=1)):
            cookie = signed_in_cookie(self.app, self.cast.users[who])
        url = self.server.address
        self.pages[who].context.add_cookies([{**cookie, "url": url}])  # type: ignore[typeddict-item]


def send(page: Page, action: str, said: str) -> None:
    """Send the form that goes to `action`, and read what the page says to it."""
    form = page.locator(f'form[action$="{action}"]').first
    send_form(form, said)


def send_form(form: Locator, said: str) -> None:
    """Send a form, and read what the page says to it."""
    follow(form.page, form.locator("button[type=submit]").first)
    expect(form.page.locator("main")).to_contain_text(said)


def sign(form: Locator, said: str) -> None:
    """Write one's password under a form, send it, and read what the page says."""
    form.locator('[name="password"]').fill(PASSWORD)
    send_form(form, said)
