"""F-13: the tablet's battery ends; every mark shown as saved is there afterwards.

The browser's profile is on an image whose power is cut (tests/faults/disk.py). The same
with the durability browsers give by default must lose marks, or the cut would be none.
"""

import pytest

from extensions import db
from tests.browser.conftest import signed_in_cookie
from tests.browser.device import Device
from tests.factories.scoring import make_marked_event
from tests.faults.disk import image

MARKS = 15  # saved before each cut
OUTBOX = "**/js/marking/outbox.js*"
SENDING = "**/api/v1/marks"
SAVING = """
  async ([judge, event, entry]) => {
    const { openOutbox } = await import("/static/js/marking/outbox.js");
    const outbox = await openOutbox();
    for (let at = 0; ; at += 1) {
      const mark = { entry, aspect: "P1.1", kind: "mark", value: String(at % 10) };
      const whole = { ...mark, reason: "", based_on: null };
      const kept = await outbox.save(whole, judge, event);
      console.log(`saved ${kept.id}`);
      await new Promise((go) => setTimeout(go, 10));
    }
  }
"""
KEPT = """
  idb.openDB("jiangcai-marks").then(async (db) => {
    const all = await db.getAll("events");
    return all.map((kept) => kept.id);
  })
"""

# The tablet's disk is the same whatever database the server has.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def marked(own_app):
    with own_app.app_context():
        made = make_marked_event(db.session(), works=1)
        judge = made.judge()
        known = judge.uid, made.event.uid, made.works[0]
        db.session.commit()
        db.session.refresh(judge)
        db.session.expunge_all()
        db.session.rollback()
    return known, signed_in_cookie(own_app, judge)


@pytest.fixture
def disk(tmp_path):
    with image(tmp_path, megabytes=512) as made:
        yield made


@pytest.fixture
def device(playwright, live_server, marked, disk):
    cookie = {**marked[1], "url": live_server}
    with Device(playwright, disk.folder / "profile", live_server, [cookie]) as made:
        yield made


def open_sheet(device, marked):
    _judge, event, _work = marked[0]
    device.context.route(SENDING, lambda route: route.abort())
    page = device.page
    page.goto(f"/judging/{event}/mark")
    page.wait_for_function("globalThis.idb")
    return page


def lose_power_while_saving(page, device, disk, marked):
    """Return the ids of the marks whose saving was reported before the cut."""
    saved = []
    page.on("console", lambda m: saved.append(m.text[6:]) if "saved " in m.text else 0)
    page.evaluate(f"given => {{ void ({SAVING})(given); }}", list(marked[0]))
    while len(saved) < MARKS:
        page.wait_for_timeout(20)
    device.freeze()
    disk.cut()
    device.crash()
    disk.remount()
    return set(saved)


def lose_power_again_and_again(device, disk, marked, *, cuts):
    saved = set()
    for _cut in range(cuts):
        page = open_sheet(device, marked)
        saved |= lose_power_while_saving(page, device, disk, marked)
        device.open()
        assert saved <= set(open_sheet(device, marked).evaluate(KEPT))


def test_a_mark_shown_as_saved_survives_a_power_cut(device, disk, marked):
    lose_power_again_and_again(device, disk, marked, cuts=2)


def test_the_durability_browsers_give_by_default_is_found(device, disk, marked):
    weakened = []

    def weaken(route):
        answer = route.fetch()
        weakened.append(answer.text().count('"strict"'))
        body = answer.text().replace('durability: "strict"', 'durability: "relaxed"')
        route.fulfill(response=answer, body=body)

    device.context.route(OUTBOX, weaken)
    page = open_sheet(device, marked)
    saved = lose_power_while_saving(page, device, disk, marked)
    device.open()

    assert weakened[0] > 0, "there was nothing to weaken"
    lost = saved - set(open_sheet(device, marked).evaluate(KEPT))
    assert lost


@pytest.mark.soak
def test_fifty_power_cuts_of_a_tablet(device, disk, marked):
    lose_power_again_and_again(device, disk, marked, cuts=50)
