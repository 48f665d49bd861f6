"""What a badge says, which PINs are too easy, and when a badge holds."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from accounts.badges.rules import Named, days_window, is_weak_pin, read_badge

SECRET = "ABCDEFGHIJKLMNOPQRSTUVWX23"  # noqa: S105 - nobody's


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SECRET, Named("secret", SECRET)),
        (f"https://192.168.8.2:8443/badge#{SECRET}", Named("secret", SECRET)),
        (f"HTTPS://HALL.LAN/BADGE#{SECRET}\r\n", Named("secret", SECRET)),
        (SECRET.lower(), Named("secret", SECRET)),
        ("k7mn-2pqr", Named("code", "K7MN2PQR")),
        (" K7MN 2PQR ", Named("code", "K7MN2PQR")),
        ("K7MN2PQ", Named("", "K7MN2PQ")),
        ("K7MN2PQ0", Named("", "K7MN2PQ0")),
        (SECRET + "A", Named("", SECRET + "A")),
        ("", Named("", "")),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_badge_is_read_however_it_was_typed(text, expected):
    assert read_badge(text) == expected


@pytest.mark.parametrize(
    "pin",
    [
        *("123456", "234567", "890123", "654321", "210987", "135791"),
        *("000000", "777777", "121212", "112112", "123123", "787878"),
        *("111222", "101011", "123321", "520131", "147258", "444459"),
    ],
)
def test_an_easy_pin_is_weak(pin):
    assert is_weak_pin(pin)


@pytest.mark.parametrize("pin", ["493816", "702518", "018264", "365907"])
def test_another_pin_is_not(pin):
    assert not is_weak_pin(pin)


def test_few_pins_are_weak():
    weak = sum(is_weak_pin(f"{number:06}") for number in range(0, 1_000_000, 7))

    assert weak / (1_000_000 / 7) < 0.03


def test_a_badge_holds_a_day_longer_than_its_days_on_either_side():
    zone = ZoneInfo("Asia/Shanghai")

    begin, end = days_window(date(2026, 6, 20), date(2026, 6, 21), zone)

    assert begin.isoformat() == "2026-06-19T00:00:00+08:00"
    assert end.isoformat() == "2026-06-23T00:00:00+08:00"
