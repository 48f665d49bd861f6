"""Re-confirmation by exception, the bar of a return, and records that cannot be."""

from datetime import date
from typing import Any

import pytest

from talentpool.dossiers.rules import bar_ends_on, years_after
from talentpool.life.forms.labels import LABELS
from talentpool.life.rules import consistency
from talentpool.life.rules.consistency import (
    CertificateRecord,
    DatedRecord,
    PairRecord,
    Records,
    SpanRecord,
)
from talentpool.life.rules.review import (
    Activity,
    Record,
    review,
)
from talentpool.standard.queries import read_shipped
from talentpool.standard.rules.evaluate import PersonFacts, evaluate
from talentpool.standard.rules.months import months_after, months_before

PROFILE = read_shipped()
TODAY = date(2026, 5, 1)
ENDS = date(2026, 6, 30)
IN_SERVICE = PersonFacts(employment="in_service", post_kind="operator")


def outcome(*activities, facts=IN_SERVICE, today=TODAY, **record):
    held = Record(term_ends_on=ENDS, activities=activities, **record)
    return review(PROFILE, evaluate(PROFILE, facts), held, today)


def contest(on):
    return Activity(kind="competition", on=on, document="x")


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 5, 1), 12, date(2025, 5, 1)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_before(day, months, earlier):
    assert months_before(day, months) == earlier


def test_months_and_years_after():
    assert months_after(date(2025, 12, 31), 2) == date(2026, 2, 28)
    assert years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)


def test_recorded_activity_renews():
    found = outcome(contest(date(2025, 9, 1)))

    assert found.renews
    assert found.renewal is not None
    assert (found.renewal.activity, len(found.grounds)) == ("competition", 1)


@pytest.mark.parametrize(
    ("found", "causes"),
    [
        pytest.param(outcome(), ("no_activity",), id="nothing recorded"),
        pytest.param(
            outcome(contest(date(2022, 6, 30))), ("no_activity",), id="too long ago"
        ),
        pytest.param(outcome(contest(date(2022, 7, 1))), (), id="just in the term"),
        pytest.param(
            outcome(contest(date(2026, 5, 2))), ("no_activity",), id="not yet"
        ),
        pytest.param(
            outcome(contest(TODAY), facts=PersonFacts(employment="retired")),
            ("condition",),
            id="retired",
        ),
        pytest.param(
            outcome(contest(TODAY), facts=PersonFacts()), (), id="nothing said since"
        ),
        pytest.param(
            outcome(contest(TODAY), certificate_expired=True),
            ("certificate_expired",),
            id="certificate",
        ),
        pytest.param(outcome(contest(TODAY), disputed=1), ("disputed",), id="disputed"),
        pytest.param(
            outcome(contest(TODAY), findings=2), ("inconsistent",), id="findings"
        ),
        pytest.param(
            outcome(today=date(2026, 12, 30)), ("no_activity",), id="last day of grace"
        ),
        pytest.param(
            outcome(today=date(2026, 12, 31)),
            ("no_activity", "grace_over"),
            id="grace is over",
        ),
    ],
)
def test_why_a_dossier_does_not_renew(found, causes):
    assert found.causes == causes


@pytest.mark.parametrize(
    ("state", "cause", "day"),
    [
        ("left", "retirement", date(2020, 3, 1)),
        ("left", "failed_review", date(2021, 3, 1)),
        ("left", "unheard of", date(2020, 3, 1)),
        ("revoked", "false_material", date(2026, 3, 1)),
        ("deceased", "death", None),
    ],
)
def test_when_a_return_is_possible(state, cause, day):
    assert bar_ends_on(PROFILE, state, cause, date(2020, 3, 1)) == day


BORN = date(1980, 5, 1)


def records(**values):
    given: dict[str, Any] = {"today": TODAY, "born_on": BORN, "state": "active"}
    given["entered_on"] = date(2024, 1, 1)
    return Records(**(given | values))


def level(rank, issued_on, uid="c", **more):
    return CertificateRecord(
        uid=uid, trade="焊工", rank=rank, issued_on=issued_on, **more
    )


