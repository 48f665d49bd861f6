"""What a mark calls for, on the tablet and on the chief judge's desk, in a browser."""

import hashlib
import re

import pytest
from PIL import Image
from sqlalchemy import select

from extensions import db
from people.attachments.services import read_bytes
from scoring.evidence.models import DiscussionNote, MarkPhoto
from scoring.marking.models import MarkEvent
from scoring.results.models import Decision
from tests.factories.calls import CALLING, fill_with_photos
from tests.factories.scoring import make_item, make_marked_event

TIMED = 'kind = "yes_no"\nmax = 10\n'
RULES = 'applies_to = "total"\nrule = "规则 7.2"\ncap = 2\napprover = "裁判长与监督"\n'
SCHEME = CALLING.replace(
    TIMED, 'kind = "score"\nmax = 600\nsymbol = "s"\ntimed = true\n'
).replace("max = 30\n", "max = 620\n")
SCHEME = SCHEME.replace('applies_to = "total"\n', RULES)
WIDTHS = [(360, 740), (820, 1180), (1280, 800)]


@pytest.fixture(autouse=True)
def _networks_fail(expected_console):
    expected_console.append("net::ERR_")


class Given:
    """What the tests need of an event, free of the session that made it."""

    def __init__(self, session, values=None):
        made = make_marked_event(session, works=3, text=SCHEME)
        if values:
            fill_with_photos(made, values)
            made.send("J2", made.works[0], "P1.3", "3", based_on=None)  # a conflict
        made.send_items("J1", make_item(made.works[2], "P1.3", "2"))
        session.commit()
        self.works, self.uid = list(made.works), made.event.uid
        self.judges = {name: seat.user for name, seat in made.seats.items()}
        for user in self.judges.values():
            session.refresh(user)
        session.expunge_all()
        session.rollback()


@pytest.fixture
def marked(own_app):
    with own_app.app_context():
        return Given(db.session())


@pytest.fixture
def apart(own_app):
    """Every mark of two works is there, and the judges lie three points apart."""
    with own_app.app_context():
        return Given(db.session(), ("9", "6"))


def open_sheet(page_at, marked, at="", *, size=(820, 1180), seat="J1"):
    page = page_at(*size, user=marked.judges[seat])
    page.goto(f"/judging/{marked.uid}/mark#{at}")
    page.wait_for_selector("#outbox:not(:empty)")
    return page


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def camera(path):
    """Write a picture as a camera makes it: large, and telling where it was taken."""
    tags = Image.Exif()
    tags[0x010E] = "张三"
    picture = Image.effect_noise((3000, 2000), 60).convert("RGB")
    picture.save(path, "JPEG", exif=tags)
    return path


def test_comment_and_photo_wait_on_the_tablet_and_arrive_once(
    page_at, own_app, marked, tmp_path, assert_accessible
):
    work = marked.works[0]
    page = open_sheet(page_at, marked, f"{work}/P1.1", size=(360, 740))
    page.context.route("**/api/v1/**", lambda route: route.abort())

    press(page, ["5", "Enter"])
    page.wait_for_selector("#note[open] #note-ask:not([hidden])")
    assert page.locator("#state.mark-state--none").count() == 1  # not saved yet
    assert_accessible(page)
    page.fill("#note-text", "焊缝有气孔\n两处")
    page.click("#note-save")
    page.wait_for_selector("#state.mark-state--tablet")
    page.set_input_files("#photo", camera(tmp_path / "IMG_0001.jpg"))
    page.wait_for_selector("#photo-count:has-text('1')")
    page.reload()
    page.wait_for_selector("#outbox:has-text('2')")
    page.click("#open-note")
    assert page.input_value("#note-text") == "焊缝有气孔 两处"
    page.click("#note [data-close]")
    page.context.unroute("**/api/v1/**")
    page.reload()
    page.wait_for_selector("#outbox.mark-state--server")
    page.reload()
    page.wait_for_selector("#outbox.mark-state--server")

    # A time is typed as minutes and seconds, and its seconds are shown.
    page.click("#next")
    press(page, "3:25.5")
    assert "205.5 s" in page.inner_text(".mark-worth")
    page.click(".keypad__save")
    page.wait_for_selector("#state.mark-state--server")
    with own_app.app_context():
        first, timed = db.session.scalars(
            select(MarkEvent).where(MarkEvent.entry == work).order_by(MarkEvent.seq)
        )
        assert (first.value, first.reason) == ("5", "焊缝有气孔 两处")
        assert (timed.value, timed.exact) == ("3:25.5", "205.5")
        photo = db.session.scalars(select(MarkPhoto)).one()
        data = read_bytes(photo.attachment)
        assert hashlib.sha256(data).hexdigest() == photo.sha256
        assert photo.mark_id == first.id
        assert "张三".encode() not in data


def test_judges_far_apart_talk_and_the_chief_judge_writes_it_down(
    page_at, own_app, apart, assert_accessible
):
    work = apart.works[0]
    tablet = open_sheet(page_at, apart, f"{work}/P1.1", seat="J2")
    tablet.wait_for_selector("#notice:not([hidden])")
    assert "9" not in tablet.inner_text("#notice")
    assert_accessible(tablet)

    desk = page_at(*WIDTHS[2], user=apart.judges["J1"])
    for size in WIDTHS:
        desk.set_viewport_size({"width": size[0], "height": size[1]})
        desk.goto(f"/events/{apart.uid}/marks")
        assert_accessible(desk)
        desk.click(f"a:visible:text-is('{work}') >> nth=0")
        desk.wait_for_selector("h1")
        assert_accessible(desk)
    desk.click("details.confirm summary")
    desk.fill("textarea[name=note]", "两位裁判对照样件复看,意见不变。")
    desk.click("details.confirm button[type=submit]")
    desk.wait_for_selector(".notice--success")

    tablet.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tablet.wait_for_selector("#notice[hidden]", state="attached")
    with own_app.app_context():
        assert db.session.scalars(select(DiscussionNote.entry)).all() == [work]


def test_a_decision_shows_what_it_would_do_before_it_is_recorded(
    page_at, own_app, apart, assert_accessible
):
    page = page_at(*WIDTHS[2], user=apart.judges["J1"], java_script_enabled=False)
    page.goto(f"/events/{apart.uid}/marks")
    page.select_option("select[name=what]", "penalty overtime")
    page.fill("input[name=value]", "1200")
    page.fill("form[action$=preview] input[name=reason]", "超时20分钟")
    page.click("form[action$=preview] button[type=submit]")

    text = page.inner_text("main")
    assert "规则 7.2" in text
    assert "裁判长与监督" in text
    assert re.search(r"2.*上限", text)
    with own_app.app_context():
        assert db.session.scalars(select(Decision)).all() == []
    page.click("form[action$=decisions] button[type=submit]")
    with own_app.app_context():
        assert db.session.scalars(select(Decision.value)).all() == ["1200"]
