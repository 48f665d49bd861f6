"""The points model, line by line of the published scheme it is taken from."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from talentpool.standard.rules.months import months_before
from talentpool.standard.rules.parse import parse_profile
from talentpool.standard.rules.points import Merit, points_of

SHIPPED = Path("talentpool/standard/profiles/common.toml").read_text(encoding="utf-8")
_FOUND = parse_profile(SHIPPED).points
assert _FOUND is not None
MODEL = _FOUND
ON = date(2026, 5, 31)


def merit(kind, level="", rank=None, on=date(2026, 1, 1), **more):
    return Merit(
        kind=kind, level=level, rank=rank, on=on, title=kind, document="d", **more
    )


def total(*merits):
    return points_of(MODEL, merits, ON).total


@pytest.mark.parametrize(
    ("merits", "expected"),
    [
        pytest.param([], Fraction(0), id="nothing"),
        pytest.param(
            [merit("competition", "nation", 1)], Fraction(45), id="first of all"
        ),
        pytest.param([merit("competition", "province", 2)], Fraction(12), id="second"),
        pytest.param(
            [merit("competition", "city", 3)], Fraction(6), id="third of a city"
        ),
        pytest.param([merit("competition", "city", 4)], Fraction(0), id="fourth"),
        pytest.param([merit("competition", "city")], Fraction(0), id="no place known"),
        pytest.param(
            [merit("competition", "nation", 1, role="team")],
            Fraction(9),
            id="team 20 %",
        ),
        pytest.param(
            [merit("competition", "nation", 1, role="coach")],
            Fraction(18),
            id="coach 40 %",
        ),
        pytest.param(
            [merit("competition", "nation", 1, role="coach")] * 3,
            Fraction(30),
            id="coaching is capped at 30",
        ),
        pytest.param(
            [
                *[merit("competition", "nation", 1, role="coach")] * 3,
                merit("competition", "city", 1),
            ],
            Fraction(40),
            id="own places beside the capped coaching",
        ),
        pytest.param(
            [merit("innovation", "city", 2)], Fraction("6.4"), id="second author"
        ),
        pytest.param(
            [merit("innovation", "city", 9)], Fraction("3.2"), id="other authors"
        ),
        pytest.param(
            [merit("innovation_award", "nation", 1)], Fraction(10), id="linear: 1"
        ),
        pytest.param(
            [merit("innovation_award", "nation", 4)], Fraction("6.1"), id="linear"
        ),
        pytest.param(
            [merit("innovation_award", "nation", 7)], Fraction("2.2"), id="linear 7"
        ),
        pytest.param(
            [merit("innovation_award", "nation", 8)], Fraction(0), id="linear: 8"
        ),
        pytest.param([merit("patent")] * 7, Fraction(5), id="five patents at most"),
        pytest.param(
            [merit("patent", grade="utility")] * 2, Fraction("0.4"), id="utility models"
        ),
        pytest.param(
            [merit("standard", "province", 1, is_revision=True)],
            Fraction(3),
            id="a revision is worth half",
        ),
        pytest.param(
            [merit("standard", "nation", 1)] * 4, Fraction(25), id="across groups"
        ),
        pytest.param(
            [merit("honour", "city"), merit("honour", "province")],
            Fraction(10),
            id="the highest honour only, once",
        ),
        pytest.param(
            [merit("honour", "nation", role="team")],
            Fraction(4),
            id="a collective honour",
        ),
        pytest.param(
            [merit("apprentice")] * 3, Fraction(2), id="two apprentices at most"
        ),
        pytest.param(
            [
                *[merit("apprentice_level", grade="senior_technician")] * 5,
                *[merit("teaching", "nation", 1)] * 3,
            ],
            Fraction(20),
            id="training and teaching together",
        ),
        pytest.param(
            [merit("competition", "nation", 1)] * 3,
            Fraction(100),
            id="a hundred in all",
        ),
    ],
)
def test_worth(merits, expected):
    assert total(*merits) == expected


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"on": date(2023, 6, 1)}, "counted"),
        ({"on": date(2023, 5, 31)}, "outside_window"),
        ({"on": date(2026, 6, 1)}, "outside_window"),
        ({"on": None}, "no_date"),
        ({"document": ""}, "no_evidence"),
        ({"rank": 4}, "no_rank"),
        ({"level": "galaxy"}, "no_item"),
    ],
)
def test_says_why_a_merit_does_not_count(changed, reason):
    own = replace(merit("competition", "city", 1), **changed)

    [line] = points_of(MODEL, [own], ON).lines

    assert line.reason == reason
    assert line.worth == (10 if reason == "counted" else 0)


def test_says_which_of_several_counts_and_what_a_cap_took():
    points = points_of(
        MODEL,
        [merit("honour", "city"), merit("honour", "nation"), *[merit("patent")] * 6],
        ON,
    )

    assert [line.reason for line in points.lines] == [
        "not_highest",
        *["counted"] * 6,
        "over_count",
    ]
    assert points.lines[1].clause.startswith("11.3.")
    assert points.groups["patents"] == 5

    coached = [merit("competition", "nation", 1, role="coach")] * 2
    [cut] = points_of(MODEL, coached, ON).cuts
    assert (cut.kind, str(cut.before), str(cut.cap)) == ("coach", "36", "30")


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 5, 31), 36, date(2023, 5, 31)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
    ],
)
def test_months_before(day, months, earlier):
    assert months_before(day, months) == earlier
