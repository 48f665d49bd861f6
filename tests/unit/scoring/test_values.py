from fractions import Fraction

import pytest

from scoring.marking.rules.values import MarkValueError, check_value, mark_points
from tests.unit.scoring.helpers import parse_aspect

STEP = 'kind = "tolerance"\nmax = 15\nlower = 17.97\nupper = 18.03\nunit = 0.01\n'
ASPECTS = {
    "yes_no": 'kind = "yes_no"\nmax = 0.25',
    "score": 'kind = "score"\nmax = 10\nmin = 2',
    "deduction": 'kind = "deduction"\nmax = 10\nper_fault = 3',
    "step": STEP + "per_unit = 1",
    "proportional": STEP + 'per_unit = 1\nmode = "proportional"',
    "all_or_nothing": STEP + 'mode = "all_or_nothing"',
    "one_sided": 'kind = "tolerance"\nmax = 10\nupper = 20\nunit = 1\nper_unit = 1',
    "choice": 'kind = "choice"\nmax = 16\noptions = { "I" = 16, "优 良" = 0.5 }',
    "judgement": 'kind = "judgement"\nmax = 1',
    "rank": 'kind = "rank"\nmax = 100\nstep = 5',
}


@pytest.mark.parametrize(
    ("kind", "value", "points"),
    [
        *[("yes_no", yes, "1/4") for yes in ("1", "Y", "y", "是", " 是 ")],
        *[("yes_no", no, "0") for no in ("0", "N", "n", "否")],
        ("score", "2", "2"),
        ("score", "7.125", "57/8"),
        ("score", "+10.00", "10"),
        ("deduction", "0", "10"),
        ("deduction", "3", "1"),
        pytest.param("deduction", "4", "0", id="扣完为止"),
        ("step", "18.03", "15"),
        ("step", "18.031", "14"),
        ("step", "18.04", "14"),
        ("step", "17.945", "12"),
        ("step", "19", "0"),
        ("proportional", "18.035", "29/2"),
        ("all_or_nothing", "17.97", "15"),
        ("all_or_nothing", "17.969", "0"),
        ("one_sided", "-5", "10"),
        ("one_sided", "20.5", "9"),
        ("choice", "I", "16"),
        ("choice", "优 良", "1/2"),
        ("judgement", "0", "0"),
        ("judgement", "2", "2/3"),
        ("judgement", "3.0", "1"),
        ("rank", "1", "100"),
        ("rank", "3", "90"),
        ("rank", "40", "0"),
    ],
)
def test_points(kind, value, points):
    assert mark_points(parse_aspect(ASPECTS[kind]), value) == Fraction(points)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[(kind, "") for kind in ASPECTS],
        *[("yes_no", bad) for bad in ("2", "yes", "对", "1.0")],
        *[("score", bad) for bad in ("1.99", "10.01", "x", "1e1", "NaN", "５", "1,0")],
        *[("deduction", bad) for bad in ("-1", "1.5", "许多")],
        *[("step", bad) for bad in ("inf", "18,03", "0x1", "1_0")],
        *[("choice", bad) for bad in ("V", "i", "16")],
        *[("judgement", bad) for bad in ("4", "-1", "1.5", "优")],
        *[("rank", bad) for bad in ("0", "1.5", "第一")],
    ],
)
def test_refused(kind, value):
    with pytest.raises(MarkValueError) as caught:
        check_value(parse_aspect(ASPECTS[kind]), value)

    assert caught.value.message == caught.value.template % caught.value.params


def test_a_long_value_is_not_repeated_whole():
    with pytest.raises(MarkValueError, match="…"):
        check_value(parse_aspect(ASPECTS["score"]), "9" * 5000)
