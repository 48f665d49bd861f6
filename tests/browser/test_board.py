"""The hall board in a browser: live, frozen, and the reveal without a network."""

from extensions import db
from scoring.board.services import run
from tests.factories.scoring import actor_of, make_marked_event

SIZES = [(360, 780), (820, 1180), (1280, 800)]


class Given:
    def __init__(self, session):
        self.marked = marked = make_marked_event(session, works=4)
        for seat in marked.seats:
            for work in marked.works[:3]:
                for aspect in ("P1.1", "P1.2", "P1.3"):
                    marked.send(seat, work, aspect, "1")
        plan = {
            "event": marked.event,
            "actor": actor_of(marked.committee),
            "now": marked.later(),
        }
        run.set_plan(session, shows="ranking", freeze_at=None, **plan)
        run.open_board(session, **plan)
        session.commit()
        self.board = f"/board/{marked.event.uid}/"
        self.desk = f"/events/{marked.event.uid}/board"
        self.works = list(marked.works)
        self.chief, self.officer = marked.supervisor, marked.committee
        for user in (self.chief, self.officer):
            session.refresh(user)
            session.expunge(user)
        session.rollback()  # or its lock would keep the server waiting


def test_the_hall_follows_until_the_freeze_and_the_reveal_needs_no_network(
    page_at, own_app, assert_accessible, expected_console
):
    expected_console.append("ERR_INTERNET_DISCONNECTED")
    with own_app.app_context():
        given = Given(db.session())
        marked, last = given.marked, given.works[3]
        hall = page_at(1280, 800)
        hall.goto(given.board)
        row = hall.locator(f"tr:has-text('{last}')")
        row.wait_for()
        assert row.locator("td").nth(0).inner_text() == "–"

        for seat in list(marked.seats):
            for aspect in ("P1.1", "P1.2"):
                marked.send(seat, last, aspect, "1")
        db.session.commit()
        row.locator("td", has_text="4/6").wait_for()

        office = page_at(1280, 800, user=given.officer)
        office.goto(given.desk)
        office.click("text=立即封榜")
        office.click("details[open] button[type=submit]")
        hall.wait_for_selector("#board-phase[data-phase=frozen]")
        for seat in list(marked.seats):
            marked.send(seat, last, "P1.3", "3")
        db.session.commit()

        stage = page_at(1280, 800, user=given.chief)
        stage.goto(f"{given.desk}/reveal")
        stage.context.set_offline(True)
        stage.keyboard.press("Space")
        said = stage.locator(".reveal__said")
        assert last in said.inner_text()
        first = stage.locator(".reveal__row").first
        assert last in first.inner_text()
        stage.keyboard.press("ArrowLeft")
        assert last not in first.inner_text()
        for _step in range(9):
            stage.keyboard.press("Space")
        assert "1" in first.locator(".reveal__rank").inner_text()
        assert stage.locator(".reveal__row--placed").count() == 4
        assert row.locator("td").nth(0).inner_text() == "–"  # the hall knows nothing

        stage.context.set_offline(False)
        for width, height in SIZES:
            for page in (hall, office, stage):
                page.set_viewport_size({"width": width, "height": height})
                assert_accessible(page)
        db.session.remove()
        db.engine.dispose()
