"""The organiser's wall in a browser: live, at three widths, through a restart."""

import re

import pytest
from playwright.sync_api import expect

from extensions import db
from tests.browser.conftest import on_each_database
from tests.factories.scoring import make_marked_event

ZOOM = [(360, 780), (820, 1180), (1280, 800)]


@pytest.fixture
def given(own_app):
    """The event's address, a work, and the users of J1 and J2."""
    with own_app.app_context():
        marked = make_marked_event(db.session(), works=2)
        users = marked.judge("J1"), marked.judge("J2")
        found = (marked.event.uid, marked.works[0], *users)
        db.session.commit()
        for user in users:
            db.session.refresh(user)
            db.session.expunge(user)
        db.session.rollback()
    return found


@on_each_database
def test_a_mark_on_a_tablet_shows_on_the_wall_and_the_wall_outlives_the_server(
    given, page_at, assert_accessible, running, expected_console
):
    event, work, chief, judge = given
    wall = page_at(1280, 800, user=chief)
    wall.goto(f"/events/{event}/wall")
    expect(wall.locator("#live")).to_have_attribute("data-state", "live")

    tablet = page_at(820, 1180, user=judge)
    tablet.goto(f"/judging/{event}/mark#{work}/P1.1")
    expect(wall.locator("#wall")).to_contain_text("平板 01", timeout=15000)
    tablet.wait_for_selector("#outbox.mark-state--server")
    tablet.keyboard.press("8")
    tablet.keyboard.press("Enter")

    row = wall.get_by_role("row", name=re.compile("^J2"))
    expect(row.first).to_contain_text("1 /", timeout=15000)

    expected_console.append("ERR_")
    running.stop()
    expect(wall.locator("#live")).to_contain_text("连接中断", timeout=30000)
    running.start()
    expect(wall.locator("#live")).to_have_attribute("data-state", "live", timeout=60000)
    for width, height in ZOOM:
        wall.set_viewport_size({"width": width, "height": height})
        assert_accessible(wall)
