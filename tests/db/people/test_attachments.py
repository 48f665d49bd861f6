"""Keeping files."""

import io
from pathlib import Path

import pytest
from flask import current_app
from PIL import Image

from people.attachments import queries, services
from tests.factories.people import make_attachment, picture


def stored_path(attachment):
    return Path(current_app.config["UPLOADS"]) / attachment.stored_as


def read_image(attachment):
    return Image.open(io.BytesIO(services.read_bytes(attachment)))


def with_place():
    """Return a picture that says where it was taken, and how to turn it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "CAMERA-OF-ZHANG"
    exif.get_ifd(0x8825)[2] = (30.0, 0.0, 0.0)
    return picture(exif=exif)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_an_image_is_made_anew(session, form):
    sent = picture(form=form)

    kept = make_attachment(session, data=sent, file_name="a.exe")

    assert kept.content_type == f"image/{form.lower()}"
    assert read_image(kept).size == (40, 50)
    assert stored_path(kept).stat().st_mode & 0o077 == 0


def test_what_hid_in_a_picture_is_gone(session):
    kept = make_attachment(session, data=with_place() + b"<script>alert(1)</script>")

    data = services.read_bytes(kept)
    assert b"CAMERA-OF-ZHANG" not in data
    assert b"script" not in data
    assert not read_image(kept).getexif()
    assert read_image(kept).size == (50, 40)  # and it stands upright


def test_transparency_stays(session):
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")

    kept = make_attachment(session, data=out.getvalue())

    assert read_image(kept).getpixel((0, 0)) == (0, 0, 0, 0)


def test_a_palette_and_a_grey_picture_are_read(session):
    for mode in ("P", "L", "CMYK"):
        out = io.BytesIO()
        Image.new(mode, (4, 4)).save(out, "JPEG" if mode == "CMYK" else "PNG")

        assert read_image(make_attachment(session, data=out.getvalue())).mode == "RGB"


def test_a_pdf_is_kept_as_it_came(session):
    data = b"%PDF-1.7\n1 0 obj\n%%EOF\n"

    kept = make_attachment(session, data=data, kind="certificate")

    assert services.read_bytes(kept) == data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="svg"),
        pytest.param(picture()[:200], id="cut off"),
        pytest.param(b"\xff\xd8\xff" + b"\x00" * 50, id="no picture inside"),
        pytest.param(b"\xff\xd8\xff" + b"\x00" * 10 * 1024 * 1024, id="too large"),
    ],
)
def test_refuses(session, data):
    with pytest.raises(services.FileRefusedError):
        make_attachment(session, data=data)


@pytest.mark.parametrize(("width", "height"), [(8000, 5001), (20000, 20000)])
def test_refuses_a_flood_of_pixels(session, width, height):
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")

    with pytest.raises(services.FileRefusedError):
        make_attachment(session, data=out.getvalue())


def test_a_changed_file_is_noticed(session):
    kept = make_attachment(session)
    stored_path(kept).write_bytes(picture(form="PNG"))

    with pytest.raises(services.FileDamagedError):
        services.read_bytes(kept)


def test_a_missing_file_is_noticed(session):
    kept = make_attachment(session)
    stored_path(kept).unlink()

    with pytest.raises(services.FileDamagedError):
        services.read_bytes(kept)
    assert queries.list_missing_files(session) == [kept.stored_as]


@pytest.mark.parametrize(
    ("data", "shown"),
    [(picture(), "inline"), (b"%PDF-1.7\n%%EOF\n", "attachment")],
    ids=["image", "pdf"],
)
def test_how_it_is_sent(session, data, shown):
    kept = make_attachment(session, data=data, file_name='证"书\r\n.bin')

    headers = services.send_attachment(kept).headers

    assert headers["Content-Disposition"].startswith(f"{shown}; filename*=UTF-8''")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
