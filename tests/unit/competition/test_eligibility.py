"""Who may enter: the rules of an event as tables."""

from datetime import date

import pytest

from competition.registration.rules.eligibility import (
    Facts,
    Requirements,
    blocking,
    check_eligibility,
    checks_as_data,
    checks_from_data,
    full_years,
)

DAY = date(2026, 6, 20)


def verdicts(facts=None, **asked):
    """Return {rule: verdict} of one entry that has everything unless told otherwise."""
    given = {
        "group": "worker",
        "birth_date": date(1990, 3, 7),
        "papers": frozenset({"photo", "id_card"}),
    }
    checks = check_eligibility(
        Requirements(**{"is_open": True, "groups": frozenset({"worker"}), **asked}),
        Facts(**{**given, **(facts or {})}),
    )
    return {check.rule: check.verdict for check in checks}


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        pytest.param(date(2000, 6, 20), DAY, 26, id="on the birthday"),
        pytest.param(date(2000, 6, 21), DAY, 25, id="a day before"),
        pytest.param(date(2004, 2, 29), date(2026, 2, 28), 21, id="leap day, not yet"),
        pytest.param(date(2004, 2, 29), date(2026, 3, 1), 22, id="leap day, reached"),
        pytest.param(
            date(2004, 2, 29), date(2028, 2, 29), 24, id="leap day in a leap year"
        ),
        pytest.param(DAY, DAY, 0, id="born that day"),
    ],
)
def test_full_years(born, on, years):
    assert full_years(born, on) == years


@pytest.mark.parametrize(
    ("asked", "facts", "rule", "verdict"),
    [
        pytest.param({"is_open": False}, {}, "open", "not_met", id="closed"),
        pytest.param({}, {"group": ""}, "group", "missing", id="no group"),
        pytest.param({}, {"group": "student"}, "group", "not_met", id="other group"),
        pytest.param({"age_max": 36, "age_on": DAY}, {}, "age_max", "met", id="oldest"),
        pytest.param(
            {"age_max": 35, "age_on": DAY}, {}, "age_max", "not_met", id="older"
        ),
        pytest.param(
            {"age_min": 36, "age_on": DAY}, {}, "age_min", "met", id="youngest"
        ),
        pytest.param(
            {"age_min": 37, "age_on": DAY}, {}, "age_min", "not_met", id="younger"
        ),
        pytest.param(
            {"age_min": 18, "age_on": DAY},
            {"birth_date": None},
            "age",
            "missing",
            id="no birth",
        ),
        pytest.param(
            {"min_level_rank": 3}, {"level_rank": 3}, "min_level", "met", id="level"
        ),
        pytest.param(
            {"min_level_rank": 3}, {"level_rank": 2}, "min_level", "not_met", id="low"
        ),
        pytest.param({"min_level_rank": 3}, {}, "min_level", "missing", id="no level"),
        pytest.param(
            {"min_level_rank": 3},
            {"level_rank": 4},
            "paper_certificate",
            "missing",
            id="no proof",
        ),
        pytest.param(
            {"min_trade_years": 2}, {"trade_years": 2}, "trade_years", "met", id="years"
        ),
        pytest.param(
            {"min_trade_years": 2}, {}, "trade_years", "missing", id="no years"
        ),
        pytest.param({}, {"same_person": 1}, "one_entry", "not_met", id="twice"),
        pytest.param(
            {"max_events": 1}, {"other_events": 1}, "max_events", "not_met", id="two"
        ),
        pytest.param(
            {"max_events": 2}, {"other_events": 1}, "max_events", "met", id="of two"
        ),
        pytest.param({"quota": 3}, {"in_event": 2}, "quota", "met", id="last place"),
        pytest.param({"quota": 3}, {"in_event": 3}, "quota", "not_met", id="full"),
        pytest.param(
            {"unit_quota": 1},
            {"same_unit": 1, "has_unit": True},
            "unit_quota",
            "not_met",
            id="unit",
        ),
        pytest.param(
            {"papers": ("employment",)}, {}, "paper_employment", "missing", id="paper"
        ),
        pytest.param(
            {}, {"papers": frozenset()}, "paper_photo", "missing", id="no photo"
        ),
    ],
)
def test_each_rule(asked, facts, rule, verdict):
    assert verdicts(facts, **asked)[rule] == verdict


def test_rules_that_are_not_set_are_not_checked():
    assert set(verdicts()) == {"open", "group", "one_entry", "paper_photo"}


def test_a_level_claimed_without_need_is_shown_but_does_not_block():
    checks = check_eligibility(
        Requirements(is_open=True, groups=frozenset({"worker"})),
        Facts(group="worker", level_rank=4, papers=frozenset({"photo"})),
    )

    assert blocking(checks) == []
    assert checks[-1].rule == "paper_certificate"
    assert checks[-1].verdict == "missing"


def test_stored_checks_come_back_without_blocking():
    checks = check_eligibility(Requirements(is_open=False), Facts())

    again = checks_from_data(checks_as_data(checks))

    assert [(c.rule, c.limit, c.value, c.verdict) for c in again] == [
        (c.rule, c.limit, c.value, c.verdict) for c in checks
    ]
    assert blocking(again) == []
