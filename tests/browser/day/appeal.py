"""An appeal: filed on a phone, decided by others, a mark given anew, another rank."""

from playwright.sync_api import expect

from tests.browser.day.cast import APPEALS
from tests.browser.day.device import Day, follow, press
from tests.browser.day.hall import mark_on_the_tablet, sign_sheets

GROUNDS = "工位清理一项，二号裁判判为未清理。录像显示结束前已清理完毕，请求复核。"
REASON = "录像显示结束前已清理工位，原判有误。"


def file_appeal(day: Day) -> str:
    """The contestant files it with a paper; return its address."""
    page = day.at("appeals", "/my-results")
    expect(page.locator("main")).to_contain_text("9")
    page = day.at("appeals", "/my-appeals", check=True)
    follow(page, page.locator('a[href*="/appeals/new/"]').first)
    page.fill("#grounds", GROUNDS)
    paper = {
        "name": "录像说明.pdf",
        "mimeType": "application/pdf",
        "buffer": b"%PDF-1.4\n%%EOF\n",
    }
    page.set_input_files("#papers", paper)  # type: ignore[arg-type]
    follow(page, page.locator("main form button[type=submit]"))
    expect(page.locator("main")).to_contain_text(GROUNDS)
    return page.url


def uphold(day: Day, key: str) -> None:
    """The arbitration group looks at what it would move, and upholds the appeal."""
    page = day.at("arbiter", day.here("appeals"), check=True)
    follow(page, page.locator("main tbody a").first)
    press(page, "/admit")
    effect = page.locator('form[method="get"]:has(#cell)')
    effect.locator("#cell").select_option(key)
    effect.locator("#value").fill("1")
    follow(page, effect.locator("button[type=submit]"))
    expect(page.locator("main")).to_contain_text("9 → 7")
    day.check(page)
    page.locator('[name="outcome"][value="upheld"]').check()
    page.check("#revises")
    page.fill("#decision-reason", REASON)
    press(page, "/decide")
    expect(page.locator("main")).to_contain_text(REASON)
    public = day.at("public", f"/results/{day.event}")
    expect(public.locator("main")).not_to_contain_text(APPEALS)


def revise(day: Day, work: str, aspect: str) -> None:
    """A second person opens the marks; the judge gives the mark anew, all sign."""
    page = day.at("chief", day.here("marks"))
    press(page, "/marks/unlock/confirm")
    mark_on_the_tablet(day, work, aspect, yes=True)
    sign_sheets(day)


def read_reply(day: Day, address: str) -> None:
    page = day.at("appeals", address)
    expect(page.locator("main")).to_contain_text(REASON)
    day.print("letter", page.locator('a[href$="/letter.pdf"]'))
