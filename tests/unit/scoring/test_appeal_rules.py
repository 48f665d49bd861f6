"""Windows on the server's clock, and who stays away."""

from datetime import UTC, datetime, timedelta

import pytest

from scoring.appeals.rules import (
    Clock,
    Ties,
    count_open,
    find_window,
    is_late,
    list_bars,
)

NOON = datetime(2026, 6, 20, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def clock(**values):
    empty = {
        "has_begun": True,
        "ended_at": None,
        "published_at": None,
        "published_until": None,
    }
    return Clock(**{**empty, **values})


@pytest.mark.parametrize(
    ("known", "now", "kind"),
    [
        pytest.param(clock(has_begun=False), NOON, None, id="not begun"),
        pytest.param(clock(), NOON, "event", id="under way"),
        pytest.param(clock(ended_at=NOON), NOON + 2 * HOUR, None, id="two hours on"),
        pytest.param(
            clock(ended_at=NOON),
            NOON + 2 * HOUR - timedelta(microseconds=1),
            "event",
            id="just before",
        ),
        pytest.param(
            clock(ended_at=NOON, published_at=NOON + 9 * HOUR),
            NOON + 5 * HOUR,
            None,
            id="between the windows",
        ),
        pytest.param(
            clock(
                ended_at=NOON,
                published_at=NOON + 9 * HOUR,
                published_until=NOON + 99 * HOUR,
            ),
            NOON + 98 * HOUR,
            "publication",
            id="published",
        ),
        pytest.param(
            clock(
                ended_at=NOON,
                published_at=NOON + 9 * HOUR,
                published_until=NOON + 99 * HOUR,
            ),
            NOON + 99 * HOUR,
            None,
            id="over",
        ),
    ],
)
def test_windows(known, now, kind):
    found = find_window(known, now, 2)

    assert (found.kind if found else None) == kind


def test_each_tie_bars_by_itself():
    assert list_bars(Ties()) == []
    for name in Ties.__slots__:
        assert list_bars(Ties(**{name: True})) == [name]


def test_late_is_who_waits_beyond_the_day():
    assert is_late(NOON, NOON + HOUR, "admitted")
    assert not is_late(NOON, NOON + HOUR, "decided")
    assert not is_late(None, NOON, "admitted")


def test_open_are_those_somebody_waits_for():
    assert count_open(["filed", "admitted", "second", "decided", "final"]) == 3
