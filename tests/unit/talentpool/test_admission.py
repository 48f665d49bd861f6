"""Pure rules of admission: chains, gaps, conflicts, differences."""

from datetime import date

import pytest

from talentpool.admission.rules import batches
from talentpool.admission.rules.claims import (
    ClaimLine,
    find_gaps,
    read_claim,
    with_claims,
)
from talentpool.admission.rules.conflicts import Human, Party, Ties, find_conflicts
from talentpool.admission.rules.snapshot import Difference, differences
from talentpool.standard.queries import read_shipped
from talentpool.standard.rules.evaluate import PersonFacts, evaluate

CHAIN = batches.chain_of(["city", "district"])
WHOLE = {
    "employment": "in_service",
    "post_kind": "operator",
    "front_line": "yes",
    "union_member": "yes",
    "law_abiding": "yes",
    "years_in_trade": "2012-07-01",
    "certificate_rank": "5",
}


def lines(**values):
    return [
        ClaimLine(field=field, value=value, document="证明", has_scan=True)
        for field, value in values.items()
    ]


def gaps(claims, **more):
    facts = with_claims(PersonFacts(), claims, on=date(2026, 5, 1))
    verdict = evaluate(read_shipped(), facts)
    return [(g.kind, g.name) for g in find_gaps(verdict, claims, (), **more)]


def test_a_chain_is_in_order_and_never_without_decision_and_notice():
    assert CHAIN == ("district", "city", "decision", "notice", "entry")
    assert batches.find_chain_fault(batches.chain_of(["experts"])) == "check"
    assert batches.next_step(CHAIN, "") == "district"
    assert batches.next_step(CHAIN, "city") == "decision"
    assert batches.steps_before(CHAIN, "decision") == ("city", "district")


def test_the_clocks_are_the_standards():
    limits = batches.limits_of(read_shipped())

    assert limits == {
        "experts_min": 5,
        "trim": 1,
        "unit_notice_days": 5,
        "review_days": 10,
        "notice_days": 5,
        "objection_days": 10,
        "shown_days": 30,
    }


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 4, 30), "planned", id="the day before"),
        pytest.param(date(2026, 5, 1), "open", id="the first day"),
        pytest.param(date(2026, 5, 20), "open", id="the last day"),
        pytest.param(date(2026, 5, 21), "reviewing", id="the day after"),
    ],
)
def test_both_days_of_a_window_count(day, expected):
    assert batches.phase(date(2026, 5, 1), date(2026, 5, 20), day) == expected


def test_nothing_is_missing_of_a_whole_application():
    assert gaps(lines(**WHOLE)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"union_member": None}, [("evidence", "union_member")], id="not stated"
        ),
        pytest.param({"union_member": "no"}, [("against", "union_member")], id="no"),
        pytest.param({"certificate_rank": "4"}, [("merit", "")], id="no merit"),
        pytest.param(
            {"years_in_trade": "2024-01-01"}, [("against", "years_in_trade")], id="new"
        ),
        pytest.param(
            {"years_in_trade": None, "competitions": "nation:2:60"},
            [],
            id="a place waives the years",
        ),
        pytest.param(
            {"employment": "rehired"},
            [("against", "employment"), ("against", "employment")],
            id="retired",
        ),
    ],
)
def test_gaps_say_what_is_missing(changes, expected):
    values = {k: v for k, v in (WHOLE | changes).items() if v is not None}

    assert gaps(lines(**values)) == expected


def test_a_claim_needs_a_document_and_a_refused_one_does_not_count():
    [first, *rest] = lines(**WHOLE)
    bare = ClaimLine(field=first.field, value=first.value, document="")
    refused = ClaimLine(
        field=first.field, value=first.value, document="x", state="refused"
    )

    assert gaps([bare, *rest]) == [("document", "employment")]
    assert ("evidence", "employment") in gaps([refused, *rest])
    assert gaps(lines(**WHOLE), references=2) == [("reference", "")]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("front_line", "maybe"),
        ("employment", "king"),
        ("named_methods", "-1"),
        ("competitions", "city:4:3"),
        ("competitions", "moon:1:3"),
        ("competitions", "city:1:3:2026"),
        ("competitions", "city:1:3:2026-05-01:x"),
        ("years_in_trade", "2012"),
    ],
)
def test_what_a_field_cannot_hold_is_refused(field, text):
    with pytest.raises(ValueError, match=r"."):
        read_claim(field, text)


TIES = Ties(
    parties=(
        Party("submitter", "u-sub"),
        Party("nominator", "u-nom", "p-nom"),
        Party("referee", "u-ref", "p-ref"),
        Party("reviewer", "u-rev"),
        Party("decider", "u-dec"),
        Party("nominee", "", "p-nee"),
    ),
    units=frozenset({"unit"}),
    mentors=frozenset({"p-master"}),
)


@pytest.mark.parametrize(
    ("acting", "role", "expected"),
    [
        pytest.param(Human(user="x"), "reviewer", [], id="somebody else"),
        pytest.param(
            Human(user="u-nom"), "reviewer", ["party:nominator"], id="nominator"
        ),
        pytest.param(
            Human(user="other", person="p-nom"),
            "reviewer",
            ["party:nominator"],
            id="another account of the nominator",
        ),
        pytest.param(
            Human(user="u-ref"), "reviewer", ["party:referee"], id="referee reviews"
        ),
        pytest.param(
            Human(user="u-nom"), "referee", ["party:nominator"], id="nominator vouches"
        ),
        pytest.param(
            Human(user="u-rev"), "referee", ["party:reviewer"], id="reviewer vouches"
        ),
        pytest.param(
            Human(user="u-rev"), "decider", ["party:reviewer"], id="reviewer decides"
        ),
        pytest.param(
            Human(user="u-rev"), "reviewer", ["party:reviewer"], id="two steps, one man"
        ),
        pytest.param(
            Human(user="x", units={"unit"}), "reviewer", ["unit"], id="own unit"
        ),
        pytest.param(
            Human(user="x", units={"unit"}), "referee", [], id="a colleague may vouch"
        ),
        pytest.param(
            Human(user="x", person="p-master"), "expert", ["mentor"], id="own master"
        ),
        pytest.param(
            Human(user="x", person="p-nee"), "decider", ["party:nominee"], id="oneself"
        ),
        pytest.param(
            Human(user="u-dec"), "publisher", ["party:decider"], id="two-person rule"
        ),
    ],
)
def test_nominator_referee_and_reviewer_are_three_people(acting, role, expected):
    assert find_conflicts(acting, role, TIES) == expected


def test_differences_are_named_by_their_path():
    then = {"work": {"unit": "甲", "post": ""}, "claims": {"x": {"value": "1"}}}
    now = {"work": {"unit": "乙", "post": ""}, "claims": {}}

    assert differences(then, now) == [
        Difference(("claims", "x", "value"), "1", ""),
        Difference(("work", "unit"), "甲", "乙"),
    ]
