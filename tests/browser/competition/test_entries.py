"""An entry's own ways, in a real browser: corrected, re-submitted, begun by a guest."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from accounts.roles.rules import Scope
from competition.registration.services.drafts import save_answers
from competition.registration.services.review import return_entry
from competition.registration.services.submissions import submit_entry
from extensions import db
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_draft, make_entry, make_event
from tests.factories.people import made_up_id, make_unit, picture

SIZES = [(360, 780), (820, 1180), (1280, 800)]


@pytest.fixture
def assert_fits(
    assert_accessible: Callable[[Page], None],
) -> Callable[[Page], None]:
    """Hold the page against axe at each size."""

    def at_each_size(page: Page) -> None:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert_accessible(page)

    return at_each_size


def test_only_what_changed_is_ticked_before_an_entry_is_accepted(
    own_app: Flask,
    page_at: Callable[..., Page],
    assert_fits: Callable[[Page], None],
) -> None:
    soon = datetime.now(UTC) + timedelta(days=9)
    with own_app.app_context():
        session = db.session()
        event = make_event(session, registration_closes_at=soon, starts_at=soon)
        entry = make_entry(session, event, trade_years="5", phone="13712345678")
        given = {"entry": entry, "actor": SYSTEM, "now": NOW}
        fields = ["phone", "trade_years"]
        return_entry(session, fields=fields, reason="请核对", **given)
        values = {"phone": "13787654321", "trade_years": "12"}
        save_answers(session, entry=entry, values=values, now=NOW)
        submit_entry(session, has_consented=True, **given)
        committee = make_user(session, "committee")
        session.commit()
        session.refresh(committee)
        where = f"/reviews/{entry.uid}"
        session.expunge(committee)

    page = page_at(1280, 800, user=committee)
    page.goto(where)
    expect(page.get_by_role("row", name="手机号码")).to_contain_text("137****5678")
    assert_fits(page)
    page.get_by_role("checkbox", name="已核对：手机号码").check()
    page.get_by_role("button", name="通过报名").click()
    # The browser asks for the other tick before anything is sent.
    expect(page.get_by_role("checkbox", name="已核对：从业年限")).to_be_focused()
    page.get_by_role("checkbox", name="已核对：从业年限").check()
    page.get_by_role("button", name="通过报名").click()
    expect(page.get_by_text("：已通过").first).to_be_visible()


def test_an_entry_is_begun_without_an_account(
    own_app: Flask,
    page_at: Callable[..., Page],
    assert_fits: Callable[[Page], None],
) -> None:
    soon = datetime.now(UTC) + timedelta(days=9)
    with own_app.app_context():
        session = db.session()
        event = make_event(session, registration_closes_at=soon, starts_at=soon)
        unit = make_unit(session)
        session.commit()
        where, unit_name = f"/events/{event.uid}/enter", unit.name

    page = page_at(360, 780)
    page.goto(where)
    assert_fits(page)
    page.get_by_role("button", name="免登录开始填写").click()
    page.get_by_label("姓名").fill("王秉元")
    page.get_by_label("身份证号码").fill(made_up_id(88))
    page.get_by_label("手机号码").fill("13712345678")
    assert_fits(page)
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("查找单位").fill(unit_name)
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("radio", name=unit_name).check()
    page.get_by_role("radio", name="职工组").check()
    page.get_by_role("button", name="保存并继续").click()
    for kind in ("photo", "id_card"):
        page.set_input_files(
            f"#file-{kind}",
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()},
        )
        page.locator(f"#{kind}").get_by_role("button", name="上传").click()
        expect(page.get_by_text("文件已上传").first).to_be_visible()
    # The page is closed; the same browser finds the draft again.
    page.goto(where)
    expect(page.get_by_role("button", name="放弃草稿")).to_be_visible()
    assert_fits(page)
    page.get_by_role("link", name="继续填写").click()
    expect(page.get_by_label("姓名")).to_have_value("王秉元")
    page.get_by_role("link", name="提交").click()
    assert_fits(page)
    page.locator("main").get_by_role("link", name="注册账号").click()
    page.get_by_label("手机号码").fill("13712345678")
    page.get_by_label("您的姓名").fill("王秉元")
    page.get_by_label("密码").fill("kiln-dragon-2026")
    page.get_by_role("button", name="注册", exact=True).click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("报名已提交").first).to_be_visible()


def test_a_leader_submits_all_that_is_mended(
    own_app: Flask,
    page_at: Callable[..., Page],
    assert_fits: Callable[[Page], None],
) -> None:
    soon = datetime.now(UTC) + timedelta(days=9)
    with own_app.app_context():
        session = db.session()
        event = make_event(
            session,
            quota=30,
            unit_quota=6,
            registration_closes_at=soon,
            starts_at=soon,
        )
        unit = make_unit(session)
        for phone in ("13787654321", ""):
            entry = make_entry(session, event, unit=unit)
            entry.user = None
            given = {"entry": entry, "actor": SYSTEM, "now": NOW}
            return_entry(session, fields=["phone"], reason="请核对", **given)
            if phone:
                save_answers(session, entry=entry, values={"phone": phone}, now=NOW)
        officer = make_user(session, "unit_officer", scope=Scope("unit", unit.uid))
        session.commit()
        session.refresh(officer)
        where = f"/competitions/{event.competition.uid}/delegation"
        session.expunge(officer)

    page = page_at(1280, 800, user=officer)
    page.goto(where)
    assert_fits(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="一键重新提交已补正的报名").click()
    expect(page.get_by_text("已重新提交 1 份报名")).to_be_visible()
    expect(page.get_by_text("补正：手机号码")).to_be_visible()
    assert_fits(page)


def test_questions_appear_as_they_apply(
    own_app: Flask,
    page_at: Callable[..., Page],
    assert_fits: Callable[[Page], None],
    expected_console: list[str],
) -> None:
    expected_console.append("422")
    soon = datetime.now(UTC) + timedelta(days=9)
    with own_app.app_context():
        session = db.session()
        event = make_event(session, registration_closes_at=soon, starts_at=soon)
        entry = make_draft(session, event)
        committee = make_user(session, "committee")
        session.commit()
        users = (committee, entry.user)
        for user in users:
            session.refresh(user)
        desk, where = f"/events/{event.uid}/questions", f"/entries/{entry.uid}/more"
        for user in users:
            session.expunge(user)

    page = page_at(1280, 800, user=committee)
    page.goto(desk)
    page.get_by_role("link", name="新增问题").click()
    page.get_by_label("问题（中文）").fill("用餐")
    page.get_by_label("回答类型").select_option("choice")
    page.get_by_label("必须回答").check()
    page.get_by_label("选项").fill("普通 | Normal\n清真 | Halal")
    assert_fits(page)
    page.get_by_role("button", name="保存问题").click()
    page.get_by_role("link", name="新增问题").click()
    page.get_by_label("问题（中文）").fill("忌口")
    page.get_by_label("必须回答").check()
    page.get_by_label("用餐: 清真").check()
    page.get_by_role("button", name="保存问题").click()
    expect(page.get_by_role("heading", name="预览")).to_be_visible()
    assert_fits(page)

    page = page_at(360, 780, user=users[1])
    page.goto(where)
    expect(page.get_by_label("忌口")).to_be_hidden()
    page.get_by_label("清真").check()
    expect(page.get_by_label("忌口")).to_be_visible()
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_role("link", name="忌口：请填写此项。")).to_be_visible()
    assert_fits(page)
    page.get_by_label("普通").check()
    expect(page.get_by_label("忌口")).to_be_hidden()
    page.get_by_role("button", name="保存并继续").click()
    expect(page).to_have_url(re.compile("/papers$"))
