"""How many judges have seen a work, and how far they lie apart once all have."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.marking.rules.cells import Counted
from scoring.panels.rules import list_shared, list_short, list_views

SEATS = ("J1", "J2", "J3")


def aspect(code, judges=3, kind="score", top=10, disagreement=None):
    return SimpleNamespace(
        code=code,
        judges=judges,
        kind=kind,
        max=Fraction(top),
        disagreement=None if disagreement is None else Fraction(disagreement),
    )


def marks(work, code, **values):
    return [
        Counted(work, code, seat, str(value), f"{work}{code}{seat}", 1, "")
        for seat, value in values.items()
    ]


def look(aspects, counted, markers=None, works=("W1",)):
    shared = list_shared(aspects)
    seats = markers or dict.fromkeys(shared, SEATS)
    return list_views(shared, seats, works, counted, lambda _a, value: Fraction(value))


def test_nothing_is_told_of_a_work_before_all_have_marked():
    [work] = look([aspect("A")], marks("W1", "A", J1=3, J2=9))

    assert (work.views, work.wanted, work.is_below) == (2, 3, True)
    assert (work.done, work.waits) == (("J1", "J2"), ("J3",))
    assert (work.spread, work.deviations, work.apart) == (None, {}, ())


def test_deviations_are_from_the_median_and_summed():
    counted = marks("W1", "A", J1=5, J2=6, J3=8) + marks("W1", "B", J1=1, J2=2, J3=2)

    [work] = look([aspect("A"), aspect("B")], counted)

    assert work.deviations == {"J1": -2, "J2": 0, "J3": 2}
    assert (work.spread, work.is_below, work.apart) == (4, False, ())


def test_one_aspect_that_waits_closes_the_work():
    counted = marks("W1", "A", J1=5, J2=6, J3=8) + marks("W1", "B", J1=1, J2=2)

    [work] = look([aspect("A"), aspect("B")], counted)

    assert (work.views, work.spread) == (2, None)


@pytest.mark.parametrize(
    ("of", "values", "outliers"),
    [
        (aspect("A", disagreement=3), {"J1": 5, "J2": 6, "J3": 9}, {"J3"}),
        (aspect("A", disagreement=4), {"J1": 5, "J2": 6, "J3": 9}, set()),
        (aspect("A"), {"J1": 0, "J2": 6, "J3": 10}, set()),
        (aspect("A", kind="judgement", top=3), {"J1": 0, "J2": 2, "J3": 2}, {"J1"}),
        (aspect("A", kind="judgement", top=3), {"J1": 1, "J2": 2, "J3": 2}, set()),
    ],
)
def test_outliers_are_what_the_scheme_does_not_accept(of, values, outliers):
    [work] = look([of], marks("W1", "A", **values))

    assert work.outliers == outliers


def test_an_aspect_with_too_few_seats_is_named():
    shared = list_shared([aspect("A"), aspect("B", judges=1)])

    [short] = list_short(shared, {"A": ("J1", "J2")})

    assert (short.aspect, short.seated, short.wanted) == ("A", 2, 3)


def test_panels_for_different_aspects_are_counted_apart():
    markers = {"A": ("J1", "J2"), "B": ("J3", "J4")}
    counted = marks("W1", "A", J1=1, J2=1) + marks("W1", "B", J3=1)

    [work] = look([aspect("A", 2), aspect("B", 2)], counted, markers)

    assert (work.views, work.wanted, work.waits) == (1, 2, ("J4",))


def test_without_shared_aspects_there_is_nothing_to_tell():
    assert look([aspect("A", judges=1)], []) == []


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3))
def test_the_spread_of_one_aspect_is_its_range(values):
    counted = marks("W1", "A", **dict(zip(SEATS, values, strict=True)))

    [work] = look([aspect("A")], counted)

    assert work.spread == max(values) - min(values)
