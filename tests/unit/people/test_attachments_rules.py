"""What a file is, by its bytes, and what it may be called."""

import pytest

from people.attachments.rules import (
    JPEG,
    PDF,
    PNG,
    WEBP,
    find_file_type,
    safe_file_name,
)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xff\xd8\xff\xe0", JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", WEBP),
        (b"%PDF-1.7\n...\n%%EOF\n", PDF),
        pytest.param(b"%PDF-1.7\n...", None, id="cut off"),
        pytest.param(b"<html>%PDF-1.7 %%EOF", None, id="a page that is a PDF too"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", None, id="svg"),
        pytest.param(b"RIFF\x00\x00\x00\x00WAVE", None, id="sound"),
        pytest.param(b"GIF89a", None, id="gif"),
        pytest.param(b"PK\x03\x04", None, id="zip"),
        pytest.param(b"", None, id="empty"),
    ],
)
def test_type(data, found):
    assert find_file_type(data) is found


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("照片.jpg", "照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\证书.pdf", "证书.pdf"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("", "file"),
        ("...", "file"),
        ("长" * 300 + ".jpg", "长" * 156 + ".jpg"),
        ("长" * 300, "长" * 160),
    ],
)
def test_name(name, shown):
    assert safe_file_name(name) == shown
