"""What if: the scheme and the marks are changed as asked, and the rest is noted."""

import pytest

from scoring.marking.rules.facts import Mark
from scoring.results.rules.compare import compare
from scoring.results.rules.score import ScoringError, score
from scoring.results.rules.what_if import Wish, suppose
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import HEAD
from tests.unit.scoring.test_second_scorer import facts_of

SCHEME = (
    HEAD
    + """
[[components]]
code = "P"
name = "实操"
max = 100
weight = 1
[[components.criteria]]
code = "P1"
name = "甲"
[[components.criteria.aspects]]
code = "P1.1"
name = "乙"
kind = "score"
max = 50
judges = 3
aggregate = "trimmed_mean"
[[components.criteria.aspects]]
code = "P1.2"
name = "丙"
kind = "score"
max = 50
"""
)
MARKS = [
    Mark(entry, "P1.1", f"J{judge}", value)
    for entry, values in {"A": "40 30 20", "B": "45 29 28", "C": "10 9 8"}.items()
    for judge, value in enumerate(values.split(), start=1)
] + [Mark(entry, "P1.2", "J1", "5") for entry in "ABC"]


def ask(**wish):
    scheme = parse_scheme(SCHEME)
    supposed = suppose(scheme, MARKS, Wish(**wish))
    after = score(supposed.scheme, supposed.marks)
    shifts = compare(score(scheme, MARKS), after)
    return supposed, {s.entry: (s.old_rank, s.new_rank) for s in shifts}


def test_nothing_asked_changes_nothing():
    supposed, ranks = ask()

    assert supposed.scheme == parse_scheme(SCHEME)
    assert supposed.marks == tuple(MARKS)
    assert ranks == {"A": (1, 1), "B": (2, 2), "C": (3, 3)}


def test_a_judge_is_left_out_where_another_remains():
    supposed, ranks = ask(without="J1")

    expected = {a.code: a.judges for a in supposed.scheme.aspects}
    assert expected == {"P1.1": 2, "P1.2": 1}
    assert {m.aspect for m in supposed.marks if m.judge == "J1"} == {"P1.2"}
    told = [note.template % note.params for note in supposed.notes]
    assert told == [
        "P1.2: this is the only judge, whose marks stay.",
        "P1.1: 2 judges are too few to drop both ends, so their mean is taken.",
    ]
    assert ranks == {"A": (1, 2), "B": (2, 1), "C": (3, 3)}


def test_another_aggregate_moves_ranks():
    assert ask(aggregate="mean")[1] == {"A": (1, 2), "B": (2, 1), "C": (3, 3)}


def test_a_wider_trim_scope_needs_the_same_judges():
    supposed, _ranks = ask(trim_scope="component")

    assert supposed.scheme.components[0].trim_scope == "aspect"
    assert "different numbers of judges" in supposed.notes[0].template


@pytest.mark.parametrize(
    "wish",
    [
        {"without": "J0"},
        {"without": "J1", "trim_scope": "aspect"},
        {"trim_scope": "criterion"},
        {"trim_scope": "component"},
        {"aggregate": "median", "mode": "truncate", "places": {"total": "0"}},
        {"ties": "reversed", "unresolved": "dense", "compare": "exact"},
        {"ties": "first:P", "places": {"aspect": "none", "component": "3"}},
    ],
    ids=str,
)
def test_whatever_is_asked_is_computed_or_refused_with_reasons(wish):
    computed, reasons = 0, set()
    for seed in range(40):
        case = Case(seed)
        scheme, facts = parse_scheme(case.text), [facts_of(row) for row in case.entries]
        marks = [Mark(*row) for row in case.marks]
        supposed = suppose(scheme, marks, Wish(**wish))
        try:
            after = score(supposed.scheme, supposed.marks, facts)
        except ScoringError as refused:
            reasons |= {fault.template for fault in refused.details}
            continue
        assert len(compare(score(scheme, marks, facts), after)) == len(facts)
        computed += 1
    assert computed > 15
    # Judges who agree in sum may differ on an aspect, and the other way round.
    assert all("differ" in reason for reason in reasons)
