"""How a result came about, what if, and how sure: walked on three screens."""

import pytest
from playwright.sync_api import expect

from extensions import db
from tests.factories.scoring import SCHEME, make_marked_event

SIZES = ((360, 780), (820, 1100), (1280, 900))
TRIMMED = SCHEME.replace(
    'kind = "score"\nmax = 10\njudges = 2\naggregate = "mean"',
    'kind = "score"\nmax = 10\njudges = 5\naggregate = "trimmed_mean"',
).replace("judges = 2", "judges = 5")
GIVEN = ("9 8.5 2 7 10", "8 8 9 7.5 5", "8 8 8 8 8")


@pytest.fixture
def published(own_app):
    with own_app.app_context():
        session = db.session()
        made = make_marked_event(session, works=3, seats=5, text=TRIMMED)
        for work, given in zip(made.works, GIVEN, strict=True):
            for seat, value in zip(made.seats, given.split(), strict=True):
                for aspect in ("P1.1", "P1.2", "P1.3"):
                    made.send(seat, work, aspect, value if aspect == "P1.1" else "1")
        made.sign_all()
        made.lock()
        made.decode()
        made.publish()
        session.commit()
        chief, uid = made.judge("J1"), made.event.uid
        name = made.entries[0].person.name
        session.refresh(chief)
        session.expunge(chief)
        session.rollback()
    return chief, uid, name


def test_from_the_list_to_every_mark_and_what_if(
    live_server, published, page_at, assert_accessible
):
    chief, uid, name = published
    for width, height in SIZES:
        page = page_at(width, height)
        page.goto(f"{live_server}/results/{uid}")
        assert_accessible(page)
        page.get_by_role("link", name=name).click()
        expect(page.locator(".trace-line")).to_contain_text("=")
        page.locator("details.trace-box summary").first.click()
        expect(page.locator(".trace-mark--dropped del").first).to_be_visible()
        expect(page.get_by_text("最高，未计入").first).to_be_visible()
        assert_accessible(page)

        page = page_at(width, height, user=chief)
        page.goto(f"{live_server}/events/{uid}/what-if")
        page.get_by_label("多名裁判评分取").select_option("mean")
        page.get_by_role("button", name="计算并比较").click()
        expect(page.locator("tr.is-moved").first).to_be_visible()
        assert_accessible(page)

        page.goto(f"{live_server}/events/{uid}/certainty")
        expect(page.locator(".sure__text").first).to_contain_text("%")
        assert_accessible(page)
