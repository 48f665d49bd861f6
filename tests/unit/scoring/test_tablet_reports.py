"""What of a tablet's report is read, what is news, how far its clock is off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scoring.tablets.rules.clock import has_jumped, is_odd, level_of, offset_of
from scoring.tablets.rules.report import (
    Known,
    ReportError,
    is_behind,
    is_news,
    read_report,
)

NOW = datetime(2026, 6, 20, 2, 0, tzinfo=UTC)
SENT = {
    "device": "0190a0a0000070008000000000000002",
    "event": "e1",
    "head": 12,
    "waiting": 0,
    "attention": 0,
    "refused": [7],
    "now": "2026-06-20T10:00:00.000+08:00",
    "boot": "b1",
    "app": "1",
    "battery": 80,
    "persisted": True,
    "free_mb": 900,
    "ready": True,
}
KNOWN = Known(
    reported_at=NOW - timedelta(seconds=20),
    event="e1",
    head=12,
    waiting=0,
    attention=0,
    refused=frozenset({7}),
    offset=0,
    boot="b1",
    app="1",
    persisted=True,
    ready=True,
    is_lost=False,
)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        pytest.param({"device": ""}, "device", id="no device"),
        pytest.param({"device": "平板"}, "device", id="device not ASCII"),
        pytest.param({"head": -1}, "head", id="head below 0"),
        pytest.param({"head": True}, "head", id="head a truth"),
        pytest.param({"head": 2**31}, "head", id="head too high"),
        pytest.param({"waiting": "3"}, "waiting", id="waiting text"),
        pytest.param({"refused": {}}, "refused", id="refused no list"),
        pytest.param({"refused": [1.5]}, "refused", id="refused half a number"),
        pytest.param({"refused": [1] * 2001}, "refused", id="too many refused"),
        pytest.param({"now": "yesterday"}, "now", id="no moment"),
        pytest.param({"now": "2026-06-20T10:00:00"}, "now", id="no zone"),
        pytest.param({"now": None}, "now", id="no clock"),
        pytest.param({"battery": float("nan")}, "battery", id="battery not a number"),
        pytest.param({"persisted": 1}, "persisted", id="persisted a number"),
        pytest.param({"boot": "x" * 65}, "boot", id="boot too long"),
    ],
)
def test_what_is_no_report_names_its_field(change, name):
    with pytest.raises(ReportError) as caught:
        read_report(SENT | change)

    assert caught.value.name == name


def test_a_report_is_read_and_what_is_missing_is_unknown():
    whole = read_report(SENT)
    bare = read_report(
        {"device": "a", "head": 0, "waiting": 0, "attention": 0, "now": SENT["now"]}
    )

    assert (whole.head, whole.refused, whole.now) == (12, frozenset({7}), NOW)
    assert (bare.event, bare.battery, bare.persisted) == ("", None, None)


NEWS = [
    pytest.param({}, {}, 20, False, id="nothing new"),
    pytest.param({}, {}, 60, True, id="a minute has passed"),
    pytest.param({"reported_at": None}, {}, 0, True, id="the first"),
    pytest.param({"is_lost": True}, {}, 1, True, id="a lost one is back"),
    pytest.param({}, {"head": 13}, 20, False, id="a mark that has come"),
    pytest.param({}, {"head": 13, "waiting": 1}, 1, True, id="something waits"),
    pytest.param({"waiting": 3}, {}, 1, True, id="nothing waits any more"),
    pytest.param({"waiting": 3}, {"waiting": 4}, 10, False, id="another, too soon"),
    pytest.param({"waiting": 3}, {"waiting": 4}, 15, True, id="another waits"),
    pytest.param({"attention": 1}, {}, 1, True, id="settled"),
    pytest.param({"refused": frozenset()}, {}, 1, True, id="refused"),
    pytest.param({}, {"refused": []}, 1, False, id="the refused are forgotten"),
    pytest.param({"boot": "b0"}, {}, 1, True, id="loaded again"),
    pytest.param({"event": "e0"}, {}, 1, True, id="another event"),
    pytest.param({"app": "0"}, {}, 1, True, id="another version"),
    pytest.param({"persisted": None}, {}, 1, True, id="the store is kept now"),
    pytest.param({"offset": -121}, {}, 1, True, id="the clock jumped"),
    pytest.param({}, {"head": 11}, 1, True, id="counts anew"),
    pytest.param({}, {"battery": 79}, 20, False, id="battery"),
    pytest.param({}, {"leaving": True}, 1, True, id="put away"),
]


@pytest.mark.parametrize(("known", "sent", "age", "expected"), NEWS)
def test_only_news_is_kept(known, sent, age, expected):
    before = replace(KNOWN, reported_at=NOW - timedelta(seconds=age))

    found = is_news(replace(before, **known), read_report(SENT | sent), 0, NOW)

    assert found is expected


@pytest.mark.parametrize(
    ("client", "rtt", "expected", "level"),
    [
        pytest.param(timedelta(0), 0, 0, "", id="right"),
        pytest.param(timedelta(seconds=-2), 4000, 0, "", id="half the way there"),
        pytest.param(timedelta(seconds=120), 0, 120, "", id="two minutes"),
        pytest.param(timedelta(seconds=121), 0, 121, "warned", id="more"),
        pytest.param(timedelta(seconds=-121), 0, -121, "warned", id="less"),
        pytest.param(timedelta(days=1), 0, 86400, "warned", id="a day"),
        pytest.param(timedelta(days=-3), 0, -259200, "flagged", id="three days back"),
        pytest.param(timedelta(days=365), 0, 31536000, "flagged", id="a year on"),
        pytest.param(timedelta(days=200_000), 0, 2**31 - 1, "flagged", id="no sense"),
    ],
)
def test_the_clock_is_compared_with_ours(client, rtt, expected, level):
    offset = offset_of(NOW + client, NOW, rtt)

    assert (offset, level_of(offset)) == (expected, level)


def test_a_jump_is_a_change_of_more_than_two_minutes():
    assert not has_jumped(None, 9999)
    assert not has_jumped(3600, 3720)
    assert has_jumped(3600, -3600)


@pytest.mark.parametrize(
    ("marked_at", "expected"),
    [
        ("2026-06-20T10:00:00+08:00", False),
        ("2026-06-20T10:02:00+08:00", False),  # a slow network, a quick clock
        ("2026-06-20T10:02:01+08:00", True),
        ("2026-06-19T10:00:00+08:00", False),  # a night without network
        ("2026-06-19T09:59:59+08:00", True),
        ("2027-06-20T10:00:00+08:00", True),
        ("0001-01-01T00:00:00+14:00", True),
        ("never", True),
    ],
)
def test_a_mark_of_a_moment_that_cannot_be_is_odd(marked_at, expected):
    assert is_odd(marked_at, NOW) is expected


def test_what_overtook_a_report_says_nothing_of_its_tablet():
    fresh, old = NOW - timedelta(seconds=15), NOW - timedelta(seconds=16)

    assert not is_behind(5, 6, fresh, NOW)
    assert is_behind(5, 6, old, NOW)
    assert not is_behind(6, 6, old, NOW)
    assert not is_behind(5, 6, None, NOW)
