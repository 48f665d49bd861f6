"""The map of gaps, the life of a sheet, and what marks call for, as pure rules."""

from datetime import UTC, datetime

import pytest

from scoring.marking.rules.calls import list_calls, list_disputes
from scoring.marking.rules.cells import Counted
from scoring.marking.rules.history import Locking, Signing, tell_sheet
from scoring.marking.rules.progress import Found, count_states, map_gaps
from scoring.scheme.rules.parse import parse_scheme
from tests.factories.calls import CALLING

SCHEME = parse_scheme(CALLING)
ASPECTS = tuple(SCHEME.aspects)
NOW = datetime(2026, 6, 20, 2, tzinfo=UTC)


def counted(entry, judge, **values):
    return [
        Counted(entry, code.replace("_", "."), judge, value, f"{judge}-{code}", 1, "")
        for code, value in values.items()
    ]


def test_the_map_tells_the_gravest_of_what_a_field_waits_for():
    full = {"P1_1": "9", "P1_2": "1", "P1_3": "2"}
    marks = [
        *counted("W1", "J1", **full),
        *counted("W1", "J2", P1_1="5"),
        *counted("W2", "J1", **full),
        *counted("W2", "J2", **full),
    ]
    found = Found(
        conflicts=[("W1", "P1.1", "J1")],
        late=[("W1", "P1.1", "J1")],
        calls=list_calls(ASPECTS, marks, {("W1", "P1.1", "J1")}),
        disputes=list_disputes(SCHEME, marks),
    )
    own = {"J1": ASPECTS, "J2": ASPECTS, "J3": ()}
    works = {"W1": False, "W2": False, "W3": True}

    lanes = map_gaps(works, own, marks, found)

    assert {w: [lane.state for lane in line.values()] for w, line in lanes.items()} == {
        "W1": ["conflict", "dispute", "nothing"],
        "W2": ["photo", "photo", "nothing"],
        "W3": ["excused", "excused", "nothing"],
    }
    assert lanes["W1"]["J2"].waits == {
        "dispute": 1,
        "comment": 1,
        "photo": 1,
        "missing": 2,
    }
    assert count_states(lanes) == {"conflict": 1, "photo": 1, "excused": 1}


def signing(round_=1, returned="", *, checked=False):
    return Signing(
        checked_at=NOW if checked else None,
        checked_by="chair" if checked else "",
        round=round_,
        digest="d",
        marks=3,
        signed_at=NOW,
        returned_at=NOW if returned else None,
        returned_by="chief" if returned else "",
        returned_reason=returned,
    )


def locking(round_=1, *, asked=False, unlocked=False, asks_check=True):
    return Locking(
        asks_check=asks_check,
        round=round_,
        digest="d",
        locked_at=NOW,
        locked_by="chief",
        asked_at=NOW if asked else None,
        asked_by="chief" if asked else "",
        reason="recheck",
        unlocked_at=NOW if unlocked else None,
        unlocked_by="supervisor" if unlocked else "",
    )


UNLOCKED = locking(asked=True, unlocked=True)


@pytest.mark.parametrize(
    ("signings", "lockings", "state", "steps"),
    [
        ([], [], "open", ""),
        ([signing()], [], "signed", "signed"),
        ([signing(returned="x")], [], "open", "signed returned"),
        ([signing(checked=True)], [], "checked", "signed checked"),
        (
            [signing(returned="x", checked=True)],
            [],
            "open",
            "signed checked returned",
        ),
        (
            [signing(returned="x"), signing(checked=True)],
            [locking()],
            "locked",
            "signed returned signed checked locked",
        ),
        (
            [signing(checked=True)],
            [locking(asked=True)],
            "locked",
            "signed checked locked unlock_asked",
        ),
        (
            [signing(checked=True), signing(2)],
            [UNLOCKED],
            "signed",
            "signed checked locked unlock_asked unlocked signed",
        ),
        pytest.param(
            [signing()], [locking()], "broken", "signed locked", id="no check"
        ),
        pytest.param(
            [signing()],
            [locking(asks_check=False)],
            "locked",
            "signed locked",
            id="of before sheets were checked",
        ),
        pytest.param([], [locking()], "locked", "locked", id="marks nothing"),
        pytest.param([signing()] * 2, [], "broken", "signed signed", id="twice"),
        pytest.param([], [locking(), locking(2)], "broken", "locked locked", id="lock"),
    ],
)
def test_the_life_of_a_sheet_is_told_from_its_records(signings, lockings, state, steps):
    found, told = tell_sheet(signings, lockings)

    assert (found, " ".join(step.what for step in told)) == (state, steps)


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [("9", "7", 0), ("9", "6.999", 1), ("9", "", 0), ("9", "x", 0)],
)
def test_a_dispute_needs_every_judge_and_more_than_is_accepted(first, second, apart):
    marks = counted("W1", "J1", P1_1=first)
    if second:
        marks += counted("W1", "J2", P1_1=second)

    assert len(list_disputes(SCHEME, marks)) == apart
    assert list_disputes(SCHEME, marks, excused={"W1"}) == []
