"""Stations under constraints: kept, proven, refused; four implementations agree."""

import hashlib
import json
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competition.draw import rules
from competition.draw.rules import Deal, Lots
from competition.stations.rules.placing import (
    HARD,
    Apart,
    Constraints,
    Hall,
    StuckError,
    place,
    read,
    write,
)
from competition.stations.rules.plan import (
    Plan,
    PlanTextError,
    constrain,
    list_stations,
    read_features,
)
from competition.stations.rules.proof import (
    find_obstacles,
    list_verdicts,
    room_of,
)
from scoring.bundle import verify
from tests.unit.competition.test_draw import numbered, sceptics_program
from tests.unit.competition.test_draw_browser import by_javascript, draw_of


def chooser(number):
    stream = rules.words(hashlib.sha256(str(number).encode()).digest())
    return lambda limit: rules.below(limit, stream)


def made_up(number):
    """Make lots of a number: another hall, other units, needs and strengths each."""
    choose = chooser(f"lots {number}")
    count = 2 + choose(24)
    hall = 1 + choose(count + 4)
    targets = list_stations(count, hall)
    items = numbered(count)
    strengths = ("hard", "soft", "off")
    plan = Plan(
        per_row=choose(6),
        beside=strengths[choose(3)],
        behind=strengths[choose(3)],
        spread=bool(choose(2)),
        features="1-3: A\n2: 乙" if choose(2) else "",
    )
    units = {item: ("", "x", "y", "z", "w")[choose(5)] for item in items}
    needs = {
        item: ("A", "乙")[: 1 + choose(2)]
        for item in items
        if plan.features and choose(9) == 0
    }
    return items, targets, constrain(plan, targets, units, needs)


def cost_of(targets, constraints, result):
    """Add up what an arrangement costs from its verdicts: another way to count."""
    cost = 0
    for verdict in list_verdicts(targets, constraints, result):
        if verdict.kind == "spread":
            counts = [int(text.split(": ")[1]) for text in verdict.broken]
            cost += sum(count - int(verdict.asked) for count in counts)
        else:
            cost += len(verdict.broken) * (HARD if verdict.hard else 1)
    return cost


@given(st.integers(0, 10**9))
@settings(max_examples=40)
def test_everybody_gets_a_station_and_hard_constraints_hold(number):
    items, targets, constraints = made_up(number)
    try:
        result = place(items, targets, constraints, chooser(number))
    except StuckError:
        return

    assert list(result) == list(items)
    assert len(set(result.values())) == len(items)
    assert set(result.values()) <= set(targets)
    verdicts = list_verdicts(targets, constraints, result)
    assert not [v for v in verdicts if v.hard and v.broken]


@given(st.integers(0, 10**9), st.integers(1, 60))
@settings(max_examples=40)
def test_what_swaps_say_adds_up_to_the_cost(number, swaps):
    items, targets, constraints = made_up(number)
    choose = chooser(f"swaps {number}")
    hall = Hall(items, targets, constraints)
    hall.shuffle(choose)
    cost = hall.cost()
    for _swap in range(swaps):
        cost += hall.swap(choose(len(targets)), choose(len(targets)))

    at = {item: t for item, t in zip(hall.held, targets, strict=True) if item}
    assert cost == hall.cost() == cost_of(targets, constraints, at)


def draws(numbers):
    for number in numbers:
        items, targets, constraints = made_up(number)
        deal = Deal(
            subject=f"e/station/{number}",
            items=items,
            targets=targets,
            constraints=write(constraints),
        )
        secret = hashlib.sha256(f"secret {number}".encode()).digest()
        called = (rules.Contribution("dice", "监督", f"{number:020d}"),)
        try:
            yield draw_of(deal, secret, called)
        except StuckError:
            continue


def test_four_implementations_agree():
    made = list(draws(range(60)))
    files = [rules.as_json(draw) for draw in made]
    program = sceptics_program()

    answers = by_javascript(files)

    assert len(made) > 30
    for draw, file, answer in zip(made, files, answers, strict=True):
        assert rules.faults_of(draw) == []
        assert answer["result"] == dict(draw.result)
        assert all(answer["checks"].values())
        assert set(program.verify(json.loads(file)).values()) == {True}
        row = json.loads(file) | {"purpose": "station", "attempt": 1}
        row["subject"] = "e/station/1"
        body = rules.frame(
            row["algorithm"], "e/station/1", row["list_digest"], row["secret_digest"]
        )
        row["commitment"] = hashlib.sha256(body).hexdigest()
        assert verify.draw_fault(row, "e") is None


@pytest.mark.parametrize("changed", ["constraints", "algorithm", "result"])
def test_what_was_changed_is_found_by_all(changed):
    draw = next(draws([3]))
    body = json.loads(rules.as_json(draw))
    one, other, *_rest = draw.result
    values = {
        "constraints": body["constraints"].replace('"hard":true', '"hard":false') + " ",
        "algorithm": "jiangcai-draw/1",
        "result": {
            **draw.result,
            one: draw.result[other],
            other: draw.result[one],
        },
    }
    body[changed] = values[changed]
    lies = {"constraints": "commitment"}.get(changed, changed)

    [answer] = by_javascript([json.dumps(body)])

    assert answer["checks"][lies] is False
    assert sceptics_program().verify(body)[lies] is False
    deal = replace(draw.deal, constraints=body["constraints"])
    ours = replace(draw, deal=deal, algorithm=body["algorithm"], result=body["result"])
    assert lies in rules.faults_of(ours)


