"""Papers around the marking, read back as a reader of PDFs sees them."""

import hashlib
import json
from pathlib import Path

import pytest
from flask_babel import force_locale

from ledger.log.queries import list_for_subject
from ledger.log.rules import Checkpoint
from ledger.log.services import is_genuine_checkpoint, verify
from scoring.marking.queries import list_counted, list_signatures
from scoring.paper.rules import (
    SheetName,
    SheetTextError,
    read_sheet_text,
    write_sheet_text,
)
from scoring.paper.services import blanks, records
from scoring.results.services import locks
from scoring.scheme.queries import find_frozen
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.services.paper import Heading, make_sample
from tests.factories.accounts import make_user
from tests.factories.scoring import actor_of, make_marked_event
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


def read_checkpoint(pdf):
    [picture] = pictures(pdf, -1)
    return Checkpoint(**json.loads(read_qr(picture)))


def test_a_judge_prints_what_they_signed(client, session, marked, canaries, sign_in):
    marked.send("J2", marked.works[0], "P1.1", "7.25", **based(session, marked))
    marked.sign("J2")
    [signature] = list_signatures(session, marked.event.id)
    sign_in(marked.judge("J2"))
    url = f"/judging/{marked.event.uid}/records/{signature.uid}.pdf"

    everything = client.get(url)
    one = client.get(f"{url}?work={marked.works[0]}")

    [text], [single] = page_texts(everything.data), page_texts(one.data)
    signing = list_for_subject(session, f"signature:{signature.uid}")[0]
    for said in (
        *(signature.digest, marked.event.scheme_digest, "7.25", "3.3333", "是"),
        *(signing.hash, signing.hash[:8], f"账本条目{signing.seq}", "轮次1"),
        *(marked.works[0], "P1.1Joint", "擦伤一处", "第1页共1页"),
    ):
        assert said in text, said
    assert marked.works[1] in text
    assert marked.works[1] not in single
    assert "P1.3Craft1013.3333" in single
    for found in (text, single):
        assert marked.judge("J2").display_name not in found
        assert {c for c in canaries if c in found} == set()
    for pdf in (everything.data, one.data):
        checkpoint = read_checkpoint(pdf)
        assert is_genuine_checkpoint(checkpoint)
        assert (checkpoint.seq, checkpoint.hash) == (signing.seq, signing.hash)
        assert verify(session, [checkpoint]).fault is None
    assert sign_page_leads_to(client, marked, url)
    assert client.get(url).data == everything.data


def based(session, marked):
    """Return what a second mark of J2's first cell carries: its base and a comment."""
    [first] = [
        c
        for c in list_counted(session, marked.event.id)
        if (c.entry, c.aspect, c.judge) == (marked.works[0], "P1.1", "J2")
    ]
    return {"based_on": first.id, "reason": "擦伤一处"}


def sign_page_leads_to(client, marked, url):
    return url in client.get(f"/judging/{marked.event.uid}/sign").text


def test_a_record_of_another_seat_is_the_chief_judges(
    client, session, marked, canaries, sign_in, monkeypatch
):
    marked.sign("J2")
    [signature] = list_signatures(session, marked.event.id)
    base = f"/events/{marked.event.uid}/paper"
    sign_in(marked.judge("J1"))

    own = client.get(f"/judging/{marked.event.uid}/records/{signature.uid}.pdf")
    chiefs = client.get(f"{base}/records/{signature.uid}.pdf")

    [text] = page_texts(chiefs.data)
    assert own.status_code == 404
    assert "".join(marked.judge("J2").display_name.split()) in text
    assert {c for c in canaries if c in text} == set()
    assert f"{base}/records/{signature.uid}.pdf" in client.get(base).text
    page = client.get(f"{base}?work={marked.works[1]}").text
    for path in (
        "sheets.pdf?",
        f"records/{signature.uid}.pdf?",
        "sheets.pdf?seat=J2&amp;",
    ):
        assert f"{base}/{path}work={marked.works[1]}" in page
    assert client.get(f"{base}/records/{signature.uid}.pdf?work=x").status_code == 409
    # As if the marks were others than those that were signed.
    monkeypatch.setattr(records, "sheet_digest", lambda _marks: "0" * 64)
    assert client.get(f"{base}/records/{signature.uid}.pdf").status_code == 409


def test_a_record_that_no_longer_holds_says_so(client, session, marked, sign_in):
    marked.sign_all()
    returned = list_signatures(session, marked.event.id)[1]
    chief = actor_of(marked.judge("J1"))
    locks.return_sheet(
        session,
        event=marked.event,
        uid=returned.uid,
        reason="第三项漏评",
        actor=chief,
        now=marked.later(),
    )
    marked.send("J2", marked.works[0], "P1.1", "1.5", **based(session, marked))
    marked.sign("J2")
    marked.check("J2")
    marked.lock()
    first, again = list_signatures(session, marked.event.id)
    sign_in(marked.judge("J1"))
    base = f"/events/{marked.event.uid}/paper/records"

    def read(signature):
        return "".join(page_texts(client.get(f"{base}/{signature.uid}.pdf").data))

    old, new = read(returned), read(again)
    assert "作废" in old
    assert "第三项漏评" in old
    assert "1.5" not in old.split("账本检查点")[0].replace("11.5", "")
    assert "1.5" in new
    assert "作废" not in new
    unlock(session, marked)
    assert "第1轮后评分已解锁" in read(first)


def unlock(session, marked):
    for act, user in (
        (locks.ask_unlock, marked.judge("J1")),
        (locks.confirm_unlock, marked.supervisor),
    ):
        reason = {"reason": "复核"} if act is locks.ask_unlock else {}
        act(
            session,
            event=marked.event,
            actor=actor_of(user),
            now=marked.later(),
            **reason,
        )
