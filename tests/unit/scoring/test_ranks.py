from fractions import Fraction

import pytest

from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.ranking.rules.scale import scale_totals
from scoring.results.rules.score import score
from tests.unit.scoring.helpers import score_totals, totals_scheme

KAZAN_2019 = [743, 736, 735, 710, 705, 700, 698, 691, 680, 676, 658]


def ranking(**keys):
    lines = [f"{name} = {value}" for name, value in keys.items()]
    return "\n".join(["[ranking]", *lines])


def ranks(results):
    return [results[code].rank for code in sorted(results)]


@pytest.mark.parametrize(
    ("unresolved", "expected"),
    [
        ("share", [1, 2, 2, 2, 5]),
        ("dense", [1, 2, 2, 2, 3]),
        ("playoff", [1, 2, 2, 2, 5]),
        ("decide", [1, 2, 2, 2, 5]),
    ],
)
def test_72_71_71_71_70(unresolved, expected):
    totals = dict(zip("ABCDE", [72, 71, 71, 71, 70], strict=True))
    results = score_totals(totals, tail=ranking(unresolved=f'"{unresolved}"'))

    assert ranks(results) == expected
    left = {"share": "shared", "dense": "shared"}.get(unresolved, unresolved)
    assert [results[c].tied_by for c in "ABCDE"] == ["", left, left, left, ""]


def test_tied_by_names_the_key_after_which_an_entry_stood_alone():
    times = {"A": Fraction(50), "B": Fraction(60), "C": Fraction(60)}
    results = score_totals(
        dict.fromkeys("ABCDEF", 71),
        tail=ranking(ties='["time asc"]', unresolved='"playoff"'),
        time=times,
        playoff={"B": Fraction(2), "C": Fraction(1), "F": Fraction(1)},
    )

    assert ranks(results) == [1, 2, 3, 5, 5, 4]
    assert [results[c].tied_by for c in "ABCDEF"] == [
        "time asc",
        "playoff",
        "playoff",
        "playoff",
        "playoff",
        "playoff",
    ]


@pytest.mark.parametrize("way", ["asc", "desc"])
def test_without_a_time_comes_after(way):
    results = score_totals(
        dict.fromkeys("ABC", 71),
        tail=ranking(ties=f'["time {way}"]'),
        time={"B": Fraction(10), "C": Fraction(20)},
    )

    assert ranks(results) == ([3, 1, 2] if way == "asc" else [3, 2, 1])


@pytest.mark.parametrize(
    ("compare", "expected"), [("published", [1, 1]), ("exact", [2, 1])]
)
def test_rounded_or_exact_totals(compare, expected):
    results = score_totals(
        {"A": "70.001", "B": "70.004"},
        head="[rounding]\ntotal = 2",
        tail=ranking(compare=f'"{compare}"'),
    )

    assert ranks(results) == expected


@pytest.mark.parametrize(
    ("per", "expected"), [("group", [1, 2, 1]), ("event", [1, 3, 2])]
)
def test_groups(per, expected):
    results = score_totals(
        {"A": 90, "B": 70, "C": 80},
        tail=ranking(per=f'"{per}"'),
        group={"A": "职工组", "B": "职工组", "C": "学生组"},
    )

    assert ranks(results) == expected


def test_only_the_present_are_ranked():
    results = score_totals(
        {"A": 90, "B": 80, "C": 70, "D": 60, "E": 50},
        status={"A": "absent", "B": "withdrawn", "C": "disqualified"},
        vetoes={"D": ("disqualify",)},
    )

    assert ranks(results) == [None, None, None, None, 1]
    assert results["D"].status == "disqualified"
    assert results["A"].total is None


@pytest.mark.parametrize("totals", [[], [80], [80, 80, 80, 70]])
def test_no_scale_without_spread(totals):
    assert scale_totals([Fraction(x) for x in totals]) is None


DENSE = '[ranking]\nunresolved = "dense"'


def award(name, **keys):
    return "\n".join(
        ["[[awards]]", f'name = "{name}"', *(f"{k} = {v}" for k, v in keys.items())]
    )


