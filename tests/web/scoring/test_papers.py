"""Papers around the marking, read back as a reader of PDFs sees them."""

import hashlib
from pathlib import Path

import pytest
from flask_babel import force_locale

from scoring.paper.rules import (
    SheetName,
    SheetTextError,
    read_sheet_text,
    write_sheet_text,
)
from scoring.paper.services import blanks
from scoring.scheme.queries import find_frozen
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.services.paper import Heading, make_sample
from tests.factories.accounts import make_user
from tests.factories.scoring import make_marked_event
from tests.papers import page_texts, pictures, read_qr
from tests.web.scoring.test_blindness import canaries, marked

__all__ = ["canaries", "marked"]

EVERY_KIND = (Path(__file__).parent / "every_kind.scheme.toml").read_text("utf-8")


@pytest.fixture(autouse=True)
def english(app):
    with app.test_request_context(), force_locale("en"):
        yield


def test_a_sheet_has_a_blank_for_each_kind(app):
    digest = hashlib.sha256(EVERY_KIND.encode()).hexdigest()
    heading = Heading(competition="C", event="E", seat="J7", digest=digest)

    text = "".join(page_texts(make_sample(parse_scheme(EVERY_KIND), heading)))

    for said in (
        *("limits:37.975–38mm", "1offforeach0.01begun", "Measuredmm"),
        *("limits:≤120.1mm", "2offper0.1,prorata"),
        *("Time(m:ss)", "outsidethelimits:nopoints"),
        *("YesNo", "0123", "3farbeyondthetrade", "Comment(requiredbelow8points)"),
        *("Numberoffaults", "0.5offperfault", "atmost6faultscount"),
        *("Points5–15", "aphotoisrequired", "Ra0.820", "rough0"),
        *("firstplace10,eachfurtherplace2less", "fullmark75×0.5"),
        *("SAMPLE", "J7", "Page1of1", digest, digest[:4] + digest[4:8]),
    ):
        assert said in text, said


def test_a_whole_event_is_printed_seat_by_seat(client, marked, canaries, sign_in):
    sign_in(marked.judge("J1"))
    url = f"/events/{marked.event.uid}/paper/sheets.pdf"

    answer = client.get(url)

    texts = page_texts(answer.data)
    digest = marked.event.scheme_digest
    assert len(texts) == 6
    for at, text in enumerate(texts):
        seat, work = ("J1", "J2")[at // 3], marked.works[at % 3]
        for said in (work, seat, "P1.3", "第1页共1页", digest):
            assert said in text, said
        assert {c for c in canaries if c in text} == set()
        [code] = pictures(answer.data, at)
        assert read_sheet_text(read_qr(code)) == SheetName(
            event_uid=marked.event.uid, seat=seat, work=work, digest=digest[:32]
        )
    assert client.get(url).data == answer.data
    assert b"NotoSansSC" in answer.data


def test_a_judge_prints_their_own_sheets_only(client, marked, sign_in):
    sign_in(marked.judge("J2"))
    base = f"/events/{marked.event.uid}/paper"

    answer = client.get(
        f"/judging/{marked.event.uid}/sheets.pdf?work={marked.works[1]}&seat=J1"
    )

    [text] = page_texts(answer.data)
    assert marked.works[1] in text
    assert "J2" in text
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert client.get(base).status_code == 403
    assert client.get(f"{base}/sheets.pdf").status_code == 403


def test_what_cannot_be_printed_is_said(client, session, marked, sign_in, monkeypatch):
    sign_in(marked.judge("J1"))
    url = f"/events/{marked.event.uid}/paper/sheets.pdf"
    monkeypatch.setattr(blanks, "MOST_SHEETS", 5)

    assert client.get(f"{url}?work=none").status_code == 409
    too_many = client.get(url)
    assert too_many.status_code == 409
    assert client.get(f"{url}?seat=J2").status_code == 200


def test_the_committee_sees_the_sheet_of_a_version(client, session, marked, sign_in):
    sign_in(marked.committee)
    version = find_frozen(session, marked.event.id)

    answer = client.get(f"/events/{marked.event.uid}/scheme/{version.uid}/sheet.pdf")

    [text] = page_texts(answer.data)
    assert version.digest in text
    assert "样张" in text
    assert client.get(f"/events/{marked.event.uid}/paper").status_code == 403


def test_a_scanned_sheet_is_told_from_one_of_another_version(
    client, session, marked, sign_in
):
    sign_in(marked.judge("J1"))
    url = f"/events/{marked.event.uid}/paper"
    frozen = find_frozen(session, marked.event.id)
    name = SheetName(
        event_uid=marked.event.uid, seat="J2", work="W-1", digest=frozen.digest
    )
    other = make_marked_event(session, works=1)

    def ask(**changes):
        values = {"event_uid": name.event_uid, "digest": name.digest, **changes}
        sheet = SheetName(seat=name.seat, work=name.work, **values)
        text = write_sheet_text(sheet)
        return client.get(url, query_string={"sheet": text}).text

    assert "notice--success" in ask()
    assert "notice--danger" in ask(digest="0" * 64)
    assert "notice--danger" in ask(event_uid=other.event.uid)
    assert "notice--danger" in client.get(f"{url}?sheet=JC-SHEET1.x").text


@pytest.mark.parametrize(
    "text", ["", "JC-SHEET1.", "JC-SHEET1.AA", "JC1.x.y", "JC-SHEET1.ä", "JC-SHEET1.A"]
)
def test_other_texts_are_no_sheets(text):
    with pytest.raises(SheetTextError):
        read_sheet_text(text)


def test_papers_can_be_asked_for_before_there_is_anything(client, session, sign_in):
    made = make_marked_event(session, works=0, state="checkin")
    user = make_user(session, "supervisor")
    sign_in(user)

    page = client.get(f"/events/{made.event.uid}/paper")
    pdf = client.get(f"/events/{made.event.uid}/paper/sheets.pdf")

    assert (page.status_code, pdf.status_code) == (200, 409)
