"""The tablet's marking screen in a real browser, with and without a network."""

import json

import pytest
from sqlalchemy import select

from extensions import db
from scoring.marking.models import MarkEvent, SheetSignature
from tests.browser.conftest import on_each_database
from tests.factories.scoring import SCHEME, make_marked_event

KINDS = """
[[components.criteria]]
code = "P2"
name = "Size"
[[components.criteria.aspects]]
code = "P2.1"
name = "Faults"
kind = "deduction"
max = 10
per_fault = 2
judges = 2
aggregate = "mean"
[[components.criteria.aspects]]
code = "P2.2"
name = "Diameter"
kind = "tolerance"
max = 10
lower = 47.95
upper = 48.05
unit = 0.01
per_unit = 1
mode = "step"
judges = 2
aggregate = "mean"
[[components.criteria.aspects]]
code = "P2.3"
name = "Grade"
kind = "choice"
max = 10
options = { "I" = 10, "II" = 7, "III" = 4, "IV" = 0 }
judges = 2
aggregate = "mean"
[[components.criteria.aspects]]
code = "P2.4"
name = "Place"
kind = "rank"
max = 10
step = 2
judges = 2
aggregate = "mean"
[ranking]"""
ALL_KINDS = SCHEME.replace("max = 30", "max = 70").replace("[ranking]", KINDS)


class Given:
    """What the tests need of an event, free of the session that made it."""

    def __init__(self, session, fill):
        made = make_marked_event(session, works=2, text=ALL_KINDS)
        if fill:
            values = {"P2.2": "48.00", "P2.3": "I"}
            made.fill(lambda _at, code: values.get(code, "1"))
        session.commit()
        self.works, self.uid = list(made.works), made.event.uid
        self.judges = {name: seat.user for name, seat in made.seats.items()}
        for user in self.judges.values():
            session.refresh(user)
        session.expunge_all()
        session.rollback()

    def judge(self, seat="J1"):
        return self.judges[seat]


@pytest.fixture(autouse=True)
def _networks_fail(expected_console):
    expected_console.append("net::ERR_")


@pytest.fixture
def marked(own_app):
    with own_app.app_context():
        return Given(db.session(), fill=False)


@pytest.fixture
def filled(own_app):
    with own_app.app_context():
        return Given(db.session(), fill=True)


@pytest.fixture
def stored(own_app):
    def read():
        with own_app.app_context():
            rows = db.session.scalars(select(MarkEvent).order_by(MarkEvent.seq))
            return [(m.entry, m.aspect, m.value, m.status) for m in rows]

    return read


def open_sheet(page_at, marked, at="", *, size=(820, 1180), seat="J1"):
    page = page_at(*size, user=marked.judge(seat))
    page.goto(f"/judging/{marked.uid}/mark#{at}")
    page.wait_for_selector("#outbox.mark-state--server")
    return page


def wait_for_sent(page):
    page.wait_for_selector("#outbox.mark-state--server")


@pytest.mark.parametrize("size", [(360, 740), (820, 1180), (1280, 800)])
def test_every_kind_has_its_control_without_scrolling(
    page_at, marked, stored, assert_accessible, size
):
    work = marked.works[0]
    page = open_sheet(page_at, marked, work, size=size)
    steps = [
        ("P1.1", ["8", ".", "5", "save"], "8.5"),
        ("P1.2", [".answers button >> nth=0"], "1"),
        ("P1.3", [".answers button >> nth=2"], "2"),
        ("P2.1", [".mark-counter button >> nth=1"] * 2 + [".mark-control > .btn"], "2"),
        ("P2.2", ["4", "8", ".", "0", "7", "save"], "48.07"),
        ("P2.3", [".answers button >> nth=1"], "II"),
        ("P2.4", ["3", "save"], "3"),
    ]

    for code, presses, _value in steps:
        assert page.inner_text("#code") == code
        assert_fits(page)
        for press in presses:
            tap(page, press)
        page.wait_for_selector("#state.mark-state--server")
        page.click("#next")

    wait_for_sent(page)
    assert [(a, v) for _work, a, v, _s in stored()] == [(c, v) for c, _p, v in steps]
    assert_accessible(page)


def tap(page, press):
    if press == "save":
        page.click(".keypad__save")
    elif len(press) == 1:
        page.locator(".keypad button", has_text=press).first.click()
    else:
        page.click(press)


def assert_fits(page):
    over = page.evaluate(
        "(m => m.scrollHeight - m.clientHeight)(document.querySelector('main'))"
    )
    assert over <= 0, f"{page.inner_text('#code')} needs scrolling by {over} px"
    small = page.evaluate(
        """[...document.querySelectorAll('main button, footer button')]
           .filter(b => b.offsetParent && (b.offsetHeight < 56 || b.offsetWidth < 56))
           .map(b => b.textContent)"""
    )
    assert small == []


