"""Take the pictures of the documents from a running demonstration city.

    make run                                      in one terminal
    python -m scripts.screenshots [ADDRESS]       in another; writes docs/screenshots

They show the real thing: when a screen changes, take them again.
"""

import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import (
    Browser,
    FilePayload,
    Page,
    Playwright,
    sync_playwright,
)

from demo.plan import PASSWORD
from scripts.browser import FLAGS, get_chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PHONE, TABLET, DESKTOP = (360, 740), (820, 1180), (1280, 900)
COLOURS = 64  # enough for a screen, and a quarter of the size


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=get_chromium(), args=list(FLAGS)
        )
        _contestant(browser, address)
        _judge(browser, address)
        _offices(browser, address)
        _pool(browser, address)
        _mentors(browser, address)
        browser.close()
        _ready(playwright, address)


def _contestant(browser: Browser, address: str) -> None:
    page = _sign_in(browser, address, "contestant", PHONE)
    page.goto("/entries")
    page.get_by_role("link", name="焊工(秋季赛)").first.click()
    entry = page.url.rstrip("/")
    page.goto(f"{entry}/papers")
    _keep(page, "register")
    page.goto("/entries")
    page.get_by_role("link", name="车工(青年组)").first.click()
    page.goto(f"{page.url.rstrip('/')}/ticket")
    _keep(page, "ticket")


def _judge(browser: Browser, address: str) -> None:
    page = _sign_in(browser, address, "judge1", TABLET)
    page.goto("/judging")
    page.get_by_role("link", name="餐厅服务").first.click()
    page.goto(f"{page.url.rstrip('/')}/mark")
    page.wait_for_selector("#control button")
    _keep(page, "marking")
    page.click("#open-grid")
    _keep(page, "grid")


def _ready(playwright: Playwright, address: str) -> None:
    """Show the gate on a tablet whose browser promises to keep its store."""
    width, height = TABLET
    with (
        TemporaryDirectory() as profile,
        playwright.chromium.launch_persistent_context(
            profile,
            executable_path=get_chromium(),
            args=list(FLAGS),
            base_url=address,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        ) as context,
    ):
        page = context.new_page()
        _fill_in(page, "judge1")
        # Without a person at it a browser says no to whoever asks for this.
        context.new_cdp_session(page).send(
            "Browser.grantPermissions",
            {"permissions": ["durableStorage"], "origin": address},
        )
        page.goto("/judging/app")
        page.wait_for_selector("#verdict.tablet-verdict--green")
        _keep(page, "ready")


def _offices(browser: Browser, address: str) -> None:
    page = _sign_in(browser, address, "official", DESKTOP)
    page.goto("/pool?q=焊工")
    _keep(page, "search")
    page.goto("/results")
    page.get_by_role("link", name="焊工").first.click()
    _keep(page, "result")
    event = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.locator("main table tbody a").first.click()
    page.locator(".trace-line").evaluate("line => line.scrollIntoView()")
    _keep(page, "explanation")
    page = _sign_in(browser, address, "chief", DESKTOP)
    page.goto("/panels")
    page.get_by_role("link", name="餐厅服务").first.click()
    _keep(page, "panel")
    page.goto(f"/events/{event}/what-if?total=0&aggregate=mean")
    page.locator(".stats").evaluate("line => line.scrollIntoView()")
    _keep(page, "what-if")
    page = _sign_in(browser, address, "supervisor", DESKTOP)
    page.goto("/walls")
    page.get_by_role("link", name="餐厅服务").first.click()
    page.wait_for_selector("#live[data-state=live]")
    _keep(page, "wall", is_quiet=False)
    page.goto("/panels")
    page.get_by_role("link", name="车工").first.click()
    page.goto(f"{page.url.removesuffix('/marks')}/recheck")
    _keep(page, "recheck")
    page = _sign_in(browser, address, "pool", DESKTOP)
    page.goto("/pool/proposals")
    page.locator("main table a").first.click()
    _keep(page, "proposal")


