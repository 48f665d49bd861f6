"""The optimiser keeps every hard rule, and the best of the soft ones."""

from itertools import combinations, product

import pytest

from scoring.assignment import rules
from scoring.assignment.rules import Candidate, Panel, list_broken, propose


def judge(number, unit=None, level="city", load=0, **values):
    return Candidate(
        user_id=number,
        unit_id=unit,
        level=level,
        load=load,
        faults=tuple(values.get("faults", ())),
    )


def greatest(candidates, panels, choice):
    by_id = {one.user_id: one for one in candidates}
    return max(
        by_id[user_id].load + panel.load
        for panel in panels
        for user_id in choice[panel.letter]
    )


def test_every_place_is_taken_by_somebody_who_may():
    faults = (rules.RECUSED, rules.BUSY, rules.NOT_TRAINED, rules.NOT_QUALIFIED)
    candidates = [
        *(judge(n, unit=n, level="national") for n in range(1, 9)),
        *(judge(20 + n, unit=30 + n, faults=[f]) for n, f in enumerate(faults)),
    ]
    panels = [
        Panel(letter="A", places=5, load=90),
        Panel(letter="B", places=3, load=40),
    ]

    choice = propose(candidates, panels)

    assert choice is not None
    assert {letter: len(chosen) for letter, chosen in choice.items()} == {
        "A": 5,
        "B": 3,
    }
    assert list_broken(candidates, panels, choice) == []
    assert propose(candidates, panels) == choice


def test_too_few_is_no_answer():
    panels = [Panel(letter="A", places=3, load=9)]

    assert propose([judge(1), judge(2)], panels) is None
    assert propose([], panels) is None
    assert propose([judge(1)], []) == {}


def test_units_stand_apart_and_a_leader_in_each_panel():
    candidates = [
        *(judge(n, unit=1, level="national" if n == 1 else "city") for n in (1, 2)),
        *(judge(n, unit=2, level="province" if n == 3 else "city") for n in (3, 4)),
    ]
    panels = [Panel(letter=letter, places=2, load=5) for letter in "AB"]

    choice = propose(candidates, panels)

    assert choice is not None
    assert list_broken(candidates, panels, choice) == []


@pytest.mark.parametrize("seed", range(6))
def test_no_other_choice_has_less_to_do_for_the_busiest(seed):
    loads = [(seed * 37 + n * 53) % 97 for n in range(6)]
    candidates = [
        judge(n, unit=n, level="national", load=load) for n, load in enumerate(loads, 1)
    ]
    panels = [
        Panel(letter="A", places=2, load=60),
        Panel(letter="B", places=2, load=20),
    ]

    found = propose(candidates, panels)

    ids = [one.user_id for one in candidates]
    best = min(
        greatest(candidates, panels, {"A": a, "B": b})
        for a, b in product(combinations(ids, 2), repeat=2)
        if not set(a) & set(b)
    )
    assert greatest(candidates, panels, found) == best


def test_a_choice_by_hand_says_all_it_breaks():
    candidates = [
        judge(1, unit=1),
        judge(2, unit=1, faults=[rules.RECUSED, rules.NOT_TRAINED]),
    ]
    panels = [Panel(letter="A", places=3, load=1), Panel(letter="B", places=1, load=1)]

    broken = list_broken(candidates, panels, {"A": [1, 2, None], "B": [1]})

    assert {(one.code, one.panel, one.user_id) for one in broken} == {
        (rules.TWICE, "", 1),
        (rules.RECUSED, "A", 2),
        (rules.NOT_TRAINED, "A", 2),
        (rules.EMPTY, "A", None),
        (rules.SAME_UNIT, "A", None),
        (rules.NO_LEADER, "A", None),
        (rules.NO_LEADER, "B", None),
    }
