"""Lineages: any graph of masters can be read and laid out."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.lineage.rules.graph import (
    Tie,
    find_common,
    find_founders,
    join_ties,
    lead_nodes,
    nearest,
    on_the_way,
)
from talentpool.lineage.rules.layout import place_boxes
from talentpool.lineage.services.picture import shortened
from talentpool.lineage.services.poster import LEAST, SHEETS, choose_sheet

DAY = date(2020, 1, 1)


def tie(mentor, apprentice, **values):
    return replace(
        Tie(
            mentor=mentor,
            apprentice=apprentice,
            trade="焊工",
            starts_on=DAY,
            ended_on=None,
            state="active",
        ),
        **values,
    )


# Masters have smaller numbers; several masters, diamonds and loose ends come about.
dags = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(
        lambda pair: pair[0] < pair[1]
    ),
    max_size=24,
    unique=True,
).map(lambda pairs: [tie(*pair) for pair in pairs])
# Imported history may even go round.
graphs = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20, unique=True
).map(lambda pairs: [tie(*pair) for pair in pairs])


def plain_above(ties, person):
    """Generations to everybody above, walked level by level."""
    found, level, depth = {person: 0}, {person}, 0
    while level:
        depth += 1
        level = {t.mentor for t in ties if t.apprentice in level} - found.keys()
        found |= dict.fromkeys(level, depth)
    return found


@given(dags, st.integers(0, 9), st.integers(0, 9))
def test_the_nearest_common_master(ties, one, other):
    above, above_other = plain_above(ties, one), plain_above(ties, other)
    found = find_common(above, above_other)

    both = above.keys() & above_other.keys()
    assert {c.master for c in found} <= both
    assert bool(found) == bool(both)
    for common in found:
        total = common.above_one + common.above_other
        assert all(total <= above[m] + above_other[m] for m in both)


def test_a_master_is_common_to_himself_and_his_apprentice():
    [found] = find_common(plain_above([tie(1, 2)], 1), plain_above([tie(1, 2)], 2))

    assert (found.master, found.above_one, found.above_other) == (1, 0, 1)


@given(graphs, st.integers(0, 7), st.booleans())
def test_everybody_reached_hangs_on_somebody_nearer(ties, middle, down):
    leads = lead_nodes(ties, middle, down=down)
    edges = {(t.mentor, t.apprentice) for t in ties}

    assert middle not in leads
    for person, lead in leads.items():
        assert ((lead, person) if down else (person, lead)) in edges
    if not down:
        assert leads.keys() == plain_above(ties, middle).keys() - {middle}


@given(graphs, graphs, st.integers(0, 7))
def test_no_two_boxes_overlap_and_ends_take_a_row_each(up, down, middle):
    above = lead_nodes(up, middle, down=False)
    below = {
        ("below", person): middle if lead == middle else ("below", lead)
        for person, lead in lead_nodes(down, middle, down=True).items()
    }
    places = place_boxes(middle, above, below)

    assert {place.key for place in places} == {middle, *above, *below}
    for one, other in combinations(places, 2):
        if one.column == other.column:
            assert abs(one.row - other.row) >= 1
    columns = {place.key: place.column for place in places}
    assert all(columns[lead] - columns[key] == 1 for key, lead in above.items())
    assert all(columns[key] - columns[lead] == 1 for key, lead in below.items())
    assert min(p.row for p in places) == min(p.column for p in places) == 0


def test_a_founder_has_no_master():
    ties = [tie(1, 2), tie(2, 4), tie(3, 4), tie(4, 5)]

    assert find_founders(plain_above(ties, 5), ties) == [3, 1]
    assert on_the_way(ties, 1, 5) == {1, 2, 4, 5}


def test_pairs_of_the_same_two_are_one_tie():
    later = DAY + timedelta(days=900)
    first = tie(1, 2, state="graduated", ended_on=later)
    second = tie(1, 2, trade="电焊工", starts_on=later, state="active")

    assert join_ties([second, first]) == [
        tie(1, 2, trade="电焊工", starts_on=DAY, state="active")
    ]


def test_the_nearest_are_kept():
    assert nearest([(5, 2), (4, 1), (5, 1), (6, 3)], 2) == {4: 1, 5: 1}


@pytest.mark.parametrize(
    ("text", "wide", "short"),
    [("张三", 4, "张三"), ("张三丰", 4, "张…"), ("abcdef", 4, "abc…"), ("", 4, "")],
)
def test_shortened(text, wide, short):
    assert shortened(text, wide) == short


@given(st.floats(200, 6_000), st.floats(70, 14_000))
def test_a_poster_fits_its_sheet(width, height):
    sheet = choose_sheet(width, height)

    assert width * sheet.scale <= sheet.width
    assert height * sheet.scale <= sheet.height
    assert sheet.scale >= LEAST or sheet.name == list(SHEETS)[-1]
