"""What the devices at the gates send: each scan once, each answer for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from competition.checkin import queries
from competition.checkin.models import CheckIn, CheckInRefusal, GateScan
from competition.checkin.services.scans import receive_scans
from ledger.log.services import Actor
from tests.factories.codes import DAY, MORNING, close, make_desk, make_officers
from tests.factories.competition import make_event
from tests.factories.gates import DEVICE, make_gate, scan


@pytest.fixture
def place(session):
    event, entries = make_desk(session, 2)
    officers = make_officers(session, event)
    return event, entries, officers["checkin"]


def send(session, user, *items, now=MORNING):
    answers = receive_scans(
        session,
        user=user,
        items=items,
        actor=Actor("human", user.uid),
        now=now,
    )
    session.flush()
    return [(answer["status"], answer["reason"]) for answer in answers]


def status_of(session, entry):
    return session.scalar(select(CheckIn.status).where(CheckIn.entry_id == entry.id))


def test_a_scan_lets_in_once_and_is_answered_the_same_for_ever(session, place):
    event, (entry, _other), officer = place
    made = scan(event, entry)

    first = send(session, officer, made)
    again = send(session, officer, made, now=DAY)

    assert (first, again) == ([("stored", None)], [("duplicate", None)])
    assert status_of(session, entry) == "present"
    assert session.scalar(select(func.count(GateScan.id))) == 1


def test_another_scan_under_the_same_id_is_refused(session, place):
    event, (entry, other), officer = place
    made = scan(event, entry)
    send(session, officer, made)

    found = send(session, officer, {**made, "entry": other.uid.replace("-", "")})

    assert found == [("refused", "key_reuse")]
    assert status_of(session, other) is None


def test_two_gates_that_let_in_one_ticket_are_seen(session, place):
    event, (entry, _other), officer = place

    found = send(
        session, officer, scan(event, entry), scan(event, entry, device="f" * 32)
    )

    assert found == [("stored", None), ("conflict", "already_in")]
    assert queries.count_open_questions(session, event.id) == 1


def test_what_was_done_in_time_without_a_network_is_in_time(session, place):
    event, (entry, other), officer = place
    after = DAY + timedelta(minutes=30)

    found = send(
        session, officer, scan(event, entry), scan(event, other, at=after), now=after
    )

    assert found == [("stored", None), ("stored", "late")]
    assert (status_of(session, entry), status_of(session, other)) == ("present", "late")


def test_what_comes_after_the_close_is_kept_and_does_not_count(session, place):
    event, (entry, _other), officer = place
    close(session, event)

    assert send(session, officer, scan(event, entry)) == [("late", "closed")]
    assert status_of(session, entry) == "absent"
    assert queries.count_open_questions(session, event.id) == 1


def test_a_room_counts_who_is_inside(session, place):
    event, (entry, other), officer = place
    room = make_gate(session, event, closes_at=DAY)

    found = send(
        session,
        officer,
        scan(event, entry),
        scan(event, entry, gate=room),
        scan(event, entry, gate=room),
        scan(event, other, gate=room),
        scan(event, entry, "out", gate=room),
        scan(event, entry, "out", gate=room),
        scan(event, entry, gate=room, at=DAY + timedelta(seconds=1)),
        now=DAY + timedelta(minutes=1),
    )

    assert found == [
        ("stored", None),
        ("stored", None),
        ("conflict", "already_in"),
        ("conflict", "not_checked_in"),
        ("stored", None),
        ("conflict", "not_inside"),
        ("conflict", "too_late"),
    ]
    assert queries.list_inside(session, room.id) == set()


@pytest.mark.parametrize("code", ["forged_ticket", "expired", "revoked", "no_id"])
def test_a_refusal_is_kept_with_reason_and_device(session, place, code):
    event, (entry, _other), officer = place
    who = entry if code == "no_id" else None

    found = send(session, officer, scan(event, who, f"refused:{code}", reason="忘带"))

    assert found == [("stored", None)]
    kept = session.scalars(select(CheckInRefusal)).one()
    assert (kept.code, kept.note, kept.device) == (code, "忘带", DEVICE)
    assert status_of(session, entry) == ("refused" if who else None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": "out"}, "value"),
        ({"value": "refused:nothing"}, "value"),
        ({"aspect": "f" * 32}, "aspect"),
        ({"event": ""}, "not_your_event"),
        ({"marked_at": "yesterday"}, "marked_at"),
        ({"device": ""}, "device"),
    ],
)
def test_what_is_no_scan_leaves_no_row(session, place, changes, reason):
    event, (entry, _other), officer = place

    found = send(session, officer, scan(event, entry) | changes)

    assert found == [("refused", reason)]
    assert session.scalar(select(func.count(GateScan.id))) == 0


def test_nobody_scans_at_anothers_event(session, place):
    _event, (entry, _other), officer = place
    elsewhere = make_event(session, state="checkin")

    found = send(session, officer, scan(elsewhere, entry))

    assert found == [("refused", "not_your_event")]


@pytest.mark.parametrize(
    "change", ["update gate_scan set status = 'late'", "delete from gate_scan"]
)
def test_the_database_keeps_what_was_scanned(session, place, change):
    event, (entry, _other), officer = place
    send(session, officer, scan(event, entry))

    with pytest.raises(DBAPIError, match="keeps what was written"):
        session.execute(text(change))
