"""Practice on samples, on the tablets: the same screen with a store of its own."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from competition.events import rules as life
from competition.events.queries import get_event
from extensions import db
from scoring.marking.models import MarkEvent
from scoring.practice.models import PracticeMark
from scoring.practice.services import Plan, close_round, open_round
from tests.factories.scoring import actor_of, make_marked_event

SIZES = [(360, 740), (820, 1180), (1280, 800)]


@pytest.fixture
def practised(own_app):
    """Open a practice on two samples; the address of the event and its judges."""
    with own_app.app_context():
        session = db.session()
        made = make_marked_event(session, state=life.CHECKIN)
        plan = Plan(
            works=["去年第三名的作品", "接头有缝隙的样件"],
            tolerance=10,
            required=80,
            reference={(0, "P1.1"): "8.5"},
        )
        chief = actor_of(made.judge("J1"))
        found = open_round(
            session, event=made.event, plan=plan, actor=chief, now=datetime.now(UTC)
        )
        session.commit()
        users = {seat: made.judge(seat) for seat in made.seats}
        for user in users.values():
            session.refresh(user)
        uids = made.event.uid, found.uid
        session.expunge_all()
        session.rollback()
        return *uids, users


# The badge alone can still be that of the mark before.
DELIVERED = """async () => {
  const store = await idb.openDB("jiangcai-practice", 3);
  const all = await store.getAll("events");
  store.close();
  return all.length === 6 && all.every((kept) => kept.state === "delivered");
}"""


def mark_all(page):
    """Give every mark of the two samples by keys; Enter also goes on."""
    for keys in ("8", "y", "2") * 2:
        here = page.inner_text("#work") + page.inner_text("#code")
        page.keyboard.press(keys)
        page.keyboard.press("Enter" if keys == "8" else "ArrowRight")
        page.wait_for_function(
            """here => document.getElementById("work").innerText
               + document.getElementById("code").innerText !== here""",
            arg=here,
        )
    page.wait_for_function(DELIVERED)


def count_kept(page, store):
    return page.evaluate(
        "name => idb.openDB(name, 3).then(db => db.count('events'))", store
    )


def test_a_panel_practises_and_sees_how_it_agrees(
    page_at, own_app, practised, assert_accessible
):
    event_uid, round_uid, users = practised
    for seat, size in (("J1", SIZES[0]), ("J2", SIZES[1])):
        page = page_at(*size, user=users[seat])
        page.goto(f"/judging/{event_uid}/practice")
        assert_accessible(page)
        page.click(".btn-primary")
        page.wait_for_selector("#outbox.mark-state--server")
        assert_accessible(page)
        mark_all(page)
        assert count_kept(page, "jiangcai-practice") == 6
        assert count_kept(page, "jiangcai-marks") == 0

    with own_app.app_context():
        session = db.session()
        assert session.scalar(select(func.count()).select_from(PracticeMark)) == 12
        assert session.scalar(select(func.count()).select_from(MarkEvent)) == 0

    page = page_at(*SIZES[2], user=users["J1"])
    page.goto(f"/events/{event_uid}/practice")
    assert_accessible(page)
    page.click("main details summary")
    page.click("main details button")
    page.wait_for_url(f"**/practice/{round_uid}")
    assert "100 %" in page.inner_text(".stats")
    assert_accessible(page)


@pytest.mark.parametrize("size", SIZES)
def test_what_came_out_fits_every_screen(
    page_at, own_app, practised, size, assert_accessible
):
    event_uid, round_uid, users = practised
    with own_app.app_context():
        session = db.session()

        event = get_event(session, event_uid)
        close_round(
            session,
            event=event,
            uid=round_uid,
            actor=actor_of(users["J1"]),
            now=datetime.now(UTC),
        )
        session.commit()
    page = page_at(*size, user=users["J2"])

    page.goto(f"/judging/{event_uid}/practice")

    assert_accessible(page)
