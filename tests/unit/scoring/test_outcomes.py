"""Bonus and carried parts, shared deductions, further rankings, promotions, honours."""

from fractions import Fraction
from typing import Any

import pytest

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.marking.rules.values import MarkValueError, mark_points
from scoring.results.rules.read import EntryReader
from scoring.results.rules.score import ScoringError, score
from scoring.results.rules.table import make_tree
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.helpers import one_aspect, parse_aspect, score_totals
from tests.unit.scoring.test_scheme_additions import documented_scheme

CARRIED = (
    "[[components]]\ncode = 'T'\nmax = 100\nweight = 0.5\ncarried = true\npass = 60\n"
)
BONUS = (
    "[[components]]\ncode = 'B'\nmax = 5\nbonus = true\n[[components.criteria]]\n"
    "code = 'B1'\naspects = [{ code = 'B1.1', kind = 'score', max = 5 }]\n"
)
TIMED_SIZE = (
    "kind = 'tolerance'\nmax = 10\nupper = 60\nunit = 10\nper_unit = 1\ntimed = true"
)
LATE = "[[penalties]]\ncode = 'late'\npoints = 3\ncap = 5\n"


@pytest.mark.parametrize(
    ("aspect", "value", "points"),
    [
        ("kind = 'score'\nmax = 300\ntimed = true", "3:25.5", "205.5"),
        ("kind = 'score'\nmax = 300\ntimed = true", "205.5", "205.5"),
        (
            TIMED_SIZE,
            "1:15",
            "8",
        ),
        ("kind = 'deduction'\nmax = 9\nper_fault = 2\nmax_faults = 3", "5", "3"),
        ("kind = 'deduction'\nmax = 9\nper_fault = 2\nmax_faults = 3", "2", "5"),
    ],
)
def test_points(aspect, value, points):
    assert mark_points(parse_aspect(aspect), value) == Fraction(points)


@pytest.mark.parametrize("value", ["3:60", "3:5", ":30", "1:2:30", "12345:00", "3：25"])
def test_no_time(value):
    with pytest.raises(MarkValueError):
        mark_points(parse_aspect("kind = 'score'\nmax = 300\ntimed = true"), value)


def test_a_time_only_where_it_is_one():
    with pytest.raises(MarkValueError):
        mark_points(parse_aspect("kind = 'score'\nmax = 300"), "3:25")


@pytest.mark.parametrize(
    ("late", "total"), [("0", "90"), ("1", "87"), ("2", "85"), ("40", "85")]
)
def test_a_penalty_takes_its_cap_at_most(late, total):
    results = score_totals(
        {"A": 90},
        tail=LATE + "applies_to = 'total'",
        penalties={"A": {"late": Fraction(late)}},
    )

    assert results["A"].total == Fraction(total)


def scheme_of(tail=""):
    return parse_scheme(one_aspect("kind = 'score'\nmax = 1000", tail=tail))


def test_a_bonus_counts_for_the_rank_and_not_for_the_full_mark():
    scheme = scheme_of(BONUS)
    marks = [Mark(e, "P1.1", "J", "90") for e in "AB"]
    marks += [Mark("A", "B1.1", "J", "3"), Mark("B", "B1.1", "J", "4")]

    scoring = score(scheme, marks)

    assert scheme.max == 1000
    assert [(r.entry, r.total) for r in scoring.results] == [
        ("B", Fraction(94)),
        ("A", Fraction(93)),
    ]


def test_carried_points_are_weighted_rounded_fined_and_vetoed():
    scheme = scheme_of(CARRIED + LATE + "applies_to = 'T'\n[rounding]\ncomponent = 1")
    entries = [
        EntryFacts(entry="A", carried={"T": Fraction("70.25")}),
        EntryFacts(
            entry="B",
            carried={"T": Fraction("70.25")},
            penalties={"late": Fraction(9)},
        ),
        EntryFacts(entry="C", carried={"T": Fraction(70)}, vetoes=("component:T",)),
        EntryFacts(entry="D", status="absent"),
    ]
    marks = [Mark(e, "P1.1", "J", "10") for e in "ABC"]

    results = {r.entry: r for r in score(scheme, marks, entries).results}

    assert {e: results[e].components["T"] for e in "ABC"} == {
        "A": Fraction("70.3"),
        "B": Fraction("65.3"),
        "C": 0,
    }
    assert results["A"].total == 10 + Fraction("70.3") / 2
    assert [results[e].passed for e in "ABC"] == [True, True, False]


@pytest.mark.parametrize(
    ("carried", "message"),
    [
        ({}, "the carried points of T are missing"),
        ({"T": Fraction(101)}, "T, 101, are not between 0 and 100"),
        ({"T": Fraction(-1)}, "T, -1, are not between 0 and 100"),
        ({"T": Fraction(1), "P": Fraction(1)}, "no carried component is called P"),
    ],
)
def test_carried_points_that_cannot_be(carried, message):
    entries = [EntryFacts(entry="A", carried=carried, line=2)]

    with pytest.raises(ScoringError) as caught:
        score(scheme_of(CARRIED), [Mark("A", "P1.1", "J", "1")], entries)

    (fault,) = caught.value.details
    assert message in fault.message
    assert (fault.source, fault.where) == ("entries", "2")


def test_columns_of_the_entries_file():
    text = (
        "entry,carried:T,tag:性别,age,held,promoted_on\n"
        "A,70.5,女,21,高级工,2025-05-01\nB,,,,,\n"
        "C,x,,20.5,,2025-02-30\n"
    )
    scheme = scheme_of(CARRIED + "[[rankings]]\nname = '女'\nby = 'tag:性别'")

    reader = EntryReader.for_scheme(text, scheme)

    first, second = reader.entries[:2]
    assert (first.carried, first.tags) == ({"T": Fraction("70.5")}, {"性别": "女"})
    assert (first.age, first.held, first.promoted_on) == (21, "高级工", "2025-05-01")
    assert (second.age, second.held, second.promoted_on) == (None, "", "")
    assert [fault.where for fault in reader.faults] == ["4", "4", "4"]
    assert EntryReader("entry\nA\n", ()).entries[0].held is None


