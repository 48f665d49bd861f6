"""A judge's badge in a real browser: typed, scanned, bound, locked, revoked."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from accounts.badges.models import Badge
from extensions import db
from tests.browser.conftest import on_each_database
from tests.factories.badges import make_badge
from tests.factories.scoring import make_marked_event

INSIDE = re.compile(r"^http://[^/]+/judging")
SIZES = [(360, 780), (820, 1180), (1280, 800)]


@pytest.fixture
def hall(own_app):
    """An event that is being marked, and the badge of its second judge."""
    with own_app.app_context():
        session = db.session()
        marked = make_marked_event(session, works=1)
        made = make_badge(
            session,
            marked.judge("J2"),
            now=datetime.now(UTC),
            scope=f"event:{marked.event.uid}",
            label="J2",
        )
        session.commit()
        found = SimpleNamespace(
            event=marked.event.uid,
            judge=marked.judge("J2").uid,
            committee=marked.committee,
        )
        session.refresh(found.committee)
        # Whoever still reads holds the server up.
        session.expunge_all()
        session.rollback()
    return found, made


def type_pin(page, pin):
    pad = page.locator(".pad").filter(visible=True)
    for digit in pin:
        pad.get_by_role("button", name=digit, exact=True).click()


def wrong(pin):
    return f"{(int(pin) + 1) % 1_000_000:06}"


def smallest_target(page):
    """Return the height of the lowest button in sight of the form."""
    return page.evaluate(
        """() => {
          const all = document.querySelectorAll("#door .btn, #door input, .pad button");
          const seen = [...all].filter((e) => e.checkVisibility());
          return Math.min(...seen.map((e) => e.getBoundingClientRect().height));
        }"""
    )


def come_in(page, made):
    page.goto(f"/badge#{made.secret}")
    type_pin(page, made.pin)
    page.wait_for_url(INSIDE)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_judge_types_code_and_pin(
    page_at, hall, assert_accessible, expected_console, width, height
):
    expected_console.append("422")
    marked, made = hall
    page = page_at(width, height)
    page.goto("/judging")
    page.get_by_role("link", name="胸牌登录").click()
    page.wait_for_url("**/badge**")
    assert_accessible(page)

    page.get_by_label("胸牌代码").fill(made.code.lower())
    page.get_by_role("button", name="下一步").click()
    assert_accessible(page)
    assert smallest_target(page) >= 56
    type_pin(page, wrong(made.pin))
    page.get_by_text("胸牌或 PIN 码不正确。").wait_for()
    type_pin(page, made.pin)

    page.wait_for_url(INSIDE)
    page.goto(f"/judging/{marked.event}")
    assert "我的账户" not in page.content()
    assert page.goto("/account").status == 403
    expected_console.append("403")


def test_what_is_no_badge_never_reaches_the_pin(page_at, hall):
    page = page_at(820, 1180)
    page.goto("/badge")

    page.get_by_label("胸牌代码").fill("https://example.org/")
    page.keyboard.press("Enter")  # as a scanner ends what it types

    page.get_by_text("这不是本系统的胸牌").wait_for()
    assert page.locator("#door-pin").is_hidden()


def test_a_scanned_address_leaves_no_secret_behind(page_at, hall):
    _marked, made = hall
    page = page_at(820, 1180)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"/badge?next=/judging#{made.secret}")
    page.get_by_text("已读出胸牌").wait_for()

    assert page.url.endswith("/badge?next=/judging")
    assert not any(made.secret in url.partition("#")[0] for url in asked)


@on_each_database
def test_another_tablet_waits_for_the_committee_and_then_has_the_badge(
    page_at, hall, expected_console
):
    # The first tablet is signed out as soon as the second one has the badge.
    expected_console.extend(["409", "401"])
    marked, made = hall
    first, second = page_at(820, 1180), page_at(820, 1180)
    office = page_at(1280, 800, user=marked.committee)
    come_in(first, made)

    second.goto(f"/badge#{made.secret}")
    type_pin(second, made.pin)
    second.get_by_text("该胸牌已绑定另一台平板").wait_for()
    office.goto(f"/events/{marked.event}/badges")
    office.get_by_text("请求换平板").wait_for()
    office.get_by_role("button", name="允许 J2 换平板").click()
    office.get_by_text("下一台出示该胸牌").wait_for()
    type_pin(second, made.pin)
    second.wait_for_url(INSIDE)

    first.goto("/judging")  # signed out, and back at the door
    assert "/badge?next=" in first.url
    first.get_by_text("本平板认得您的胸牌").wait_for()


def test_the_committee_revokes_in_one_tap_and_the_marks_stay(
    page_at, hall, expected_console
):
    # The tablet is without network for a while, and then signed out.
    expected_console.extend(["ERR_INTERNET", "401", "fetching the script"])
    marked, made = hall
    tablet = page_at(820, 1180)
    office = page_at(1280, 800, user=marked.committee)
    come_in(tablet, made)
    tablet.goto(f"/judging/{marked.event}/mark")
    tablet.context.set_offline(True)
    tablet.evaluate(
        """async () => {
          const { openOutbox } = await import("/static/js/marking/outbox.js");
          const outbox = await openOutbox();
          const mark = { entry: "X", aspect: "P1.2", value: "1" };
          await outbox.save(mark, "judge", "event");
          outbox.db.close();
        }"""
    )
    office.goto(f"/events/{marked.event}/badges")

    office.get_by_role("button", name="吊销 J2 的胸牌").click()
    office.get_by_text("平板已退出登录").wait_for()
    tablet.context.set_offline(False)
    tablet.goto("/judging")

    assert "/badge?next=" in tablet.url
    tablet.get_by_text("本平板上有 1 条评分尚未送达").wait_for()


def test_the_office_page_is_accessible(page_at, hall, assert_accessible):
    marked, _made = hall
    for width, height in SIZES:
        page = page_at(width, height, user=marked.committee)
        page.goto(f"/events/{marked.event}/badges")
        assert_accessible(page)


def test_the_lock_asks_for_the_pin_and_waits_after_five_wrong_ones(
    page_at, hall, assert_accessible
):
    marked, made = hall
    page = page_at(820, 1180)
    come_in(page, made)
    page.goto(f"/judging/{marked.event}/mark")
    judge = marked.judge

    lock(page, judge)
    assert_accessible(page)
    assert smallest_target(page) >= 56
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    # The browser closes it at the second one, and in its next turn it is there again.
    page.locator("#pin-lock").wait_for()
    assert page.evaluate("globalThis.lock") is None
    type_pin(page, made.pin)
    page.locator("#pin-lock").wait_for(state="hidden")
    assert page.evaluate("globalThis.lock") is True

    lock(page, judge)
    for left in (4, 3, 2, 1):
        type_pin(page, wrong(made.pin))
        page.get_by_text(f"还可再试 {left} 次").wait_for()
    type_pin(page, wrong(made.pin))
    page.get_by_text("请等待 5 分钟").wait_for()
    page.reload()  # does not shorten the wait
    lock(page, judge)
    page.get_by_text("请等待").wait_for()
    one = page.locator("#pin-lock").get_by_role("button", name="1", exact=True)
    assert one.is_disabled()

    page.evaluate(
        """(slot) => {
          const kept = JSON.parse(localStorage.getItem(slot));
          kept.until = Date.now() - 1;
          localStorage.setItem(slot, JSON.stringify(kept));
        }""",
        f"jiangcai-pin/{judge}",
    )
    one.and_(page.locator(":enabled")).wait_for()
    type_pin(page, made.pin)
    page.locator("#pin-lock").wait_for(state="hidden")


def test_what_the_lock_keeps_is_slow_to_try_and_not_the_pin(page_at, hall):
    marked, made = hall
    page = page_at(820, 1180)
    come_in(page, made)

    kept = page.evaluate("JSON.stringify({ ...localStorage })")
    rounds = page.evaluate(
        "(slot) => JSON.parse(localStorage.getItem(slot)).rounds",
        f"jiangcai-pin/{marked.judge}",
    )

    assert made.pin not in kept
    assert rounds >= 600_000


def lock(page, judge):
    """Lock the screen, as ten idle minutes do."""
    page.evaluate(
        """async (judge) => {
          const { askPin } = await import("/static/js/tablet/pin.js");
          globalThis.lock = null;
          askPin(judge).then((opened) => (globalThis.lock = opened));
        }""",
        judge,
    )
    page.locator("#pin-lock").wait_for()


def test_a_badge_is_bound_only_once_the_pin_was_right(
    page_at, own_app, hall, expected_console
):
    expected_console.append("422")
    _marked, made = hall
    page = page_at(360, 780)
    page.goto(f"/badge#{made.secret}")
    type_pin(page, wrong(made.pin))
    page.get_by_text("胸牌或 PIN 码不正确。").wait_for()

    with own_app.app_context(), db.engine.connect() as connection:
        bound = connection.execute(db.select(Badge.device_hash)).scalar()

    assert bound == ""
