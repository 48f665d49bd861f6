"""The kept heads of the ledger: keep today's, turn pages, be warned."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from extensions import db
from ledger.log import services
from ledger.log.models import DayCheckpoint
from ledger.log.services import SYSTEM, record
from tests.factories.accounts import NOW, make_user

SIZES = ((360, 780), (820, 1100), (1280, 900))
PLACE = "/admin/ledger/checkpoints"
DAYS = 60


@pytest.fixture
def auditor(own_app):
    """Somebody who looks after the log, and sixty days of it."""
    with own_app.app_context():
        session = db.session()
        record(session, actor=SYSTEM, action="thing.made", subject="thing:1", now=NOW)
        for number in range(DAYS):
            day = NOW + timedelta(days=number)
            services.keep_checkpoint(session, day=day.date(), actor=SYSTEM, now=day)
        user = make_user(session, "audit_admin")
        session.commit()
        session.refresh(user)
        session.expunge(user)
    return user


def test_todays_head_is_kept_and_older_ones_are_a_page_away(
    page_at, auditor, assert_accessible
):
    page = page_at(360, 780, user=auditor)
    page.goto(PLACE)
    page.get_by_role("button", name="留存今日检查点").click()

    page.get_by_text(f"检查点 {DAYS + 1} 已留存").wait_for()
    assert page.get_by_role("button", name="留存今日检查点").count() == 0
    assert page.locator("tbody tr").count() == 50
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**page=2")
    assert page.locator("tbody tr").count() == DAYS + 1 - 50
    assert page.locator("tbody th").last.inner_text() == f"{NOW:%Y-%m-%d}"
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)


def test_a_missing_head_is_told_on_every_page(
    own_app, page_at, auditor, assert_accessible
):
    with own_app.app_context():
        db.session.execute(
            insert(DayCheckpoint).values(
                number=DAYS + 2,
                day=(NOW + timedelta(days=DAYS + 2)).date(),
                seq=2,
                hash="f" * 64,
                at=NOW,
                public_key="0" * 64,
                signature="0" * 128,
            )
        )
        db.session.commit()
    page = page_at(820, 1100, user=auditor)

    for number in (1, 2):
        page.goto(f"{PLACE}?page={number}")
        assert page.get_by_text(f"检查点 {DAYS + 1} 缺失").is_visible()
    assert_accessible(page)
