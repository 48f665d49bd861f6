"""How many judges have seen each work, and how far they lie apart, live."""

import pytest

from extensions import db
from tests.factories.scoring import SCHEME, make_item, make_marked_event

SIZES = ((360, 780), (820, 1100), (1280, 900))
THREE = SCHEME.replace("judges = 2", "judges = 3").replace(
    'code = "P1.1"', 'code = "P1.1"\ndisagreement = 2'
)


class Given:
    """Two works; J1 and J2 have marked the first, the second nobody has."""

    def __init__(self, session):
        self.marked = marked = make_marked_event(session, works=2, seats=3, text=THREE)
        self.first, self.second = marked.works
        for seat, value in (("J1", "3"), ("J2", "4")):
            self.mark(seat, value)
        session.commit()
        self.place = f"/events/{marked.event.uid}/spread"
        self.officer = marked.supervisor
        session.refresh(self.officer)
        session.expunge(self.officer)
        session.rollback()  # or its lock would keep the server waiting

    def mark(self, seat, value):
        given = (("P1.1", value), ("P1.2", "1"), ("P1.3", "1.0000"))
        items = [make_item(self.first, code, mark) for code, mark in given]
        answers = self.marked.send_items(seat, *items)
        assert {answer["status"] for answer in answers} == {"stored"}


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_last_view_opens_the_spread_and_a_work_is_one_press_away(
    page_at, own_app, assert_accessible, width, height
):
    with own_app.app_context():
        given = Given(db.session())
        page = page_at(width, height, user=given.officer)
        page.goto(given.place)
        row = page.locator(f"tbody tr:has-text('{given.first}')")
        row.get_by_text("2 / 3").wait_for()
        assert row.get_by_text("未开启").is_visible()
        assert page.locator("tbody").get_by_text("0 / 3").is_visible()

        given.mark("J3", "9")
        db.session.commit()

        row.get_by_text("3 / 3").wait_for()
        assert row.get_by_text("未开启").count() == 0
        assert row.get_by_text("J3 +5").is_visible()
        assert row.locator(".tag", has_text="P1.1").is_visible()
        assert_accessible(page)
        row.get_by_role("link", name=given.first).click()
        page.wait_for_url(f"**/marks/{given.first}")
