"""What two events need at one time, and what copies of competitions begin with."""

from datetime import date, datetime, timedelta

import pytest

from competition.calendar.rules import lay_out
from competition.clones.rules import list_stray_years, next_first_day, next_name
from competition.events.rules import move_reference_day
from competition.sessions.rules import Use, count_places, find_clashes, split_names
from extensions import LOCAL


def use(owner, begins, ends, key="hall"):
    day = datetime(2026, 6, 20, tzinfo=LOCAL)
    return Use(
        owner=owner,
        kind="venue",
        key=key,
        label=key,
        begins=day + timedelta(hours=begins),
        ends=day + timedelta(hours=ends),
    )


@pytest.mark.parametrize(
    ("uses", "pairs"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([use("a", 8, 10), use("b", 10, 12)], [], id="they touch"),
        pytest.param([use("a", 8, 11), use("b", 10, 12)], ["ab"], id="they overlap"),
        pytest.param([use("a", 8, 11), use("a", 9, 10)], [], id="one's own"),
        pytest.param(
            [use("a", 8, 11), use("b", 9, 10, "yard")], [], id="another place"
        ),
        pytest.param(
            [use("c", 9, 10), use("a", 8, 18), use("b", 9, 11), use("d", 11, 12)],
            ["ab", "ac", "bc", "ad"],
            id="a long one clashes with all inside it",
        ),
        pytest.param(
            [use("a", 8, 9), use("a", 10, 11), use("b", 8, 11)],
            ["ab"],
            id="two sessions of one event are one clash",
        ),
    ],
)
def test_clashes(uses, pairs):
    assert sorted("".join(c.owners) for c in find_clashes(uses)) == sorted(pairs)


def test_a_clash_says_from_when_both_need_it():
    [clash] = find_clashes([use("a", 8, 11), use("b", 10, 12)])

    assert (clash.begins.hour, clash.ends.hour) == (10, 11)


def test_names_are_split_at_every_comma():
    assert split_names("车床 一，车床二、铣床;  铣床\n") == [
        "车床 一",
        "车床二",
        "铣床",
    ]


def test_places_are_known_when_every_session_says_how_many():
    assert count_places([12, 12, 6]) == 30
    assert count_places([12, None]) is None
    assert count_places([]) is None


@pytest.mark.parametrize(
    ("day", "moved", "expected"),
    [
        pytest.param("2026-06-20", 364, "2027-06-19", id="the first day moves with it"),
        pytest.param("2026-12-31", 364, "2027-12-31", id="a day of the rule stays"),
        pytest.param("2024-02-29", 900, "2028-02-29", id="from leap year to leap year"),
        pytest.param("2024-02-29", 364, "2025-02-28", id="a day that year lacks"),
    ],
)
def test_the_day_ages_are_counted_on(day, moved, expected):
    first = date.fromisoformat("2026-06-20" if day > "2026" else "2024-06-20")
    if moved == 900:
        moved = (date(2028, 6, 17) - first).days

    found = move_reference_day(date.fromisoformat(day), first, timedelta(days=moved))

    assert found.isoformat() == expected


def test_a_copy_is_proposed_on_the_same_day_of_the_week_ahead():
    first = date(2024, 6, 22)

    day = next_first_day(first, date(2026, 11, 21))

    assert day.weekday() == first.weekday()
    assert date(2026, 11, 21) < day < date(2027, 11, 22)


def test_names_and_notices_tell_their_year():
    assert next_name("2026年第3届技能大赛", 2026) == "2027年第3届技能大赛"
    assert next_name("第3届技能大赛", 2026) == "第3届技能大赛"
    assert list_stray_years("2026年6月20日,编号12026号", 2027) == [2026]
    assert list_stray_years("2027年", 2027) == []


def test_a_year_is_laid_out():
    months = lay_out(2026, [date(2026, 2, 3)] * 2, [date(2026, 2, 3)])

    february = months[1][1]
    assert [len(days) for _month, days in months] == [31] * 12
    assert (february[2].events, february[2].has_clash) == (2, True)
    assert february[28].date is None
