"""When a tablet keeps a panel open (T-08), and a rule that only counts what waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scoring.tablets.rules.barrier import SILENCE, Fault, TabletState, list_faults
from tests.unit.scoring.counting_barrier import list_faults as count_only

NOW = datetime(2026, 6, 20, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALL_IN = TabletState(
    numbers=frozenset(range(1, 11)),
    last_mark_at=NOW - 2 * MINUTE,
    reported_at=NOW - MINUTE,
    head=10,
)
SILENT_SINCE = NOW - SILENCE - timedelta(seconds=1)
OLD = {"last_mark_at": NOW - 20 * MINUTE, "reported_at": SILENT_SINCE}


def numbers(*without, to=10):
    return frozenset(range(1, to + 1)) - set(without)


CASES = [
    pytest.param({}, [], id="all is in"),
    pytest.param({"numbers": frozenset(), "head": 0}, [], id="nothing made yet"),
    pytest.param({"waiting": 3, "head": 13}, ["waiting"], id="three wait"),
    pytest.param({"waiting": 1}, ["waiting"], id="a photo waits"),
    pytest.param({"attention": 2}, ["attention"], id="two need attention"),
    pytest.param(
        {"waiting": 1, "attention": 1, "head": 11},
        ["waiting", "attention"],
        id="one waits, one needs attention",
    ),
    pytest.param({"numbers": numbers(4)}, ["gap"], id="a gap in the middle"),
    pytest.param({"numbers": numbers(1)}, ["gap"], id="a gap at the beginning"),
    pytest.param({"head": 12}, ["gap"], id="a head the server never saw"),
    pytest.param(
        {"head": 14, "waiting": 2}, ["waiting", "gap"], id="more missing than waits"
    ),
    pytest.param(
        {"numbers": numbers(4), "refused": frozenset({4})}, [], id="one was refused"
    ),
    pytest.param(
        {"numbers": numbers(4, 5), "refused": frozenset({4, 99})},
        ["gap"],
        id="another than the refused one is missing",
    ),
    pytest.param({"head": 2**31 - 1}, ["gap"], id="a head without sense"),
    pytest.param({"numbers": numbers() | {0}}, [], id="numbered from 0"),
    pytest.param({"head": 8}, ["restarted"], id="owns up to less than came"),
    pytest.param({"is_restarted": True}, ["restarted"], id="seen to count anew"),
    pytest.param(
        {"last_mark_at": NOW - 30 * timedelta(seconds=1)},
        ["stale"],
        id="a mark since the last report",
    ),
    pytest.param(
        {"last_mark_at": NOW - MINUTE / 2, "head": 8, "waiting": 2},
        ["stale"],
        id="what waited has come, and no word since",
    ),
    pytest.param(
        {"last_mark_at": NOW - MINUTE / 2, "head": 12, "waiting": 4},
        ["waiting"],
        id="only some of what waited has come",
    ),
    pytest.param(OLD, ["silent"], id="silent for more than ten minutes"),
    pytest.param(
        {**OLD, "reported_at": NOW - SILENCE}, [], id="silent for ten minutes"
    ),
    pytest.param(
        {**OLD, "is_signed": True}, [], id="silent, but signed when it was empty"
    ),
    pytest.param(
        {**OLD, "is_signed": True, "waiting": 1, "head": 11},
        ["waiting"],
        id="signed, and made another since",
    ),
    pytest.param(
        {"is_signed": True, "is_elsewhere": True, "waiting": 5, "head": 15},
        [],
        id="signed, and marks at another event now",
    ),
    pytest.param(
        {"is_elsewhere": True, "waiting": 5, "head": 15},
        ["waiting"],
        id="not signed, and marks at another event now",
    ),
    pytest.param({"is_lost": True}, ["lost"], id="lost"),
    pytest.param(
        {"is_lost": True, "is_overridden": True}, [], id="lost, two persons vouch"
    ),
    pytest.param(
        {"numbers": numbers(4), "is_overridden": True}, [], id="a gap, two vouch"
    ),
    pytest.param({"reported_at": None, "head": 0}, [], id="never reports, no gap"),
    pytest.param(
        {"reported_at": None, "head": 0, "numbers": numbers(7)},
        ["gap"],
        id="never reports, a gap",
    ),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_a_panel_is_open_while_a_tablet_may_hold_something(change, expected):
    faults = list_faults(replace(ALL_IN, **change), now=NOW)

    assert [fault.code for fault in faults] == expected


def test_somebody_elses_silence_does_not_keep_a_judge_from_signing():
    stale = replace(ALL_IN, last_mark_at=NOW)
    silent = replace(ALL_IN, last_mark_at=NOW - 20 * MINUTE, reported_at=SILENT_SINCE)
    gap = replace(silent, numbers=numbers(4))

    assert list_faults(silent, now=NOW, is_own=False) == []
    assert list_faults(stale, now=NOW, is_own=False) == []
    assert [f.code for f in list_faults(gap, now=NOW, is_own=False)] == ["gap"]


def test_the_missing_numbers_are_named_up_to_five():
    [gap] = list_faults(replace(ALL_IN, numbers=numbers(*range(2, 9))), now=NOW)

    assert gap == Fault("gap", 7, (2, 3, 4, 5, 6))


def test_a_barrier_that_only_counts_what_waits_misses_what_was_forgotten():
    """The wrong variant in this folder: it would let a panel sign over lost marks."""
    forgotten = replace(ALL_IN, numbers=numbers(4, 9))
    unreported = replace(ALL_IN, numbers=numbers(4), reported_at=None, head=0)
    beheaded = replace(ALL_IN, head=12)

    for tablet in (forgotten, unreported, beheaded):
        assert count_only(tablet) == []
        assert [f.code for f in list_faults(tablet, now=NOW)] == ["gap"]
