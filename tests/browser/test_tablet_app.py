"""The marking app on a tablet: without a network, behind its gate, renewed on a tap.

Each test has a browser profile of its own, as a tablet has; closing and opening it
again is a tablet switched off and on: cookies of the session are gone, its store stays.
"""

import json
import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, update

from competition.events import rules as life
from competition.events.models import Event
from extensions import db
from ledger.log.services import SYSTEM
from scoring.marking.models import MarkEvent
from scoring.results.rules.rulings import Ruling
from scoring.results.services import decisions
from scripts.browser import FLAGS, get_chromium
from tests.browser.conftest import ROOT, signed_in_cookie
from tests.factories.exemplars import make_exemplar
from tests.factories.scoring import NOW, make_marked_event
from tests.faults.server import Server

# What a tablet does is the same on either database.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SIZES = [(360, 740), (820, 1180), (1280, 800)]
GREEN = "#outbox.mark-state--server"
WORKS = 20
RESTS = 1000  # ms: so long one answer about the panel is given to all its tablets


class Given:
    """An event being marked, free of the session that made it."""

    def __init__(self, session, works=WORKS):
        made = make_marked_event(session, works=works)
        session.commit()
        self.works, self.uid, self.name = (
            list(made.works),
            made.event.uid,
            made.event.name,
        )
        self.judges = {name: seat.user for name, seat in made.seats.items()}
        self.people = set()
        for entry in made.entries:
            self.people |= {entry.person.name, entry.uid, entry.unit.name}
        for user in self.judges.values():
            session.refresh(user)
            self.people |= {user.display_name, user.username}
        session.expunge_all()
        session.rollback()


@pytest.fixture
def marked(own_app):
    with own_app.app_context():
        return Given(db.session())


@pytest.fixture
def stored(own_app):
    def read():
        with own_app.app_context():
            rows = db.session.scalars(select(MarkEvent).order_by(MarkEvent.seq))
            return [(m.entry, m.aspect, m.value, m.status) for m in rows]

    return read


class Tablet:
    """A browser with a profile that outlives it."""

    def __init__(self, playwright, app, address, profile):
        self.playwright, self.app = playwright, app
        self.address, self.profile = address, profile
        self.context = None
        self.switch_on()

    def switch_on(self):
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=get_chromium(),
            args=list(FLAGS),
            base_url=self.address,
            viewport={"width": 820, "height": 1180},
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self.page = self.context.pages[0]
        self.tools = None

    def switch_off(self):
        self.context.close()

    def sign_in(self, user):
        cookie = signed_in_cookie(self.app, user)
        self.context.add_cookies([{**cookie, "url": self.address}])

    def open_app(self, wait="#verdict:not(:empty)"):
        self.page.goto("/judging/app")
        self.page.wait_for_selector(wait)
        return self.page

    def open_work(self, marked, work, aspect="P1.2"):
        # From one work to the next on the same page, as a scanned code leads there.
        self.page.goto(f"/judging/{marked.uid}/mark#{work}/{aspect}")
        self.page.wait_for_function(
            "([work, code]) => document.getElementById('work').textContent === work"
            " && document.getElementById('code').textContent === code",
            arg=[work, aspect],
        )

    def answer(self, number):
        self.page.click(f".answers button >> nth={number}")
        self.page.wait_for_selector("#state:not(.mark-state--none)")

    def kept(self, store):
        return self.page.evaluate(
            "store => idb.openDB('jiangcai-marks').then(db => db.getAll(store))", store
        )

    def call(self, method, **more):
        # The same session every time: only who set a limit can lift it.
        self.tools = self.tools or self.context.new_cdp_session(self.page)
        return self.tools.send(method, {"origin": self.address, **more})

    def switch_on_without_room(self, user):
        """Start again with a store that is full; a running browser trusts its cache."""
        self.switch_off()
        self.switch_on()
        self.call("Storage.overrideQuotaForOrigin", quotaSize=1)
        self.sign_in(user)

    def line(self, name):
        found = self.page.locator(f"#gate [data-name={name}]")
        return found.get_attribute("class").split("--")[-1]


