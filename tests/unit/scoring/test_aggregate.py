import csv
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from scoring.marking.rules.aggregate import JudgesDisagreeError, aggregate_points
from scoring.marking.rules.book import Given, is_rescore
from scoring.marking.rules.values import mark_points
from scoring.scheme.rules.numbers import round_to
from tests.unit.scoring.helpers import parse_aspect

CASES = Path(__file__).parents[2] / "data" / "cases"


def read_case(name):
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fractions(text, separator=";"):
    return [Fraction(part) for part in text.split(separator)]


@pytest.mark.parametrize(
    "row", read_case("ijru_panel_averaging.csv"), ids=lambda row: row["case"]
)
def test_jump_rope_averaging(row):
    result = aggregate_points(fractions(row["scores"]), "closest_two")

    assert round_to(result, 2) == Fraction(row["published_result"])


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


@pytest.mark.parametrize("row", read_case("judgement_0_3_worked_examples.csv"))
def test_judgement_worked_examples(row):
    aspect = parse_aspect(f'kind = "judgement"\nmax = {row["max_mark"]}\njudges = 3')
    cell = [Given(j, mark_points(aspect, row[j]), 0) for j in ("j1", "j2", "j3")]

    assert is_rescore(aspect, cell) == row["validity"].startswith("re-score")
    if row["awarded_mark_2dp_half_up"]:
        mean = aggregate_points([given.points or Fraction(0) for given in cell], "mean")
        assert round_to(mean, 2) == Fraction(row["awarded_mark_2dp_half_up"])


def test_22_of_64_triples_are_valid():
    aspect = parse_aspect('kind = "judgement"\nmax = 0.75\njudges = 3')
    cells = [
        [Given(str(i), mark_points(aspect, v), 0) for i, v in enumerate(triple)]
        for triple in product("0123", repeat=3)
    ]

    assert sum(not is_rescore(aspect, cell) for cell in cells) == 22
