"""Signing the results list with a finger, at three widths."""

import pytest
from sqlalchemy import select

from extensions import db
from scoring.results.models import ResultSignature
from scoring.results.rules.strokes import read_strokes
from tests.factories.accounts import PASSWORD
from tests.factories.scoring import make_marked_event

SIZES = [(360, 780), (820, 1180), (1280, 800)]


@pytest.fixture
def waiting(own_app):
    with own_app.app_context():
        session = db.session()
        made = make_marked_event(session, works=2)
        made.run_to_decoded()
        session.commit()
        users = (made.supervisor, made.judge("J1"))
        for user in users:
            session.refresh(user)
        uid = made.event.uid
        session.expunge_all()
    return uid, users


def write(page):
    field = page.locator("canvas")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    x, y = box["x"], box["y"]
    page.mouse.move(x + box["width"] * 0.1, y + box["height"] * 0.5)
    page.mouse.down()
    for part in (0.3, 0.5, 0.7, 0.9):
        page.mouse.move(
            x + box["width"] * part, y + box["height"] * (1 - part), steps=3
        )
    page.mouse.up()


def test_a_list_is_signed_by_hand(
    own_app, waiting, page_at, assert_accessible, expected_console
):
    expected_console.append("422")  # the wrong password
    uid, (supervisor, chief) = waiting
    for size in SIZES:
        page = page_at(*size, user=supervisor)
        page.goto(f"/events/{uid}/review/sign")
        page.locator(".sign-pad").wait_for()
        assert_accessible(page)
        write(page)
        page.locator(".sign-pad__state", has_text="已书写").wait_for()
    page.locator(".sign-pad button").click()
    assert page.locator("#strokes").input_value() == ""
    write(page)
    page.fill("#password", "not the password")
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    assert page.locator("#strokes").input_value()  # what was written is still there
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    page.locator(".signatures__hand svg").wait_for()
    assert_accessible(page)

    other = page_at(360, 780, user=chief, java_script_enabled=False)
    other.goto(f"/events/{uid}/review/sign")
    other.check("#on_paper")
    other.fill("#password", PASSWORD)
    with other.expect_navigation():
        other.click("main form button[type=submit]")

    with own_app.app_context():
        rows = db.session.scalars(select(ResultSignature).order_by("id")).all()
        by_role = {row.role: row.strokes for row in rows}
    assert by_role["chief_judge"] == ""
    assert len(read_strokes(by_role["supervisor"])) == 1
