"""An expert builds a scheme from nothing to frozen, with the keyboard."""

from accounts.roles.rules import Scope
from extensions import db
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.parse import parse_scheme
from tests.factories.accounts import make_user
from tests.factories.competition import make_event


def press(page, locator):
    """Reach a control by the keyboard, press Enter and wait for the next page."""
    locator.focus()
    # Each leads to a page; what is filled in before that is there would be lost.
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_nothing_to_frozen(own_app, page_at, assert_accessible):
    with own_app.app_context():
        event = make_event(db.session())
        scope = Scope("event", event.uid)
        user = make_user(db.session(), "committee", scope=scope)
        db.session.commit()
        db.session.refresh(user)
        uid = event.uid
        db.session.expunge(user)
        db.session.rollback()
    page = page_at(1280, 860, user=user)
    small = [page_at(360, 780, user=user), page_at(820, 1180, user=user)]
    main = page.locator("main")
    page.goto(f"/events/{uid}/scheme/draft")
    assert_accessible(page)
    press(page, main.get_by_role("button", name="从空白开始"))
    press(page, main.get_by_role("link", name="编辑模块 A"))
    page.get_by_label("满分", exact=True).fill("10")
    page.get_by_label("满分", exact=True).press("Control+Enter")
    page.wait_for_url("**saved=1**")
    press(page, main.get_by_role("link", name="A1.1"))
    page.get_by_label("方案内名称").fill("焊缝外观")
    page.get_by_label("评分方式").select_option("judgement")
    page.get_by_label("0 分的样子").wait_for()
    for at, text in enumerate(("裂纹", "合格", "均匀", "优美")):
        page.get_by_label(f"{at} 分的样子").fill(text)
    page.get_by_label("每件作品的裁判数").fill("三")
    press(page, main.get_by_role("button", name="保存", exact=True))
    page.locator("#node-judges[aria-invalid=true]").wait_for()
    here = page.url
    for narrow in (page, *small):
        narrow.goto(here)
        assert_accessible(narrow)
    page.get_by_label("每件作品的裁判数").fill("3")
    press(page, main.get_by_role("button", name="保存并收起"))
    press(page, main.get_by_role("button", name="生成版本"))
    page.wait_for_url(f"**/events/{uid}/scheme")
    main.locator("details.confirm summary", has_text="冻结").click()
    press(page, main.get_by_role("button", name="确定"))
    main.locator(".notice--success").first.wait_for()
    assert_accessible(page)

    with own_app.app_context():
        version = db.session.query(SchemeVersion).one()
        [aspect] = parse_scheme(version.text).aspects
    assert version.frozen_at is not None
    assert (aspect.kind, aspect.judges, aspect.descriptors[3]) == (
        "judgement",
        3,
        "优美",
    )
