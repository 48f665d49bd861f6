"""An entry from the draft to the verdict, on a session."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from competition.registration.models import EntryVerdict
from competition.registration.queries import count_by_state, find_waiting, list_accepted
from competition.registration.services.drafts import (
    EntryFixedError,
    RegistrationClosedError,
    answers_of,
    save_answers,
    start_entry,
    store_paper,
)
from competition.registration.services.review import (
    ReviewError,
    accept_entry,
    judge_paper,
    reject_entry,
    return_entry,
    reveal_numbers,
)
from competition.registration.services.submissions import (
    ConsentNeededError,
    EntryStepError,
    IncompleteError,
    NotEligibleError,
    SamePersonError,
    submit_entry,
    withdraw_entry,
)
from competition.registration.services.tickets import (
    TicketRefusedError,
    find_claim,
    open_ticket,
)
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.consent.queries import find_consent
from tests.factories.competition import NOW, make_draft, make_entry, make_event
from tests.factories.people import made_up_id, make_unit, picture

LATER = NOW + timedelta(hours=1)


def submit(session, entry, **values):
    values = {"has_consented": True, "actor": SYSTEM, "now": NOW, **values}
    return submit_entry(session, entry=entry, **values)


def verdicts(session, entry):
    return [
        v.verdict
        for v in session.scalars(
            select(EntryVerdict)
            .where(EntryVerdict.entry_id == entry.id)
            .order_by(EntryVerdict.id)
        )
    ]


def test_a_draft_survives_and_lies_sealed(session):
    entry = make_draft(session, name="欧阳小明", id_number=made_up_id(7))
    session.expire_all()

    stored = session.execute(text("select answers_sealed from entry")).scalar_one()

    assert answers_of(entry).name == "欧阳小明"
    assert made_up_id(7).encode() not in bytes(stored)
    assert "欧阳".encode() not in bytes(stored)


def test_starting_twice_is_one_entry(session):
    entry = make_draft(session)

    again = start_entry(
        session, event=entry.event, user=entry.user, actor=SYSTEM, now=NOW
    )

    assert again is entry


@pytest.mark.parametrize("days", [-6, 10, 11])
def test_nobody_starts_outside_the_dates(session, days):
    event, user = make_event(session), make_draft(session).user

    with pytest.raises(RegistrationClosedError):
        start_entry(
            session,
            event=event,
            user=user,
            actor=SYSTEM,
            now=NOW + timedelta(days=days),
        )


def test_submitting_fills_the_columns_and_keeps_the_verdict(session):
    entry = make_draft(session, name="李四", id_number=made_up_id(11))

    checks = submit(session, entry)

    assert entry.state == "submitted"
    assert entry.person.name == "李四"
    assert entry.person.sex == "1"
    assert entry.unit is not None
    assert entry.trade_years == 5
    assert {check.verdict for check in checks} == {"met"}
    stored = session.scalars(select(EntryVerdict.checks)).one()
    assert {row["rule"] for row in json.loads(stored)} >= {"group", "one_entry"}
    assert find_consent(session, person_id=entry.person_id, purpose="competition")


def test_the_ledger_holds_no_personal_data(session):
    entry = make_draft(session, name="诸葛亮亮", id_number=made_up_id(12))
    submit(session, entry)

    bodies = " ".join(session.scalars(select(LedgerEntry.body)))

    assert "诸葛" not in bodies
    assert made_up_id(12) not in bodies
    assert answers_of(entry).phone not in bodies


def test_without_consent_nothing_is_submitted(session):
    with pytest.raises(ConsentNeededError):
        submit(session, make_draft(session), has_consented=False)


def test_an_empty_field_is_refused(session):
    with pytest.raises(IncompleteError):
        submit(session, make_draft(session, phone=""))


@pytest.mark.parametrize(
    ("event", "draft", "rule", "verdict"),
    [
        ({"age_max": 35, "age_on": NOW.date()}, {}, "age_max", "not_met"),
        ({"age_min": 50, "age_on": NOW.date()}, {}, "age_min", "not_met"),
        ({"min_trade_years": 6}, {}, "trade_years", "not_met"),
        ({"min_trade_years": 1}, {"trade_years": ""}, "trade_years", "missing"),
        ({"min_level_code": "L3"}, {}, "min_level", "missing"),
        ({}, {"papers": ["photo"]}, "paper_id_card", "missing"),
        ({}, {"papers": ["id_card"]}, "paper_photo", "missing"),
    ],
)
def test_a_rule_that_is_not_met_keeps_the_draft(session, event, draft, rule, verdict):
    entry = make_draft(session, make_event(session, **event), **draft)

    with pytest.raises(NotEligibleError) as refusal:
        submit(session, entry)

    assert (rule, verdict) in [(c.rule, c.verdict) for c in refusal.value.checks]
    assert entry.state == "draft"


def test_the_last_place_goes_once(session):
    event = make_event(session, quota=1)
    first, second = make_draft(session, event), make_draft(session, event)
    submit(session, first)
    submit(session, second)

    assert find_waiting(session, first.id) is None
    assert find_waiting(session, second.id) is not None


def test_a_units_places_are_its_own(session):
    event, unit = make_event(session, unit_quota=1), make_unit(session)
    submit(session, make_draft(session, event, unit=unit))
    submit(session, make_draft(session, event))

    with pytest.raises(NotEligibleError) as refusal:
        submit(session, make_draft(session, event, unit=unit))

    assert "unit_quota" in {c.rule for c in refusal.value.checks if c.is_blocking}


def test_one_person_has_one_entry(session):
    event = make_event(session)
    who = {"name": "张三", "id_number": made_up_id(33)}
    submit(session, make_draft(session, event, **who))

    with pytest.raises((NotEligibleError, SamePersonError)):
        submit(session, make_draft(session, event, **who))


def test_after_withdrawing_the_person_stays_with_the_account(session):
    event = make_event(session)
    who = {"name": "张三", "id_number": made_up_id(33)}
    entry = make_entry(session, event, **who)
    withdraw_entry(session, entry=entry, reason="病", actor=SYSTEM, now=NOW)

    with pytest.raises(SamePersonError):
        submit(session, make_draft(session, event, **who))


def test_a_withdrawn_entry_can_begin_again(session):
    entry = make_entry(session)
    withdraw_entry(session, entry=entry, reason="出差", actor=SYSTEM, now=NOW)

    start_entry(session, event=entry.event, user=entry.user, actor=SYSTEM, now=NOW)
    submit(session, entry)

    assert verdicts(session, entry) == ["submitted", "withdrawn", "submitted"]


def test_a_new_unit_is_registered_on_submission(session):
    unit = make_unit(session)
    session.delete(unit)
    session.flush()
    entry = make_draft(
        session,
        unit_uid="",
        unit_name="绍兴新厂有限公司",
        unit_code=unit.credit_code,
        unit_district="330602",
    )

    submit(session, entry)

    assert entry.unit.name == "绍兴新厂有限公司"


def test_acceptance_binds_the_person_and_makes_a_ticket(session):
    entry = make_entry(session, state="accepted")

    assert entry.state == "accepted"
    assert entry.user.person is entry.person
    assert entry.person.photo is not None
    assert {paper.state for paper in entry.papers} == {"accepted"}
    assert find_claim(entry.ticket.text).entry_uid == entry.uid
    assert [e.uid for e in list_accepted(session, entry.event_id)] == [entry.uid]
    photo = list_accepted(session, entry.event_id)[0].photo
    assert photo is not None
    assert photo.kind == "photo"


def test_an_account_is_bound_only_once_accepted(session):
    assert make_entry(session).user.person is None


def test_returned_reopens_only_what_is_named(session):
    entry = make_entry(session, name="旧名字")
    papers = {paper.kind: paper for paper in entry.papers}
    judge_paper(session, paper=papers["photo"], reason="糊", actor=SYSTEM, now=NOW)
    return_entry(
        session, entry=entry, fields=["name"], reason="改名", actor=SYSTEM, now=NOW
    )

    save_answers(
        session,
        entry=entry,
        values={"name": "新名字", "phone": "13900000000"},
        now=LATER,
    )

    assert answers_of(entry).name == "新名字"
    assert answers_of(entry).phone != "13900000000"
    with pytest.raises(EntryFixedError):
        upload(session, entry, "id_card")
    with pytest.raises(IncompleteError):
        submit(session, entry)
    upload(session, entry, "photo")
    submit(session, entry, now=LATER)
    assert (entry.state, entry.person.name) == ("submitted", "新名字")
    assert {p.kind: p.state for p in entry.papers}["photo"] == "pending"


def upload(session, entry, kind):
    return store_paper(
        session,
        entry=entry,
        kind=kind,
        data=picture(),
        file_name="新.jpg",
        user=entry.user,
        now=LATER,
    )


def test_correcting_is_possible_after_the_close(session):
    entry = make_entry(session)
    return_entry(
        session, entry=entry, fields=["phone"], reason="改", actor=SYSTEM, now=NOW
    )

    submit(session, entry, now=NOW + timedelta(days=20))

    assert entry.state == "submitted"


def test_returning_needs_a_reason_and_something_to_correct(session):
    entry = make_entry(session)

    with pytest.raises(ReviewError):
        return_entry(
            session, entry=entry, fields=["name"], reason=" ", actor=SYSTEM, now=NOW
        )
    with pytest.raises(ReviewError):
        return_entry(
            session, entry=entry, fields=[], reason="改", actor=SYSTEM, now=NOW
        )


def test_a_refused_paper_keeps_an_entry_from_acceptance(session):
    entry = make_entry(session)
    judge_paper(session, paper=entry.papers[0], reason="不清楚", actor=SYSTEM, now=NOW)

    with pytest.raises(ReviewError):
        accept_entry(session, entry=entry, actor=SYSTEM, now=NOW)


def test_rejection_is_final(session):
    entry = make_entry(session)
    reject_entry(session, entry=entry, reason="不符合", actor=SYSTEM, now=NOW)

    with pytest.raises(EntryStepError):
        submit(session, entry)
    assert (entry.state, entry.reason) == ("rejected", "不符合")


def test_withdrawing_ends_the_ticket(session):
    entry = make_entry(session, state="accepted")

    withdraw_entry(session, entry=entry, reason="病", actor=SYSTEM, now=LATER)

    assert entry.ticket.revoked_at == LATER


def test_nobody_withdraws_once_check_in_has_begun(session):
    entry = make_entry(session, state="accepted")
    entry.event.state = "checkin"
    session.flush()

    with pytest.raises(EntryStepError):
        withdraw_entry(session, entry=entry, reason="病", actor=SYSTEM, now=LATER)


def test_a_second_ticket_replaces_the_first(session):
    entry = make_entry(session, state="accepted")
    first = entry.ticket.text
    return_entry(
        session, entry=entry, fields=["phone"], reason="改", actor=SYSTEM, now=NOW
    )
    submit(session, entry)

    accept_entry(session, entry=entry, actor=SYSTEM, now=LATER)

    assert entry.ticket.text != first
    assert entry.ticket.revoked_at is None


def test_revealing_needs_a_purpose_and_is_logged(session):
    entry = make_entry(session, id_number=made_up_id(44))

    with pytest.raises(ReviewError):
        reveal_numbers(session, entry=entry, purpose=" ", actor=SYSTEM, now=NOW)
    shown = reveal_numbers(session, entry=entry, purpose="核对", actor=SYSTEM, now=NOW)

    assert shown.id_number == made_up_id(44)
    actions = session.scalars(select(LedgerEntry.action)).all()
    assert actions.count("person.revealed") == 1


def test_a_ticket_holds_for_its_event_and_time(session):
    entry = make_entry(session, state="accepted")
    code, event_uid = entry.ticket.text, entry.event.uid

    assert open_ticket(code, event_uid=event_uid, now=LATER).entry_uid == entry.uid
    for values in (
        {"event_uid": entry.uid, "now": LATER},
        {"event_uid": event_uid, "now": NOW - timedelta(days=1)},
        {"event_uid": event_uid, "now": NOW + timedelta(days=60)},
    ):
        with pytest.raises(TicketRefusedError):
            open_ticket(code, **values)


def test_a_ticket_that_was_touched_is_not_ours(session):
    code = make_entry(session, state="accepted").ticket.text

    forged = [
        code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        for place in range(len(code))
    ]

    assert {find_claim(text) for text in forged} == {None}


def test_entries_are_counted_by_state(session):
    event = make_event(session)
    make_draft(session, event)
    make_entry(session, event)
    make_entry(session, event, state="accepted")

    counts = count_by_state(session, [event.id])[event.id]

    assert counts == {"draft": 1, "submitted": 1, "accepted": 1}


def test_ages_are_taken_on_the_events_first_day_unless_said_otherwise(session):
    starts_at = datetime(2026, 5, 31, 16, 30, tzinfo=UTC)  # the 1st of June in China
    said = date(2026, 1, 1)

    events = [
        make_event(session, starts_at=starts_at, age_min=16),
        make_event(session, starts_at=starts_at, age_min=16, age_on=said),
        make_event(session, starts_at=starts_at),
    ]

    assert [event.age_on for event in events] == [date(2026, 6, 1), said, None]
