"""Award rounds: what is admitted, and how sheets become ranks and prizes."""

from datetime import date
from fractions import Fraction

import pytest

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import ScoringError
from scoring.results.rules.trace.make import Tracer
from scoring.scheme.rules.parse import parse_document, read_toml
from talentpool.growth.rules import awards as rules
from talentpool.growth.rules.awards import Nominee, Prize, Terms
from talentpool.growth.services.awards import list_schemes, read_shipped

TERMS = Terms(
    kinds=("innovation", "method"),
    opens_on=date(2026, 4, 1),
    closes_on=date(2026, 4, 30),
    finished_from=date(2025, 1, 1),
    finished_to=date(2025, 12, 31),
)
FIT = {
    "kind": "method",
    "finished_on": date(2025, 12, 31),
    "is_verified": True,
    "is_here": True,
    "is_nominated": False,
    "is_taken": False,
}
SCHEME = """
format = "jiangcai-scheme/1"
title = "评审"
[rounding]
component = 2
total = 2
[[components]]
code = "R"
name = "评审"
max = 100
weight = 1
trim_scope = "component"
judges = 5
aggregate = "trimmed_mean"
drop = 1
[[components.criteria]]
code = "A"
name = "甲"
[[components.criteria.aspects]]
code = "A1"
name = "甲"
kind = "score"
max = 60
[[components.criteria.aspects]]
code = "A2"
name = "乙"
kind = "score"
max = 40
[ranking]
per = "event"
unresolved = "decide"
"""


@pytest.mark.parametrize(
    ("change", "today", "codes"),
    [
        pytest.param({}, date(2026, 4, 30), [], id="the last day counts"),
        pytest.param({}, date(2026, 5, 1), ["window"], id="a day late"),
        pytest.param({}, date(2026, 3, 31), ["window"], id="a day early"),
        pytest.param(
            {"is_verified": False}, date(2026, 4, 1), ["unconfirmed"], id="not verified"
        ),
        pytest.param({"kind": "invention"}, date(2026, 4, 1), ["kind"], id="kind"),
        pytest.param(
            {"finished_on": date(2026, 1, 1)},
            date(2026, 4, 1),
            ["period"],
            id="finished too late",
        ),
        pytest.param({"is_here": False}, date(2026, 4, 1), ["place"], id="elsewhere"),
        pytest.param(
            {"is_nominated": True, "is_taken": True},
            date(2026, 4, 1),
            ["twice", "taken"],
            id="all reasons at once",
        ),
    ],
)
def test_what_is_admitted(change, today, codes):
    assert rules.refusals(TERMS, Nominee(**(FIT | change)), today) == codes


def scheme(*prizes, least=60):
    named = [Prize(name=name, places=places) for name, places in prizes]
    return parse_document(rules.lay_down(read_toml(SCHEME), named, least))


def sheets(**totals):
    """Return marks: for each entry the totals its experts gave."""
    return [
        Mark(entry, aspect, f"E{number}", str(part))
        for entry, given in totals.items()
        for number, total in enumerate(given)
        for aspect, part in (("A1", total * 6 / 10), ("A2", total * 4 / 10))
    ]


def facts(*codes, **playoffs):
    return [
        EntryFacts(
            entry=code, playoff=Fraction(playoffs[code]) if code in playoffs else None
        )
        for code in codes
    ]


def outcome(scoring):
    return [(r.entry, r.rank, float(r.total), r.award) for r in scoring.results]


def test_highest_and_lowest_are_left_out_whoever_stayed_away():
    found = rules.score_round(
        scheme(("一等奖", 1), ("二等奖", 5)),
        # Six experts for one, five for the other: (80+80+90)/3 and (70+80+80+90)/4.
        sheets(a=[80, 80, 90, 0, 100], b=[70, 80, 80, 90, 10, 100]),
        facts("a", "b"),
    )

    assert outcome(found) == [("a", 1, 83.33, "一等奖"), ("b", 2, 80.0, "二等奖")]


def test_below_the_marks_needed_there_is_no_prize():
    found = rules.score_round(
        scheme(("一等奖", 2)),
        sheets(a=[60] * 5, b=[59, 59, 59, 59, 60]),
        facts("a", "b"),
    )

    assert [line[3] for line in outcome(found)] == ["一等奖", ""]


def test_a_tie_over_the_last_place_is_shown_until_a_person_decides():
    laid = scheme(("一等奖", 1), ("二等奖", 1))
    marks = sheets(a=[80] * 5, b=[80] * 5, c=[70] * 5)

    tied = rules.score_round(laid, marks, facts("a", "b", "c"))
    cut = rules.find_cuts(laid, tied)[0]
    decided = rules.score_round(laid, marks, facts("a", "b", "c", a=-2, b=-1))

    assert (cut.award, cut.tied, cut.is_included) == ("一等奖", ("a", "b"), False)
    assert [r.tied_by for r in tied.results[:2]] == ["decide", "decide"]
    assert rules.find_cuts(laid, decided) == []
    assert [(r.entry, r.award) for r in decided.results] == [
        ("b", "一等奖"),
        ("a", "二等奖"),
        ("c", ""),
    ]


def test_a_tie_with_places_for_all_needs_nobody():
    laid = scheme(("一等奖", 2))
    found = rules.score_round(laid, sheets(a=[80] * 5, b=[80] * 5), facts("a", "b"))

    assert rules.find_cuts(laid, found) == []


def test_half_a_sheet_is_refused():
    marks = [m for m in sheets(a=[80] * 5) if m[1:3] != ("A2", "E4")]

    with pytest.raises(ScoringError):
        rules.score_round(scheme(("一等奖", 1)), marks, facts("a"))


def test_what_is_lacking():
    signed = ["a"] * 5 + ["b"] * 3

    assert rules.lacking_sheets(["a", "b", "c"], signed) == {"b": 2, "c": 5}


def test_every_scheme_that_comes_along_can_be_laid_down_marked_and_explained():
    prizes = [Prize(name="一等奖", places=1)]
    assert set(list_schemes()) == {"achievement", "method"}
    for name in list_schemes():
        laid = parse_document(rules.lay_down(read_shipped(name), prizes, 60))
        marks = [
            Mark("a", aspect.code, f"E{number}", str(aspect.max))
            for aspect in laid.aspects
            for number in range(6)
        ]
        found = rules.score_round(laid, marks, facts("a"))
        assert outcome(found) == [("a", 1, 100.0, "一等奖")]
        own = rules.with_judges(laid, 6)
        trace = Tracer(own, facts("a"), marks, found).trace("a")
        assert trace.award == "一等奖"
