"""Explanations lead to the engine's numbers, and their arithmetic can be done again."""

import re
from fractions import Fraction

import pytest

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.score import ScoringError, score
from scoring.results.rules.trace.make import Tracer, make_trace
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import HEAD
from tests.unit.scoring.test_second_scorer import facts_of

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def work_out(text):
    """Do a printed calculation again: "70 % × 86.5" is a Fraction."""
    told = _NUMBER.sub(lambda found: f"Fraction('{found[0]}')", text)
    for sign, operator in (("×", "*"), ("÷", "/"), ("−", "-"), ("%", "/ 100")):
        told = told.replace(sign, operator)
    return eval(told, {"Fraction": Fraction})  # noqa: S307 - our own arithmetic


def check_calculation(step):
    text = re.sub(r" ≈ -?[\d.]+", "", step.calculation)
    if not text:
        return
    if step.kind == "compare":
        assert eval(text.replace("/", "*1.0/"))  # noqa: S307 - "28.50 > 28.25"
        return
    exact, _, became = text.partition(" → ")
    sides = [work_out(side) for side in exact.split(" = ")]
    assert len(set(sides)) == 1, step
    if step.result is not None:
        assert (work_out(became) if became else sides[-1]) == step.result, step


def check_trace(trace, result):
    for step in trace.walk():
        assert step.sentence
        check_calculation(step)
    assert trace.award == result.award
    if trace.award_steps:
        assert (trace.award_steps[-1].kind == "award") == bool(result.award)
    if trace.scale_steps:
        last = trace.scale_steps[-1].result
        assert (last if trace.scale is not None else None) == trace.scale
    if trace.total is not None:
        check_points(trace)
    if trace.rank.rank is not None:
        check_rank(trace.rank)


def check_points(trace):
    """Follow the printed numbers up: each part's last step is what it is worth."""
    for part in trace.components:
        for criterion in part.criteria:
            for aspect in criterion.aspects:
                for judge in aspect.marks:
                    assert judge.step.result == judge.points
                if aspect.is_counted:
                    assert last_number(aspect.steps) == aspect.points
            numbers = last_number(criterion.steps)
            if criterion.is_counted and numbers is not None:
                assert numbers == criterion.points
        assert last_number(part.steps) in {part.points, None}
        assert part.weighted == part.points * part.weight
    assert last_number(trace.total.steps) in {trace.total.points, None}
    line = re.sub(r" ≈ -?[\d.]+", "", trace.total.line)
    exact, _, became = line.partition(" → ")
    left, _, right = exact.partition(" = ")
    assert work_out(became or right) == trace.total.points
    assert became or work_out(left) == trace.total.points


def last_number(steps):
    """The number after the last step that has one; what a penalty weighs is no such."""
    numbers = [s.result for s in steps if s.result is not None and s.kind != "penalty"]
    return numbers[-1] if numbers else None


def check_rank(rank):
    compared = [c for c in (rank.above, rank.below) if c]
    tied = max((c.number for c in compared), default=0)
    if rank.shared_with:
        assert rank.tied_by in {"shared", "playoff", "decide"}
    else:
        assert rank.tied_by == (rank.keys[tied].text if tied else "")
    assert rank.above is None or not rank.above.is_ahead
    assert rank.below is None or rank.below.is_ahead


@pytest.mark.parametrize("block", range(4))
def test_every_explanation_leads_to_the_result(block):
    explained = 0
    for seed in range(block * 100, block * 100 + 100):
        case = Case(seed)
        scheme, facts = parse_scheme(case.text), [facts_of(row) for row in case.entries]
        marks = [Mark(*row) for row in case.marks]
        try:
            scoring = score(scheme, marks, facts)
        except ScoringError:
            continue
        tracer = Tracer(scheme, facts, marks, scoring)
        for result in scoring.results:
            check_trace(tracer.trace(result.entry), result)
            explained += 1
    assert explained > 200


MODULES = (
    HEAD
    + """
[rounding]
aspect = 2
component = 2
total = 2
[[components]]
code = "A"
name = "理论"
max = 100
weight = 0.3
[[components.criteria]]
code = "A1"
name = "试卷"
[[components.criteria.aspects]]
code = "A1.1"
name = "卷面"
kind = "score"
max = 100
[[components]]
code = "B"
name = "实操"
max = 30
weight = 0.7
[[components.criteria]]
code = "B1"
name = "外观"
[[components.criteria.aspects]]
code = "B1.1"
name = "焊缝"
kind = "score"
max = 30
judges = 5
aggregate = "trimmed_mean"
[ranking]
ties = ["time asc", "component:B desc"]
[[awards]]
name = "一等奖"
share = "30%"
[[penalties]]
code = "late"
name = "超时"
unit = 60
points = 1
started = true
applies_to = "total"
"""
)


@pytest.fixture(scope="module")
def tied():
    scheme = parse_scheme(MODULES)
    theory = {"甲": "80", "乙": "73", "丙": "80"}
    craft = {"甲": "24 25 26 30 20", "乙": "28 28 28 28 28", "丙": "9 9 9 9 9"}
    marks = [Mark(entry, "A1.1", "J1", value) for entry, value in theory.items()]
    marks += [
        Mark(entry, "B1.1", f"J{at}", value)
        for entry, values in craft.items()
        for at, value in enumerate(values.split(), start=9)
    ]
    late = {"late": Fraction(61)}
    facts = [
        EntryFacts(entry=code, penalties=late if code == "丙" else {})
        for code in theory
    ]
    scoring = score(scheme, marks, facts)
    return {code: make_trace(scheme, facts, marks, scoring, code) for code in theory}


def test_the_sentences_say_what_happened(tied):
    aspect = tied["甲"].components[1].criteria[0].aspects[0]

    assert [(m.judge, m.dropped) for m in aspect.marks] == [
        ("J9", ""),
        ("J10", ""),
        ("J11", ""),
        ("J12", "highest"),
        ("J13", "lowest"),
    ]
    assert aspect.steps[0].sentence == (
        "The highest (30) and the lowest (20) are left out; 24, 25, 26 are averaged."
    )
    assert aspect.steps[0].calculation == "(24 + 25 + 26) ÷ 3 = 25"
    assert tied["甲"].total.line == "30 % × 80.00 + 70 % × 25.00 = 41.50"
    assert tied["丙"].total.line == "30 % × 80.00 + 70 % × 9.00 − 2 = 28.30"


def test_a_tie_names_the_key_that_separated_it(tied):
    ahead, behind = tied["乙"].rank, tied["甲"].rank

    assert (ahead.rank, behind.rank, ahead.below.number) == (1, 2, 2)
    assert ahead.tied_by == behind.tied_by == "component:B desc"
    assert [(s.sentence, s.calculation) for s in behind.steps] == [
        ("Rank 2 of 3 by the published total, 41.50.", ""),
        (
            "Same total as 乙, rank 1: separated on key 2, B 实操; behind.",
            "25.00 < 28.00",
        ),
        ("Ahead of 丙, rank 3, by the total.", "41.50 > 28.30"),
    ]
    assert tied["甲"].award_steps[0].calculation == "30 % × 3 = 0.9 → 1"
    assert tied["甲"].award_steps[0].kind == "no_award"
