"""Small rules of the dossier."""

from datetime import date
from decimal import Decimal

import pytest

from talentpool.dossiers import rules


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(2016, 5, 2), date(2026, 5, 1), 9),
        (date(2016, 5, 1), date(2026, 5, 1), 10),
        (date(2016, 2, 29), date(2026, 2, 28), 9),
        (date(2016, 2, 29), date(2026, 3, 1), 10),
    ],
)
def test_full_years(start, end, years):
    assert rules.full_years(start, end) == years


@pytest.mark.parametrize(
    ("amount", "yuan", "text"),
    [
        ("0", 0, "0"),
        ("125", 1_250_000, "125"),
        ("12.5", 125_000, "12.5"),
        ("1.2345", 12_345, "1.2345"),
        ("0.0001", 1, "0.0001"),
    ],
)
def test_benefits_are_exact(amount, yuan, text):
    assert rules.wan_to_yuan(Decimal(amount)) == yuan
    assert rules.wan_text(yuan) == text


def test_a_part_of_a_yuan_is_no_benefit():
    assert rules.wan_to_yuan(Decimal("0.00001")) is None


@pytest.mark.parametrize(
    ("code", "around"),
    [
        ("330602", ("330602", "330600", "330000")),
        ("330600", ("330600", "330000")),
        ("330000", ("330000",)),
    ],
)
def test_enclosing_districts(code, around):
    assert rules.enclosing_districts(code) == around


def test_every_single_mistake_in_a_certificate_number_is_found():
    drawn = "7K3QF9A"
    number = rules.certificate_number(2026, drawn)
    alphabet = rules.CERTIFICATE_ALPHABET
    start = len("JC-2026-")

    wrong = [
        number[:i] + other + number[i + 1 :]
        for i in range(start, len(number))
        for other in alphabet
        if other != number[i]
    ]
    swapped = [
        number[:i] + number[i + 1] + number[i] + number[i + 2 :]
        for i in range(start, len(number) - 1)
        if number[i] != number[i + 1]
    ]

    assert rules.is_certificate_number(number)
    assert not [text for text in wrong + swapped if rules.is_certificate_number(text)]


@pytest.mark.parametrize(
    "text", ["", "JC", "JC-2026-", "XX-2026-7K3QF9A0", "JC-٢٠٢٦-7K3QF9A0", "JC-26-0"]
)
def test_what_is_no_certificate_number(text):
    assert not rules.is_certificate_number(text)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("active", "suspended", True),
        ("suspended", "active", True),
        ("active", "revoked", True),
        ("revoked", "suspended", False),
        ("deceased", "active", False),
    ],
)
def test_states_follow_each_other(before, after, allowed):
    assert rules.is_state_step(before, after) is allowed