@pytest.fixture
def make_tablet(playwright, own_app, live_server, tmp_path):
    made: list[Tablet] = []

    def make(address=live_server):
        made.append(
            Tablet(playwright, own_app, address, tmp_path / f"tablet{len(made)}")
        )
        return made[-1]

    yield make
    for tablet in made:
        tablet.switch_off()


def test_a_tablet_switched_off_marks_on_without_a_network(make_tablet, marked, stored):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    tablet.open_app()
    tablet.switch_off()
    tablet.switch_on()
    tablet.context.set_offline(True)

    page = tablet.open_app()
    assert marked.name in page.inner_text("#events")
    page.click("#events a >> nth=0")
    for work in marked.works:
        tablet.open_work(marked, work)
        tablet.answer(0)
    tablet.switch_off()
    tablet.switch_on()
    tablet.context.set_offline(True)
    page = tablet.open_app(wait="#events li")
    assert f"{WORKS}" in page.inner_text("#outbox")
    assert stored() == []

    # The network is back, the sign-in is not: everything stays, and goes out after it.
    tablet.context.set_offline(False)
    tablet.open_work(marked, marked.works[0])
    page.wait_for_selector('#outbox a[href*="next="]')
    assert stored() == []
    made = [event["id"] for event in tablet.kept("events")]
    tablet.sign_in(marked.judges["J1"])
    page.reload()
    page.wait_for_selector(GREEN)

    assert sorted(stored()) == [(w, "P1.2", "1", "stored") for w in marked.works]
    assert [event["id"] for event in tablet.kept("events")] == made


def test_photos_of_the_levels_are_seen_without_a_network(
    make_tablet, own_app, marked, assert_accessible
):
    with own_app.app_context():
        session = db.session()
        event = session.scalars(select(Event).where(Event.uid == marked.uid)).one()
        make_exemplar(session, event)
        session.commit()
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    tablet.open_app()
    tablet.context.set_offline(True)

    tablet.open_work(marked, marked.works[0], aspect="P1.3")
    page = tablet.page
    page.click(".exemplars-open")
    page.wait_for_function("document.querySelector('.exemplars img')?.naturalWidth > 0")

    dialog = page.inner_text(".exemplars")
    assert "焊缝均匀" in dialog
    assert "exceeds in parts" in dialog
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('.exemplars')")
    page.keyboard.press("2")
    page.wait_for_selector("#state:not(.mark-state--none)")


def test_signing_without_a_network_says_what_it_needs(make_tablet, marked):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    page = tablet.open_app()
    tablet.context.set_offline(True)

    page.goto(f"/judging/{marked.uid}/sign")

    page.wait_for_selector("#events li")
    assert "签名需要网络" in page.inner_text("#notices")


def test_nothing_personal_is_kept(make_tablet, marked):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    page = tablet.open_app()
    tablet.open_work(marked, marked.works[0])
    tablet.answer(0)
    page.wait_for_selector(GREEN)
    page.goto("/desk")
    page.goto(f"/judging/{marked.uid}/sign")
    tablet.open_app()

    text = page.evaluate("""async () => {
        const db = await idb.openDB('jiangcai-marks');
        const found = { local: { ...localStorage }, session: { ...sessionStorage } };
        for (const store of db.objectStoreNames) found[store] = await db.getAll(store);
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
                const answer = await cache.match(request);
                found[request.url] = await answer.text();
            }
        }
        return JSON.stringify(found);
    }""")

    assert marked.works[0] in text  # the sheet is really in it
    assert {canary for canary in marked.people if canary in text} == set()
    assert f"/judging/{marked.uid}" not in str(json.loads(text).keys())


