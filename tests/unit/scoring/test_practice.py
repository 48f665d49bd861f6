"""How well a panel agrees: against a published example and by hand."""

from fractions import Fraction

import pytest

from scoring.practice.rules import Practised, compare, is_near, krippendorff_alpha
from scoring.scheme.rules.parse import parse_scheme
from tests.factories.scoring import SCHEME

TENTH = Fraction(1, 10)

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C and D:
# four observers, twelve units, values missing.
OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]


@pytest.fixture(scope="module")
def aspects():
    return {aspect.code: aspect for aspect in parse_scheme(SCHEME).aspects}


def marks(**given):
    """Return marks of sample S1: marks(J1={"P1.1": "8"}, J2=…)."""
    return [
        Practised(work="S1", aspect=code, seat=seat, value=value)
        for seat, values in given.items()
        for code, value in values.items()
    ]


def test_alpha_is_that_of_the_published_example():
    rows = [line.split() for line in OBSERVERS]
    units = [[Fraction(row[at]) for row in rows if row[at] != "."] for at in range(12)]

    alpha = krippendorff_alpha(units)

    assert alpha is not None
    assert round(float(alpha), 3) == 0.849


def test_alpha_says_nothing_where_nothing_varies():
    assert krippendorff_alpha([[Fraction(1), Fraction(1)]]) is None
    assert krippendorff_alpha([[Fraction(1)], [Fraction(2)]]) is None


@pytest.mark.parametrize(
    ("code", "one", "two", "near"),
    [
        ("P1.1", 8, 9, True),  # a tenth of 10 points
        ("P1.1", 8, Fraction("9.01"), False),
        ("P1.2", 10, 0, False),
        ("P1.3", 0, Fraction(10, 3), True),  # one level apart
        ("P1.3", 0, Fraction(20, 3), False),
    ],
)
def test_what_lies_near(aspects, code, one, two, near):
    assert is_near(aspects[code], Fraction(one), Fraction(two), TENTH) is near
    assert is_near(aspects[code], Fraction(two), Fraction(one), TENTH) is near


def test_agreement_counts_pairs_over_all_cells(aspects):
    given = marks(
        J1={"P1.1": "8", "P1.2": "1", "P1.3": "2"},
        J2={"P1.1": "8.5", "P1.2": "0", "P1.3": "3"},
        J10={"P1.1": "5", "P1.2": "1"},
    )

    found = compare(aspects.values(), given, {}, tolerance=TENTH)

    # P1.1: J1 and J2 of three pairs; P1.2: J1 and J10 of three; P1.3: the only pair.
    assert (found.agreement, found.pairs) == (Fraction(3, 7), 7)
    assert [seat.seat for seat in found.seats] == ["J1", "J2", "J10"]
    assert [cell.aspect.code for cell in found.cells] == ["P1.2", "P1.1", "P1.3"]


def test_a_judge_is_held_against_the_others_and_the_reference(aspects):
    given = marks(J1={"P1.1": "9"}, J2={"P1.1": "7"}, J3={"P1.1": "6"})

    found = compare(aspects.values(), given, {("S1", "P1.1"): "9.5"}, tolerance=TENTH)

    [one, two, _three] = found.seats
    assert one.with_panel == 0
    assert one.lean == Fraction(1, 4)  # 9 against 6.5
    assert one.with_reference == 1
    assert one.reference_lean == Fraction(-1, 20)
    assert two.with_panel == 1
    assert two.lean == Fraction(-1, 20)  # 7 against 7.5
    assert two.with_reference == 0


def test_one_judge_alone_agrees_with_nobody(aspects):
    found = compare(aspects.values(), marks(J1={"P1.1": "9"}), {}, tolerance=TENTH)

    assert (found.agreement, found.alpha, found.pairs) == (None, None, 0)
    assert found.seats[0].lean is None
