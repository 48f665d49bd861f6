"""What happens to a judge's marks when browser, network or store fail: real Chromium.

T-04 the browser is killed · T-10 the store is full or cleared · T-11 the clock
jumps · F-02, F-03 a bad network and a hall's sign-in page, through the fault proxy
"""

from collections import Counter
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from extensions import db
from scoring.marking.models import MarkEvent
from tests.browser.conftest import signed_in_cookie
from tests.browser.device import Device
from tests.factories.scoring import make_marked_event
from tests.faults.disk import fill, tmpfs
from tests.faults.proxy import Proxy, portal_answer

ASPECT = "P1.3"  # a judgement: four answers
HAS_SHELL = "navigator.serviceWorker.ready.then(() => true)"  # opens without a network
OFFLINE = 50  # marks made before the browser is killed


class Given:
    """What the tests need of an event, free of the session that made it."""

    def __init__(self, session):
        made = make_marked_event(session, works=5)
        session.commit()
        self.works, self.uid = list(made.works), made.event.uid
        self.judge = made.judge()
        session.refresh(self.judge)
        session.expunge_all()
        session.rollback()


@pytest.fixture(autouse=True)
def _networks_fail(expected_console):
    expected_console.append("net::ERR_")


@pytest.fixture
def marked(own_app):
    with own_app.app_context():
        return Given(db.session())


@pytest.fixture
def stored(own_app):
    """Return the ids of the marks the server has, and how often it has each mark."""

    def read():
        with own_app.app_context():
            rows = db.session.scalars(select(MarkEvent).order_by(MarkEvent.seq)).all()
            copies = Counter((mark.device, mark.device_seq) for mark in rows)
            assert set(copies.values()) <= {1}, copies
            return [mark.id for mark in rows]

    return read


@pytest.fixture
def proxy(live_server):
    with Proxy(urlsplit(live_server).port, only=b"POST /api/v1/marks") as made:
        yield made


@pytest.fixture
def make_device(playwright, own_app, marked, tmp_path):
    @contextmanager
    def make_device(address, folder=tmp_path / "profile"):
        cookie = {**signed_in_cookie(own_app, marked.judge), "url": address}
        with Device(playwright, folder, address, [cookie]) as device:
            yield device

    return make_device


def open_sheet(page, marked, work=0):
    page.goto(f"/judging/{marked.uid}/mark#{marked.works[work]}/{ASPECT}")
    page.wait_for_selector(".answers button")


def give(page, marked, number):
    """Give a mark that differs from the one before in its cell, and see it kept."""
    work, answer = marked.works[number % len(marked.works)], number // len(marked.works)
    page.evaluate("hash => { location.hash = hash; }", f"{work}/{ASPECT}")
    page.wait_for_function(
        "work => document.getElementById('work').textContent === work", arg=work
    )
    page.click(f".answers button >> nth={answer % 4}")


def kept_on(page):
    """Return id and state of every mark in the tablet's store, as they were made."""
    return page.evaluate(
        """idb.openDB('jiangcai-marks').then(async (db) => {
             const all = await db.getAll('events');
             db.close();
             return all.sort((a, b) => a.seq - b.seq).map(e => [e.id, e.state]);
           })"""
    )


def states_on(page):
    return Counter(state for _id, state in kept_on(page))


def wait_for_kept(page, count):
    """Wait until the tablet's store has so many marks: a green light may be old."""
    while len(kept_on(page)) < count:
        page.wait_for_timeout(20)


def wait_for_sent(page, timeout=90_000):
    page.wait_for_selector("#outbox.mark-state--server", timeout=timeout)


# ---- T-04 ----


def test_fifty_marks_survive_the_browser_being_killed(
    live_server, make_device, marked, stored
):
    with make_device(live_server) as device:
        page = device.page
        open_sheet(page, marked)
        page.evaluate(HAS_SHELL)
        page.context.set_offline(True)
        for number in range(OFFLINE):
            give(page, marked, number)
            page.wait_for_selector(f"#outbox:has-text('{number + 1}')")
        before = kept_on(page)
        page.reload()
        page.wait_for_selector(f"#outbox:has-text('{OFFLINE}')")
        device.crash()
        assert stored() == []

        page = device.open(online=False)
        open_sheet(page, marked)
        page.wait_for_selector(f"#outbox:has-text('{OFFLINE}')")
        assert kept_on(page) == before
        page.context.set_offline(False)

        wait_for_sent(page)
        assert states_on(page) == {"delivered": OFFLINE}
    assert stored() == [mark_id for mark_id, _state in before]


# ---- F-02, F-03 ----


def assert_nothing_is_green(page, proxy, mode):
    """Let the tablet try at least twice: what it made stays its own."""
    before = proxy.turns[mode]
    while proxy.turns[mode] < before + 2:
        page.wait_for_timeout(50)
    assert states_on(page)["waiting"] == 1
    page.wait_for_selector("#state.mark-state--tablet")


