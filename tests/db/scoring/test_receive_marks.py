"""The store of marks: once, in order, for ever the same answer (T-01, T-02, T-06)."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ledger.log.models import LedgerEntry
from outbox import body_hash, read_item
from scoring.marking.models import MarkEvent
from scoring.marking.queries import list_counted, list_pending
from tests.factories.scoring import make_id, make_item, make_marked_event


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=2)


def test_a_mark_is_stored_with_its_receipt(session, marked):
    work = marked.works[0]
    item = make_item(work, "P1.1", "08.50")

    answer = marked.send_items("J1", item)[0]

    assert answer == {
        "id": item["id"],
        "status": "stored",
        "reason": None,
        "seq": 1,
        "hash": body_hash(read_item(item)),
        "current": {"id": item["id"], "value": "08.50", "seq": 1},
    }
    stored = session.get(MarkEvent, item["id"])
    assert (stored.value, stored.exact, stored.status) == ("08.50", "8.5", "stored")


def test_sending_again_gets_the_first_receipt(session, marked):
    item = make_item(marked.works[0], "P1.1", "8")
    first = marked.send_items("J1", item)

    # Later the cell has moved on; the answer to the old mark has not.
    marked.send("J1", marked.works[0], "P1.1", "9", based_on=item["id"])
    again = [marked.send_items("J1", item) for _ in range(3)]

    repeated = [{**answer, "status": "duplicate"} for answer in first]
    assert {json.dumps(a) for a in again} == {json.dumps(repeated)}
    assert len(session.scalars(select(MarkEvent)).all()) == 2


def test_the_same_mark_twice_in_one_batch_is_one(session, marked):
    item = make_item(marked.works[0], "P1.1", "8")

    first, second = marked.send_items("J1", item, dict(item))

    assert second == {**first, "status": "duplicate"}
    assert len(session.scalars(select(MarkEvent)).all()) == 1


def test_the_same_id_with_another_value_raises_an_alarm(session, marked):
    item = make_item(marked.works[0], "P1.1", "8")
    marked.send_items("J1", item)

    answer = marked.send_items("J1", {**item, "value": "9"})[0]

    assert (answer["status"], answer["reason"]) == ("refused", "key_reuse")
    assert [c.value for c in list_counted(session, marked.event.id)] == ["8"]
    alarms = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "marks.key_reused")
    ).all()
    assert len(alarms) == 1


def test_an_id_of_another_judge_is_not_told_about(marked):
    item = make_item(marked.works[0], "P1.1", "8")
    marked.send_items("J1", item)

    answer = marked.send_items("J2", item)[0]

    assert (answer["status"], answer["current"]) == ("refused", None)


def test_a_correction_replaces_what_it_is_based_on(session, marked):
    work = marked.works[0]
    first = marked.send("J1", work, "P1.1", "8")

    second = marked.send("J1", work, "P1.1", "7", based_on=first["id"])

    assert second["current"]["value"] == "7"
    assert [c.value for c in list_counted(session, marked.event.id)] == ["7"]


def test_two_tablets_on_one_base_meet_visibly(session, marked):
    work = marked.works[0]
    first = marked.send("J1", work, "P1.1", "8")
    marked.send("J1", work, "P1.1", "7", based_on=first["id"], device="a")

    other = marked.send("J1", work, "P1.1", "6", based_on=first["id"], device="b")

    assert (other["status"], other["reason"]) == ("conflict", "base_moved")
    assert other["current"]["value"] == "7"
    waiting = list_pending(session, marked.event.id)
    assert [(p.value, p.current) for p in waiting] == [("6", "7")]

    base = other["current"]["id"]
    marked.send("J1", work, "P1.1", "6", based_on=base, device="b")
    assert list_pending(session, marked.event.id) == []
    assert [c.value for c in list_counted(session, marked.event.id)] == ["6"]


def test_different_judges_never_conflict(marked):
    work = marked.works[0]

    answers = [marked.send(seat, work, "P1.1", "8") for seat in ("J1", "J2")]

    assert [a["status"] for a in answers] == ["stored", "stored"]


def test_a_mark_can_be_withdrawn_with_a_reason_and_given_again(session, marked):
    work = marked.works[0]
    first = marked.send("J1", work, "P1.1", "8")

    void = marked.send(
        "J1", work, "P1.1", "", kind="void", reason="slip", based_on=first["id"]
    )

    assert (void["status"], void["current"]) == ("stored", None)
    assert list_counted(session, marked.event.id) == []
    again = marked.send("J1", work, "P1.1", "9", based_on=void["id"])
    assert again["status"] == "stored"


def test_a_base_nobody_knows_is_a_conflict(marked):
    answer = marked.send("J1", marked.works[0], "P1.1", "8", based_on=make_id())

    assert (answer["status"], answer["reason"]) == ("conflict", "base_unknown")


def test_numbers_have_no_gaps_and_follow_the_order(session, marked):
    items = [make_item(w, a, "1") for w in marked.works for a in ("P1.1", "P1.2")]
    items.insert(2, make_item("W-none", "P1.1", "1"))

    marked.send_items("J1", *items[:3])
    marked.send_items("J2", *items[:1])
    marked.send_items("J1", *items[3:])

    seqs = session.scalars(select(MarkEvent.seq).order_by(MarkEvent.seq)).all()
    assert seqs == [1, 2, 3, 4]


FAULTY = [
    pytest.param(None, "not_an_object", id="null"),
    pytest.param([], "not_an_object", id="list"),
    pytest.param({"value": 8}, "value", id="number instead of text"),
    pytest.param({"value": float("nan")}, "value", id="NaN"),
    pytest.param({"value": ""}, "value", id="empty"),
    pytest.param({"value": "1" * 201}, "value", id="too long"),
    pytest.param({"value": "8\x00"}, "value", id="NUL"),
    pytest.param({"value": "\ud800"}, "value", id="lone surrogate"),
    pytest.param({"value": "１２"}, "value: ", id="full width"),
    pytest.param({"value": "1e1"}, "value: ", id="exponent"),
    pytest.param({"value": "1e309"}, "value: ", id="1e309"),
    pytest.param({"value": "1" + "0" * 150}, "value: ", id="too many digits"),
    pytest.param({"value": "NaN"}, "value: ", id="the word NaN"),
    pytest.param({"value": "1,5"}, "value: ", id="comma"),
    pytest.param({"value": "10.01"}, "value: ", id="above max"),
    pytest.param({"value": "-1"}, "value: ", id="below min"),
    pytest.param({"id": "x"}, "id", id="id"),
    pytest.param({"id": None}, "id", id="no id"),
    pytest.param({"id": "0190A0A0-0000-7000-8000-000000000001"}, "id", id="upper"),
    pytest.param({"entry": 7}, "entry", id="entry a number"),
    pytest.param({"entry": "W0 1"}, "entry", id="entry with a space"),
    pytest.param({"entry": "W-none"}, "unknown_entry", id="unknown entry"),
    pytest.param({"aspect": "P9"}, "unknown_aspect", id="unknown aspect"),
    pytest.param({"based_on": 5}, "based_on", id="based_on"),
    pytest.param({"device": "平板"}, "device", id="device"),
    pytest.param({"device_seq": "1"}, "device_seq", id="device_seq text"),
    pytest.param({"device_seq": True}, "device_seq", id="device_seq true"),
    pytest.param({"device_seq": 10**400}, "device_seq", id="device_seq huge"),
    pytest.param({"device_seq": -1}, "device_seq", id="device_seq below 0"),
    pytest.param({"marked_at": "yesterday"}, "marked_at", id="marked_at"),
    pytest.param({"marked_at": "2026-13-01T00:00:00Z"}, "marked_at", id="month 13"),
    pytest.param({"marked_at": "2026-06-20T10:00:00"}, "marked_at", id="no zone"),
    pytest.param({"kind": "erase"}, "kind", id="kind"),
    pytest.param({"kind": ["mark"]}, "kind", id="kind a list"),
    pytest.param({"kind": "void", "value": ""}, "reason", id="void, no reason"),
    pytest.param({"event": "nowhere"}, "not_your_seat", id="another event"),
]


@pytest.mark.parametrize(("change", "reason"), FAULTY)
def test_a_faulty_mark_is_refused_and_stops_no_other(session, marked, change, reason):
    good = [make_item(marked.works[0], code, "1") for code in ("P1.1", "P1.2")]
    bad = make_item(marked.works[1], "P1.1", "8")
    bad = {**bad, **change} if isinstance(change, dict) else change

    answers = marked.send_items("J1", good[0], bad, good[1])

    assert [a["status"] for a in answers] == ["stored", "refused", "stored"]
    assert answers[1]["reason"].startswith(reason)
    assert answers[1]["hash"] is None


@pytest.mark.parametrize(
    ("value", "exact"),
    [("10.00", "10"), ("+9.5", "9.5"), (" 3 ", "3"), ("-0", "0"), ("0.10", "0.1")],
)
def test_values_stay_as_entered_beside_their_exact_form(session, marked, value, exact):
    answer = marked.send("J1", marked.works[0], "P1.1", value)

    stored = session.get(MarkEvent, answer["id"])
    assert (stored.value, stored.exact) == (value, exact)


def test_after_the_signature_marks_come_late(session, marked):
    marked.fill()
    marked.sign("J1")

    answer = marked.send("J1", marked.works[0], "P1.1", "3")

    assert (answer["status"], answer["reason"]) == ("late", "signed")
    assert answer["current"]["value"] == "9"
    values = {c.value for c in list_counted(session, marked.event.id)}
    assert "3" not in values


def test_after_the_lock_marks_come_late_and_change_nothing(session, marked):
    marked.fill()
    marked.sign_all()
    marked.lock()
    before = list_counted(session, marked.event.id)

    answer = marked.send("J2", marked.works[0], "P1.1", "3")

    assert (answer["status"], answer["reason"]) == ("late", "locked")
    assert list_counted(session, marked.event.id) == before


def test_every_batch_is_in_the_log_with_its_digests(session, marked):
    answers = marked.send_items(
        "J1", *(make_item(w, "P1.1", "8") for w in marked.works)
    )

    row = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "marks.received")
    ).one()
    logged = json.loads(row.body)["marks"]
    assert [line[:4] for line in logged] == [
        [a["seq"], a["id"], "stored", a["hash"]] for a in answers
    ]


@pytest.mark.parametrize(
    "statement",
    ["update mark_event set value = '10'", "delete from mark_event"],
)
def test_the_database_refuses_to_change_a_mark(session, marked, statement):
    marked.send("J1", marked.works[0], "P1.1", "8")

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))