def pair(born_on, starts_on=date(2025, 1, 1), **more):
    return PairRecord(
        uid="p",
        apprentice_born_on=born_on,
        starts_on=starts_on,
        ends_on=more.pop("ends_on", None),
        **more,
    )


def span(begins_on, ends_on, kind="post"):
    return SpanRecord(uid="s", kind=kind, begins_on=begins_on, ends_on=ends_on)


BEFORE, AFTER = date(1979, 1, 1), date(2026, 5, 2)


@pytest.mark.parametrize(
    ("held", "codes"),
    [
        pytest.param(records(), [], id="nothing odd"),
        pytest.param(
            records(born_on=date(1900, 1, 1)), ["birth_date"], id="too long ago"
        ),
        pytest.param(
            records(certificates=(level(5, BEFORE),)),
            ["certificate_before_birth"],
            id="before birth",
        ),
        pytest.param(
            records(certificates=(level(5, date(1996, 4, 30)),)),
            ["level_before_working_age"],
            id="fifteen",
        ),
        pytest.param(
            records(certificates=(level(5, date(1996, 5, 1)),)), [], id="sixteen"
        ),
        pytest.param(
            records(
                certificates=(
                    level(6, date(2010, 1, 1), "a"),
                    level(4, date(2012, 1, 1), "b"),
                )
            ),
            ["level_lower_after_higher"],
            id="lower after higher",
        ),
        pytest.param(
            records(
                certificates=(
                    level(4, date(2010, 1, 1), "a"),
                    level(6, date(2012, 1, 1), "b"),
                )
            ),
            [],
            id="higher after lower",
        ),
        pytest.param(
            records(
                certificates=(level(5, None, number="N1"),), shared_numbers={"N1": 2}
            ),
            ["certificate_held_twice"],
            id="a shared number",
        ),
        pytest.param(
            records(dated=(DatedRecord(uid="d", kind="honour", on=AFTER),)),
            ["in_the_future"],
            id="tomorrow",
        ),
        pytest.param(
            records(dated=(DatedRecord(uid="d", kind="honour", on=BEFORE),)),
            ["before_birth"],
            id="an honour before birth",
        ),
        pytest.param(
            records(
                certificates=(level(5, date(2020, 1, 1), valid_to=date(2019, 1, 1)),)
            ),
            ["ended_before_begun"],
            id="expired before issue",
        ),
        pytest.param(
            records(spans=(span(date(2020, 1, 2), date(2020, 1, 1)),)),
            ["ended_before_begun"],
            id="a post ended before it began",
        ),
        pytest.param(
            records(trade_since=date(1990, 1, 1)),
            ["work_before_working_age"],
            id="at work as a child",
        ),
        pytest.param(
            records(entered_on=date(1990, 1, 1), born_on=date(1980, 5, 1)),
            ["entered_before_working_age"],
            id="in the pool as a child",
        ),
        pytest.param(
            records(term_ends_on=date(2023, 12, 31)),
            ["term_ends_before_entry"],
            id="a term before the entry",
        ),
        pytest.param(
            records(employment="retired"), ["retired_in_the_pool"], id="retired"
        ),
        pytest.param(
            records(employment="retired", state="left"), [], id="retired and left"
        ),
        pytest.param(
            records(pairs=(pair(date(1979, 12, 31)),)),
            ["master_younger_than_apprentice"],
            id="an older apprentice",
        ),
        pytest.param(
            records(pairs=(pair(date(2010, 1, 1)),)),
            ["apprentice_too_young"],
            id="an apprentice of fourteen",
        ),
        pytest.param(
            records(
                certificates=(level(4, None),),
                pairs=(pair(date(1995, 1, 1), apprentice_rank=5),),
            ),
            ["apprentice_above_master"],
            id="a better apprentice",
        ),
    ],
)
def test_what_cannot_be_right(held, codes):
    assert [found.code for found in consistency.check(held)] == codes


def test_every_rule_has_words():
    assert set(LABELS["rule"]) == set(consistency.RULES)
