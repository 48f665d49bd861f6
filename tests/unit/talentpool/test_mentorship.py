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
    left = [rules.capacity_left(LIMITS, live, rank=5) for live in (0, 2, 3, 5)]
    assert left == [3, 1, 0, 0]
    by_rank = [rules.capacity_left(LIMITS, 1, rank) for rank in (None, 4, 5, 6, 7, 8)]
    assert by_rank == [2, 1, 2, 3, 4, 4]


@pytest.mark.parametrize(
    ("rank", "clause", "usual", "most"),
    [
        pytest.param(None, "7.1", 3, 5, id="no level: what holds for all"),
        pytest.param(3, "7.1", 3, 5, id="below every quota"),
        pytest.param(4, "7.1.1", 2, 3, id="senior worker"),
        pytest.param(5, "7.1.2", 3, 5, id="technician"),
        pytest.param(6, "7.1.3", 4, 6, id="senior technician"),
        pytest.param(7, "7.1.4", 5, 8, id="special grade"),
        pytest.param(8, "7.1.4", 5, 8, id="chief: as the one below"),
    ],
)
def test_the_quota_follows_the_mentors_level(rank, clause, usual, most):
    def breach(live):
        request = replace(GOOD, mentor_rank=rank, apprentices_now=live)
        found = [
            b for b in rules.find_breaches(LIMITS, request) if b.code in rules.OF_QUOTA
        ]
        return [(b.code, b.clause, b.params["count"], b.is_waivable) for b in found]

    assert breach(usual - 1) == []
    assert breach(usual) == [("capacity", clause, usual, True)]
    assert breach(most - 1) == [("capacity", clause, usual, True)]
    assert breach(most) == [("capacity_hard", clause, most, False)]
