"""Keying paper in with the keyboard alone, in a real browser."""

import pytest
from sqlalchemy import select

from extensions import db
from scoring.keying.models import KeyingPass
from scoring.marking.models import MarkEvent
from tests.browser.conftest import on_each_database
from tests.db.scoring.test_keying import Desk
from tests.factories.calls import CALLING


class Given:
    """What the tests need of an event, free of the session that made it."""

    def __init__(self, session):
        desk = Desk(session, works=2, text=CALLING)
        desk.open()
        session.commit()
        marked = desk.marked
        self.event, self.seat = marked.event.uid, marked.seats["J1"].uid
        self.works = list(marked.works)
        self.users = [desk.first, desk.second, desk.third]
        for user in self.users:
            session.refresh(user)
        session.expunge_all()
        session.rollback()


@pytest.fixture
def given(own_app):
    with own_app.app_context():
        return Given(db.session())


def open_grid(page_at, given, user, size=(1280, 800)):
    page = page_at(*size, user=user)
    page.goto(f"/events/{given.event}/keying/{given.seat}")
    page.wait_for_selector("#key-count:not(:empty)")
    return page


def type_row(page, *texts):
    """Type each text and press Enter after it; then Enter once more on the button."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def count_done(page, number):
    page.wait_for_selector(f".key-row--done >> nth={number - 1}")


def values(own_app):
    with own_app.app_context():
        marks = db.session.scalars(select(MarkEvent).order_by(MarkEvent.seq))
        return [(m.entry, m.aspect, m.value, m.reason) for m in marks]


@on_each_database
def test_two_sheets_are_keyed_by_three_without_a_mouse(
    page_at, given, own_app, assert_accessible, expected_console
):
    expected_console.append("status of 422")
    first = open_grid(page_at, given, given.users[0])
    one, other = given.works
    # 3 points ask for a comment: the field for it opens, and Enter leads through it.
    type_row(first, "017", "3", "burr left", "1", "2")
    count_done(first, 1)
    first.keyboard.type("018")
    first.keyboard.press("Enter")
    first.keyboard.type("11")
    first.keyboard.press("ArrowRight")
    first.wait_for_selector("#key-said:has-text('11')")
    first.keyboard.press("ArrowLeft")
    first.wait_for_load_state("networkidle")
    first.reload()
    first.wait_for_selector("#key-count:not(:empty)")
    number, value = (
        first.locator(f'#row-{other} [name="{name}"]') for name in ("number", "v-P1.1")
    )
    assert (number.input_value(), value.input_value()) == ("018", "11")
    number.press("Enter")
    type_row(first, "9", "0", "3")
    count_done(first, 1)  # the other one was taken away by the reload
    assert values(own_app) == []

    second = open_grid(page_at, given, given.users[1])
    type_row(second, "017", "3", "burr left", "1", "2")
    count_done(second, 1)
    type_row(second, "018", "8", "0", "3")
    count_done(second, 2)
    assert [row[:3] for row in values(own_app)] == [
        (one, "P1.1", "3"),
        (one, "P1.2", "1"),
        (one, "P1.3", "2"),
    ]

    third = page_at(1280, 800, user=given.users[2])
    third.goto(f"/events/{given.event}/keying")
    assert_accessible(third)
    third.click(f"text=J1 · {other}")
    for size in ((360, 740), (820, 1180), (1280, 800)):
        third.set_viewport_size({"width": size[0], "height": size[1]})
        assert_accessible(third)
    third.check('[name="pick-P1.1"][value="first"]')
    third.click("text=裁定并生成评分")
    third.wait_for_selector("text=已裁定")
    assert values(own_app)[3:] == [
        (other, "P1.1", "9", "paper sheet 018"),
        (other, "P1.2", "0", "paper sheet 018"),
        (other, "P1.3", "3", "paper sheet 018"),
    ]


def test_arrows_move_and_the_grid_is_accessible(
    page_at, given, own_app, assert_accessible
):
    page = open_grid(page_at, given, given.users[0])
    for size in ((360, 740), (820, 1180), (1280, 800)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert_accessible(page)

    name = "document.activeElement.name + ' ' + document.activeElement.closest('tr').id"
    page.keyboard.press("ArrowDown")
    below = page.evaluate(name)
    page.keyboard.press("ArrowRight")
    beside = page.evaluate(name)
    page.keyboard.press("F2")
    comment = page.evaluate(name)
    page.keyboard.press("ArrowUp")
    above = page.evaluate(name)

    one, other = given.works
    assert [below, beside, comment, above] == [
        f"number row-{other}",
        f"v-P1.1 row-{other}",
        f"c-P1.1 row-{other}",
        f"c-P1.1 row-{one}",
    ]
    with own_app.app_context():
        assert db.session.scalars(select(KeyingPass)).all() == []