@on_each_database
def test_marks_given_without_a_network_arrive_once(page_at, marked, stored):
    work = marked.works[0]
    page = open_sheet(page_at, marked, f"{work}/P1.2")

    page.context.set_offline(True)
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--tablet")
    page.click(".answers button >> nth=1")
    page.click("#next")
    page.click(".answers button >> nth=3")
    page.wait_for_selector("#outbox:has-text('3')")
    assert stored() == []
    page.context.set_offline(False)

    wait_for_sent(page)
    assert stored() == [
        (work, "P1.2", "1", "stored"),
        (work, "P1.2", "0", "stored"),
        (work, "P1.3", "3", "stored"),
    ]


def test_the_outbox_survives_closing_the_page(page_at, marked, stored):
    work = marked.works[0]
    page = open_sheet(page_at, marked, f"{work}/P1.2")
    page.context.route("**/api/v1/marks", lambda route: route.abort())
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--tablet")
    context = page.context
    page.close()
    context.unroute("**/api/v1/marks")

    page = context.new_page()
    page.goto(f"/judging/{marked.uid}/mark#{work}/P1.2")
    wait_for_sent(page)

    assert stored() == [(work, "P1.2", "1", "stored")]


def test_a_lost_answer_is_asked_for_again(page_at, marked, stored):
    work = marked.works[0]
    page = open_sheet(page_at, marked, f"{work}/P1.2")
    lost: list[str] = []

    def lose_the_first(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())  # the server has it; the tablet never hears
        route.abort()

    page.route("**/api/v1/marks", lose_the_first)
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--server")

    assert len(lost) == 1
    assert stored() == [(work, "P1.2", "1", "stored")]


def test_one_refused_mark_stops_no_other(page_at, marked, stored, expected_console):
    expected_console.append("422")
    work = marked.works[0]
    page = open_sheet(page_at, marked, f"{work}/P1.2")

    def refuse_one(route):
        sent = route.request.post_data_json["marks"]
        if any(mark["aspect"] == "P1.3" for mark in sent):
            route.fulfill(status=422, body="{}")
        else:
            route.continue_()

    page.context.set_offline(True)
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--tablet")
    page.click("#next")
    page.click(".answers button >> nth=3")
    page.wait_for_selector("#state.mark-state--tablet")
    page.route("**/api/v1/marks", refuse_one)
    page.context.set_offline(False)

    page.wait_for_selector("#attention:not([hidden])")
    assert stored() == [(work, "P1.2", "1", "stored")]
    assert kept_on(page) == [["1", "delivered"], ["3", "attention"]]


def test_every_refusal_leaves_the_mark_to_be_sent_again(
    page_at, marked, stored, expected_console
):
    page = open_sheet(page_at, marked, f"{marked.works[0]}/P1.3")

    for at, status in enumerate([400, 403, 404, 409, 413, 422]):
        expected_console.append(str(status))
        page.route("**/api/v1/marks", _answering(status))
        page.click(f".answers button >> nth={at % 4}")
        page.wait_for_selector("#attention:not([hidden])")
        page.unroute("**/api/v1/marks")
        page.click("#attention button >> nth=1")
        page.wait_for_selector("#state.mark-state--server")

    assert [v for _w, _a, v, _s in stored()] == ["0", "1", "2", "3", "0", "1"]


def _answering(status):
    """Refuse as the server does."""
    body = json.dumps({"type": "about:blank", "title": "x", "status": status})
    kind = "application/problem+json"
    return lambda route: route.fulfill(status=status, body=body, content_type=kind)


def kept_on(page):
    return page.evaluate(
        """idb.openDB('jiangcai-marks').then(db => db.getAll('events'))
           .then(all => all.map(e => [e.body.value, e.state]).sort())"""
    )


def test_a_fault_of_the_server_is_tried_again(
    page_at, marked, stored, expected_console
):
    expected_console.append("500")
    work = marked.works[0]
    page = open_sheet(page_at, marked, f"{work}/P1.2")
    faults: list[int] = []

    def fail_twice(route):
        if len(faults) < 2:
            faults.append(500)
            route.fulfill(status=500, body="")
        else:
            route.continue_()

    page.route("**/api/v1/marks", fail_twice)
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--server")

    assert stored() == [(work, "P1.2", "1", "stored")]


def test_an_answer_with_another_hash_is_not_green(page_at, marked):
    page = open_sheet(page_at, marked, f"{marked.works[0]}/P1.2")

    def tamper(route):
        answer = route.fetch()
        body = answer.json()
        body["marks"][0]["hash"] = "0" * 64
        route.fulfill(response=answer, body=json.dumps(body))

    page.route("**/api/v1/marks", tamper)
    page.click(".answers button >> nth=0")

    page.wait_for_selector("#state.mark-state--conflict")


