"""The states of an event and of an entry."""

from datetime import UTC, datetime, timedelta

import pytest

from competition.events import rules
from competition.events.rules import Timetable
from competition.registration.rules import entries
from competition.registration.rules.entries import Answers, unanswered

NOW = datetime(2026, 5, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def timetable(opens=-1, closes=1, starts=2, groups=1):
    return Timetable(
        opens_at=NOW + opens * HOUR,
        closes_at=NOW + closes * HOUR,
        starts_at=NOW + starts * HOUR,
        group_count=groups,
    )


@pytest.mark.parametrize(
    ("times", "faults"),
    [
        pytest.param({}, [], id="ready"),
        pytest.param({"groups": 0}, ["no_groups"], id="no groups"),
        pytest.param({"opens": 1, "closes": 1}, ["dates_out_of_order"], id="no time"),
        pytest.param(
            {"closes": 3}, ["dates_out_of_order"], id="closes after the start"
        ),
        pytest.param({"closes": 0}, ["closes_in_past"], id="over"),
    ],
)
def test_opening_registration(times, faults):
    assert rules.faults_of_step("registration", timetable(**times), NOW) == faults


@pytest.mark.parametrize(
    ("state", "times", "is_open"),
    [
        ("registration", {}, True),
        ("registration", {"opens": 0}, True),
        ("registration", {"opens": 1}, False),
        ("registration", {"closes": 0}, False),
        ("draft", {}, False),
        ("closed", {}, False),
    ],
)
def test_when_entries_can_be_made(state, times, is_open):
    assert rules.is_open(state, timetable(**times), NOW) is is_open


def test_steps_back_need_a_reason():
    back = {
        (before, after)
        for before, ways in rules.NEXT.items()
        for after in ways
        if rules.needs_reason(before, after)
    }

    assert back == {
        ("closed", "registration"),
        ("locked", "marking"),
        ("decoded", "marking"),
        ("published", "decoded"),
        *(
            (before, "cancelled")
            for before in ("registration", "closed", "checkin", "marking")
        ),
    }
    assert rules.NEXT[rules.CANCELLED] == frozenset()


@pytest.mark.parametrize(
    ("state", "times", "due"),
    [
        ("draft", {}, True),
        ("draft", {"opens": 1}, False),
        ("registration", {}, False),
        ("registration", {"closes": 0}, True),
        ("published", {}, False),
    ],
)
def test_when_the_committee_is_reminded(state, times, due):
    assert rules.is_due(state, timetable(**times), NOW) is due


def test_a_rejected_entry_stays_rejected():
    assert entries.NEXT["rejected"] == frozenset()


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, ["name", "id_number", "phone", "unit", "group"]),
        ({"unit_name": "新厂"}, ["name", "id_number", "phone", "unit", "group"]),
        (
            {"unit_name": "新厂", "unit_code": "9"},
            ["name", "id_number", "phone", "group"],
        ),
    ],
)
def test_what_is_still_empty(answers, missing):
    assert unanswered(Answers(**answers)) == missing


@pytest.mark.parametrize(
    ("state", "paper", "may"),
    [
        ("draft", "", True),
        ("draft", "pending", True),
        ("returned", "", True),
        ("returned", "rejected", True),
        ("returned", "accepted", False),
        ("submitted", "rejected", False),
        ("accepted", "", False),
    ],
)
def test_which_papers_can_be_replaced(state, paper, may):
    assert entries.may_replace(state, paper) is may
