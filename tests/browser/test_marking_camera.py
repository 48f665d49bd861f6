"""The camera of a tablet opens the work whose printed sheet is held before it."""

import io

import pytest
import qrcode
from PIL import Image

from extensions import db
from scoring.paper.rules import SheetName, write_sheet_text
from scripts.browser import FLAGS, get_chromium
from tests.browser.test_marking_hand import Given, database, open_sheet

__all__ = ["database"]


@pytest.fixture
def given(own_app):
    with own_app.app_context():
        return Given(db.session(), works=2)


@pytest.fixture
def film(given, tmp_path):
    """A film of the printed sheet of the second work."""
    name = SheetName(
        event_uid=given.uid, seat="J1", work=given.works[1], digest="ab" * 16
    )
    code = qrcode.make(write_sheet_text(name), border=4).get_image().convert("RGB")
    scene = Image.new("RGB", (640, 480), (120, 110, 100))
    scene.paste(code.resize((420, 420)), (110, 30))
    out = io.BytesIO()
    scene.save(out, "JPEG", quality=90)
    path = tmp_path / "sheet.mjpeg"
    path.write_bytes(out.getvalue() * 10)
    return path


@pytest.fixture
def browser(film, playwright):
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


def test_the_camera_opens_the_work_of_a_printed_sheet(given, page_at):
    page = open_sheet(page_at, given, given.works[0])

    page.click("#open-scan")

    page.wait_for_selector(f"#work:text-is('{given.works[1]}')")
    page.wait_for_selector("#scan:not([open])", state="attached")
    assert page.evaluate("document.getElementById('scan-video').srcObject") is None
