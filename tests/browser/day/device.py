"""The roles' devices, one for each for the whole day, and what all do on a page."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.day.cast import Cast

PHONE, TABLET, DESKTOP = (360, 740), (820, 1180), (1280, 800)
SIZES = {
    **dict.fromkeys(("appeals", "waits", "withdraws", "leader", "public"), PHONE),
    **dict.fromkeys(("checkin", "chief", "judge"), TABLET),
}
# Where papers are kept for the documents; see scripts/papers.py.
KEEP = os.environ.get("JIANGCAI_KEEP_PAPERS", "")


@dataclass(kw_only=True)
class Day:
    """The two events as they go; `event` is the uid of the one at hand."""

    app: Flask
    cast: Cast
    page_at: Callable[..., Page]
    check: Callable[[Page], None]
    folder: Path
    events: dict[str, str] = field(default_factory=dict)  # uids by name
    event: str = ""
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        """Return somebody's device; one nobody has signed in on is a new phone."""
        if who not in self.pages:
            user = self.cast.users.get(who)
            signed_in = {"user": user} if user else {}
            page = self.page_at(*SIZES.get(who, DESKTOP), **signed_in)
            self.pages[who] = page
        return self.pages[who]

    def at(self, who: str, path: str, *, check: bool = False) -> Page:
        """Be somewhere as somebody; the first page of each passes axe, others asked."""
        is_first = who not in self.pages
        page = self.page(who)
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, f"{who} at {path}: {response.status}"
        if is_first or check:
            self.check(page)
        return page

    def here(self, path: str) -> str:
        return f"/events/{self.event}/{path}"

    def keep(self, name: str, pdf: bytes) -> bytes:
        """Return a paper of the day; kept where the documents want its picture."""
        assert pdf.startswith(b"%PDF-"), f"{name}: {pdf[:60]!r}"
        if KEEP:
            Path(KEEP, f"{name}.pdf").write_bytes(pdf)
        return pdf

    def print(self, name: str, link: Locator) -> bytes:
        """Take the paper a link on the page leads to."""
        href = link.first.get_attribute("href")
        assert href is not None
        answer = link.page.request.get(href)
        assert answer.status == 200, f"{href}: {answer.status}"
        return self.keep(name, answer.body())

    def print_by(self, name: str, page: Page, action: str) -> bytes:
        """Take the paper a button of a page answers with."""
        form = page.locator(f'form[action$="{action}"]').first
        where = form.get_attribute("action")
        token = form.locator('[name="csrf_token"]').get_attribute("value")
        assert where is not None
        assert token is not None
        answer = page.request.post(where, form={"csrf_token": token})
        assert answer.status == 200, f"{where}: {answer.status}"
        return self.keep(name, answer.body())


def follow(page: Page, what: Locator) -> None:
    """Click what leads to another page, and be there before anything else."""
    with page.expect_navigation():
        what.click()


def press(page: Page, action: str) -> None:
    """Press the button of the form that goes to `action`, and confirm if asked."""
    form = page.locator(f'form[action$="{action}"]').first
    asks = page.locator("details.confirm", has=form)
    if asks.count():  # what follows is said first
        asks.first.locator("summary").first.click()
    follow(page, form.locator("button[type=submit]").first)


def give_reason(page: Page, action: str, reason: str) -> None:
    """Open the form that goes to `action`, say why, and send it."""
    form = page.locator(f'form[action$="{action}"]').first
    folded = page.locator("details:not([open])", has=form)
    if folded.count():
        folded.last.locator("summary").first.click()
    form.locator('[name="reason"]').fill(reason)
    follow(page, form.locator("button[type=submit]").first)


def write_name(page: Page, slant: float) -> None:
    """Sign on the screen with one stroke; slant: 0 to 0.3, each hand its own."""
    pad = page.locator(".sign-pad canvas")
    pad.scroll_into_view_if_needed()
    box: Any = pad.bounding_box()
    at = [(0.1, 0.5), (0.2, 0.15 + slant), (0.3, 0.75), (0.4, 0.3), (0.45, 0.6)]
    at += [(0.55, 0.2), (0.6, 0.65 - slant), (0.7, 0.35), (0.75, 0.55), (0.9, 0.4)]
    points = [
        (box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in at
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=3)
    page.mouse.up()
    expect(page.locator(".sign-pad__state")).to_contain_text("已书写")
