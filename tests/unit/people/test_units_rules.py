"""Unified social credit codes."""

import pytest

from people.units.rules import (
    ALPHABET,
    CreditCodeFault,
    credit_code_check_character,
    find_credit_code_fault,
    normalise_credit_code,
)


def complete(body):
    return body + credit_code_check_character(body)


@pytest.mark.parametrize(
    "code",
    [
        # Published codes.
        pytest.param("91110000802100433B", id="a firm in Beijing"),
        pytest.param("914403001922038216", id="a firm in Shenzhen"),
        pytest.param(complete("N2330602MA2000001"), id="a village, from N"),
        pytest.param(complete("A1110000000000001"), id="military, from A"),
        pytest.param(complete("Y1330602MA2000001"), id="others, from Y"),
    ],
)
def test_right_codes(code):
    assert find_credit_code_fault(code) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", CreditCodeFault.LENGTH),
        ("9111000080210043", CreditCodeFault.LENGTH),
        ("91110000802100433I", CreditCodeFault.CHARACTER),
        ("9111000080210043OB", CreditCodeFault.CHARACTER),
        ("91110000802100433b", CreditCodeFault.CHARACTER),
        ("91110000802100433C", CreditCodeFault.CHECK),
        ("91110000802100343B", CreditCodeFault.CHECK),
    ],
)
def test_wrong_codes(code, fault):
    assert find_credit_code_fault(code) is fault


def test_the_alphabet_leaves_out_what_is_mistaken_for_another():
    assert len(ALPHABET) == 31
    assert not set("IOSVZ") & set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "9111 0000 8021 0043 3b",
        "９１１１００００８０２１００４３３Ｂ",
        "91110000-80210043-3B",
    ],
)
def test_codes_are_tidied(typed):
    assert normalise_credit_code(typed) == "91110000802100433B"
