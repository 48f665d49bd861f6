"""Small rules of the dossier."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

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


def certificate(**values):
    facts: dict[str, Any] = {
        "number": "S000133000001232410003",
        "rank": 6,
        "number_rank": None,
        "issued_on": None,
        "expires_on": None,
        "other_holders": 0,
    }
    return rules.CertificateFacts(**(facts | values))


@pytest.mark.parametrize(
    ("values", "warnings"),
    [
        pytest.param({}, [], id="nothing odd"),
        pytest.param({"number": ""}, [], id="no number"),
        pytest.param({"number": "123"}, ["form"], id="a firm's own number"),
        pytest.param({"number_rank": 6}, [], id="the same level"),
        pytest.param({"number_rank": 5}, ["level"], id="another level"),
        pytest.param({"other_holders": 1}, ["duplicate"], id="held twice"),
        pytest.param({"number": "", "other_holders": 3}, [], id="none held twice"),
        pytest.param({"other_issuers": ("甲",)}, ["issuer"], id="another issuer"),
        pytest.param(
            {"issued_on": date(2026, 5, 2)}, ["future", "year"], id="not issued yet"
        ),
        pytest.param({"issued_on": date(2023, 1, 1)}, [], id="the year it says"),
        pytest.param({"issued_on": date(2024, 1, 1)}, ["year"], id="another year"),
        pytest.param({"expires_on": date(2026, 4, 30)}, ["expired"], id="expired"),
        pytest.param({"expires_on": date(2026, 5, 1)}, ["expires_soon"], id="last day"),
        pytest.param({"expires_on": date(2026, 7, 31)}, [], id="in 91 days"),
    ],
)
def test_certificate_warnings(values, warnings):
    assert rules.certificate_warnings(certificate(**values), date(2026, 5, 1)) == (
        warnings
    )


def version(number, day, replaces=None):
    return rules.Version(
        id=number,
        recorded_at=datetime(2025, 6, day, 9, tzinfo=UTC),
        supersedes_id=replaces,
        valid_from=None,
        valid_to=None,
    )


@pytest.mark.parametrize(
    ("day", "known"),
    [(1, []), (2, [1]), (9, [1, 2]), (10, [2, 3]), (20, [2, 4]), (30, [2, 4])],
)
def test_what_was_known_on_a_day(day, known):
    versions = [
        version(1, 2),
        version(2, 5),
        version(3, 10, replaces=1),
        version(4, 20, replaces=3),
    ]

    moment = datetime(2025, 6, day, 23, tzinfo=UTC)

    assert rules.known_at(versions, moment) == known