@on_each_database
def test_two_tablets_of_one_judge_meet_and_the_judge_chooses(page_at, marked, stored):
    work = marked.works[0]
    one = open_sheet(page_at, marked, f"{work}/P1.2")
    two = open_sheet(page_at, marked, f"{work}/P1.2")

    one.click(".answers button >> nth=0")
    one.wait_for_selector("#state.mark-state--server")
    two.click(".answers button >> nth=1")
    two.wait_for_selector("#attention:not([hidden])")
    two.click("#attention button >> nth=1")
    two.wait_for_selector("#state.mark-state--server")

    assert [(v, s) for _w, _a, v, s in stored()] == [
        ("1", "stored"),
        ("0", "conflict"),
        ("0", "stored"),
    ]


def test_another_judge_sees_but_cannot_send_what_waits(page_at, marked, stored):
    work = marked.works[0]
    page = open_sheet(page_at, marked, f"{work}/P1.2")
    page.context.route("**/api/v1/marks", lambda route: route.abort())
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--tablet")
    other = open_sheet(page_at, marked, f"{work}/P1.2", seat="J2")
    page.context.add_cookies(
        [
            {name: cookie[name] for name in ("name", "value", "domain", "path")}
            for cookie in other.context.cookies()
        ]
    )

    page.reload()
    page.wait_for_selector("#notice:not([hidden])")
    page.context.unroute("**/api/v1/marks")
    page.click(".answers button >> nth=1")
    page.wait_for_selector("#state.mark-state--server")

    assert stored() == [(work, "P1.2", "0", "stored")]
    assert kept_on(page) == [["0", "delivered"], ["1", "waiting"]]


def test_a_judge_withdraws_a_mark_with_a_note(page_at, marked, stored):
    work = marked.works[0]
    page = open_sheet(page_at, marked, f"{work}/P1.2")
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--server")

    page.click("#open-note")
    page.fill("#note-text", "错看了作品")
    page.click("#withdraw")
    page.wait_for_selector("#state.mark-state--none")

    wait_for_sent(page)
    assert [(v, s) for _w, _a, v, s in stored()] == [("1", "stored"), ("", "stored")]


def test_keys_and_the_grid_lead_through_the_sheet(page_at, marked, assert_accessible):
    page = open_sheet(page_at, marked, marked.works[0], size=(1280, 800))

    page.keyboard.press("7")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code:text-is('P1.2')")
    page.keyboard.press("y")
    page.wait_for_selector("#state.mark-state--server")
    page.click("#open-grid")
    page.wait_for_selector("#grid[data-done]")
    assert_accessible(page)
    page.click(f"#grid tr:has-text('{marked.works[1]}') button >> nth=2")

    assert page.inner_text("#work") == marked.works[1]
    assert page.inner_text("#code") == "P1.3"


@on_each_database
def test_the_sheet_is_signed_when_both_sides_agree(
    page_at, own_app, filled, assert_accessible
):
    page = page_at(820, 1180, user=filled.judge())

    page.goto(f"/judging/{filled.uid}/sign")
    assert_accessible(page)
    page.click("#sign button:not([disabled])")
    page.wait_for_selector(".notice--success")

    with own_app.app_context():
        signature = db.session.scalars(select(SheetSignature)).one()
        assert signature.marks == 14


def test_nobody_signs_while_marks_wait_on_the_tablet(page_at, marked):
    page = open_sheet(page_at, marked, f"{marked.works[0]}/P1.2")
    page.context.route("**/api/v1/marks", lambda route: route.abort())
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--tablet")

    page.goto(f"/judging/{marked.uid}/sign")

    page.wait_for_selector("#unsent:not([hidden])")
    assert page.is_disabled("#sign button")


def test_nobody_signs_out_while_marks_wait_on_the_tablet(page_at, marked):
    page = open_sheet(page_at, marked, f"{marked.works[0]}/P1.2", size=(1280, 800))
    page.context.route("**/api/v1/marks", lambda route: route.abort())
    page.click(".answers button >> nth=0")
    page.wait_for_selector("#state.mark-state--tablet")
    page.goto("/desk")
    said: list[str] = []

    def read_and_accept(dialog):
        said.append(dialog.message)
        dialog.accept()

    page.on("dialog", read_and_accept)

    page.click(".user-menu summary")
    with page.expect_event("dialog"):
        page.click(".user-menu button[type=submit]")

    assert "1" in said[0]
    page.goto("/desk")
    assert page.url.endswith("/desk")


def test_what_another_tablet_withdrew_does_not_come_back(page_at, marked, stored):
    work = marked.works[0]
    one = open_sheet(page_at, marked, f"{work}/P1.2")
    one.click(".answers button >> nth=0")
    one.wait_for_selector("#state.mark-state--server")
    two = open_sheet(page_at, marked, f"{work}/P1.2")
    two.click("#open-note")
    two.fill("#note-text", "错看了作品")
    two.click("#withdraw")
    two.wait_for_selector("#state.mark-state--none")
    wait_for_sent(two)
    assert len(stored()) == 2

    one.reload()
    one.wait_for_selector("#outbox.mark-state--server")

    assert one.locator("#state.mark-state--none").count() == 1
