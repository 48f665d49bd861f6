"""A second installation: a server, a database, keys and a browser of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, BrowserContext, Page, expect

from app import create_app
from config import load_keys
from extensions import db
from tests import databases
from tests.browser.conftest import signed_in_cookie
from tests.browser.day.device import Day, follow
from tests.factories.accounts import make_user
from tests.factories.competition import make_competition, make_event
from tests.faults.server import Server


@dataclass
class Far:
    """The province's installation, with an event that takes the winners."""

    page: Page
    event: str  # uid


def open_far(url: str, server: Server, browser: Browser) -> tuple[Far, BrowserContext]:
    """Make the event over there, and sign its committee in."""
    keys = load_keys(server.folder / "keys.json")
    app = create_app(databases.settings(url, server.folder, **keys))
    with app.app_context():
        session, soon = db.session(), datetime.now(UTC) + timedelta(days=20)
        event = make_event(
            session,
            competition=make_competition(
                session, name="浙江省职工职业技能大赛", tier="province"
            ),
            name="焊工(省赛)",
            registration_closes_at=soon,
            starts_at=soon + timedelta(days=9),
        )
        user = make_user(session, "committee")
        session.commit()
        session.refresh(user)
        uid = event.uid
        session.expunge_all()
    cookie = signed_in_cookie(app, user)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    context = browser.new_context(base_url=server.address, locale="zh-CN")
    context.add_cookies([{**cookie, "url": server.address}])  # type: ignore[typeddict-item]
    return Far(context.new_page(), uid), context


def send_qualifiers(day: Day, far: Far, names: list[str]) -> None:
    """Download the signed file here, hand it over, and take it there."""
    page = day.at("committee", day.here("qualifiers"), check=True)
    page.fill("#top", "3")
    with page.expect_download() as started:
        page.locator("main form button[type=submit]").click()
    path = day.folder / "qualifiers.json"
    started.value.save_as(path)
    there = far.page
    where = f"/events/{far.event}/ladder"
    there.goto(where)
    there.set_input_files("input[type=file]", path)
    follow(there, there.locator("main form button[type=submit]"))
    rows = there.locator("main table tbody tr")
    expect(rows).to_have_count(len(names))
    day.check(there)
    there.check("#trusts")  # the key was compared by telephone
    follow(there, there.locator('main form:has([name="sealed"]) button[type=submit]'))
    there.goto(where)
    for name in names:
        expect(there.locator("main table").first).to_contain_text(name)
