"""Matching: what is similar, the order, and sixty demands judged by hand."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.rules.desk import NEXT, STATES, is_step, state_after_answer
from talentpool.matching.rules.match import (
    DISTANCES,
    NEAR,
    Need,
    Offer,
    distance_of,
    match,
    shared_words,
    terms_in_force,
    trade_nearness,
)

GOLD = tomllib.loads(
    (Path(__file__).parents[2] / "gold" / "demands.toml").read_text("utf-8")
)
TERMS = terms_in_force()
NEED = Need(
    kind="problem",
    trade="焊工",
    occupation="6-18-02-04",
    text="薄壁管对接焊变形",
    district="330602",
    rank=4,
)
OFFER = Offer(
    id=1,
    trade="焊工",
    occupation="6-18-02-04",
    district="330602",
    is_willing=True,
    skills=(("焊工", 5),),
    room=3,
)


def gold_offers():
    return [
        Offer(
            id=number,
            trade=trade,
            occupation=code,
            district=district,
            is_willing=willing,
            skills=((trade, rank),),
            records=tuple((title, "") for title in solved),
            room=max(0, TERMS.capacity - busy),
            busy=busy,
        )
        for number, (
            _n,
            trade,
            code,
            district,
            rank,
            willing,
            busy,
            solved,
        ) in enumerate(GOLD["craftsmen"])
    ]


def gold_order(demand):
    trade, code, rank, district, text, _wanted = demand
    need = Need(
        kind="problem",
        trade=trade,
        occupation=code,
        text=text,
        district=district,
        rank=rank,
    )
    names = [craftsman[0] for craftsman in GOLD["craftsmen"]]
    return [names[one.offer] for one in match(need, gold_offers(), TERMS)]


def test_sixty_demands_find_whom_a_person_would_ask():
    demands = GOLD["demands"]
    orders = [(demand[4], demand[5], gold_order(demand)) for demand in demands]
    missed = [(t, w, order[:3]) for t, w, order in orders if order[0] not in w]

    assert len(demands) == 60
    assert missed == []


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        ({"is_willing": False}, "who is not willing comes after all who are"),
        ({"room": 0, "busy": 3}, "who has no room comes later"),
        ({"trade": "铆工", "occupation": "6-18-02-01", "skills": ()}, "trade"),
        ({"skills": (("焊工", 3),)}, "level"),
        ({"records": ()}, "similar problems"),
        ({"district": "330681"}, "distance"),
        ({"busy": 1, "room": 2}, "least busy"),
    ],
)
def test_each_criterion_moves_somebody_down(worse, why):
    good = replace(OFFER, records=(("薄壁管对接焊防变形", ""),))
    other = replace(good, id=0, **worse)  # id 0 would stand first otherwise

    assert [one.offer for one in match(NEED, [other, good], TERMS)] == [1, 0], why


def test_other_fields_are_left_out_but_a_certificate_in_the_trade_counts():
    cook = replace(OFFER, trade="中式烹调师", occupation="4-03-02-01", skills=())

    assert match(NEED, [cook], TERMS) == []
    assert trade_nearness(NEED, replace(cook, skills=(("焊工", 4),))) == "trade"


@pytest.mark.parametrize(
    ("rank", "is_there"), [(4, False), (5, False), (6, True), (0, False)]
)
def test_a_mentor_stands_above_the_apprentice(rank, is_there):
    need = replace(NEED, kind="mentor", rank=4, above=5)

    assert (
        bool(match(need, [replace(OFFER, skills=(("焊工", rank),))], TERMS)) is is_there
    )


def test_says_what_is_similar():
    offer = replace(OFFER, records=(("薄壁不锈钢管对接焊变形控制", "车间问题解决"),))

    [found] = match(NEED, [offer], TERMS)

    assert [(one.title, list(one.words)) for one in found.similar] == [
        ("薄壁不锈钢管对接焊变形控制", ["管对接焊变形", "薄壁"])
    ]


def test_common_words_make_nothing_similar():
    need = replace(NEED, text="我们车间生产设备出现问题需要解决,提高产品质量")
    offer = replace(OFFER, records=(("车间设备问题解决,提高质量", "需要改进"),))

    assert match(need, [offer], TERMS)[0].similar == ()


@pytest.mark.parametrize(
    ("place", "home", "distance"),
    [
        ("330602", "330602", "district"),
        ("330600", "330602", "district"),
        ("330602", "330681", "city"),
        ("330602", "330106", "province"),
        ("330602", "310115", "far"),
    ],
)
def test_distance(place, home, distance):
    assert distance_of(place, home) == distance


texts = st.text(alphabet="焊管薄壁变形车轴 ab1,", max_size=30)


@given(texts, st.sets(st.text(alphabet="焊管薄壁变形车轴", min_size=2, max_size=2)))
def test_shared_words_stand_in_the_text(text, grams):
    flat = "".join(text.split())
    for word in shared_words(text, grams):
        assert len(word) >= 2
        assert word in flat
        assert all(word[i : i + 2] in grams for i in range(len(word) - 1))


offers = st.builds(
    Offer,
    id=st.integers(1, 50),
    trade=st.sampled_from(("焊工", "铆工", "厨师")),
    occupation=st.sampled_from(
        ("6-18-02-04", "6-18-02-01", "6-18-01-01", "4-03-02-01")
    ),
    district=st.sampled_from(("330602", "330681", "330106", "310115")),
    is_willing=st.booleans(),
    skills=st.lists(st.tuples(st.just("焊工"), st.integers(1, 8)), max_size=2),
    records=st.lists(st.tuples(texts, texts), max_size=2),
    room=st.integers(0, 3),
    busy=st.integers(0, 3),
)


@given(st.lists(offers, max_size=8, unique_by=lambda offer: offer.id))
def test_the_order_does_not_depend_on_how_they_come(given_offers):
    there = match(NEED, given_offers, TERMS)

    assert there == match(NEED, given_offers[::-1], TERMS)
    for one in there:
        assert one.near in NEAR
        assert one.distance in DISTANCES
        assert one.short == max(0, NEED.rank - one.rank)


def test_every_state_is_reached_and_leads_only_to_states():
    reached = {"open"} | {after for steps in NEXT.values() for after in steps}

    assert set(NEXT) == set(STATES) == reached
    assert not is_step("done", "open")
    assert state_after_answer(["declined", "asked"]) == "assigned"
    assert state_after_answer(["declined"]) == "open"
