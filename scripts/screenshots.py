"""Take the pictures of the documents from a running demonstration city.

    make run                                      in one terminal
    python -m scripts.screenshots [ADDRESS]       in another; writes docs/screenshots

They show the real thing: when a screen changes, take them again.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from demo.plan import PASSWORD
from scripts.browser import FLAGS, get_chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PHONE, TABLET, DESKTOP = (360, 740), (820, 1180), (1280, 900)
COLOURS = 128  # enough for a screen, and a third of the size


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=get_chromium(), args=list(FLAGS)
        )
        _contestant(browser, address)
        _judge(browser, address)
        _offices(browser, address)
        browser.close()


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
    page = _sign_in(browser, address, "pool", DESKTOP)
    page.goto("/pool/proposals")
    page.locator("main table a").first.click()
    _keep(page, "proposal")


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
    page.goto("/login")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/desk")
    return page


def _keep(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}.png"
    image.quantize(COLOURS).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
