"""Published results and worked sheets, each with its source.

Figures stand in `tests/data/cases` where there are many; README.md there names where
they come from. What is published elsewhere is named beside its test. The variation of
a real workbook is in `test_scheme`, medals of Sao Paulo 2015 in `test_medals`.
"""

from fractions import Fraction
from itertools import groupby, product
from pathlib import Path

import pytest

from scoring.marking.rules.aggregate import aggregate_points
from scoring.marking.rules.book import Given, is_rescore
from scoring.marking.rules.facts import Mark
from scoring.marking.rules.values import mark_points
from scoring.ranking.rules.scale import scale_exactly, scale_totals
from scoring.results.rules.score import score
from scoring.scheme.rules.numbers import round_to
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.rules.totals import find_variations
from tests.unit.scoring.helpers import HEAD, parse_aspect, read_case, score_totals
from tests.unit.scoring.test_sums import component, criterion, result_of

EXAMPLES = Path(__file__).parents[3] / "scoring" / "scheme" / "examples"


def test_72_71_71_71_70():
    """Notices of several events: equals share a rank, the next ones are skipped."""
    results = score_totals({"A": 72, "B": 71, "C": 71, "D": 71, "E": 70})

    assert [results[code].rank for code in "ABCDE"] == [1, 2, 2, 2, 5]


def test_members_of_shizuoka_2007_with_a_tie_at_14():
    rows = read_case("worldskills_2007_members.csv")

    results = score_totals({row["member"]: row["average"] for row in rows})

    assert [results[row["member"]].rank for row in rows] == [
        int(row["place"]) for row in rows
    ]
    tied = {code for code, result in results.items() if result.tied_by == "shared"}
    assert tied == {"Canada", "New Zealand"}


def test_kazan_2019_comes_back():
    """Ten of eleven within half a point; 743 by 0.505, it is itself a rounded figure.

    So ten come back digit for digit when rounded, and 743 as 744.
    """
    rows = read_case("worldskills_2019_kazan_field.csv")
    field = [Fraction(row["points"]) for row in rows]

    again = scale_exactly(field)

    assert again is not None
    assert [round_to(p, 3) for p in again] == [
        Fraction(r["scaled_again"]) for r in rows
    ]
    far = [x for x, p in zip(field, again, strict=True) if abs(p - x) > Fraction(1, 2)]
    assert far == [743]
    assert scale_totals(field) == [744, *field[1:]]


def test_total_variation_44():
    """WorldSkills' worked example: 5/5/25/25/40 against 15/15/27/23/20."""
    wanted, marked = (5, 5, 25, 25, 40), (15, 15, 27, 23, 20)
    sections = "".join(
        f'[[sections]]\ncode = "{n}"\nmarks = {marks}\n'
        for n, marks in enumerate(wanted)
    )
    aspects = [
        f'kind = "score"\nmax = {marks}\nsection = "{n}"'
        for n, marks in enumerate(marked)
    ]

    scheme = parse_scheme(component(criterion("C", aspects)) + sections)

    assert sum(found.variation for found in find_variations(scheme)) == 44


@pytest.mark.parametrize(
    ("event", "parts"),
    [
        pytest.param(event, list(rows), id=event)
        for event, rows in groupby(
            read_case("event_weights.csv"), key=lambda row: row["event"]
        )
    ],
)
def test_weights_of_events(event, parts):
    """Notices of 14 events: the weights make 100, and weigh what they say."""
    text = (
        HEAD
        + "full = 100\n"
        + "".join(
            f'[[components]]\ncode = "C{n}"\nname = "{part["component"]}"\nmax = 100\n'
            f"weight = 0.{part['weight_pct']:0>2}\n"
            + criterion(f"C{n}.A", ['kind = "score"\nmax = 100'])
            for n, part in enumerate(parts)
        )
    )
    scores = [90 - 10 * n for n in range(len(parts))]
    marks = [Mark("A", f"C{n}.A.1", "J", str(got)) for n, got in enumerate(scores)]

    [result] = score(parse_scheme(text), marks).results

    weights = [Fraction(part["weight_pct"]) / 100 for part in parts]
    assert result.total == sum(w * s for w, s in zip(weights, scores, strict=True))


