"""Windows, targets and texts of reports: the rules by themselves."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles.rules import EVERYWHERE
from talentpool.dossiers.rules import full_years
from talentpool.reports.queries.sources import is_counted
from talentpool.reports.rules import papers, plans
from talentpool.reports.rules.register import FILE, load_register, read_register
from talentpool.reports.rules.window import Window, first_birth, percent

DAYS = st.dates(date(1940, 1, 1), date(2060, 12, 31))
FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)


@given(born=DAYS, on=DAYS, years=st.integers(18, 70))
def test_who_is_younger_follows_from_the_day_of_birth(born, on, years):
    is_younger = full_years(born, on) < years

    assert (born >= first_birth(years, on)) == is_younger


@given(first=DAYS, days=st.integers(0, 3000))
def test_the_years_of_a_window_hold_each_day_once(first, days):
    last = first + timedelta(days=days)
    window = Window(scopes=(EVERYWHERE,), first=first, last=last, today=last)
    parts = [part for _year, part in window.years()]

    assert parts[0].first == first
    assert parts[-1].last == last
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(parts))


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1, 3, "33.3"), (1, 8, "12.5"), (1, 800, "0.1"), (5, 10000, "0.1"), (3, 3, "100")],
)
def test_a_share_has_one_decimal_half_up(part, whole, share):
    assert percent(part, whole) == Decimal(share).quantize(Decimal("0.1"))
    assert percent(part, 0) is None


@pytest.mark.parametrize(
    ("done", "today", "forecast", "outcome"),
    [
        pytest.param(61, date(2026, 12, 31), "305.2", "on_course", id="a fifth passed"),
        pytest.param(60, date(2026, 12, 31), "300.2", "behind", id="a little less"),
        pytest.param(305, date(2027, 1, 1), "1521.7", "reached", id="early"),
        pytest.param(304, date(2031, 1, 1), "304.0", "missed", id="too late"),
        pytest.param(0, date(2025, 12, 31), None, "not_begun", id="before"),
    ],
)
def test_what_adds_up_goes_on_evenly(done, today, forecast, outcome):
    course = plans.course_of_sum(Decimal(305), Decimal(done), FIRST, LAST, today)

    assert course.outcome == outcome
    assert course.forecast == (None if forecast is None else Decimal(forecast))


@pytest.mark.parametrize(
    ("baseline", "actual", "today", "forecast", "outcome"),
    [
        pytest.param(0, 60, date(2026, 12, 31), "300.2", "on_course", id="on its way"),
        pytest.param(100, 100, date(2027, 5, 1), "100.0", "behind", id="stands still"),
        pytest.param(100, 40, date(2026, 12, 31), "0", "behind", id="falls"),
        pytest.param(None, 60, date(2027, 5, 1), "60", "behind", id="from nowhere"),
        pytest.param(0, 300, date(2030, 12, 31), "300", "reached", id="the last day"),
        pytest.param(0, 299, date(2031, 1, 1), "299", "missed", id="too late"),
    ],
)
def test_a_level_goes_on_from_its_baseline(baseline, actual, today, forecast, outcome):
    course = plans.course_of_level(
        Decimal(300),
        None if baseline is None else Decimal(baseline),
        Decimal(actual),
        (FIRST, LAST, today),
    )

    assert (course.forecast, course.outcome) == (Decimal(forecast), outcome)


@given(
    goal=st.integers(1, 10**6),
    done=st.integers(0, 10**6),
    passed=st.integers(0, 3000),
)
def test_reached_is_said_of_what_is_reached_and_nothing_else(goal, done, passed):
    today = FIRST + timedelta(days=passed)
    course = plans.course_of_sum(Decimal(goal), Decimal(done), FIRST, LAST, today)

    assert (course.outcome == "reached") == (done >= goal)
    assert (course.outcome == "missed") == (done < goal and today > LAST)


def test_every_figure_of_the_register_is_counted_by_one_function():
    register = load_register()

    for figure in register.figures.values():
        assert is_counted(figure.id) == (figure.span != "share"), figure.id
        assert register.splits(figure), figure.id


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('span = "day"', 'span = "hour"'),
        ('by = ["level", ', 'by = ["height", '),
        ('whole = "pool.members"', 'whole = "pool.nobody"'),
        ('group = "pool"', 'group = "lake"'),
    ],
)
def test_a_register_that_makes_no_sense_is_refused(old, new):
    text = FILE.read_text(encoding="utf-8")

    with pytest.raises(ValueError, match="makes no sense"):
        read_register(text.replace(old, new, 1))


def test_a_text_names_its_figures():
    text = "共 {pool.members} 人,{named.craftsmen:city} 人;{ }{pool.height}{ open"
    splits = {"pool.members": (), "named.craftsmen": ("city",)}

    assert papers.unknown_figures(text, splits) == ["{ }", "{pool.height}"]
    assert papers.unknown_figures("{named.craftsmen:town}", splits) == [
        "{named.craftsmen:town}"
    ]
    assert "".join(piece.text for piece in papers.pieces(text)) == text


@given(text=st.text(max_size=60))
def test_pieces_are_the_whole_text(text):
    assert "".join(piece.text for piece in papers.pieces(text)) == text


def test_a_paper_comes_back_as_it_was():
    section = papers.Section(
        title="合计", heads=("指标", "数"), rows=(("在库", "3"),), numbers=(1,)
    )
    paper = papers.Paper(
        title="统计",
        language="zh",
        facts=(("地区", "绍兴"),),
        paragraphs=("一",),
        sections=(section,),
    )

    assert papers.from_json(papers.to_json(paper)) == paper
