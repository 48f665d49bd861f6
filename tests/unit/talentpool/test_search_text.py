"""Folding, terms, readings of names and parameters."""

import pytest

from talentpool.search.rules.facets import AGES, acceptor, age_band, pack_occupation
from talentpool.search.rules.readings import (
    initial_terms,
    pinyin_terms,
    readings_of,
)
from talentpool.search.rules.request import parse, unknown
from talentpool.search.rules.text import fold, fold_lines, grams, terms_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＴＩＧ-焊", "tig 焊"),
        ("  王 秉元\t", "王 秉元"),
        ("买买提·吐尔逊", "买买提 吐尔逊"),
        ("' or 1=1 --", "or 1 1"),
        ("%_\\*", ""),
        ("Straße", "strasse"),
        ("電銲複合", "电焊复合"),
    ],
)
def test_text_is_folded(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    "sealed",
    [
        *("330602199003071234", "33060219900307123X", "330602 19900307 1234"),
        *("330602900307123", "13812341234", "138 1234 1234", "１３８１２３４１２３４"),
    ],
)
def test_sealed_numbers_do_not_enter(sealed):
    assert fold_lines([f"联系{sealed}。焊接"]) == "联系 焊接"


def test_patent_numbers_stay():
    assert fold_lines(["ZL202310123456.7"]) == "zl202310123456 7"


def test_words_come_once_in_their_order():
    asked, _faults = parse({"q": ["焊工，越城 焊工"]})

    assert asked.words == ["焊工", "越城"]


@pytest.mark.parametrize(
    ("word", "needed"),
    [
        ("焊", ["焊"]),
        ("焊工", ["焊工"]),
        ("数控车", ["数控", "控车"]),
        ("tig 焊", ["ti", "ig", "焊"]),
    ],
)
def test_a_word_needs_its_bigrams(word, needed):
    assert grams(word) == needed


def test_terms_never_cross_lines_or_spaces():
    assert terms_of("焊工\n车工 电", whole=True) == {
        *("焊", "工", "焊工", "车", "车工", "电")
    }
    assert "=数控车工" in terms_of("数控车工", whole=True)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王秉元", "wangbingyuan wby bingyuan wang w"),
        ("单雄信", "shanxiongxin sxx danxiongxin"),
        ("曾巩", "zenggong zg"),
        ("解缙", "xiejin xj"),
        ("仇英", "qiuying qy"),
        ("区大相", "oudaxiang odx"),
        ("查良镛", "zhaliangyong zly chaliangyong"),
        ("吕蒙", "lvmeng lyumeng lumeng lm"),
        ("欧阳修", "ouyangxiu oyx yangxiu"),
        ("万俟卨", "moqi"),
        ("尉迟恭", "yuchigong ycg"),
    ],
)
def test_names_are_found_as_they_are_typed(name, typed):
    readings = "\n".join(readings_of(name))

    assert set(typed.split()) <= pinyin_terms(readings) | initial_terms(readings)


def test_readings_of_odd_names():
    assert readings_of("") == []
    assert readings_of("王平英") == ["wang'ping'ying"]
    assert readings_of("刘乐") == ["liu'le", "liu'yue"]
    assert len(readings_of("乐行长重朝单会")) <= 8


def test_parameters_are_read():
    asked, faults = parse(
        {"q": [" 焊工 "], "level": ["city,nation", "city"], "page": ["2"]}
    )

    assert faults == []
    assert (asked.text, asked.chosen, asked.page) == (
        "焊工",
        {"level": ("city", "nation")},
        2,
    )
    assert parse(asked.parameters())[0] == asked
    assert asked.choice("state") == ("active", "due")


def test_what_is_chosen_anyway_is_no_choice():
    asked, _faults = parse({"state": ["due", "active"]})

    assert asked.chosen == {}
    assert asked.parameters() == {}


def test_every_fault_is_told():
    given = {
        "q": ["x" * 10_000],
        "level": ["galaxy"],
        "district": ["33060"],
        "occupation": ["'; drop table"],
        "sort": ["random"],
        "page": ["0"],
        "size": ["101"],
        "facets": ["yes"],
    }

    _asked, faults = parse(given)

    assert {fault.parameter for fault in faults} == set(given)


def test_unknown_parameters_and_too_many_words():
    assert [f.parameter for f in unknown({"q": "", "colour": ""})] == ["colour"]
    assert [f.code for f in parse({"q": ["a b c d e f g h i"]})[1]] == [
        "too_many_words"
    ]


@pytest.mark.parametrize(
    ("born", "band"),
    [
        *((1991, "-35"), (1990, "36-40"), (1986, "36-40"), (1985, "41-45")),
        *((1966, "51-60"), (1965, "61-"), (2010, "-35")),
    ],
)
def test_age_bands(born, band):
    assert AGES[age_band(born, 2026)] == band


@pytest.mark.parametrize(
    ("facet", "chosen", "raw", "is_in"),
    [
        ("district", "330600", 330602, True),
        ("district", "330602", 330604, False),
        ("district", "330000", 330602, True),
        ("occupation", "6-18", pack_occupation(2022, "6-18-02-04"), True),
        ("occupation", "6-18-02-04", pack_occupation(2022, "6-18-02-04"), True),
        ("occupation", "6-18-02-04", pack_occupation(1999, "6-18-02-04"), False),
        ("occupation", "1999:6-18", pack_occupation(1999, "6-18-02-04"), True),
    ],
)
def test_groups_hold_what_lies_within(facet, chosen, raw, is_in):
    assert acceptor(facet, [chosen])(raw) is is_in
