"""Before the day, in a real browser: a file of people, the rules, the waiting list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from accounts.roles.rules import Scope
from accounts.users.models import User
from extensions import db
from tests.factories.accounts import make_user
from tests.factories.competition import make_entry, make_event
from tests.factories.entry_files import entry_file, entry_row
from tests.factories.people import make_unit

SIZES = [(360, 780), (820, 1180), (1280, 800)]
OWN = {"单位": None, "统一社会信用代码": None, "区县": None}


@dataclass(frozen=True)
class Before:
    """An open event with one place, as plain values."""

    event_uid: str
    waiting_uid: str
    officer: User
    committee: User
    contestant: User


@pytest.fixture
def before(own_app: Flask) -> Before:
    soon = datetime.now(UTC) + timedelta(days=9)
    with own_app.app_context():
        session = db.session()
        last = make_event(
            session,
            registration_closes_at=soon,
            starts_at=soon,
        )
        make_entry(session, last, trade_years="2")
        event = make_event(
            session,
            quota=1,
            age_max=50,
            registration_closes_at=soon,
            starts_at=soon + timedelta(days=20),
        )
        make_entry(session, event)
        waits = make_entry(session, event)
        unit = make_unit(session)
        officer = make_user(session, "unit_officer", scope=Scope("unit", unit.uid))
        committee = make_user(session, "committee")
        session.commit()
        users = (officer, committee, waits.user)
        for user in users:
            session.refresh(user)
        made = Before(event.uid, waits.uid, *users)
        for user in users:
            session.expunge(user)
        session.rollback()
    return made


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


def test_before_the_day(
    before: Before,
    page_at: Callable[..., Page],
    assert_fits: Callable[[Page], None],
) -> None:
    page = page_at(1280, 800, user=before.officer)
    page.goto(f"/events/{before.event_uid}/bulk")
    rows = [entry_row(1, **OWN), entry_row(2, **OWN, 手机号="12"), entry_row(3, **OWN)]
    page.set_input_files(
        "input[type=file]",
        {
            "name": "名单.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument."
            "spreadsheetml.sheet",
            "buffer": entry_file(rows),
        },
    )
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_text("请填写 11 位手机号码").first).to_be_visible()
    assert_fits(page)
    page.get_by_role("button", name="录入 2 人").click()
    expect(page.get_by_text("撤销本次上传")).to_be_visible()
    assert_fits(page)
    page.goto(f"/events/{before.event_uid}/bulk")
    assert_fits(page)

    page = page_at(1280, 800, user=before.committee)
    page.goto(f"/events/{before.event_uid}/rules")
    page.get_by_label("最低从业年限").fill("3")
    page.get_by_role("button", name="只看影响").click()
    expect(page.get_by_text("往届报名人数")).to_be_visible()
    assert_fits(page)
    page.goto(f"/events/{before.event_uid}/waiting")
    assert_fits(page)
    page.goto(f"/reviews/{before.waiting_uid}")
    assert_fits(page)

    page = page_at(1280, 800, user=before.contestant)
    page.goto(f"/entries/{before.waiting_uid}")
    expect(page.get_by_text("第 1 位")).to_be_visible()
    assert_fits(page)
