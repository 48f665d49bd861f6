"""The agreement: drawn up at the desk, signed on three phones, filed, changed."""

from datetime import date

from playwright.sync_api import expect

from tests.browser.day.device import follow
from tests.browser.mentoring.cast import APPRENTICE
from tests.browser.mentoring.device import Year, send, send_form, sign

SHEET = "main form.sheet"


def record(year: Year, first: date, last: date) -> None:
    """Record the pair at the desk, and draw its agreement up."""
    dossier = f"/pool/craftsmen/{year.cast.dossiers['mentor']}"
    page = year.at("desk", dossier)
    follow(page, page.locator('a[href$="/pairs/new"]'))
    year.look("desk", "new pair")
    page.fill("#name", APPRENTICE)
    page.fill("#id_number", year.cast.id_number)
    page.select_option("#apprentice_level", "L4")
    page.select_option("#relation", "assigned")
    page.fill("#starts_on", first.isoformat())
    page.fill("#ends_on", last.isoformat())
    page.fill("#goals", "期满前取得技师")
    send_form(page.locator(SHEET), "请起草协议")
    year.pair = page.url.split("/pairs/")[1].split("/")[0]
    year.look("desk", "draw up")
    page.fill("#goals", "一、期满前取得技师。\n二、独立完成厚板全位置焊接。")
    send_form(page.locator(SHEET), "已通知各方签署")


def sign_on_phones(year: Year, parties: tuple[str, ...], sections: int) -> None:
    """Let each party find the agreement on the desk of its phone, read it and sign."""
    for who in parties:
        page = year.at(who, "/desk")
        follow(page, page.get_by_role("link", name="待签署的师徒协议").first)
        year.look(who, "own pairs")
        follow(page, page.locator(f'main a[href="{year.here("/agreement")}"]'))
        year.look(who, f"to sign {sections}")
        form = page.locator('form[action$="/agreement/sign"]')
        boxes = form.locator('input[name="codes"]')
        expect(boxes).to_have_count(sections)
        for box in boxes.all():
            box.check()
        sign(form, f"您已签署 {sections} 条")


def file(year: Year, state: str) -> None:
    """File at the desk; the page says what the pair is then."""
    page = year.at("desk", year.here("/agreement"), what="to file")
    send(page, "/agreement/file", "协议已备案")
    expect(page.locator("main")).to_contain_text("签名校验通过")
    expect(page.locator("main dl").first).to_contain_text(state)


def extend(year: Year, last: date) -> None:
    """Extend the term after a failed assessment, as a change that all three sign."""
    page = year.at("unit", year.here("/assessments"), what="failed")
    expect(page.locator("main")).to_contain_text("考核不合格，下一步")
    follow(page, page.get_by_role("link", name="延期", exact=True))
    year.look("unit", "change")
    page.fill("#ends_on", last.isoformat())
    page.fill("#term", f"延期至 {last.isoformat()}，期满重新考核。")
    page.fill("#reason", "期满考核未通过，延期半年")
    send_form(page.locator(SHEET), "已通知各方签署")
    sign_on_phones(year, ("mentor", "apprentice", "unit"), 1)
    file(year, "已延期")
    page = year.at("desk", year.here("/agreement"), what="two versions")
    expect(page.locator("main")).to_contain_text("期满考核未通过，延期半年")
