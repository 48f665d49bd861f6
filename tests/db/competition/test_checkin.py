"""The check-in desk on a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from competition.checkin import queries
from competition.checkin.models import CheckIn, CheckInRefusal
from competition.checkin.services import desk
from competition.checkin.services.second import SecondPersonError
from competition.events.services import StepRefusedError
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.persons.queries import open_id_number
from tests.factories.codes import (
    DAY,
    MORNING,
    at_desk,
    check_in,
    close,
    make_desk,
    make_officers,
)
from tests.factories.competition import make_entry, make_event

LATE = DAY + timedelta(minutes=16)


def statuses(session, event):
    rows = session.execute(
        select(CheckIn.entry_id, CheckIn.status).where(CheckIn.event_id == event.id)
    )
    return dict(rows.all())


@pytest.mark.parametrize("state", ["closed", "checkin"])
def test_opening_moves_the_event(session, state):
    event = make_event(session, state=state)

    desk.open_checkin(session, event=event, actor=SYSTEM, now=MORNING)

    assert event.state == "checkin"
    opened = queries.find_session(session, event.id)
    assert opened is not None
    assert opened.closed_at is None
    with pytest.raises(desk.CheckInError):
        desk.open_checkin(session, event=event, actor=SYSTEM, now=MORNING)


def test_check_in_does_not_open_while_registration_is(session):
    event = make_event(session)

    with pytest.raises(StepRefusedError):
        desk.open_checkin(session, event=event, actor=SYSTEM, now=MORNING)


def test_a_ticket_an_id_number_a_ticket_number_and_a_name_find_the_entry(session):
    event, (entry, *_others) = make_desk(session)
    texts = [
        entry.ticket.text,
        f" {entry.ticket.number.lower()} ",
        entry.ticket.number.replace("-", ""),
        open_id_number(entry.person),
        entry.person.name,
    ]

    found = [desk.identify(session, at_desk(event), text).entry for text in texts]

    assert found == [entry] * len(texts)


def test_a_unit_finds_all_of_its_contestants(session):
    event, (first, second, _third) = make_desk(session)
    second.unit = first.unit
    session.flush()

    found = desk.identify(session, at_desk(event), first.unit.name)

    assert {entry.id for entry in found.entries} == {first.id, second.id}
    assert found.entry is None


@pytest.mark.parametrize("typed", ["", "   ", "没有此人", "110101199003070134"])
def test_what_nobody_bears_finds_nobody_and_is_no_refusal(session, typed):
    event, _entries = make_desk(session, 1)

    found = desk.identify(session, at_desk(event), typed)

    assert (found.entries, found.refusal) == ([], None)


def forge(ticket_text: str) -> str:
    """Return the ticket with one character of its payload changed."""
    head, payload, signature = ticket_text.split(".")
    middle = len(payload) // 2
    other = "A" if payload[middle] != "A" else "B"
    return f"{head}.{payload[:middle]}{other}{payload[middle + 1 :]}.{signature}"


def test_tickets_that_do_not_stand_here_are_kept_with_reason_and_device(session):
    event, (entry, gone) = make_desk(session, 2)
    elsewhere = make_entry(session, state="accepted")
    assert elsewhere.ticket is not None
    gone.state = "withdrawn"
    session.flush()

    found = [
        desk.identify(session, at_desk(event), ticket)
        for ticket in (
            forge(entry.ticket.text),
            "JC1.",
            elsewhere.ticket.text,
            gone.ticket.text,
        )
    ]

    assert [f.entries for f in found] == [[], [], [], []]
    session.flush()
    kept = session.execute(
        select(CheckInRefusal.code, CheckInRefusal.device, CheckInRefusal.by).order_by(
            CheckInRefusal.id
        )
    ).all()
    codes = ["forged_ticket", "forged_ticket", "other_event", "not_accepted"]
    assert kept == [(code, "a1b2c3", "system") for code in codes]


def test_letting_in_twice_changes_nothing(session):
    event, (entry,) = make_desk(session, 1)
    first = desk.confirm(session, at_desk(event), entry)
    session.flush()
    lines = session.scalar(select(func.count()).select_from(LedgerEntry))

    again = desk.confirm(session, at_desk(event, MORNING + timedelta(minutes=5)), entry)

    assert again is first
    assert (first.status, first.at) == ("present", MORNING)
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == lines


def test_the_log_names_entries_only_by_uid(session):
    event, (entry,) = make_desk(session, 1)

    check_in(session, event, [entry])

    line = session.scalar(
        select(LedgerEntry).where(LedgerEntry.action == "checkin.present")
    )
    assert line.subject == f"entry:{entry.uid}"
    assert line.scope == f"event:{event.uid}"
    assert entry.person.name not in line.body


def test_a_refused_person_may_come_back(session):
    event, (entry,) = make_desk(session, 1)
    desk.refuse(session, at_desk(event), entry, code="no_id", note="回去取证")
    session.flush()
    assert statuses(session, event) == {entry.id: "refused"}

    checkin = desk.confirm(session, at_desk(event), entry)

    assert (checkin.status, checkin.reason) == ("present", "")
    assert session.scalars(select(CheckInRefusal.code)).all() == ["no_id"]


def test_whoever_is_in_cannot_be_turned_away(session):
    event, (entry,) = make_desk(session, 1)
    check_in(session, event, [entry])

    with pytest.raises(desk.CheckInError):
        desk.refuse(session, at_desk(event), entry, code="no_id", note="")


def test_latecomers_forfeit_unless_the_chief_judge_accepts(session):
    event, (entry, other) = make_desk(session, 2)
    officers = make_officers(session, event)
    for late in (entry, other):
        desk.confirm(session, at_desk(event, LATE), late)
    session.flush()

    desk.accept_late(
        session,
        at_desk(event, LATE),
        entry,
        chief=officers["chief"],
        first=officers["checkin"],
        reason="大巴车故障",
    )
    close(session, event)

    assert statuses(session, event) == {entry.id: "present", other.id: "late"}
    accepted = queries.find_checkin(session, entry.id)
    assert accepted is not None
    assert accepted.accepted_by == officers["chief"].uid


@pytest.mark.parametrize("who", ["checkin", "judge", "supervisor"])
def test_only_the_chief_judge_accepts_latecomers(session, who):
    event, (entry,) = make_desk(session, 1)
    officers = make_officers(session, event)
    desk.confirm(session, at_desk(event, LATE), entry)
    session.flush()

    with pytest.raises(SecondPersonError):
        desk.accept_late(
            session,
            at_desk(event, LATE),
            entry,
            chief=officers[who],
            first=officers["checkin"],
            reason="迟到",
        )


def test_a_mistake_is_taken_back_and_kept(session):
    event, (entry,) = make_desk(session, 1)
    check_in(session, event, [entry])

    desk.take_back(session, at_desk(event), entry, reason="认错人")
    session.flush()

    assert statuses(session, event) == {}
    kept = session.scalars(select(CheckInRefusal)).one()
    assert (kept.code, kept.note) == ("taken_back", "认错人")


def test_closing_makes_the_missing_absent_and_ends_letting_in(session):
    event, entries = make_desk(session, 4)
    check_in(session, event, entries[:2])
    desk.refuse(session, at_desk(event), entries[2], code="no_id", note="")
    session.flush()

    absent = close(session, event)

    assert absent == 1
    assert statuses(session, event)[entries[3].id] == "absent"
    count = queries.headcount(session, event.id)
    assert (count.expected, count.present, count.refused) == (4, 2, 1)
    assert (count.absent, count.late, count.missing) == (1, 0, 0)
    with pytest.raises(desk.CheckInClosedError):
        desk.confirm(session, at_desk(event), entries[3])
    with pytest.raises(desk.CheckInClosedError):
        close(session, event)


def test_strangers_are_not_let_in(session):
    event, _entries = make_desk(session, 1)
    stranger = make_entry(session, state="accepted")

    with pytest.raises(desk.CheckInError):
        desk.confirm(session, at_desk(event), stranger)


def test_the_list_shows_who_is_missing(session):
    event, entries = make_desk(session, 3)
    check_in(session, event, entries[:1])

    missing = queries.list_entries(session, event.id, status="missing", text="", page=1)
    present = queries.list_entries(session, event.id, status="present", text="", page=1)
    named = queries.list_entries(
        session, event.id, status="", text=entries[2].person.name, page=1
    )

    assert {entry.id for entry, _ in missing.items} == {e.id for e in entries[1:]}
    assert missing.total == 2
    assert [entry.id for entry, _ in present.items] == [entries[0].id]
    assert [entry.id for entry, _ in named.items] == [entries[2].id]


@pytest.mark.parametrize(
    "statement",
    ["update checkin_refusal set note = 'x'", "delete from checkin_refusal"],
)
def test_the_database_keeps_refusals(session, statement):
    event, (entry,) = make_desk(session, 1)
    desk.refuse(session, at_desk(event), entry, code="no_id", note="")
    session.flush()

    with pytest.raises(DBAPIError, match="keeps what was written"):
        session.execute(text(statement))