def test_another_judge_finds_nothing_of_the_first(make_tablet, marked, stored):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    tablet.open_app()
    tablet.open_work(marked, marked.works[3])
    tablet.context.route("**/api/v1/marks", lambda route: route.abort())
    tablet.answer(0)
    tablet.sign_in(marked.judges["J2"])

    page = tablet.open_app("#others:not([hidden])")
    page.wait_for_selector("#events li")

    assert "J2" in page.inner_text("#events")
    assert "1" in page.inner_text("#others")
    page.click("#clear")
    page.wait_for_selector("#clear-note:not(:empty)")
    tablet.context.unroute("**/api/v1/marks")
    tablet.open_work(marked, marked.works[0])
    tablet.answer(1)
    page.wait_for_selector(GREEN)
    assert [value for _w, _a, value, _s in stored()] == ["0"]
    tablet.context.set_offline(True)
    tablet.open_work(marked, marked.works[3])
    assert page.locator("#state.mark-state--none").count() == 1
    assert len(tablet.kept("events")) == 2


def test_signing_out_takes_the_sheets_along_once_all_is_sent(make_tablet, marked):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    page = tablet.open_app()
    tablet.page.set_viewport_size({"width": 1280, "height": 800})
    tablet.open_work(marked, marked.works[0])
    tablet.context.route("**/api/v1/marks", lambda route: route.abort())
    tablet.answer(0)
    page.goto("/desk")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click(".user-menu summary")
    with page.expect_event("dialog"):
        page.click(".user-menu button[type=submit]")
    assert len(tablet.kept("sheets")) == 1

    tablet.context.unroute("**/api/v1/marks")
    tablet.open_work(marked, marked.works[0])
    page.wait_for_selector(GREEN)
    page.goto("/desk")
    page.click(".user-menu summary")
    page.click(".user-menu button[type=submit]")
    page.wait_for_url(lambda url: "/desk" not in url)

    page.goto("/judging/app")
    page.wait_for_selector("#sign-in:not([hidden])")
    assert tablet.kept("sheets") == []
    tablet.context.set_offline(True)
    page.goto(f"/judging/{marked.uid}/mark")
    page.wait_for_selector("#notice:not([hidden])")
    assert page.inner_text("#work") == ""


def test_after_the_lock_the_tablet_forgets(make_tablet, own_app, marked, stored):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    page = tablet.open_app()
    tablet.open_work(marked, marked.works[0])
    tablet.answer(0)
    page.wait_for_selector(GREEN)
    assert len(tablet.kept("events")) == len(tablet.kept("sheets")) == 1
    device = tablet.kept("device")
    with own_app.app_context():
        db.session.execute(update(Event).values(state=life.LOCKED))
        db.session.commit()

    tablet.open_app()

    assert tablet.kept("events") == tablet.kept("sheets") == []
    ids = {d["id"] for d in device if d["name"] == "this"}
    assert {d["id"] for d in tablet.kept("device") if d["name"] == "this"} == ids
    assert len(stored()) == 1


def test_what_the_server_does_not_hold_survives_the_lock(make_tablet, own_app, marked):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    page = tablet.open_app()
    tablet.open_work(marked, marked.works[0])
    tablet.context.route("**/api/v1/marks", lambda route: route.abort())
    tablet.answer(0)
    with own_app.app_context():
        db.session.execute(update(Event).values(state=life.LOCKED))
        db.session.commit()

    tablet.open_app()

    assert [event["state"] for event in tablet.kept("events")] == ["waiting"]
    page.click("#clear")
    page.wait_for_selector("#clear-note:not(:empty)")
    assert len(tablet.kept("events")) == 1


def test_the_gate_wants_a_protected_store(make_tablet, marked):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])

    page = tablet.open_app("#verdict.tablet-verdict--red")
    assert tablet.line("persisted") == "red"
    for name in ("secure", "pages", "store", "sheets", "clock", "version"):
        assert tablet.line(name) == "green", name
    tablet.call("Browser.grantPermissions", permissions=["durableStorage"])
    page.click("#persist")

    page.wait_for_selector("#verdict.tablet-verdict--green")
    assert [d["ready"] for d in tablet.kept("device") if d["name"] == "gate"] == [True]