def test_marks_turn_green_when_the_server_has_them(proxy, make_device, marked, stored):
    """Answers lost, cut and late; a sign-in page of the hall; and each mark once."""
    nonsense = portal_answer('{"marks": [{"id": 1, "status": "stored"}]}', "text/json")
    faults = [
        *[(mode, b"") for mode in ("lose_answer", "reset", "truncate")],
        ("portal", portal_answer("<html><title>Wi-Fi</title></html>")),
        ("portal", nonsense),
    ]
    with make_device(proxy.address) as device:
        page = device.page
        open_sheet(page, marked)
        for number, (mode, answer) in enumerate(faults):
            proxy.portal = answer
            proxy.set(mode)
            give(page, marked, number)
            assert_nothing_is_green(page, proxy, mode)
            proxy.set("pass")
            wait_for_sent(page)
        for number, mode in enumerate(("delay", "black_hole"), len(faults)):
            proxy.set(mode)
            give(page, marked, number)
            page.wait_for_selector("#state.mark-state--tablet")
            proxy.set("pass")  # cuts what is held back
            wait_for_sent(page)

        assert states_on(page) == {"delivered": len(faults) + 2}
    assert len(stored()) == len(faults) + 2


@pytest.mark.soak
def test_two_hundred_marks_through_a_bad_network(proxy, make_device, marked, stored):
    with make_device(proxy.address) as device:
        page = device.page
        open_sheet(page, marked)
        proxy.set("pass", "lose_answer", "reset", "truncate", "delay", "black_hole")
        for number in range(200):
            give(page, marked, number)
            page.wait_for_timeout(100)
        wait_for_kept(page, 200)
        proxy.set("pass")
        wait_for_sent(page)
        assert states_on(page) == {"delivered": 200}
    assert len(stored()) == 200


# ---- T-10 ----


def test_a_full_tablet_says_so_and_goes_on_when_there_is_space(
    live_server, make_device, marked, stored, tmp_path
):
    with (
        tmpfs(tmp_path / "disk", megabytes=160) as disk,
        make_device(live_server, disk / "profile") as device,
    ):
        page = device.page
        open_sheet(page, marked)
        give(page, marked, 0)
        wait_for_kept(page, 1)
        wait_for_sent(page)
        filler = fill(disk)

        saved = give_until_refused(page, marked, stored)

        filler.unlink()
        page.reload()
        open_sheet(page, marked)
        give(page, marked, saved)
        wait_for_kept(page, saved + 1)
        wait_for_sent(page)
        assert states_on(page) == {"delivered": saved + 1}
    assert len(stored()) == saved + 1


def give_until_refused(page, marked, stored):
    """Give marks until the tablet says that one is not saved; return how many are.

    The store's last block takes a few more when the disk takes none.
    """
    for number in range(1, 60):
        give(page, marked, number)
        while len(stored()) == number:
            if page.is_visible("#block"):
                return number
            page.wait_for_timeout(50)
    return pytest.fail("The tablet saves on a full disk.")


def test_a_cleared_store_begins_a_new_device(
    live_server, make_device, marked, stored, own_app
):
    with make_device(live_server) as device:
        page = device.page
        open_sheet(page, marked)
        for number in range(3):
            give(page, marked, number)
        wait_for_kept(page, 3)
        wait_for_sent(page)
        page.goto("about:blank")
        tools = page.context.new_cdp_session(page)
        everything = {"origin": live_server, "storageTypes": "all"}
        tools.send("Storage.clearDataForOrigin", everything)
        page.context.add_cookies(device.cookies)

        open_sheet(page, marked)
        page.wait_for_selector("#state.mark-state--server")  # what the server has
        give(page, marked, 4)
        wait_for_kept(page, 1)
        wait_for_sent(page)

    assert len(stored()) == 4
    with own_app.app_context():
        rows = db.session.scalars(select(MarkEvent).order_by(MarkEvent.seq)).all()
        assert [mark.device_seq for mark in rows] == [1, 2, 3, 1]
        # A counter that begins again is another device's: its history shows no gap.
        assert len({mark.device for mark in rows}) == 2
        assert {mark.status for mark in rows} == {"stored"}


# ---- T-11 ----

JUMPING = """
  globalThis.jump = 0;
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length ? given : [Real.now() + globalThis.jump]));
    }
    static now() { return Real.now() + globalThis.jump; }
  };
"""
DAY = 24 * 3600 * 1000  # ms


def test_a_jumping_clock_of_the_tablet_changes_no_order(
    live_server, make_device, marked, stored, own_app
):
    with make_device(live_server) as device:
        page = device.page
        page.add_init_script(JUMPING)
        open_sheet(page, marked)
        made = []
        for number, days in enumerate([0, -3, 365, -400, 0]):
            page.evaluate("jump => { globalThis.jump = jump; }", days * DAY)
            give(page, marked, number)
            page.wait_for_selector("#state.mark-state--server")
            wait_for_sent(page)
        made = [mark_id for mark_id, _state in kept_on(page)]

    assert stored() == made
    with own_app.app_context():
        rows = db.session.scalars(select(MarkEvent).order_by(MarkEvent.seq)).all()
        claimed = [mark.marked_at for mark in rows]
        assert claimed != sorted(claimed), "the clock did not jump"
        assert [mark.device_seq for mark in rows] == [1, 2, 3, 4, 5]
        received = [mark.received_at for mark in rows]
        assert received == sorted(received)
