"""The kiosk at a gate: installed, then without a network, then with it again."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from competition.checkin.models import GateScan
from extensions import db
from tests.factories.codes import make_desk, make_officers
from tests.factories.gates import make_gate

SIZES = [(360, 780), (820, 1180), (1280, 800)]


@pytest.fixture
def desk(own_app):
    with own_app.app_context():
        session = db.session()
        event, entries = make_desk(
            session, 3, starts_at=datetime.now(UTC) + timedelta(hours=1)
        )
        make_gate(session, event)
        officer = make_officers(session, event)["checkin"]
        session.commit()
        made = (
            officer,
            [(e.person.name, e.ticket.text, e.ticket.number) for e in entries],
        )
        session.refresh(officer)
        session.expunge(officer)
        session.rollback()
    return made


def scanned(own_app):
    with own_app.app_context():
        rows = db.session.execute(
            select(GateScan.value, GateScan.status).order_by(GateScan.device_seq)
        )
        return [tuple(row) for row in rows]


def type_code(page, text):
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_gate_goes_on_without_a_network(
    desk, page_at, own_app, assert_accessible, expected_console
):
    officer, [first, second, third] = desk
    expected_console.append("ERR_INTERNET_DISCONNECTED")
    page = page_at(820, 1180, user=officer)
    page.goto("/checkin/app")
    expect(page.locator("#inside")).to_contain_text("3")
    expect(page.locator("#offer")).to_be_hidden()
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")

    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#inside")).to_contain_text("3")
    page.locator("body").click()
    type_code(page, first[1])
    expect(page.locator(".compare__name")).to_have_text(first[0])
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
    page.get_by_role("button", name="核对无误").click()
    expect(page.locator("#verdict")).to_contain_text(first[0])
    type_code(page, first[1])  # once more
    expect(page.locator("#verdict")).to_contain_text("已")
    type_code(page, second[1][:-1] + ("A" if second[1][-1] != "A" else "B"))
    expect(page.locator("#verdict")).to_contain_text("不是本系统签发")
    type_code(page, third[2])  # by the typed number
    page.get_by_role("button", name="核对无误").click()
    expect(page.locator("#inside")).to_contain_text("2")
    page.locator("#gate").select_option(label="赛场")
    type_code(page, first[1])
    page.get_by_role("button", name="进入").click()
    expect(page.locator("#inside")).to_contain_text("1")
    expect(page.locator("#outbox")).to_contain_text("4")

    page.context.set_offline(False)
    expect(page.locator("#outbox")).to_have_text("已全部送达", timeout=15000)

    assert scanned(own_app) == [
        ("in", "stored"),
        ("refused:forged_ticket", "stored"),
        ("in", "stored"),
        ("in", "stored"),
    ]
