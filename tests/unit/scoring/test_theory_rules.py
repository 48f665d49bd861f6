"""Result files as tables: headings, every fault at once, nothing about persons."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.scheme.rules.parse import parse_scheme
from scoring.theory.rules import ENTRY, check, find_personal, find_table, guess
from tests.factories.result_files import THEORY
from tests.unit.scoring.helpers import one_aspect

ASPECTS = list(parse_scheme(THEORY).aspects)
ONE = ASPECTS[:1]
WORKS = ("A3F7", "C4KX", "HQ9M")


@pytest.mark.parametrize(
    ("headings", "aspects", "remembered", "meanings"),
    [
        pytest.param(["作品号", "成绩"], ONE, {}, {0: ENTRY, 1: "T1.1"}, id="usual"),
        pytest.param(["作品号", "成绩"], ASPECTS, {}, {0: ENTRY}, id="which aspect?"),
        pytest.param(
            ["P1.1", "Work Code", "t1.1"],
            ASPECTS,
            {},
            {0: "P1.1", 1: ENTRY, 2: "T1.1"},
            id="codes",
        ),
        pytest.param(
            ["考场码", "卷面"],
            ASPECTS,
            {"考场码": (ENTRY, ""), "卷面": ("X9", "理论成绩")},
            {0: ENTRY, 1: "T1.1"},
            id="remembered, found by name",
        ),
        pytest.param(
            ["密号", "作品号", "成绩"], ONE, {}, {0: ENTRY, 2: "T1.1"}, id="the first"
        ),
        pytest.param(["", "备注"], ONE, {}, {}, id="nothing"),
    ],
)
def test_columns_are_guessed(headings, aspects, remembered, meanings):
    assert guess(headings, aspects, remembered) == meanings


def test_headings_are_found_below_a_title():
    table = find_table([["理论考试成绩"], ["作品号", "成绩"], ["A3F7", "60"]], ONE)

    assert table.headings == ("作品号", "成绩")
    assert table.rows == ((3, ("A3F7", "60")),)


def test_every_fault_is_told_at_once():
    rows = [
        ["作品号", "成绩"],
        ["A3F7", "101"],
        ["ZZZZ", "60"],
        ["", "60"],
        ["A3F7", "60"],
        ["C4KX", "八十"],
        ["HQ9M", "缺考"],
    ]
    table = find_table(rows, ONE)

    checked = check(table, guess(table.headings, ONE, {}), ONE, WORKS)

    assert [(f.code, f.row) for f in checked.faults] == [
        ("value", 2),
        ("unknown_code", 3),
        ("no_code", 4),
        ("repeated", 5),
        ("value", 6),
    ]
    assert checked.values == ()
    assert checked.without == WORKS


@pytest.mark.parametrize(
    ("meanings", "codes"),
    [
        ({}, ["no_entry", "no_aspect"]),
        ({0: ENTRY}, ["no_aspect"]),
        ({0: ENTRY, 1: "T1.1", 2: "T1.1"}, ["twice"]),
        ({0: ENTRY, 1: ENTRY, 2: "T1.1"}, ["twice"]),
    ],
)
def test_columns_that_will_not_do(meanings, codes):
    table = find_table([["a", "b", "c"], ["A3F7", "1", "1"]], ONE)

    assert [f.code for f in check(table, meanings, ONE, WORKS).faults] == codes


def test_an_empty_file_of_results_is_told():
    table = find_table([["作品号", "成绩"], ["A3F7", "/"]], ONE)

    assert [f.code for f in check(table, {0: ENTRY, 1: "T1.1"}, ONE, WORKS).faults] == [
        "nothing"
    ]


@pytest.mark.parametrize(
    "column",
    ["姓名", "身份证号", "手机号", "单位", "学校", "准考证号", "参赛编号", "工位号"],
)
def test_a_column_about_persons_is_found(column):
    table = find_table([["作品号", column, "成绩"], ["A3F7", "x", "60"]], ONE)

    [fault] = find_personal(table)
    assert (fault.code, fault.params["heading"]) == ("person_column", column)


@pytest.mark.parametrize(
    ("cell", "is_found"),
    [
        ("11010519491231002X", True),
        ("110105194912310021", False),  # no such check digit
        ("13800001234", True),
        ("+86 138-0000-1234", True),
        ("88.5", False),
        ("A3F7", False),
    ],
)
def test_a_number_of_a_person_is_found_wherever_it_stands(cell, is_found):
    table = find_table([["作品号", "备注", "成绩"], ["A3F7", cell, "60"]], ONE)

    assert [f.code for f in find_personal(table)] == ["person_value"] * is_found


@given(
    st.dictionaries(
        st.sampled_from(WORKS),
        st.decimals(min_value=0, max_value=100, places=2),
        min_size=1,
    ),
    st.sampled_from(sorted(permutations(range(3)))),
)
def test_whatever_the_order_the_same_values_come_out(points, order):
    names = ["作品号", "成绩", "备注"]
    rows = [[names[n] for n in order]]
    rows += [[(w, str(p), "x")[n] for n in order] for w, p in points.items()]
    table = find_table(rows, ONE)

    checked = check(table, guess(table.headings, ONE, {}), ONE, WORKS)

    assert checked.faults == ()
    assert {v.entry: v.value for v in checked.values} == {
        work: str(p) for work, p in points.items()
    }
    assert set(checked.without) == set(WORKS) - set(points)


def test_values_of_another_kind_are_spelled_exactly():
    aspects = list(parse_scheme(one_aspect('kind = "yes_no"\nmax = 5')).aspects)
    table = find_table([["作品号", "P1.1"], ["A3F7", "是"]], aspects)

    checked = check(table, {0: ENTRY, 1: "P1.1"}, aspects, WORKS)

    assert [(v.value, v.exact) for v in checked.values] == [("是", "1")]
