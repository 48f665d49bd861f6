"""Working days over real holidays, and a year's table as text with all its faults."""

from datetime import date

import pytest

from people.workdays.queries import announced_changes
from people.workdays.rules import (
    Change,
    is_worked,
    nth_working_day,
    periods,
    read_changes,
    working_days,
    write_changes,
)

# A year nobody has announced yet: as an administrator would enter it.
SOUND = """\
# 2027, an example
2027-01-01 休 元旦
2027-02-05..2027-02-11 休 春节
2027-02-14 班
2027-05-01~2027-05-05 休 劳动节   # five days
2027-5-8 班
2027-10-01至2027-10-07 holiday 国庆节
2027-10-09 workday
"""


def works(day):
    return is_worked(announced_changes(day.year), day)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        pytest.param("2023-09-27", "2023-10-09", id="2023: a weekend made up"),
        pytest.param("2024-09-29", "2024-10-10", id="2024: begins on such a Sunday"),
        pytest.param("2024-10-08", "2024-10-12", id="2024: ends on such a Saturday"),
        pytest.param("2025-09-28", "2025-10-10", id="2025: begins on such a Sunday"),
        pytest.param("2025-09-29", "2025-10-11", id="2025: eight days off"),
        pytest.param("2026-09-28", "2026-10-09", id="2026"),
        pytest.param("2026-09-29", "2026-10-10", id="2026: ends on such a Saturday"),
        pytest.param("2026-10-03", "2026-10-13", id="2026: put up in the holiday"),
        pytest.param("2025-12-30", "2026-01-06", id="over the end of a year"),
        pytest.param("2026-03-02", "2026-03-06", id="Monday to Friday"),
    ],
)
def test_a_notice_of_five_working_days(start, last):
    start, last = date.fromisoformat(start), date.fromisoformat(last)

    assert nth_working_day(works, start, 5) == last
    assert working_days(works, start, last) == 5


@pytest.mark.parametrize("count", [0, -1, 2001])
def test_a_count_out_of_range(count):
    with pytest.raises(ValueError, match="working days"):
        nth_working_day(works, date(2026, 3, 2), count)


def test_a_text_says_the_days_of_a_year():
    changes, faults = read_changes(SOUND, 2027, is_announced=False)

    assert faults == []
    assert changes[date(2027, 10, 9)] == Change(date(2027, 10, 9), is_working=True)
    assert [run.days for run in periods(changes)] == [1, 7, 1, 5, 1, 7, 1]
    assert read_changes(write_changes(changes), 2027, is_announced=False)[0] == changes


def test_of_an_announced_year_only_what_differs_is_said():
    changes, faults = read_changes("2026-10-12 休 市运会", 2026, is_announced=True)

    assert (len(changes), faults) == (1, [])
    assert read_changes("", 2026, is_announced=True) == ({}, [])
    # The library calls it a holiday; here it is worked.
    assert read_changes("2026-10-06 班", 2026, is_announced=True)[1] == []


def test_names_all_faults_at_once():
    text = SOUND + "\n".join(
        [
            "2027-02-30 休 no such day",
            "nonsense",
            "2027-03-05..2027-03-01 休 backwards",
            "2028-01-01 休 another year",
            "2027-03-01..2027-04-30 休 two months",
            "2027-10-02 休 again",
            "2027-03-03 班",
            "2027-03-04 怠",
            "2027-03-05 休 " + "长" * 41,
        ]
    )

    faults = read_changes(text, 2027, is_announced=False)[1]

    assert [(fault.line - 8, fault.kind) for fault in faults] == [
        (1, "no_such_day"),
        (2, "unreadable"),
        (3, "backwards"),
        (4, "other_year"),
        (5, "too_long"),
        (6, "twice"),
        (7, "worked"),
        (8, "unreadable"),
        (9, "name"),
    ]


def test_holidays_by_law_are_not_forgotten():
    text = SOUND.replace("2027-05-01", "2027-05-02").replace("2027-01-01 休", "#")

    faults = read_changes(text, 2027, is_announced=False)[1]

    assert [(fault.kind, fault.params["day"]) for fault in faults] == [
        ("forgotten", "2027-01-01"),
        ("forgotten", "2027-05-01"),
    ]
