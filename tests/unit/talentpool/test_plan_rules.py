"""Plans, assessments and rewards as rules."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.mentorship.rules import assessments as assessing
from talentpool.mentorship.rules import pairs
from talentpool.mentorship.rules.plans import Difference, Task, differ, reminder_of
from talentpool.mentorship.rules.rewards import (
    Ground,
    find_met,
    load_rules,
    rules_of,
)
from talentpool.standard.queries import read_shipped
from talentpool.standard.rules.mentorship import Bands
from talentpool.standard.rules.months import months_after

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("left", "expected"),
    [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, 0), (-99, 0)],
)
def test_reminders(left, expected):
    assert reminder_of(DAY + timedelta(days=left), DAY, (30, 7, 1)) == expected


def test_versions_of_a_task_sheet_differ_by_their_milestones():
    old = [Task(uid=n, title=n, due_on=DAY) for n in ("a", "b", "c")]
    later = DAY + timedelta(days=9)
    new = [
        Task(uid="b", title="b", due_on=later),
        Task(uid="c", title="c", due_on=DAY),
        Task(uid="d", title="d", due_on=DAY),
    ]

    assert differ(old, new) == [
        Difference("changed", "b", DAY, later),
        Difference("added", "d", None, DAY),
        Difference("removed", "a", DAY),
    ]
    assert differ(old, old) == []


@given(first=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(89, 1461))
def test_a_term_has_its_assessments(first, days):
    last = first + timedelta(days=days)

    planned = assessing.plan_assessments(first, last)

    on = [day for _kind, day in planned]
    assert on == sorted(set(on))
    assert planned[-1] == ("final", last)
    assert all(first < day < last for day in on[:-1])
    years = [day for kind, day in planned if kind == "year"]
    months = range(12, 12 * (len(years) + 1), 12)
    assert years == [months_after(first, n) for n in months]


def marks(**values):
    return {name: Decimal(value) for name, value in values.items()}


def test_the_lowest_counted_mark_gives_the_band():
    views = {
        "mentor": marks(theory=95, practice=92),
        "unit": marks(theory=91, practice=90),
        "test": marks(theory=59, practice=99),
        "apprentice": marks(theory=10, practice=10),
    }

    assert assessing.weakest_of(views) == "failed"
    del views["test"]
    assert assessing.weakest_of(views) == "excellent"
    assert assessing.weakest_of({"apprentice": views["apprentice"]}) == "failed"


@pytest.mark.parametrize(
    ("mark", "band"),
    [
        *(("90", "excellent"), ("89.5", "good"), ("75", "good")),
        *(("74.5", "passed"), ("60", "passed"), ("59.5", "failed")),
    ],
)
def test_bands(mark, band):
    assert assessing.band_of(Decimal(mark)) == band


def test_views_that_lie_far_apart_are_named():
    views = {
        "mentor": marks(theory=90, conduct=80),
        "apprentice": marks(theory=75, conduct=66),
        "test": marks(theory=76),
    }

    [found] = assessing.find_disagreements(views)

    assert (found.criterion, found.lowest, found.highest) == (
        *("theory", "apprentice"),
        "mentor",
    )


@pytest.mark.parametrize("text", [" ", "x", "101", "-1", "60.3", "NaN", "1e999"])
def test_what_is_no_mark(text):
    with pytest.raises(ValueError, match=re.escape(text)):
        assessing.read_mark(text)


def ground(day, **values):
    return Ground(uid=f"g{day}", on=DAY + timedelta(days=day), **values)


@pytest.mark.parametrize(
    ("grounds", "expected"),
    [
        pytest.param([ground(1, tier="city", place=3)], ["contest_city"], id="third"),
        pytest.param([ground(1, tier="city", place=4)], [], id="fourth"),
        pytest.param([ground(1, tier="district", place=1)], [], id="a lower tier"),
        pytest.param([ground(-1, tier="city", place=1)], [], id="before the pair"),
        pytest.param([ground(1, rank=5)], ["technician"], id="technician"),
        pytest.param([ground(1, rank=4)], [], id="below"),
        pytest.param(
            [ground(3, tier="nation", place=2), ground(2, tier="province", place=9)],
            ["contest_above"],
            id="once, by the earlier",
        ),
    ],
)
def test_rewards(grounds, expected):
    met = find_met(load_rules(), grounds, DAY, DAY + timedelta(days=30))

    assert [rule.code for rule, _ground in met] == expected
    assert all(g.on == min(x.on for x in grounds) for _rule, g in met)


def test_every_step_has_an_actor_and_nothing_ends_by_the_calendar():
    assert all(pairs.STEPS.values())
    ends = [who for (_a, b), who in pairs.STEPS.items() if b not in pairs.LIVE_STATES]
    assert all(who == {pairs.OFFICER} for who in ends)
    assert all(b in pairs.NEXT[a] for a, b in pairs.STEPS)


def test_bands_and_the_distance_are_those_of_the_standard():
    strict = Bands(excellent=95, good=85, passed=70, apart=5)
    views = {
        "mentor": {"theory": Decimal(84)},
        "unit": {"theory": Decimal(90)},
    }

    assert assessing.weakest_of(views) == "good"
    assert assessing.weakest_of(views, strict) == "passed"
    assert assessing.find_disagreements(views) == []
    assert len(assessing.find_disagreements(views, strict)) == 1


def test_a_reminder_comes_on_the_days_of_the_standard():
    assert reminder_of(DAY + timedelta(days=10), DAY, (14, 3)) == 14
    assert reminder_of(DAY + timedelta(days=15), DAY, (14, 3)) is None


def test_rewards_are_those_of_the_standard_or_the_shipped():
    limits = read_shipped().mentorship

    assert rules_of(limits) == load_rules()  # the shipped text says the same
    assert rules_of(replace(limits, rewards=())) == load_rules()
    [only] = rules_of(replace(limits, rewards=limits.rewards[2:]))
    assert (only.code, only.yuan, only.rank) == ("technician", 2000, 5)
