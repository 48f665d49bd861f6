from fractions import Fraction

import pytest

from scoring.marking.rules.aggregate import JudgesDisagreeError, aggregate_points


def fractions(text, separator=";"):
    return [Fraction(part) for part in text.split(separator)]


@pytest.mark.parametrize(
    ("points", "how", "drop", "result"),
    [
        ("7", "agreed", 1, "7"),
        ("7;7;7", "agreed", 1, "7"),
        ("1;2;4", "mean", 1, "7/3"),
        ("1;2;4", "median", 1, "2"),
        ("4;1;2;9", "median", 1, "3"),
        ("90;80;85;70;100", "trimmed_mean", 1, "85"),
        pytest.param("8;9;3", "trimmed_mean", 1, "8", id="three judges: the median"),
        ("1;2;3;4;5;6;70", "trimmed_mean", 2, "4"),
        ("5", "closest_two", 1, "5"),
        pytest.param("1;5;5", "closest_two", 1, "5", id="two alike"),
    ],
)
def test_aggregates(points, how, drop, result):
    assert aggregate_points(fractions(points), how, drop) == Fraction(result)


def test_agreed_marks_must_agree():
    with pytest.raises(JudgesDisagreeError):
        aggregate_points(fractions("7;7;6"), "agreed")


def test_too_few_to_trim():
    with pytest.raises(ValueError, match="too few"):
        aggregate_points(fractions("7;6"), "trimmed_mean")
