"""Marks leave a tablet without a network, in a real browser, and arrive at the desk."""

import pytest
from sqlalchemy import select

from extensions import db
from scoring.carry.models import Parcel
from scoring.carry.rules.file import open_seal, read_file
from scoring.carry.rules.frames import join_frames
from scoring.carry.services.keys import private_key
from scoring.marking.models import MarkEvent
from tests.browser.conftest import on_each_database
from tests.factories.scoring import make_marked_event

READ_CODE = """() => {
  const canvas = document.querySelector("#carry canvas");
  const pen = canvas.getContext("2d");
  const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(data, width, height)?.data ?? "";
}"""

SCAN = """async (text) => {
  const own = [...document.scripts].find((found) => found.src.includes("desk.js"));
  const { take } = await import(own.src);
  take(text);
}"""


class Given:
    """What the tests need of an event, free of the session that made it."""

    def __init__(self, session):
        made = make_marked_event(session, works=3)
        session.commit()
        self.works, self.uid = list(made.works), made.event.uid
        self.judge, self.other = made.judge("J1"), made.judge("J2")
        self.committee, self.supervisor = made.committee, made.supervisor
        for user in (self.judge, self.other, self.committee, self.supervisor):
            session.refresh(user)
        session.expunge_all()
        session.rollback()


@pytest.fixture(autouse=True)
def _networks_fail(expected_console):
    expected_console.append("net::ERR_")


@pytest.fixture
def given(own_app):
    with own_app.app_context():
        return Given(db.session())


def open_tablet(page_at, given, size=(820, 1180), *, user=None):
    page = page_at(*size, user=user or given.judge)
    page.goto(f"/judging/{given.uid}/mark#{given.works[0]}/P1.2")
    page.wait_for_selector("#outbox.mark-state--server")
    page.add_script_tag(url="/static/vendor/jsqr/jsQR.js")
    open_dialog(page)  # fetches what draws the codes, as the installed app has it
    page.wait_for_load_state("networkidle")
    page.click('[data-carry="close"]')
    return page


def open_dialog(page):
    page.click("#open-tools")
    page.click("#tools [data-open-carry]")
    page.wait_for_selector("#carry[open]")


def mark_offline(page, given):
    """Six marks with the network pulled."""
    page.context.set_offline(True)
    for number, work in enumerate(given.works, 1):
        for at, (aspect, key) in enumerate((("P1.2", "y"), ("P1.3", "2"))):
            page.evaluate("hash => { location.hash = hash; }", f"{work}/{aspect}")
            page.wait_for_function(
                "([w, a]) => document.getElementById('work').textContent === w &&"
                " document.getElementById('code').textContent === a",
                arg=[work, aspect],
            )
            page.keyboard.press(key)
            count = (number - 1) * 2 + at + 1
            page.wait_for_function(
                "n => document.getElementById('outbox').textContent.includes(n)",
                arg=str(count),
            )


def save_file(page):
    with page.expect_download() as download:
        page.click("text=存为文件")
    page.wait_for_selector("[data-carry=status]:has-text('.jcc')")
    return download.value


def rows(own_app):
    with own_app.app_context():
        found = db.session.scalars(select(MarkEvent).order_by(MarkEvent.device_seq))
        return [(m.id, m.entry, m.aspect, m.value, m.status) for m in found]


def states(page):
    return page.evaluate(
        """async () => {
          const store = await idb.openDB("jiangcai-marks");
          const all = await store.getAll("events");
          store.close();
          return all.map((kept) => [kept.id, kept.state, Boolean(kept.carried)]).sort();
        }"""
    )


