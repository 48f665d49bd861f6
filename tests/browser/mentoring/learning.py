"""What happens within a term: the task sheet, evidence, the log, assessments."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.day.device import follow
from tests.browser.mentoring.device import Year, send, send_form, sign

ADDED = "完成厚板全位置焊接试件"
MARKS = ("theory", "practice", "results", "conduct")


def change_task_sheet(year: Year) -> None:
    """The unit adds a milestone, on its phone, with the reason."""
    page = year.at("unit", year.here("/plan"), what="plan")
    follow(page, page.locator('a[href$="/plan/edit"]'))
    year.look("unit", "edit plan")
    titles = page.locator('input[name$="-title"]')
    at = next(n for n, one in enumerate(titles.all()) if not one.input_value())
    page.fill(f'[name="tasks-{at}-title"]', ADDED)
    due = year.today() + timedelta(days=200)
    page.fill(f'[name="tasks-{at}-due_on"]', due.isoformat())
    page.fill("#reason", "新购焊接变位机")
    send_form(page.locator("main form.sheet"), "任务书已形成新版本")
    expect(page.locator("main")).to_contain_text("新购焊接变位机")


def reach_milestone(year: Year, photo: Path) -> None:
    """The apprentice hands a photo in, the mentor signs; both on their phones."""
    page = year.at("apprentice", year.here("/plan"), what="plan of the apprentice")
    form = page.locator('form[action$="/claim"]').first
    form.locator('[name="evidence"]').set_input_files(photo)
    send_form(form, "已提交，待师傅签字")
    page = year.at("mentor", year.here("/plan"), what="plan of the mentor")
    form = page.locator('form[action$="/sign"]').first
    form.locator('[name="is_reached"][value="yes"]').check()
    send_form(form, "已保存")
    expect(page.locator("main section").first).to_contain_text("已完成")


def write_log(year: Year, photo: Path) -> None:
    """The apprentice writes what was learned, with a photo; the mentor confirms."""
    page = year.at("apprentice", year.here("/log"), what="log")
    page.fill("#hours", "2")
    page.fill("#minutes", "30")
    page.fill("#text", "立焊：电流与摆动幅度")
    page.set_input_files("#photos", photo)
    send_form(page.locator("main form.sheet"), "日志已提交")
    picture = page.locator('main a[href*="/log/photos/"]').first.get_attribute("href")
    assert picture is not None
    assert page.request.get(picture).headers["content-type"] == "image/jpeg"
    page = year.at("mentor", year.here("/log"), what="log of the mentor")
    follow(page, page.locator('form[action$="/confirm"] button'))
    expect(page.locator("main")).to_contain_text("确认")
    expect(page.locator('form[action$="/confirm"]')).to_have_count(0)


def assess(
    year: Year,
    number: int,
    given: dict[str, tuple[str, str]],
    *,
    passed: bool,
    note: str = "",
    shows: str = "",
) -> None:
    """Hold the pair's `number`th assessment, from 0, on the screens of all who judge.

    Args:
        year: of the pair at hand.
        number: its place in the list of the pair.
        given: by role, who gives the view and every mark of it, in order.
        passed: what the assessment is closed with; the final one by the desk.
        note: of the closing.
        shows: what the page says when all views are there.
    """
    is_final = "test" in given and given["test"][0] == "desk"
    for role, (who, mark) in given.items():
        page = _open(year, who, number)
        form = page.locator("main form.sheet").first
        expect(form.locator('[name="role"]')).to_have_value(role)
        for name in MARKS:
            if form.locator(f'[name="{name}"]').count():
                form.locator(f'[name="{name}"]').fill(mark)
        if role == "test":
            form.locator('[name="document"]').fill(f"技能测试记录 {number}")
        year.look(who, f"view of {role}")
        sign(form, "评价已签署")
    who = "desk" if is_final else "unit"
    page = _open(year, who, number)
    expect(page.locator("main")).to_contain_text(shows)
    year.look(who, "to close")
    closing = page.locator('form[action$="/close"]')
    closing.locator(f'[name="is_passed"][value="{"yes" if passed else "no"}"]').check()
    closing.locator('[name="note"]').fill(note)
    send(page, "/close", "考核已办结")
    row = page.locator("main tbody tr").nth(number)
    expect(row).to_contain_text("通过" if passed else "不合格")


def _open(year: Year, who: str, number: int):
    page = year.at(who, year.here("/assessments"), what="assessments")
    follow(page, page.locator("main tbody tr").nth(number).locator("th a"))
    return page
