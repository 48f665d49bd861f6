"""Ties at the last place of an award, and who was passed over."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking.rules.awards import (
    Placed,
    hand_out_awards,
    list_cuts,
    list_passed_over,
)
from scoring.scheme.rules.tree import Award


def award(name="一等奖", **values):
    base: dict[str, object] = {
        "count": None,
        "share": None,
        "upto": None,
        "of": "ranked",
    }
    base |= {"share_rounding": "half_up", "tie_at_cut": "include", "require_pass": ()}
    return Award(name=name, **{**base, **values})


def field(*ranks, failed=()):
    return [
        Placed(
            code=f"W{at}",
            rank=rank,
            passed=frozenset() if at in failed else frozenset({"P"}),
        )
        for at, rank in enumerate(ranks, start=1)
    ]


@pytest.mark.parametrize(
    ("given_award", "ranks", "found"),
    [
        pytest.param(award(count=1), (1, 2, 3), None, id="no tie"),
        pytest.param(award(count=2), (1, 2, 2, 4), (2, 2, ("W2", "W3")), id="count"),
        pytest.param(award(count=3), (1, 2, 2, 4), None, id="the tie fits"),
        pytest.param(
            award(share=Fraction(1, 2)), (1, 2, 2, 4), (2, 2, ("W2", "W3")), id="share"
        ),
        pytest.param(
            award(upto=Fraction(1, 2)), (1, 2, 2, 4), (2, 2, ("W2", "W3")), id="up to"
        ),
        pytest.param(award(count=5), (1, 1), None, id="places for everybody"),
        pytest.param(award(count=0), (1, 1), None, id="no place"),
        pytest.param(award(upto=Fraction(1, 2)), (), None, id="nobody"),
    ],
)
def test_ties_at_the_cut(given_award, ranks, found):
    cuts = list_cuts([given_award], field(*ranks), len(ranks))

    told = [(cut.places, cut.rank, cut.tied) for cut in cuts]
    assert told == ([found] if found else [])


def test_who_missed_the_pass_line_is_named_with_the_award_they_missed():
    awards = [award(count=1, require_pass=("P",)), award("二等奖", count=1)]
    placed = field(1, 2, 3, failed=(1,))
    given_out = hand_out_awards(awards, placed, 3)

    assert given_out == {"W2": "一等奖", "W1": "二等奖"}
    assert list_passed_over(awards, placed, given_out) == []
    [one] = list_passed_over(awards[:1], placed, {"W2": "一等奖"})
    assert (one.code, one.award, one.missing) == ("W1", "一等奖", ("P",))


@given(
    sizes=st.lists(st.integers(1, 4), max_size=8),
    count=st.integers(0, 6),
    share=st.none() | st.fractions(0, 1),
    upto=st.booleans(),
    tie=st.sampled_from(["include", "exclude"]),
)
def test_a_cut_tells_what_happened(sizes, count, share, upto, tie):
    ranks: list[int] = []
    for size in sizes:
        ranks += [len(ranks) + 1] * size
    values = (
        {"count": count} if share is None else {("upto" if upto else "share"): share}
    )
    awards = [award(**values, tie_at_cut=tie), award("二等奖", count=2)]
    placed = field(*ranks)

    given_out = hand_out_awards(awards, placed, len(placed))

    for cut in list_cuts(awards, placed, len(placed)):
        assert len({p.rank for p in placed if p.code in cut.tied}) == 1
        holds = {given_out.get(code) == cut.award for code in cut.tied}
        assert holds == {cut.is_included}