@on_each_database
def test_a_file_reaches_the_server_through_two_persons(
    page_at, given, own_app, tmp_path, assert_accessible
):
    tablet = open_tablet(page_at, given)
    mark_offline(tablet, given)
    open_dialog(tablet)
    assert_accessible(tablet)

    file = tmp_path / "marks.jcc"
    save_file(tablet).save_as(file)

    # It is remembered, and everything goes on waiting.
    assert [row[1:] for row in states(tablet)] == [["waiting", True]] * 6
    with own_app.app_context():
        content = open_seal(read_file(file.read_bytes()), private_key(given.uid))
    assert len(content["marks"]) == 6

    desk = page_at(1280, 800, user=given.committee)
    desk.goto(f"/events/{given.uid}/carry")
    desk.set_input_files("#file", file)
    desk.click("text=查看这些评分")
    desk.wait_for_selector("text=请组委会另一人或监督员")
    assert_accessible(desk)

    second = page_at(360, 740, user=given.supervisor)
    second.goto("/desk")
    second.click("text=人工转交的评分")
    second.click("text=确认：评分送达服务器")
    second.wait_for_selector("text=评分已接收")
    assert_accessible(second)
    stored = rows(own_app)
    assert [row[4] for row in stored] == ["stored"] * 6

    # The network is back: the tablet sends all the same, and turns green.
    tablet.click('[data-carry="close"]')
    tablet.context.set_offline(False)
    tablet.evaluate("dispatchEvent(new Event('online'))")
    tablet.wait_for_selector("#outbox.mark-state--server")
    assert rows(own_app) == stored
    assert sorted(row[0] for row in stored) == [row[0] for row in states(tablet)]
    assert {row[1] for row in states(tablet)} == {"delivered"}


def read_codes(page):
    """Step through the run and read every code from the canvas, as a camera would."""
    page.click('[data-carry="pause"]')
    lines, total = {}, None
    while total is None or len(lines) < total:
        text = page.evaluate(READ_CODE)
        _name, _run, index, total = text.split(":", 4)[:4]
        total = int(total)
        assert index not in lines, "the run goes round"
        lines[index] = text
        page.keyboard.press("ArrowRight")
    # It ran until the pause: which one was read first is a matter of time.
    return [lines[index] for index in sorted(lines, key=int)]


def test_the_desk_takes_codes_in_any_order_and_names_what_is_missing(
    page_at, given, own_app, assert_accessible
):
    tablet = open_tablet(page_at, given)
    mark_offline(tablet, given)
    open_dialog(tablet)
    tablet.click("text=显示二维码")
    tablet.wait_for_selector("#carry canvas[data-at]")
    lines = read_codes(tablet)
    for width, height in ((360, 740), (1280, 800), (820, 1180)):
        tablet.set_viewport_size({"width": width, "height": height})
        assert_accessible(tablet)
        code = tablet.locator("#carry canvas").bounding_box()
        assert code["width"] >= 300
        assert code["y"] + code["height"] <= height, "the code is cut off"
    desk = page_at(820, 1180, user=given.committee)
    desk.goto(f"/events/{given.uid}/carry")
    assert_accessible(desk)

    for line in [*reversed(lines[1:]), lines[1]]:
        desk.evaluate(SCAN, line)
    progress = desk.locator("#progress")
    assert f"{len(lines) - 1} / {len(lines)}" in progress.text_content()
    assert "缺少：1" in progress.text_content()
    desk.evaluate(SCAN, lines[0])
    assert "已全部读取" in progress.text_content()
    desk.click("text=查看这些评分")
    desk.wait_for_selector("text=请组委会另一人或监督员")

    with own_app.app_context():
        file = db.session.scalars(select(Parcel)).one().file
        content = open_seal(read_file(file), private_key(given.uid))
    assert join_frames(lines) == file
    assert [mark["device_seq"] for mark in content["marks"]] == [1, 2, 3, 4, 5, 6]


def test_another_judge_on_the_same_tablet_carries_what_they_cannot_read(
    page_at, given, own_app, tmp_path
):
    tablet = open_tablet(page_at, given)
    mark_offline(tablet, given)
    tablet.context.clear_cookies()
    tablet.goto("about:blank")
    borrowed = page_at(820, 1180, user=given.other)
    tablet.context.add_cookies(borrowed.context.cookies())
    tablet.context.set_offline(False)
    tablet.goto(f"/judging/{given.uid}/mark")
    tablet.wait_for_selector("#outbox.mark-state--server")
    open_dialog(tablet)

    file = tmp_path / "marks.jcc"
    save_file(tablet).save_as(file)

    header = read_file(file.read_bytes()).header
    assert (header.seat, header.judge, header.marks) == ("J1", given.judge.uid, 6)
    assert rows(own_app) == []