RANKINGS = (
    "[ranking]\nper = 'group'\n[[rankings]]\nname = '单位'\nby = 'unit'\n"
    "[[rankings]]\nname = '青年女子'\n"
    "where = { 'tag:性别' = '女', group = ['甲', '乙'] }"
)


def test_rankings_overlap_and_cross_the_groups():
    scheme = scheme_of(RANKINGS)
    entries = [
        EntryFacts(entry="A", group="甲", unit="一厂", tags={"性别": "女"}),
        EntryFacts(entry="B", group="乙", unit="二厂", tags={"性别": "女"}),
        EntryFacts(entry="C", group="丙", unit="一厂", tags={"性别": "女"}),
        EntryFacts(entry="D", group="甲", unit="", tags={"性别": "男"}),
        EntryFacts(entry="E", group="甲", unit="一厂", status="absent"),
    ]
    marks = [Mark(e, "P1.1", "J", p) for e, p in zip("ABCD", "7874", strict=True)]

    tables = score(scheme, marks, entries).rankings

    assert [
        (t.name, t.value, [(r.rank, r.entry, r.tied_by) for r in t.rows])
        for t in tables
    ] == [
        ("单位", "一厂", [(1, "A", "shared"), (1, "C", "shared")]),
        ("单位", "二厂", [(1, "B", "")]),
        ("青年女子", "", [(1, "B", ""), (2, "A", "")]),
    ]


LADDER = (
    "[[promotions]]\nname = '技师'\nranks = [1, 3]\nrequire_pass = ['P']\n"
    "min_age = 21\nheld = ['高级工', '']\nnot_promoted_since = 2026-01-01\n"
    "[[promotions]]\nname = '高级工'\nrequire_pass = ['P']\n"
    "[[honours]]\nname = '劳动奖章'\nawards = ['一']\nmax_age = 35\n"
    "conditions = ['无违纪']\n[[awards]]\nname = '一'\ncount = 1"
)


def test_promotions_are_a_ladder_with_reasons():
    # City class 1: the first three who passed become 技师, all who passed 高级工.
    scheme = parse_scheme(
        one_aspect("kind = 'score'\nmax = 1000", component="pass = 60", tail=LADDER)
    )
    known: dict[str, Any] = {"age": 30, "held": "高级工", "promoted_on": ""}
    entries = [
        EntryFacts(entry="A", **known),
        EntryFacts(entry="B", **(known | {"age": 20})),
        EntryFacts(entry="C", **(known | {"promoted_on": "2026-01-01"})),
        EntryFacts(entry="D", **known),
        EntryFacts(entry="E", **known),
        EntryFacts(entry="F", status="absent"),
    ]
    points = dict(zip("ABCDE", ("90", "80", "70", "65", "50"), strict=True))
    marks = [Mark(entry, "P1.1", "J", value) for entry, value in points.items()]

    scoring = score(scheme, marks, entries)

    assert [(o.entry, o.name, o.met) for o in scoring.promotions] == [
        ("A", "技师", True),
        ("B", "技师", False),
        ("C", "技师", False),
        ("B", "高级工", True),
        ("C", "高级工", True),
        ("D", "高级工", True),
        ("E", "高级工", False),
    ]
    unmet = {
        outcome.entry: [
            (r.guard, r.given, r.wanted) for r in outcome.reasons if not r.met
        ]
        for outcome in scoring.promotions
        if not outcome.met
    }
    assert unmet == {
        "B": [("min_age", "20", "21")],
        "C": [("not_promoted_since", "2026-01-01", "2026-01-01")],
        "E": [("pass:P", "50", "60")],
    }
    assert [(o.entry, o.met, o.conditions) for o in scoring.honours] == [
        ("A", True, ("无违纪",))
    ]


def test_what_is_not_known_is_not_met():
    scheme = parse_scheme(
        one_aspect("kind = 'score'\nmax = 1000", component="pass = 60", tail=LADDER)
    )

    scoring = score(scheme, [Mark("A", "P1.1", "J", "90")])

    first = scoring.promotions[0]
    assert (first.name, first.met) == ("技师", False)
    unknown = [r.guard for r in first.reasons if not r.met and r.given is None]
    assert unknown == ["min_age", "held", "not_promoted_since"]


def test_the_documented_scheme_is_scored_to_the_end():
    scheme = parse_scheme(documented_scheme())
    entries = [
        EntryFacts(
            entry="A",
            group="职工组",
            unit="一厂",
            carried={"T": Fraction(80)},
            penalties={"conduct": Fraction(9)},
            age=30,
            held="",
            promoted_on="",
        )
    ]
    values = {"P1.1": "6", "P1.2": "部分", "P1.3": "3:25.5", "B1.1": "2"}
    marks = [Mark("A", aspect, "J", value) for aspect, value in values.items()]

    scoring = score(scheme, marks, entries)

    # 实操 1 + 1.75 + 205.5 is cut to 100; theory 80 × 0.3; bonus 2; at most 5 taken.
    (result,) = scoring.results
    assert (result.total, result.award) == (Fraction(121), "金牌")
    tree: Any = make_tree(scheme, scoring)
    assert [o["name"] for o in tree["promotions"]] == ["技师"]
    assert [o["met"] for o in tree["honours"]] == [True]
    assert [(t["name"], t["value"]) for t in tree["rankings"]] == [("单位名次", "一厂")]