def _pool(browser: Browser, address: str) -> None:
    """Show the pool's pages of the guide, docs/tutorials/pool.md."""
    page = _sign_in(browser, address, "official", PHONE)
    page.goto("/pool?q=焊工")
    _keep(page, "pool-search-phone")
    page = _sign_in(browser, address, "pool", DESKTOP)
    page.goto("/pool/compliance#chapter-4")
    _keep(page, "pool-compliance")
    page.goto("/pool/notices")
    page.locator("main .sheet a").first.click()
    _keep(page, "pool-notice")
    page.goto("/pool?level=nation&honour=nation&competition=nation")
    page.locator(".pool-result a").first.click()
    page.locator(".stats").evaluate("line => line.scrollIntoView()")
    _keep(page, "pool-timeline")
    _faulty_file(page)
    page.goto("/pool/identity")
    page.locator("main table a").first.click()
    page.goto(f"{page.url}/merge")
    page.locator("main form[method=get]").evaluate("form => form.scrollIntoView()")
    _keep(page, "pool-merge")


def _mentors(browser: Browser, address: str) -> None:
    """Show the pages of the guide docs/tutorials/mentors.md."""
    page = _sign_in(browser, address, "apprentice2", PHONE)
    page.goto("/pool/mentoring")
    page.locator("main tbody a").first.click()
    page.locator("form.sheet").evaluate("form => form.scrollIntoView()")
    _keep(page, "mentors-agreement")
    page = _sign_in(browser, address, "apprentice", PHONE)
    page.goto("/pool/mentoring")
    page.locator("main tbody a").first.click()
    page.locator('main a[href$="/plan"]').first.click()
    page.locator("main section.sheet").first.evaluate("part => part.scrollIntoView()")
    _keep(page, "mentors-plan")
    page = _sign_in(browser, address, "pool", DESKTOP)
    page.goto("/pool/lineage?trade=焊工")
    page.locator("main table a").first.click()
    page.locator("svg").first.wait_for()
    _keep(page, "mentors-lineage")
    page.goto("/pool/demands")
    page.locator("main tbody a").first.click()
    _keep(page, "mentors-demand")
    page.goto("/pool/statistics")
    title = page.get_by_role("heading", name="名师带徒")
    title.evaluate("part => part.scrollIntoView()")
    _keep(page, "mentors-statistics")
    page.goto("/pool/plans")
    page.locator("main tbody a").first.click()
    _keep(page, "mentors-plans")
    page.goto("/pool/reports")
    page.locator("main tbody a").first.click()
    _keep(page, "mentors-report")


def _faulty_file(page: Page) -> None:
    """Send a file with faults, see what they are, and give the import up."""
    rows = [
        ["姓名", "身份证号", "联系电话", "入库层级", "人才类别", "工种", "入库日期"],
        ["陈建华", "330602198803079912", "13800000001", "市级", "高技能人才", "焊工"],
        ["沈丽", "33060219", "13800000002", "火星级", "高技能人才", "车工"],
        ["", "330602199003070011", "1380", "市级", "其他", "电工"],
    ]
    text = "\n".join(",".join([*row, "2024-02-30"][:7]) for row in rows)
    page.goto("/pool/imports")
    file: FilePayload = {
        "name": "2026年度工匠人才汇总表.csv",
        "mimeType": "text/csv",
        "buffer": text.encode("utf-8-sig"),
    }
    page.set_input_files("input[type=file]", file)
    page.locator("main form button[type=submit]").first.click()
    page.locator("select[name=column-0]").wait_for()
    page.locator("main form button[type=submit]").first.click()
    page.locator("#faults").wait_for()
    _keep(page, "pool-faults")


def _sign_in(
    browser: Browser, address: str, username: str, size: tuple[int, int]
) -> Page:
    width, height = size
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    _fill_in(page, username)
    return page


def _fill_in(page: Page, username: str) -> None:
    page.goto("/login")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/desk")


def _keep(page: Page, name: str, *, is_quiet: bool = True) -> None:
    if is_quiet:  # a live page never is
        page.wait_for_load_state("networkidle")
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}.png"
    image.quantize(COLOURS).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