def test_a_full_store_is_not_ready_and_blocks_in_red(
    make_tablet, marked, assert_accessible
):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    tablet.open_app()
    tablet.switch_on_without_room(marked.judges["J1"])
    tablet.open_work(marked, marked.works[0], "P1.1")
    page = tablet.page
    for press in ("8", ".", "5"):
        page.locator(".keypad button", has_text=press).first.click()
    page.click(".keypad__save")

    page.wait_for_selector("#block[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_selector("#block[open]")
    assert page.inner_text("#block-work") == marked.works[0]
    assert page.inner_text("#block-value") == "8.5"
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        take_picture(page, f"block-{width}")
    page.click("#block-again")
    page.wait_for_selector("#block-note:not([hidden])")
    page.click("#block-done")
    assert "8.5" in page.inner_text("#control .reading")
    tablet.open_app("#verdict.tablet-verdict--red")
    assert tablet.line("store") == "red"


def test_what_could_not_be_kept_is_kept_when_there_is_room_again(
    make_tablet, marked, stored
):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    tablet.open_app()
    tablet.open_work(marked, marked.works[0])
    tablet.page.evaluate("""() => {
        const real = IDBDatabase.prototype.transaction;
        window.mend = () => { IDBDatabase.prototype.transaction = real; };
        IDBDatabase.prototype.transaction = function (names, mode, more) {
            if (mode === 'readwrite') throw new DOMException('', 'QuotaExceededError');
            return real.call(this, names, mode, more);
        };
    }""")
    tablet.page.click(".answers button >> nth=0")
    tablet.page.wait_for_selector("#block[open]")
    assert stored() == []

    tablet.page.evaluate("mend()")
    tablet.page.click("#block-again")

    tablet.page.wait_for_selector("#state.mark-state--server")
    assert stored() == [(marked.works[0], "P1.2", "1", "stored")]


def test_a_change_of_the_works_reaches_an_open_tablet(make_tablet, own_app, marked):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    tablet.open_app()
    tablet.open_work(marked, marked.works[0], "P1.1")
    page = tablet.page
    page.locator(".keypad button", has_text="7").first.click()
    disqualify(own_app, marked.works[1])

    ask_until(page, page.locator("#notice:has-text('有变动')").is_visible)

    assert "7" in page.inner_text("#control .reading")
    sheets = [kept["data"]["excused"] for kept in tablet.kept("sheets")]
    assert sheets == [[marked.works[1]]]


def test_a_change_is_not_missed_by_a_slow_or_a_lost_answer(
    make_tablet, own_app, marked
):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    tablet.open_app()
    tablet.open_work(marked, marked.works[0], "P1.1")
    page = tablet.page
    slow, lost = [], []
    page.route("**/alerts.json?**", lambda route: slow.append((route, route.fetch())))
    page.route("**/sheet.json", lambda route: lost.append(route.abort()))
    ask_until(page, lambda: slow)
    page.unroute("**/alerts.json?**")
    page.wait_for_timeout(2 * RESTS)

    disqualify(own_app, marked.works[1])
    ask_again(page)  # while an answer of before is under way
    route, answer = slow[0]
    route.fulfill(response=answer)
    wait_until(page, lambda: lost)  # the news came, the sheet did not
    page.unroute("**/sheet.json")
    ask_again(page)

    page.wait_for_selector("#notice:has-text('有变动')")


def disqualify(app, work):
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        decisions.decide(
            db.session(),
            event=event,
            ruling=Ruling(work, "disqualify", "", ""),
            reason="caught",
            actor=SYSTEM,
            now=NOW,
        )
        db.session.commit()


def ask_again(page):
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def ask_until(page, happened):
    """Have the tablet ask again: news of the last second are kept back for a second."""
    for _ask in range(60):
        ask_again(page)
        page.wait_for_timeout(RESTS / 2)
        if happened():
            return
    raise AssertionError("It does not happen.")


def wait_until(page, happened):
    for _look in range(200):
        if happened():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It does not happen.")


@pytest.fixture
def deployed(own_app, tmp_path):
    """An installation whose files a test may change: (address, its folder)."""
    folder = tmp_path / "site"
    folder.mkdir()
    for found in ROOT.iterdir():
        if found.name not in {"static", "instance", ".git", ".venv"}:
            (folder / found.name).symlink_to(found)
    (folder / "static").mkdir()
    for found in (ROOT / "static").iterdir():
        target = folder / "static" / found.name
        if found.name == "js":
            shutil.copytree(found, target)
        else:
            target.symlink_to(found)
    # The code itself, so that the server takes this folder as its own.
    (folder / "app.py").unlink()
    shutil.copy(ROOT / "app.py", folder / "app.py")
    url = own_app.config["SQLALCHEMY_DATABASE_URI"]
    with Server(url, tmp_path, code=folder) as server:
        yield server.address, folder


def test_a_newer_version_waits_for_the_outbox_and_for_the_judge(
    make_tablet, deployed, marked, stored
):
    address, folder = deployed
    tablet = make_tablet(address)
    tablet.sign_in(marked.judges["J1"])
    page = tablet.open_app()
    before = shown_version(page)
    tablet.open_work(marked, marked.works[0])
    tablet.context.route("**/api/v1/marks", lambda route: route.abort())
    tablet.answer(0)
    page.evaluate("window.isTheSamePage = true")
    deploy(folder)
    page.evaluate("navigator.serviceWorker.ready.then(r => r.update())")
    page.wait_for_function(
        "navigator.serviceWorker.ready.then(r => Boolean(r.waiting))"
    )
    assert page.evaluate("window.isTheSamePage") is True

    # Offered, not taken: the outbox is full. A restart does not let it in either.
    page = tablet.open_app("#offer:not([hidden])")
    page.click("#update")
    page.wait_for_selector("#update-note:not(:empty)")
    assert shown_version(page) == before
    tablet.switch_off()
    tablet.switch_on()
    tablet.sign_in(marked.judges["J1"])
    tablet.context.route("**/api/v1/marks", lambda route: route.abort())
    page = tablet.open_app("#offer:not([hidden])")
    assert shown_version(page) == before

    # The former version's marks are taken, and then the judge agrees.
    tablet.context.unroute("**/api/v1/marks")
    tablet.open_work(marked, marked.works[0])
    page.wait_for_selector(GREEN)
    assert stored() == [(marked.works[0], "P1.2", "1", "stored")]
    page = tablet.open_app("#offer:not([hidden])")
    page.click("#update")
    page.wait_for_function("before => document.title.includes('N+1')", arg=before)
    assert shown_version(page) != before
    caches = page.evaluate("caches.keys()")
    assert len([name for name in caches if name.startswith("jiangcai-shell-")]) == 1


def deploy(folder: Path) -> None:
    """Put a new version of the start page's script in place."""
    script = folder / "static" / "js" / "tablet" / "app.js"
    script.write_text(script.read_text() + "\ndocument.title += ' N+1';\n")


def shown_version(page):
    return page.evaluate(
        "caches.open('jiangcai-pointer').then(c => c.match('/judging/shell-version'))"
        ".then(r => r.text())"
    )


def test_the_start_page_is_accessible_at_every_size(
    make_tablet, marked, assert_accessible
):
    tablet = make_tablet()
    tablet.sign_in(marked.judges["J1"])
    page = tablet.open_app()

    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
        take_picture(page, f"app-{width}")


def take_picture(page, name):
    """Keep a picture where the one who looks asked for it."""
    if folder := os.environ.get("JIANGCAI_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")
