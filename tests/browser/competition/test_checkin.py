"""The check-in desk in a real browser: by camera, by hand scanner, without script."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import qrcode
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Playwright, expect

from accounts.users.models import User
from competition.checkin.queries import headcount
from extensions import db
from scripts.browser import FLAGS, get_chromium
from tests.factories.codes import make_desk, make_officers

SIZES = [(360, 780), (820, 1180), (1280, 800)]


@dataclass(frozen=True)
class Desk:
    """An open desk, as plain values: no transaction stays open beside the server."""

    event_id: int
    url: str
    names: list[str]
    tickets: list[str]
    uids: list[str]
    officer: User


@pytest.fixture
def desk(own_app: Flask) -> Desk:
    with own_app.app_context():
        session = db.session()
        event, entries = make_desk(session, 3)
        event.starts_at = datetime.now(UTC) + timedelta(hours=1)
        officer = make_officers(session, event)["checkin"]
        session.commit()
        made = Desk(
            event_id=event.id,
            url=f"/events/{event.uid}/checkin",
            names=[entry.person.name for entry in entries if entry.person],
            tickets=[entry.ticket.text for entry in entries if entry.ticket],
            uids=[entry.uid for entry in entries],
            officer=officer,
        )
        session.refresh(officer)
        session.expunge(officer)
        session.rollback()
    return made


@pytest.fixture
def film(desk: Desk, tmp_path: Path) -> Path:
    """A film of the first contestant's ticket held before the camera."""
    code = qrcode.make(desk.tickets[0], border=4).get_image().convert("RGB")
    scene = Image.new("RGB", (640, 480), (120, 110, 100))
    scene.paste(code.resize((420, 420)), (110, 30))
    out = io.BytesIO()
    scene.save(out, "JPEG", quality=90)
    path = tmp_path / "ticket.mjpeg"
    path.write_bytes(out.getvalue() * 10)
    return path


@pytest.fixture
def browser(film: Path, playwright: Playwright) -> Iterator[Browser]:
    """A browser whose camera shows the film."""
    camera = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    browser = playwright.chromium.launch(
        executable_path=get_chromium(), args=[*FLAGS, *camera]
    )
    yield browser
    browser.close()


def present(own_app: Flask, desk: Desk) -> int:
    with own_app.app_context():
        return headcount(db.session(), desk.event_id).present


def test_the_camera_reads_a_ticket_and_the_person_is_let_in(
    desk, page_at, own_app, assert_accessible
):
    page = page_at(820, 1180, user=desk.officer)
    page.goto(desk.url)

    page.get_by_role("button", name="用摄像头扫码").click()

    expect(page.locator(".compare__name")).to_have_text(desk.names[0])
    expect(page.locator("video")).to_be_visible()
    photo = page.locator(".compare__photo")
    assert photo.evaluate("picture => picture.decode().then(() => true)")
    assert_accessible(page)
    page.get_by_role("button", name="核对无误").click()
    expect(page.locator("#checkin-result")).to_contain_text("已检录")
    expect(page.locator("#checkin-count")).to_have_attribute("data-present", "1")
    expect(page.locator("video")).to_be_visible()
    assert present(own_app, desk) == 1
    page.get_by_role("button", name="关闭摄像头").click()
    expect(page.locator("video")).to_be_hidden()


def test_a_hand_scanner_types_wherever_the_cursor_is(desk, page_at):
    page = page_at(1280, 800, user=desk.officer)
    page.goto(desk.url)
    page.get_by_role("button", name="查找").focus()

    page.keyboard.type(desk.tickets[1])
    page.keyboard.press("Enter")

    expect(page.locator(".compare__name")).to_have_text(desk.names[1])


def test_without_the_network_nothing_is_said_to_be_done(
    desk, page_at, own_app, expected_console
):
    expected_console.append("ERR_INTERNET_DISCONNECTED")
    page = page_at(1280, 800, user=desk.officer)
    page.goto(f"{desk.url}?entry={desk.uids[1]}")
    page.context.set_offline(True)

    page.get_by_role("button", name="核对无误").click()

    expect(page.locator("[data-scan-message]")).to_contain_text("网络中断")
    assert present(own_app, desk) == 0
    page.context.set_offline(False)
    page.get_by_role("button", name="核对无误").click()
    expect(page.locator("#checkin-result")).to_contain_text("已检录")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_desk_works_without_script(desk, page_at, own_app, width, height):
    page = page_at(width, height, user=desk.officer, java_script_enabled=False)
    page.goto(desk.url)

    page.get_by_label("准考证、身份证号或姓名").fill(desk.names[1])
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".compare__name")).to_have_text(desk.names[1])
    page.get_by_role("button", name="核对无误").click()

    expect(page.locator("#checkin-result")).to_contain_text("已检录")
    assert present(own_app, desk) == 1
