"""Scoring two records, and the blocks that spare comparing everybody with everybody."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentpool.identity.rules import blocks
from talentpool.identity.rules.blocks import keys_of, make_blocks
from talentpool.identity.rules.judgement import next_state
from talentpool.identity.rules.score import (
    PROPOSE,
    Known,
    Outcome,
    compare,
    compare_births,
    compare_names,
    could_be_proposed,
)

BORN = date(1985, 6, 12)
WHO = {"name": "张建国", "birth": BORN, "sex": "1", "unit": 7, "district": "330602"}
PHONE = {"phone": "p1"}


def make_known(values):
    return Known(**values)


def score(one, other):
    return compare(make_known(one), make_known(other))


@pytest.mark.parametrize(
    ("one", "other", "points", "proposed"),
    [
        pytest.param({"name": "王伟"}, {"name": "王伟"}, 30, False, id="a name alone"),
        pytest.param(
            {"name": "王伟", "unit": 7, "district": "330602"},
            {"name": "王伟", "unit": 7, "district": "330602"},
            50,
            False,
            id="a name, its unit and place: no strong signal",
        ),
        pytest.param(
            {"name": "王伟", "birth": BORN},
            {"name": "王伟", "birth": BORN},
            55,
            False,
            id="name and birthday, as strangers in a city of millions",
        ),
        pytest.param(WHO, WHO, 75, True, id="name, birthday, unit and place"),
        pytest.param(
            WHO | PHONE, WHO | PHONE | {"name": "张健国"}, 92, True, id="said alike"
        ),
        pytest.param(
            WHO | PHONE,
            WHO | PHONE | {"birth": date(1985, 12, 6)},
            87,
            True,
            id="day and month exchanged",
        ),
        pytest.param(
            {"name": "李四", "birth": BORN, **PHONE},
            {"name": "王五", "birth": date(1960, 1, 1), **PHONE},
            -30,
            False,
            id="one telephone in an office",
        ),
        pytest.param(
            WHO | {"id_number": "330602198506121018"},
            WHO | {"id_number": "330602198506129917"},
            60,
            True,
            id="different ID numbers weigh against it",
        ),
        pytest.param(
            WHO | {"sex": "1"}, WHO | {"sex": "2"}, 60, True, id="a twin sister: asked"
        ),
        pytest.param(
            {"name": "甲", "id_number": "330602198506121018"},
            {"name": "乙", "id_number": "330602198506121018"},
            35,
            True,
            id="the same ID number needs no more",
        ),
        pytest.param(
            {"name": "张建国", "birth": BORN, "certificates": frozenset({"S1"})},
            {"name": "张建国", "birth": BORN, "certificates": frozenset({"S1"})},
            90,
            True,
            id="one certificate",
        ),
    ],
)
def test_scores(one, other, points, proposed):
    found = score(one, other)

    assert (found.points, found.is_proposed) == (points, proposed)


def test_a_name_alone_is_half_of_what_is_needed():
    alone = {"name": "欧阳娜娜"}

    assert score(alone, alone).points * 2 <= PROPOSE


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("張三", "张三", Outcome.SOUND),
        ("Wang Jianguo", "王建国", Outcome.SOUND),
        ("张建国", "张建园", Outcome.NEAR),
        ("张三", "张四", Outcome.DIFFERENT),
    ],
)
def test_names(one, other, outcome):
    assert compare_names(one, other) is outcome


def test_a_digit_of_a_birthday():
    assert compare_births(date(1985, 6, 12), date(1985, 6, 13)) is Outcome.NEAR
    assert compare_births(date(1985, 6, 12), date(1986, 7, 12)) is Outcome.DIFFERENT


records = st.builds(
    Known,
    name=st.sampled_from(["张建国", "张健国", "张建园", "李四", "李思", "王五"]),
    birth=st.sampled_from(
        [BORN, date(1985, 12, 6), date(1986, 6, 12), date(1985, 6, 11), None]
    ),
    sex=st.sampled_from(["0", "1", "2"]),
    phone=st.sampled_from(["", "p1", "p2"]),
    id_number=st.sampled_from(["330602198506121018", "330602198506121026", "x" * 18]),
    certificates=st.sampled_from([frozenset(), frozenset({"c1"}), frozenset({"c2"})]),
    unit=st.sampled_from([None, 1, 2]),
    district=st.sampled_from(["", "330602"]),
)


def proposed_by_all_pairs(people, *, sealed=True):
    """Compare everybody with everybody: slow, and plainly right."""
    return {
        (a, b)
        for a, b in combinations(sorted(people), 2)
        if compare(people[a], people[b]).is_proposed
        # The table refuses the same number twice.
        and not (sealed and people[a].id_number == people[b].id_number)
    }


def proposed_by_blocks(people):
    """As a scan does: blocks first, then without the sealed numbers, then with."""
    found = set()
    for a, b in make_blocks(people).pairs:
        blind = [
            Known(**{n: getattr(k, n) for n in Known.__slots__ if n != "id_number"})
            for k in (people[a], people[b])
        ]
        if could_be_proposed(compare(*blind)):
            found.add((a, b))
    return {
        (a, b)
        for a, b in found
        if compare(people[a], people[b]).is_proposed
        and people[a].id_number != people[b].id_number
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(records, max_size=8))
def test_blocks_miss_nobody(people):
    people = dict(enumerate(people, 1))

    assert proposed_by_blocks(people) == proposed_by_all_pairs(people)


def test_blocks_without_the_units_key_would_miss_somebody(monkeypatch):
    """The wrong variant: the test above has to be able to fail."""
    people = {
        1: make_known(WHO),
        2: make_known(WHO | {"birth": date(1985, 12, 6)}),
    }
    assert proposed_by_all_pairs(people, sealed=False) == {(1, 2)}
    assert make_blocks(people).pairs == {(1, 2)}
    wrong = {"name", "unit", "initial"}
    monkeypatch.setattr(
        blocks,
        "keys_of",
        lambda known: (k for k in keys_of(known) if k[0] not in wrong),
    )

    assert make_blocks(people).pairs == set()


def test_a_filler_is_no_likeness(monkeypatch):
    monkeypatch.setattr(blocks, "LARGEST", 3)
    people = {n: Known(name=f"张{n}", phone="13800000000") for n in range(5)}

    found = make_blocks(people)

    assert found.pairs == set()
    assert found.skipped == [5]


@pytest.mark.parametrize(
    ("state", "proposed", "judged", "expected"),
    [
        ("open", True, None, "open"),
        ("open", False, None, "gone"),
        ("gone", True, None, "open"),
        ("different", True, "now", "different"),
        ("different", True, "then", "open"),
        ("different", False, "then", "different"),
        ("unsure", True, "then", "open"),
        ("unsure", True, "now", "unsure"),
        ("merged", True, "then", "merged"),
        ("same", True, "then", "same"),
    ],
)
def test_who_is_asked_again(state, proposed, judged, expected):
    found = next_state(state, proposed=proposed, judged=judged, fingerprint="now")

    assert found == expected
