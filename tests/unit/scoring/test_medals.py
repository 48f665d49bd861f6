"""The medals table: who stands where, whatever was won."""

from hypothesis import given
from hypothesis import strategies as st

from scoring.medals.rules import (
    DISTRICTS,
    UNITS,
    Medal,
    place_awards,
    place_teams,
    rank_sides,
)


def medal(place, unit, district="越城区"):
    return Medal(place=place, winner="某", unit=(unit, unit), district=(district,) * 2)


def test_gold_before_silver_and_equal_ones_share_the_rank():
    won = [
        *(medal(0, "甲"), medal(0, "乙"), medal(1, "丙", "柯桥区")),
        *(medal(1, "丙", "柯桥区"), medal(2, "丁")),
    ]

    lines = rank_sides(won, UNITS)

    assert [(x.rank, x.is_shared, x.name, x.counts) for x in lines] == [
        (1, True, "乙", (1, 0, 0)),
        (1, True, "甲", (1, 0, 0)),
        (3, False, "丙", (0, 2, 0)),
        (4, False, "丁", (0, 0, 1)),
    ]
    assert [(x.rank, x.name, x.total) for x in rank_sides(won, DISTRICTS)] == [
        *((1, "越城区", 3), (2, "柯桥区", 2)),
    ]


def test_nobody_has_won_yet():
    assert rank_sides([], UNITS) == []


def test_a_schemes_own_medals_come_before_its_awards():
    awards = ["一等奖", "二等奖", "三等奖", "优胜奖"]

    assert place_awards(("金牌", "银牌", "铜牌"), awards) == {
        "金牌": 0,
        "银牌": 1,
        "铜牌": 2,
    }
    assert place_awards((), awards) == {"一等奖": 0, "二等奖": 1, "三等奖": 2}
    assert place_awards((), []) == {}


def test_teams_that_share_a_rank_share_its_medal():
    ranks = {"甲": 1, "乙": 1, "丙": 3, "丁": 4, "戊": None}
    teams = [{"team": name, "rank": rank} for name, rank in ranks.items()]

    assert place_teams(teams) == {"甲": 0, "乙": 0, "丙": 2}


@given(
    st.lists(
        st.builds(medal, st.integers(0, 2), st.sampled_from("甲乙丙丁戊己庚辛")),
        max_size=40,
    )
)
def test_every_medal_counts_once_and_more_never_ranks_lower(won):
    lines = rank_sides(won, UNITS)

    assert sum(line.total for line in lines) == len(won)
    for one in lines:
        better = sum(other.counts > one.counts for other in lines)
        assert one.rank == better + 1
        same = [other for other in lines if other.counts == one.counts]
        assert one.is_shared == (len(same) > 1)
    assert rank_sides(reversed(won), UNITS) == lines
