"""The renderer of papers: what goes in comes out as text, the same each time."""

import json

import pytest

import paper
from paper import in_groups, make_counted_pdf, make_pdf, qr_png, send_pdf
from tests.papers import page_texts, pictures, read_qr

TEMPLATE = """
#import "common.typ": page-number
#let data = json("data.json")
#set document(title: data.title, date: none)
#set page(footer: page-number(data.page))
#set text(font: "Noto Sans SC", fallback: false)
#data.text
#if data.qr != "" { image(data.qr) }
#pagebreak()
Zwei
#context [#metadata(counter(page).final().first()) <pages>]
"""
HOSTILE = '#panic("no") $x$ *b* _i_ `r` @a <b> = h \\ #read("/etc/passwd") 㐀龥'


@pytest.fixture
def template(tmp_path, monkeypatch):
    (tmp_path / "test.typ").write_text(TEMPLATE)
    monkeypatch.setattr(paper, "_TEMPLATES", tmp_path)
    return "test.typ"


def data(**values):
    made = {"title": "t", "text": "x", "qr": "", "page": ["第 ", " 页 共 ", " 页"]}
    return json.loads(json.dumps(made | values))


def test_text_is_never_markup(template):
    pdf = make_pdf(template, data(text=HOSTILE, title=HOSTILE))

    first, second = page_texts(pdf)
    assert HOSTILE.replace(" ", "") in first
    assert first.endswith("第1页共2页")
    assert second.endswith("第2页共2页")


def test_the_same_data_gives_the_same_bytes(template):
    pdf, pages = make_counted_pdf(template, data())

    assert (pdf, pages) == make_counted_pdf(template, data())
    assert pages == 2
    assert pdf != make_pdf(template, data(text="y"))
    assert b"CreationDate" not in pdf


@pytest.mark.parametrize("text", ["A", "JCS1." + "Zz09_-" * 60, "作品号 甲-07"])
def test_a_code_is_read_back_from_the_page(template, text):
    pdf = make_pdf(template, data(qr="qr.png"), {"qr.png": qr_png(text)})

    assert [read_qr(found) for found in pictures(pdf)] == [text]


def test_a_pdf_is_named_for_every_browser():
    headers = send_pdf(b"%PDF-", '评分表 J1 "甲/7"\r\nX: 1', "sheets-J1").headers

    assert headers["Content-Disposition"] == (
        'inline; filename="sheets-J1.pdf"; '
        "filename*=UTF-8''%E8%AF%84%E5%88%86%E8%A1%A8%20J1%20%E7%94%B2%207%20X%201.pdf"
    )
    assert headers["Content-Type"] == "application/pdf"


def test_a_digest_is_shown_in_fours():
    assert in_groups("0123456789abcdef" + "0" * 48) == "0123 4567 89ab cdef"
