"""A disqualification, lock, recheck, decoding, signatures, publication."""

from datetime import UTC, datetime

from playwright.sync_api import Locator, Page, expect

from extensions import db
from tests.browser.day.device import Day, follow, press, write_name
from tests.browser.day.hall import derive_again, hands_of
from tests.factories.accounts import PASSWORD
from tests.factories.recheck import recheck_all


def ask_for_signatures(day: Day) -> None:
    page = day.at("committee", day.here("review"))
    press(page, "/review/signing")


def disqualify(day: Day, work: str, reason: str) -> None:
    """The chief judge sees what it would do, and decides; by the code alone."""
    page = day.at("chief", day.here("marks"))
    form = page.locator('form[action$="/decisions/preview"]')
    form.locator("#entry").select_option(work)
    form.locator("#what").select_option("disqualify")
    form.locator("#reason").fill(reason)
    follow(page, form.locator("button[type=submit]"))
    expect(page.locator("main")).to_contain_text(reason)
    day.check(page)
    press(page, "/decisions")
    expect(page.locator("main")).to_contain_text(reason)


def lock(day: Day) -> None:
    page = day.at("chief", day.here("marks"))
    press(page, "/marks/lock")
    assert page.url.endswith(day.here("review"))


def recheck(day: Day) -> None:
    """The supervisor looks at one work on the tablet, at the others beside it."""
    page = day.at("supervisor", day.here("recheck"))
    follow(page, page.locator("tbody .btn-primary").first)
    follow(page, page.locator('.panel-check button[value="right"]'))
    with day.app.app_context():
        hands = hands_of(day)
        state = recheck_all(
            hands.session,
            hands.event,
            user=hands.supervisor,
            now=datetime.now(UTC),
        )
        assert state.is_complete
        db.session.commit()


def decode(day: Day) -> None:
    """A coding officer and the supervisor, at one screen."""
    page = day.at("coding3", day.here("codes/decode"))
    page.fill("#username", "supervisor")
    page.fill("#password", PASSWORD)
    page.check("#sure")
    follow(page, page.locator("main form button[type=submit]").first)
    assert page.url.endswith("/codes/decoded")


def sign_the_list(day: Day) -> None:
    """Chief judge and supervisor write their names under the list."""
    for who, slant in (("chief", 0.0), ("supervisor", 0.3)):
        page = day.at(who, day.here("review"))
        follow(page, page.locator('a[href$="/review/sign"]'))
        write_name(page, slant)
        page.fill("#password", PASSWORD)
        follow(page, page.locator('main form:has(#password) button[type="submit"]'))


def publish(day: Day) -> Page:
    """Somebody else than who locked publishes; return the public's own page."""
    page = day.at("publisher", day.here("review"))
    press(page, "/publish")
    public = day.at("public", f"/results/{day.event}")
    expect(public.locator("h1")).to_be_visible()
    return public


def lock_to_publication(day: Day, *, signed: bool) -> Page:
    """Lock, recheck, decode, sign and publish; the draws are told with the names."""
    lock(day)
    recheck(day)
    decode(day)
    derive_again(day, is_revealed=True)
    if signed:
        sign_the_list(day)
    return publish(day)


def row_of(page: Page, name: str) -> Locator:
    """Return somebody's row of the public list."""
    return page.locator("main table tbody tr", has=page.get_by_text(name)).first


def rank_of(page: Page, name: str) -> str:
    """Return somebody's rank as the public reads it; "=3" is shared."""
    cell = row_of(page, name).locator("td").first
    shared = cell.locator('[aria-hidden="true"]')
    return (shared if shared.count() else cell).inner_text().strip()
