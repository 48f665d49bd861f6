"""The code tables kept in the project, and numbers of certificates."""

from collections import Counter

import pytest

from people.codes import rules


def test_the_occupations_are_those_the_ministry_announced():
    occupations = rules.read_occupations()
    marks = Counter(row["marks"] for row in occupations)

    assert len({row["code"] for row in occupations}) == 1639
    assert marks["L"] + marks["LS"] == 134
    assert marks["S"] + marks["LS"] == 97
    assert marks["LS"] == 23


def test_every_alias_names_an_occupation():
    codes = {row["code"] for row in rules.read_occupations()}

    assert {row["code"] for row in rules.read_aliases()} <= codes


def test_every_group_of_an_occupation_is_there():
    groups = {
        row["code"]
        for row in rules.read_code_items()
        if row["table"] == "occupation_group"
    }
    named = {
        row[part]
        for row in rules.read_occupations()
        for part in ("major", "middle", "minor")
    }

    assert named <= groups
    # The remainders (其他) hold no occupation of a name of its own.
    assert all("-99" in code for code in groups - named)
    assert len(groups) == 8 + 79 + 450


def test_no_key_comes_twice():
    items = [(row["table"], row["code"]) for row in rules.read_code_items()]
    honours = [(row["level"], row["name"]) for row in rules.read_honours()]

    assert len(items) == len(set(items))
    assert len(honours) == len(set(honours)) == 32


def test_every_district_follows_the_one_it_lies_in():
    seen: set[str | None] = {None}
    for row in rules.read_districts():
        assert row["parent_code"] in seen
        seen.add(row["code"])


def test_the_levels_are_in_order():
    levels = rules.read_skill_levels()

    assert [row["rank"] for row in levels] == list(range(1, 9))
    assert next(row["name"] for row in levels if row["is_high_skilled"]) == "高级工"


@pytest.mark.parametrize(
    ("number", "digit"),
    [
        ("Y000133000001263000001", "3"),
        ("y0001 33000001 26 1 000001", "1"),
        ("Y00013300000126X000001", ""),
        ("Y000133000001260000001", ""),
        ("Y0001330000012630000012", ""),
        ("", ""),
        ("证000133000001263000001", ""),
    ],
)
def test_level_digit(number, digit):
    assert rules.level_digit_of_certificate(number) == digit
