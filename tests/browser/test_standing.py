"""An open page of the standing follows the marks by itself."""

from playwright.sync_api import expect

from extensions import db
from scoring.results.views.standing import FOLLOW_EVERY
from tests.browser.conftest import on_each_database
from tests.factories.scoring import make_marked_event


@on_each_database
def test_the_standing_follows_the_marks(own_app, page_at, assert_accessible):
    with own_app.app_context():
        made = make_marked_event(db.session(), works=2)

        def mark(work):
            for seat in made.seats:
                for aspect, value in (("P1.1", "8"), ("P1.2", "1"), ("P1.3", "2")):
                    made.send(seat, work, aspect, value)
            db.session.commit()

        mark(made.works[0])
        watcher, address = made.supervisor, f"/events/{made.event.uid}/standing"
        db.session.refresh(watcher)
        db.session.expunge(watcher)
        db.session.rollback()  # reading began a transaction; the server writes too
        page = page_at(360, 780, user=watcher)
        page.clock.install()
        page.goto(address)
        expect(page.get_by_text("1 / 2")).to_be_visible()
        assert_accessible(page)

        mark(made.works[1])
        page.clock.run_for(FOLLOW_EVERY * 1000)

        expect(page.get_by_text("2 / 2")).to_be_visible()
        assert page.get_by_role("cell", name=made.works[1]).is_visible()