@pytest.mark.parametrize(
    ("awards", "totals", "expected"),
    [
        pytest.param(
            [award("一", count=1), award("二", count=3), award("三", count=6)],
            [9, 8, 7, 6, 5, 4],
            "一二二二三三",
            id="1/3/6",
        ),
        pytest.param(
            [award("一", count=1), award("二", count=1)],
            [9, 9, 8],
            "一一二",
            id="a tie at the cut is taken whole",
        ),
        pytest.param(
            [award("一", count=1, tie_at_cut='"exclude"'), award("二", count=2)],
            [9, 9, 8],
            "二二-",
            id="or not at all",
        ),
        pytest.param(
            [award("一", share='"10%"'), award("二", share='"25%"')],
            [9, 8, 7, 6, 5, 4],
            "一二二---",
            id="shares half up: 0.6 and 1.5",
        ),
        pytest.param(
            [award("一", share='"30%"', share_rounding='"floor"')],
            [9, 8, 7, 6],
            "一---",
            id="floor of 1.2",
        ),
        pytest.param(
            [award("一", share='"30%"', share_rounding='"ceil"')],
            [9, 8, 7, 6],
            "一一--",
            id="ceiling of 1.2",
        ),
        pytest.param(
            [award("一", count=3), award("优", upto='"50%"')],
            [9, 8, 7, 6, 6, 5, 4, 3],
            "一一一优优---",
            id="top 3 and 优胜 within the half, its tie included",
        ),
        pytest.param(
            [award("一", count=3), award("优", upto='"50%"', tie_at_cut='"exclude"')],
            [9, 8, 7, 6, 6, 5, 4, 3],
            "一一一-----",
            id="or the tie excluded",
        ),
        pytest.param(
            [DENSE, award("优", upto='"50%"', tie_at_cut='"exclude"')],
            [9, 8, 8, 7, 6, 5, 5, 4],
            "优优优优优---",
            id="dense ranks 1 to 4 without a tie at the last",
        ),
        pytest.param(
            [DENSE, award("优", upto='"50%"', tie_at_cut='"exclude"')],
            [9, 8, 8, 7, 6, 6, 5, 4],
            "优优优优----",
            id="dense rank 4 is tied",
        ),
    ],
)
def test_awards(awards, totals, expected):
    codes = "ABCDEFGH"[: len(totals)]
    results = score_totals(
        dict(zip(codes, totals, strict=True)), tail="\n".join(awards)
    )

    assert "".join(results[c].award or "-" for c in codes) == expected


def test_shares_of_all_entered():
    results = score_totals(
        {"A": 9, "B": 8, "C": 7, "D": 6},
        tail=award("一", share='"50%"', of='"entered"'),
        status={"C": "absent", "D": "absent"},
    )

    assert [results[c].award for c in "ABCD"] == ["一", "一", "", ""]


TEAMS = {"A": "甲", "B": "甲", "C": "甲", "D": "乙", "E": "乙", "F": "丙"}
TEAM_TOTALS = {"A": 90, "B": 80, "C": 70, "D": 95, "E": 60, "F": 50}


def team_table(lines, **facts):
    scheme = totals_scheme(
        tail=f"{award('一', count=1)}\n{award('二', count=2)}\n[teams]\n{lines}"
    )
    entries = [
        EntryFacts(
            entry=code,
            team=TEAMS[code],
            **{name: column[code] for name, column in facts.items() if code in column},
        )
        for code in TEAM_TOTALS
    ]
    marks = [Mark(code, "P1.1", "J", str(t)) for code, t in TEAM_TOTALS.items()]
    teams = score(scheme, marks, entries).teams
    return {t.team: (t.rank, t.total) for t in teams}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('method = "sum"', {"甲": (1, 240), "乙": (2, 155), "丙": (3, 50)}),
        (
            'method = "mean"',
            {"甲": (1, 80), "乙": (2, Fraction(155, 2)), "丙": (3, 50)},
        ),
        ('method = "best"\nbest = 1', {"乙": (1, 95), "甲": (2, 90), "丙": (3, 50)}),
        (
            'method = "points"\npoints = { "一" = 8, "二" = 4 }',
            {"甲": (1, 8), "乙": (1, 8), "丙": (None, 0)},
        ),
    ],
)
def test_teams(lines, expected):
    assert team_table(lines) == expected


def test_the_absent_count_nothing_for_their_team():
    teams = team_table('method = "mean"', status={"A": "absent"})

    assert teams["甲"] == (2, 50)
    assert teams["丙"] == (2, 50)


def test_equal_teams_are_parted_by_time():
    times = dict(zip("ABCDEF", map(Fraction, [1, 2, 3, 4, 1, 0]), strict=True))
    lines = 'method = "points"\npoints = { "一" = 8, "二" = 4 }\nties = ["time asc"]'

    assert team_table(lines, time=times) == {
        "乙": (1, 8),
        "甲": (2, 8),
        "丙": (None, 0),
    }
