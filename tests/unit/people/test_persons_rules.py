"""ID numbers, names, phones, masks and ages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.persons.rules import (
    CHECK_CHARACTERS,
    IdFacts,
    IdFault,
    NameFault,
    age_on,
    check_id_number,
    find_name_fault,
    id_check_character,
    is_phone,
    mask_id,
    mask_name,
    mask_phone,
    normalise_name,
    normalise_phone,
)

TODAY = date(2026, 5, 1)


def complete(body):
    return body + id_check_character(body)


@pytest.mark.parametrize(
    ("text", "birth", "sex"),
    [
        # The example in the text of GB 11643-1999.
        pytest.param("11010519491231002X", date(1949, 12, 31), "2", id="standard"),
        pytest.param("11010519491231002x", date(1949, 12, 31), "2", id="lower x"),
        pytest.param(
            "１１０１０５１９４９１２３１００２Ｘ",
            date(1949, 12, 31),
            "2",
            id="full width",
        ),
        pytest.param(
            " 110105 19491231 002X\u3000", date(1949, 12, 31), "2", id="spaces"
        ),
        pytest.param("440524188001010014", None, "", id="born before 1900"),
        # The county was made in 2013; its people were born before.
        pytest.param(
            complete("33060319900307123"), date(1990, 3, 7), "1", id="younger county"
        ),
        pytest.param(complete("81000019880808123"), date(1988, 8, 8), "1", id="HK"),
        pytest.param(complete("82000019880808124"), date(1988, 8, 8), "2", id="Macao"),
        pytest.param(complete("83000019880808123"), date(1988, 8, 8), "1", id="Taiwan"),
        pytest.param(
            complete("91184019880808123"), date(1988, 8, 8), "1", id="foreign resident"
        ),
        pytest.param(complete("11010120000229001"), date(2000, 2, 29), "1", id="leap"),
        pytest.param(complete("11010120260501001"), TODAY, "1", id="born today"),
    ],
)
def test_reads(text, birth, sex):
    facts = check_id_number(text, today=TODAY)

    if birth is None:
        assert facts is IdFault.DATE
    else:
        assert isinstance(facts, IdFacts)
        assert (facts.birth_date, facts.sex) == (birth, sex)
        assert facts.number == facts.number.upper().strip()
        assert facts.region == facts.number[:6]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("", IdFault.LENGTH, id="nothing"),
        pytest.param("110105491231002", IdFault.OLD_FORM, id="15 digits"),
        pytest.param("11010519491231002", IdFault.LENGTH, id="17 digits"),
        pytest.param("11010519491231002XX", IdFault.LENGTH, id="19 characters"),
        pytest.param("1101051949123100²X", IdFault.CHARACTER, id="superscript"),
        pytest.param("①10105194912310021", IdFault.CHARACTER, id="circled"),
        pytest.param("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", IdFault.CHARACTER, id="Arabic digits"),
        pytest.param("1101051949X231002X", IdFault.CHARACTER, id="X inside"),
        pytest.param("11010519491231002A", IdFault.CHARACTER, id="A at the end"),
        pytest.param(complete("00010519491231002"), IdFault.REGION, id="region 00"),
        pytest.param(complete("16010519491231002"), IdFault.REGION, id="region 16"),
        pytest.param(complete("84010519491231002"), IdFault.REGION, id="region 84"),
        pytest.param(complete("11010519490230002"), IdFault.DATE, id="30 February"),
        pytest.param(complete("11010519000229002"), IdFault.DATE, id="no leap year"),
        pytest.param(complete("11010519491331002"), IdFault.DATE, id="month 13"),
        pytest.param(complete("11010500001231002"), IdFault.DATE, id="year 0"),
        pytest.param(complete("11010120260502001"), IdFault.FUTURE, id="tomorrow"),
        pytest.param("110105194912310021", IdFault.CHECK, id="wrong check"),
    ],
)
def test_refuses(text, fault):
    assert check_id_number(text, today=TODAY) is fault


@given(
    st.from_regex(r"1101051949123100[0-9]", fullmatch=True),
    st.integers(0, 16),
    st.sampled_from("0123456789"),
)
def test_one_wrong_digit_is_always_noticed(body, place, digit):
    number = complete(body)
    wrong = number[:place] + digit + number[place + 1 :]

    accepted = isinstance(check_id_number(wrong, today=TODAY), IdFacts)

    assert accepted == (wrong == number)


@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text):
    assert isinstance(check_id_number(text, today=TODAY), IdFacts | IdFault)


def test_every_check_character_occurs():
    bodies = [f"110105194912310{n:02d}" for n in range(100)]

    assert {id_check_character(body) for body in bodies} == set(CHECK_CHARACTERS)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("张三", None),
        ("张", None),
        ("㐀", None),
        ("𠮷", None),
        ("〇", None),
        ("买买提·吐尔逊", None),
        ("Anne-Marie O'Neill Jr.", None),
        ("é", None),
        ("张\ue000", None),  # a character the register's older fonts added
        ("x" * 80, None),
        ("x" * 81, NameFault.LENGTH),
        ("", NameFault.EMPTY),
        ("·", NameFault.CHARACTER),
        ("张3", NameFault.CHARACTER),
        ("张\u200b三", NameFault.CHARACTER),
        ("张\u202e三", NameFault.CHARACTER),
        ("张\x00三", NameFault.CHARACTER),
        ("=1+1", NameFault.CHARACTER),
        ("<b>", NameFault.CHARACTER),
        ("张😀", NameFault.CHARACTER),
    ],
)
def test_names(text, fault):
    assert find_name_fault(normalise_name(text)) is fault


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  张 三\t", "张 三"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("\u3000㐀𠮷", "㐀𠮷"),
    ],
)
def test_names_are_tidied(text, stored):
    assert normalise_name(text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("138 1234 1234", "13812341234"),
        ("+86-138-1234-1234", "13812341234"),
        ("008613812341234", "13812341234"),
        ("１３８１２３４１２３４", "13812341234"),
        ("0575-85123456", "057585123456"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_phones(text, stored):
    assert normalise_phone(text) == stored
    assert is_phone(stored)


@pytest.mark.parametrize(
    "number", ["", "12812341234", "1381234123", "138123412345", "+1", "abc", "+", "²"]
)
def test_what_is_no_phone(number):
    assert not is_phone(number)


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_id, "330602199003071234", "330602********1234"),
        (mask_id, "3306021234", "**********"),
        (mask_phone, "13812341234", "138****1234"),
        (mask_phone, "", ""),
        (mask_name, "张老三", "张*三"),
        (mask_name, "张三", "张*"),
        (mask_name, "欧阳小三", "欧**三"),
        (mask_name, "𠮷", "*"),
        (mask_name, "", "*"),
    ],
)
def test_masks(mask, text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1990, 5, 2), date(2026, 5, 1), 35),
        (date(1990, 5, 1), date(2026, 5, 1), 36),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
    ],
)
def test_age(born, day, age):
    assert age_on(born, day) == age