def test_before_the_reveal_the_file_says_nothing_of_constraints():
    draw = next(draws([3]))
    hidden = replace(draw, secret="", seed="", result={})

    file = rules.as_json(hidden)
    [answer] = by_javascript([file])

    assert json.loads(file)["constraints"] == ""
    assert answer["checks"] == {"algorithm": True, "commitment": True}


@pytest.mark.parametrize(("units", "each"), [(2, 12), (3, 20), (10, 6)])
def test_large_units_are_kept_apart_in_one_row(units, each):
    items = numbered(units * each)
    targets = list_stations(len(items) + 4, len(items) + 4)
    groups = tuple(items[n::units] for n in range(units))
    constraints = constrain(
        Plan(), targets, {i: str(n) for n, g in enumerate(groups) for i in g}, {}
    )

    result = place(items, targets, constraints, chooser(units))

    assert cost_of(targets, constraints, result) == 0
    assert find_obstacles(items, targets, constraints) == []


def test_every_arrangement_that_is_allowed_can_come_out():
    items, targets = ("1", "2", "3", "4"), ("a", "b", "c", "d")
    constraints = Constraints(
        apart=(Apart("beside", True, ((0, 1), (1, 2), (2, 3))),),
        classes=(("1", "2"),),
    )
    seen = {
        tuple(place(items, targets, constraints, chooser(n)).values())
        for n in range(400)
    }
    allowed = {
        order
        for order in permutations(targets)
        if abs(targets.index(order[0]) - targets.index(order[1])) > 1
    }

    assert seen == allowed


@pytest.mark.parametrize(
    ("plan", "units", "needs", "code"),
    [
        pytest.param(Plan(), "xxx", {}, "large_class", id="unit too large"),
        pytest.param(
            Plan(features="1: A"),
            "xyz",
            {"001": "A", "002": "A"},
            "few_features",
            id="one lathe",
        ),
        pytest.param(Plan(), "xxyy", {}, "", id="just possible"),
        pytest.param(Plan(beside="soft"), "xxx", {}, "", id="soft is no obstacle"),
    ],
)
def test_what_cannot_be_kept_is_named_before_the_draw(plan, units, needs, code):
    items = numbered(len(units))
    targets = list_stations(len(items), len(items) if code != "large_class" else 4)
    given_units = dict(zip(items, units, strict=True))
    asked = {item: tuple(words) for item, words in needs.items()}
    constraints = constrain(plan, targets, given_units, asked)

    found = find_obstacles(items, targets, constraints)

    assert [o.code for o in found] == ([code] if code else [])
    lots = Lots(items=items, targets=targets, constraints=write(constraints))
    assert rules.obstacles_of(lots) == found


def test_the_room_of_rows_is_exact():
    row = Apart("beside", True, tuple((n, n + 1) for n in range(6)))

    assert room_of(7, row) == 4


def test_a_soft_constraint_that_must_break_says_why():
    items, targets = numbered(3), list_stations(3, 3)
    constraints = constrain(Plan(beside="soft"), targets, dict.fromkeys(items, "x"), {})
    [verdict] = list_verdicts(
        targets, constraints, dict(zip(items, targets, strict=True))
    )

    assert verdict.broken == ("01+02", "02+03")
    assert not verdict.is_avoidable
    assert not verdict.hard


def test_constraints_name_nobody():
    text = write(
        constrain(
            Plan(features="1: 轮椅"),
            ("01", "02"),
            {"001": "绍兴第一厂", "002": "绍兴第一厂"},
            {"001": ("轮椅",)},
        )
    )

    assert text.isascii()
    assert json.loads(text)["needs"] == {"001": ["F1"]}
    assert read(text) == read(write(read(text)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1-3, 5: FANUC", {1: ("FANUC",), 2: ("FANUC",), 3: ("FANUC",), 5: ("FANUC",)}),
        ("1：左手、轮椅\n\n1: B", {1: ("左手", "轮椅", "B")}),
        ("１－２：A", None),
        ("5-3: A\nA: 1\n7:", None),
        ("", {}),
    ],
)
def test_lines_of_the_plan(text, found):
    if found is None:
        with pytest.raises(PlanTextError) as caught:
            read_features(text)
        assert caught.value.lines == tuple(range(1, len(text.splitlines()) + 1))
    else:
        assert read_features(text) == found


def test_neighbours_and_batches():
    targets = list_stations(12, 6)  # two batches of two rows of three
    constraints = constrain(
        Plan(per_row=3, behind="soft", spread=True),
        targets,
        {"1": "x", "2": "x"},
        {},
    )

    beside, behind = constraints.apart
    named = [(targets[a], targets[b]) for a, b in beside.pairs]
    assert named[:4] == [
        ("1-01", "1-02"),
        ("1-02", "1-03"),
        ("1-04", "1-05"),
        ("1-05", "1-06"),
    ]
    assert (targets[behind.pairs[0][0]], targets[behind.pairs[0][1]]) == (
        "1-01",
        "1-04",
    )
    assert [len(batch) for batch in constraints.spread] == [6, 6]
