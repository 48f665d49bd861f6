"""How it ends: another mentor, graduation, rewards, and what the pages show of it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.day.device import follow
from tests.browser.mentoring.cast import APPRENTICE, MENTOR, SECOND
from tests.browser.mentoring.device import Year, send, send_form

GRADUATED = "师徒出师"


def change_mentor(year: Year) -> None:
    """Give the apprentice another mentor; the new pair is at hand from then on."""
    page = year.at("desk", year.here("/mentor"), what="another mentor")
    page.fill("#certificate", year.cast.certificate)
    page.fill("#reason", "原师傅退休")
    send_form(page.locator("main form.sheet"), "新的师徒关系为草稿")
    before = year.pair
    year.pair = page.url.split("/pairs/")[1].split("/")[0]
    assert year.pair != before
    send_form(page.locator("main form.sheet"), "已通知各方签署")
    page = year.at("desk", f"/pool/pairs/{before}/assessments", what="successor")
    expect(page.locator("main")).to_contain_text("由新师傅接续")
    follow(page, page.get_by_role("link", name=SECOND))
    assert year.pair in page.url
    page = year.at("desk", f"/pool/pairs/{before}", what="ended pair")
    expect(page.locator("main")).to_contain_text("更换师傅")


def carry_on(year: Year, title: str) -> None:
    """What was not reached stands on the successor's task sheet."""
    page = year.at("second", year.here("/plan"), what="plan of the second")
    expect(page.locator("main")).to_contain_text(title)
    expect(page.locator("main")).not_to_contain_text("已完成")


def add_certificate(year: Year) -> None:
    """The desk adds the apprentice's new certificate, seen; that proposes a reward."""
    dossier = f"/pool/craftsmen/{year.cast.dossiers['apprentice']}"
    page = year.at("desk", f"{dossier}/facts/certificate/new", what="certificate")
    page.select_option("#level_code", "L5")
    page.fill("#trade", "焊工")
    page.fill("#number", "S000033060226")
    page.fill("#issued_on", year.today().isoformat())
    page.check("#verified")
    send_form(page.locator("main form.sheet"), "技师")


def approve_reward(year: Year) -> None:
    """The approver finds what was proposed for the mentor, and approves it."""
    page = year.at("approver", "/pool/pairs/rewards", what="rewards")
    row = page.locator("main tbody tr").filter(has_text=APPRENTICE)
    expect(row).to_have_count(1)
    expect(row).to_contain_text("徒弟取得技师")
    follow(page, row.get_by_role("link", name=MENTOR))
    year.look("approver", "reward")
    page.locator('[name="to"][value="approved"]').check()
    send_form(page.locator("main form.sheet"), "已保存")
    row = page.locator("main tbody tr").filter(has_text=APPRENTICE)
    expect(row).to_contain_text("已批准，待发放")


def count_graduated(year: Year) -> int:
    """Return the figure of graduations as the statistics show it; open what it is."""
    page = year.at("desk", "/pool/statistics", what="statistics")
    card = page.locator(".stat").filter(has_text=GRADUATED)
    text = card.locator(".stat__value").inner_text()
    found = re.match(r"\d+", text)
    assert found, text
    follow(page, card.get_by_role("link", name=GRADUATED))
    year.look("desk", "figure")
    return int(found.group())


def graduate(year: Year) -> None:
    page = year.at("desk", year.here("/assessments"), what="passed")
    send(page, "/graduate", "徒弟已出师")


def show_everywhere(year: Year) -> None:
    """Both dossiers, both lineages, the figure's rows and the phones say it."""
    dossiers = year.cast.dossiers
    for who, words in (("second", "徒弟出师"), ("apprentice", "出师")):
        page = year.at("desk", f"/pool/craftsmen/{dossiers[who]}", what=f"end {who}")
        expect(page.locator("main")).to_contain_text("已出师")
        expect(page.locator("main")).to_contain_text(words)
        page = year.at("desk", f"/pool/craftsmen/{dossiers[who]}/history")
        expect(page.locator("main tbody")).to_contain_text(words)
    page = year.at("desk", f"/pool/craftsmen/{dossiers['apprentice']}/lineage")
    year.look("desk", "lineage")
    main = page.locator("main")
    expect(main.get_by_role("link", name=SECOND).first).to_be_visible()
    expect(main.get_by_role("link", name=MENTOR).first).to_be_visible()
    expect(main.locator("li").filter(has_text=MENTOR)).to_contain_text("提前终止")
    page = year.at("apprentice", "/pool/mine/lineage", what="own lineage")
    expect(page.locator("main")).to_contain_text(SECOND)
    page = year.at("second", "/pool/mentoring", what="own pairs")
    expect(page.locator("main tbody tr")).to_contain_text("已出师")
    _rows_of_figure(year)


def _rows_of_figure(year: Year) -> Page:
    page = year.at("desk", "/pool/statistics/pairs.graduated/rows", what="rows")
    row = page.locator("main tbody tr").filter(has_text=APPRENTICE)
    expect(row).to_contain_text(SECOND)
    return page
