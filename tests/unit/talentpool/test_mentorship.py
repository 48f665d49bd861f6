"""What a mentor–apprentice pair must keep to."""

from dataclasses import replace
from datetime import date

import pytest

from talentpool.mentorship.rules import pairs as rules
from talentpool.standard.queries import read_shipped
from talentpool.standard.rules.months import months_after

LIMITS = read_shipped().mentorship
GOOD = rules.Request(
    mentor=1,
    apprentice=2,
    starts_on=date(2026, 1, 1),
    ends_on=date(2027, 12, 31),
    mentor_rank=5,
    apprentice_rank=3,
)


def codes(*, excepted=False, **changes):
    request = replace(GOOD, **changes)
    return rules.codes(rules.find_breaches(LIMITS, request, excepted=excepted))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="a good pair"),
        pytest.param({"apprentice": 1}, ["self"], id="oneself"),
        pytest.param({"closes_circle": True}, ["cycle"], id="a chain"),
        pytest.param({"apprentices_now": 2}, [], id="the third"),
        pytest.param({"apprentices_now": 3}, ["capacity"], id="the fourth"),
        pytest.param({"apprentices_now": 5}, ["capacity_hard"], id="the sixth"),
        pytest.param({"ends_on": date(2026, 3, 31)}, [], id="three months"),
        pytest.param({"ends_on": date(2026, 3, 30)}, ["term_short"], id="a day less"),
        pytest.param({"ends_on": date(2029, 1, 1)}, [], id="three years"),
        pytest.param({"ends_on": date(2029, 1, 2)}, ["term_long"], id="a day more"),
        pytest.param({"mentor_rank": 4}, [], id="senior worker"),
        pytest.param({"mentor_rank": 3}, ["mentor_level"], id="below senior worker"),
        pytest.param({"mentor_rank": None}, ["mentor_level"], id="no certificate"),
        pytest.param({"apprentice_rank": 5}, ["not_above"], id="equals"),
        pytest.param({"apprentice_rank": 6}, ["not_above"], id="apprentice above"),
        pytest.param({"apprentice_rank": None}, [], id="apprentice without a level"),
        pytest.param({"has_mentor_here": True}, ["double"], id="two mentors"),
        pytest.param({"mentor_in_pool": False}, ["mentor_state"], id="not in the pool"),
        pytest.param(
            {"state": "signed", "has_agreement": False}, ["agreement"], id="unsigned"
        ),
        pytest.param({"state": "draft", "has_agreement": False}, [], id="a draft"),
        pytest.param(
            {
                "apprentice": 1,
                "apprentices_now": 5,
                "ends_on": date(2026, 1, 2),
                "mentor_rank": 2,
                "has_mentor_here": True,
            },
            ["self", "double", "term_short", "capacity_hard", "mentor_level"],
            id="all at once",
        ),
    ],
)
def test_breaches(changes, expected):
    assert codes(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"apprentices_now": 4}, []),
        ({"mentor_rank": 3}, []),
        ({"apprentice_rank": 5}, []),
        ({"apprentices_now": 5}, ["capacity_hard"]),
        ({"apprentice": 1}, ["self"]),
        ({"has_mentor_here": True}, ["double"]),
    ],
)
def test_what_a_reason_excepts(changes, left):
    assert codes(excepted=True, **changes) == left


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_adding_months(day, months, expected):
    assert months_after(day, months) == expected


def test_capacity_left():
    assert [rules.capacity_left(LIMITS, live) for live in (0, 2, 3, 5)] == [3, 1, 0, 0]