def test_modules_of_restaurant_service():
    text = (EXAMPLES / "restaurant_service.scheme.toml").read_text("utf-8")
    rows = read_case("restaurant_service_modules_2022.csv")

    scheme = parse_scheme(text)

    assert [(c.name, c.max) for c in scheme.components] == [
        (row["module"], Fraction(row["points"])) for row in rows
    ]
    assert scheme.max == 100


@pytest.mark.parametrize(
    "row", read_case("ijru_panel_averaging.csv"), ids=lambda row: row["case"]
)
def test_jump_rope_averaging(row):
    result = aggregate_points(
        [Fraction(score) for score in row["scores"].split(";")], "closest_two"
    )

    assert round_to(result, 2) == Fraction(row["published_result"])


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


def plate_sheet():
    grades = ["I", "II", "III", "IV"]
    aspects = []
    for row in read_case("welding_plate_appearance_2022.csv"):
        options = ", ".join(
            f"{g} = {row[f'grade{n}']}" for n, g in enumerate(grades, 1)
        )
        aspects.append(
            f'kind = "choice"\nmax = {row["grade1"]}\noptions = {{ {options} }}'
        )
    return component(criterion("A", aspects, "factor = 0.125"))


@pytest.mark.parametrize(
    ("grade", "points"), [("I", "12.5"), ("II", "8"), ("III", "3.5"), ("IV", "0")]
)
def test_plate_appearance_counts_an_eighth(grade, points):
    result = result_of(plate_sheet(), {f"A.{n}": grade for n in range(1, 9)})

    assert result.components["P"] == Fraction(points)


def spot_sheet():
    rows = read_case("spot_weld_thin_plate.csv")
    text = ""
    for number, name in enumerate(dict.fromkeys(r["section"] for r in rows), start=1):
        mine = [r for r in rows if r["section"] == name]
        aspects = [
            f'kind = "deduction"\nmax = {r["max_deduction"]}\nper_fault = 1'
            for r in mine
        ]
        lines = f"cap = {mine[0]['section_points']}"
        if number == 2:
            lines += "\nzero_component_below = 42"
        text += criterion(f"S{number}", aspects, lines)
    tail = (
        '[[penalties]]\ncode = "overtime"\nunit = 300\npoints = 1\nstarted = true\n'
        'limit = 900\nover_limit = "zero_component"\napplies_to = "P"\n'
    )
    return component(text) + tail


SPOT = {"S1": 4, "S2": 7, "S3": 3}


def spot_marks(**faults):
    clean = {f"{s}.{n}": "0" for s, k in SPOT.items() for n in range(1, k + 1)}
    return clean | {code.replace("_", "."): value for code, value in faults.items()}


@pytest.mark.parametrize(
    ("faults", "points"),
    [
        pytest.param({}, 100, id="20 + 70 + 10: the cap cuts 20 to 10"),
        pytest.param({"S3_1": "4"}, 100, id="16 of 20 is still over the cap"),
        pytest.param({"S3_1": "4", "S3_2": "10"}, 96, id="6 of 20 is below it"),
        pytest.param({"S1_1": "9"}, 96, id="an item's deduction stops at its points"),
        pytest.param({"S2_1": "10", "S2_2": "10", "S2_3": "8"}, 72, id="42 stands"),
        pytest.param({"S2_1": "10", "S2_2": "10", "S2_3": "9"}, 0, id="41 zeroes all"),
    ],
)
def test_spot_weld(faults, points):
    assert result_of(spot_sheet(), spot_marks(**faults)).components["P"] == points


@pytest.mark.parametrize(
    ("seconds", "points"),
    [("0", 100), ("1", 99), ("300", 99), ("301", 98), ("900", 97), ("901", 0)],
)
def test_spot_weld_overtime(seconds, points):
    result = result_of(
        spot_sheet(), spot_marks(), penalties={"overtime": Fraction(seconds)}
    )

    assert result.components["P"] == points


def test_turning_sheet():
    rows = read_case("turning_10_items.csv")
    aspects = [f'kind = "score"\nmax = {row["points"]}' for row in rows]

    full = result_of(
        component(criterion("C", aspects)),
        {f"C.{n}": row["points"] for n, row in enumerate(rows, start=1)},
    )

    assert full.total == 100
