"""Medals shared within a tolerance, against published results and the rules' text."""

from fractions import Fraction

import pytest

from scoring.ranking.rules.medals import hand_out_medals
from scoring.scheme.rules.tree import Medallion, Medals
from tests.unit.scoring.helpers import score_totals

G, S, B, M = "金牌", "银牌", "铜牌", "优胜奖"


def medals_of(values, **settings):
    given = hand_out_medals(
        Medals(**settings),
        {str(at): Fraction(value) for at, value in enumerate(values)},
    )
    return [given.get(str(at), "") for at in range(len(values))]


@pytest.mark.parametrize(
    ("values", "tolerance", "chain", "medals"),
    [
        # WorldSkills São Paulo 2015, on the 500 scale with two points.
        pytest.param(
            (538, 535, 521, 519, 514, 511, 500, 499),
            *(2, False, [G, S, B, B, M, M, M, ""]),
            id="Sao Paulo 2015",
        ),
        pytest.param((540, 539, 530, 529), 2, False, [G, G, B, B], id="two golds"),
        pytest.param(
            (540, 539, 538, 536, 535), 2, False, [G, G, G, B, M], id="three golds"
        ),
        pytest.param(
            (540, 539, 538, 530), 2, False, [G, G, G, M], id="three golds, no bronze"
        ),
        pytest.param(
            (540, 530, 529, 520), 2, False, [G, S, S, M], id="two silvers, no bronze"
        ),
        pytest.param(
            (540, 530, 529, 527), 2, False, [G, S, S, B], id="bronze near silver"
        ),
        pytest.param(
            (540, 538, 536, 534), 2, False, [G, G, B, B], id="the gap is to the first"
        ),
        pytest.param(
            (540, 538, 536, 534, 531), 2, True, [G, G, G, G, M], id="a chain of gaps"
        ),
        pytest.param((700, 700, 690), 0, False, [G, G, B], id="equal share without t"),
        pytest.param((700, 699, 698, 697), 0, False, [G, S, B, M], id="no tolerance"),
        pytest.param((480,), 0, False, [G], id="one alone"),
        pytest.param((), 0, False, [], id="nobody"),
    ],
)
def test_medals(values, tolerance, chain, medals):
    medallion = Medallion(name=M, start=Fraction(500))

    found = medals_of(
        values, tolerance=Fraction(tolerance), chain=chain, medallion=medallion
    )

    assert found == medals


def test_a_tie_key_ranks_what_a_medal_shares_and_awards_follow():
    totals = {"A": 90, "B": 90, "C": 80, "D": 70, "E": 60}
    tail = (
        "[ranking]\nties = ['time asc']\n[medals]\n"
        "[[awards]]\nname = '一等奖'\ncount = 1"
    )

    results = score_totals(totals, tail=tail, time={"A": Fraction(5), "B": Fraction(4)})

    assert {code: (r.rank, r.award) for code, r in results.items()} == {
        "B": (1, G),
        "A": (2, G),
        "C": (3, B),
        "D": (4, "一等奖"),
        "E": (5, ""),
    }


def test_medals_of_the_scale_take_the_excellent_from_700():
    # Kazan 2019 on its own scale: every published figure comes back within 0.5.
    field = (743, 736, 735, 710, 705, 700, 698, 691, 680, 676, 658)
    totals = {f"E{points}": points for points in field}
    tail = (
        "[scale]\nkind = 'worldskills'\n[medals]\nof = 'scale'\ntolerance = 1\n"
        f"medallion = {{ name = '{M}', from = 700 }}"
    )

    results = score_totals(totals, tail=tail)

    assert [results[f"E{points}"].award for points in field] == (
        [G, S, S, M, M, M, "", "", "", "", ""]
    )


def test_no_scale_no_medals():
    tail = "[scale]\nkind = 'worldskills'\n[medals]\nof = 'scale'"

    results = score_totals({"A": 90, "B": 80, "C": 80, "D": 80}, tail=tail)

    assert {r.award for r in results.values()} == {""}
