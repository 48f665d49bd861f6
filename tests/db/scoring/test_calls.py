"""Comments, photos and notes: what marks call for, and what waits for them."""

import hashlib
import json
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ledger.log.models import LedgerEntry
from scoring.evidence import queries as evidence
from scoring.evidence.models import DiscussionNote, MarkPhoto
from scoring.evidence.services.notes import NoteError, add_note
from scoring.evidence.services.photos import PhotoRefusedError
from scoring.evidence.services.proof import check_evidence
from scoring.marking import queries
from scoring.results.services.locks import LockError
from scoring.sheets.queries import find_sheet, sheet_data
from scoring.sheets.services import SignError
from tests.factories.calls import CALLING, fill_with_photos, make_picture, shoot
from tests.factories.scoring import actor_of, make_item, make_marked_event


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=2, text=CALLING)


def note(marked, work, said="两位裁判都看过了"):
    return add_note(
        marked.session,
        event=marked.event,
        cell=(work, "P1.1"),
        text=said,
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )


def test_a_low_mark_is_stored_and_keeps_the_sheet_open_until_its_comment(marked):
    marks = fill_with_photos(marked, ("5.99", "6"))
    work = marked.works[0]

    with pytest.raises(SignError, match="2 "):
        marked.sign("J1")
    marked.sign("J2")  # 6 is not below 6

    for at in marked.works:
        based = marks["J1", at]
        marked.send("J1", at, "P1.1", "5.99", based_on=based, reason="焊缝有气孔")
    marked.sign("J1")
    comments = evidence.list_comments(marked.session, marked.event.id, work)
    assert [(c.aspect, c.seat, c.text) for c in comments] == [
        ("P1.1", "J1", "焊缝有气孔")
    ]


def test_the_same_mark_with_another_comment_is_another_mark(marked):
    item = make_item(marked.works[0], "P1.1", "5", reason="one")
    marked.send_items("J1", item)

    again = marked.send_items("J1", item)[0]
    changed = marked.send_items("J1", {**item, "reason": "two"})[0]

    assert again["status"] == "duplicate"
    assert (changed["status"], changed["reason"]) == ("refused", "key_reuse")


def test_a_photo_is_kept_to_the_last_byte_and_once(session, marked):
    mark = marked.send("J1", marked.works[0], "P1.1", "9")
    data = make_picture()

    first = shoot(marked, "J1", mark["id"], data)
    again = [shoot(marked, "J1", mark["id"], data) for _ in range(2)]

    assert first["status"] == "stored"
    assert again == [{**first, "status": "duplicate"}] * 2
    photo = session.scalars(select(MarkPhoto)).one()
    assert photo.attachment.sha256 == photo.sha256 == hashlib.sha256(data).hexdigest()
    assert list(check_evidence(session)) == []


def test_a_required_photo_keeps_the_sheet_open_and_follows_a_correction(marked):
    fill_with_photos(marked)
    extra = marked.send("J1", marked.works[0], "P1.1", "7", based_on=None)
    assert extra["status"] == "conflict"
    sheet = find_sheet(marked.session, marked.seats["J1"])
    assert sheet.calls == []

    other = make_marked_event(marked.session, works=1, text=CALLING)
    other.fill()
    with pytest.raises(SignError):
        other.sign("J1")


def test_a_photo_after_the_signature_is_kept_as_late(marked):
    marks = fill_with_photos(marked)
    marked.sign("J1")

    late = shoot(
        marked, "J1", marks["J1", marked.works[0]], make_picture(colour="blue")
    )

    assert (late["status"], late["reason"]) == ("late", "signed")


def exif():
    tags = Image.Exif()
    tags[0x010E] = "张三"
    return tags


BAD: dict[str, dict[str, Any]] = {
    "hash": {"sha256": "0" * 64},
    "size": {"data": b""},
    "not a picture": {"data": b"%PDF-1.4\n%%EOF"},
    "half a picture": {"data": make_picture()[:300]},
    "tells who": {"data": make_picture(exif=exif())},
    "more behind it": {"data": make_picture() + b"PK\x03\x04"},
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_plain_picture_of_its_name_is_refused(session, marked, name):
    mark = marked.send("J1", marked.works[0], "P1.1", "9")
    data = BAD[name].get("data", make_picture())

    with pytest.raises(PhotoRefusedError) as caught:
        shoot(marked, "J1", mark["id"], **({"data": data} | BAD[name]))

    assert caught.value.code == (name if name in {"hash", "size"} else "file")
    assert session.scalars(select(MarkPhoto)).all() == []


def test_a_photo_belongs_to_the_judges_own_mark_of_an_aspect_that_takes_one(marked):
    own = marked.send("J1", marked.works[0], "P1.1", "9")
    plain = marked.send("J1", marked.works[0], "P1.2", "1")

    codes = []
    for seat, mark_id in (("J2", own["id"]), ("J1", "0" * 32), ("J1", plain["id"])):
        with pytest.raises(PhotoRefusedError) as caught:
            shoot(marked, seat, mark_id)
        codes.append(caught.value.code)

    assert codes == ["unknown_mark", "unknown_mark", "no_photo"]


def test_judges_far_apart_keep_the_lock_open_until_the_panel_wrote_a_note(marked):
    marks = fill_with_photos(marked, ("9", "6.9"))
    marked.sign_all()

    with pytest.raises(LockError, match=marked.works[0]):
        marked.lock()
    for work in marked.works:
        note(marked, work)
    marked.lock()

    counted = queries.list_counted(marked.session, marked.event.id)
    assert {c.value for c in counted if c.aspect == "P1.1"} == {"9", "6.9"}
    kept = marked.session.scalars(select(DiscussionNote)).all()
    assert json.loads(kept[0].marks) == {
        seat: marks[seat, kept[0].entry] for seat in marked.seats
    }
    logged = marked.session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "notes.made")
    ).all()
    assert len(logged) == 2


def test_another_mark_reopens_what_a_note_had_settled(marked):
    marks = fill_with_photos(marked, ("9", "6"))
    work = marked.works[0]
    note(marked, work)

    def list_open():
        sheet = find_sheet(marked.session, marked.seats["J2"])
        return [entry for entry, _aspect in sheet.disputes]

    assert list_open() == [marked.works[1]]
    marked.send("J1", work, "P1.1", "8.5", based_on=marks["J1", work], reason="再看")
    assert sorted(list_open()) == sorted(marked.works)
    # Nothing on the judge's side tells what the others gave.
    sheet = find_sheet(marked.session, marked.seats["J2"])
    assert sheet is not None
    assert "8.5" not in json.dumps(sheet_data(sheet))


def test_a_note_needs_a_dispute_and_words(marked):
    fill_with_photos(marked, ("9", "7"))  # 2 apart is accepted
    with pytest.raises(NoteError):
        note(marked, marked.works[0])
    again = make_marked_event(marked.session, works=1, text=CALLING)
    fill_with_photos(again, ("9", "6"))
    with pytest.raises(NoteError):
        note(again, again.works[0], " ")


def test_one_judge_alone_is_no_dispute(marked):
    marked.send("J1", marked.works[0], "P1.1", "0")

    assert find_sheet(marked.session, marked.seats["J1"]).disputes == []


@pytest.mark.parametrize(
    "statement",
    [
        "update mark_photo set entry = 'X'",
        "delete from mark_photo",
        "update discussion_note set note = 'X'",
        "delete from discussion_note",
    ],
)
def test_the_database_refuses_to_change_evidence(session, marked, statement):
    fill_with_photos(marked, ("9", "6"))
    note(marked, marked.works[0])

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))
