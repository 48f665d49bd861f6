"""Who checks whose sheet, what a panel's chair may see, who owes a reason."""

from datetime import UTC, datetime
from itertools import count

import pytest

from scoring.judges.rules import Place, list_checkers, list_led, list_without_checker
from scoring.marking.rules.cells import Counted
from scoring.marking.rules.panel import (
    Stored,
    find_closed,
    list_cells,
    list_heads,
    list_owed,
    list_watched,
)
from scoring.scheme.rules.parse import parse_scheme

NOW = datetime(2026, 6, 20, tzinfo=UTC)
SCHEME = parse_scheme("""
format = "jiangcai-scheme/1"
title = "Test"
[[components]]
code = "P"
name = "Practice"
max = 30
weight = 1
[[components.criteria]]
code = "P1"
name = "Look"
[[components.criteria.aspects]]
code = "free"
name = "Free"
kind = "score"
max = 10
judges = 3
aggregate = "mean"
[[components.criteria.aspects]]
code = "judged"
name = "Judged"
kind = "judgement"
max = 10
judges = 3
aggregate = "mean"
[[components.criteria.aspects]]
code = "apart"
name = "Apart"
kind = "score"
max = 10
judges = 3
aggregate = "mean"
disagreement = 2
""")
WATCHED = list_watched(SCHEME)
JUDGES = dict.fromkeys(WATCHED, ("J1", "J2", "J3"))


def places(text):
    """Read "J1!:A J2*:A J3:B": * is a chair, ! the chief judge."""
    made = []
    for word in text.split():
        seat, panel = word.split(":")
        made.append(
            Place(
                seat=seat.strip("*!"),
                panel=panel,
                is_chair="*" in seat,
                is_chief="!" in seat,
            )
        )
    return made


@pytest.mark.parametrize(
    ("panel", "signer", "checkers"),
    [
        pytest.param("J1!:A J2*:A J3:A", "J3", "J2", id="the chair"),
        pytest.param("J1!:A J2*:A J3:A", "J1", "J2", id="the chief's own"),
        pytest.param("J1!:A J2*:A J3:A", "J2", "J1", id="the chair's own"),
        pytest.param("J1!:A J2*:A J3*:B", "J2", "J1 J3", id="or another chair"),
        pytest.param("J1!:A J2:A J3:A", "J3", "J1", id="no chair: the chief"),
        pytest.param("J1!:A J2:A J3:A", "J1", "J2 J3", id="no other: the panel"),
        pytest.param("J1!:A J2:B J3:B", "J1", "J2 J3", id="alone: anybody"),
        pytest.param("J1*!:A J2:A", "J1", "J2", id="chair and chief in one"),
        pytest.param("J1!:A", "J1", "", id="nobody"),
    ],
)
def test_who_checks_a_sheet(panel, signer, checkers):
    found = list_checkers(places(panel), signer)

    assert found == checkers.split()
    assert signer not in found
    assert bool(list_without_checker(places(panel), [signer])) == (not checkers)


@pytest.mark.parametrize(
    ("panel", "seat", "led"),
    [
        ("J1!:A J2*:A J3:B", "J2", "A"),
        ("J1!:A J2*:A J3:B", "J1", "B"),
        ("J1!:A J2*:A J3:B", "J3", ""),
        ("J1!:A J2:A", "J1", "A"),
        ("J1*!:A J2:B J3*:C", "J1", "A B"),
    ],
)
def test_who_leads_a_panel(panel, seat, led):
    assert list_led(places(panel), seat) == led.split()


def story(text, aspect="judged"):
    """Read "J1=2 J2=3:why J1=": judge, value ("" a void), reason."""
    numbers, made = count(1), []
    for word in text.split():
        judge, _, rest = word.partition("=")
        value, _, reason = rest.partition(":")
        number = next(numbers)
        made.append(
            Stored(
                entry="W1",
                aspect=aspect,
                judge=judge,
                value=value,
                id=f"m{number}",
                seq=number,
                reason=reason,
                kind="mark" if value else "void",
                device="t",
                received_at=NOW,
            )
        )
    return made


def only_cell(stored, settled=()):
    aspect = stored[0].aspect
    cells = list_cells(WATCHED, JUDGES, ["W1"], stored, settled)
    return next(cell for cell in cells if cell.aspect == aspect)


def test_free_marks_of_several_judges_are_not_watched():
    assert list(WATCHED) == ["judged", "apart"]


@pytest.mark.parametrize(
    ("text", "is_open", "is_apart"),
    [
        ("J1=2", False, False),
        ("J1=0 J2=3", False, False),
        ("J1=2 J2=2 J3=3", True, False),
        ("J1=0 J2=2 J3=3", True, True),
        pytest.param("J1=0 J2=2 J3=3 J3=:wrong", False, False, id="withdrawn"),
        pytest.param("J1=0 J2=2 J3=3 J1=1 J3=2", True, False, id="judged again"),
        pytest.param("J1=2 J1=3 J1=2", False, False, id="one judge thrice"),
    ],
)
def test_a_cell_opens_with_its_last_mark(text, is_open, is_apart):
    cell = only_cell(story(text))

    assert (cell.is_open, cell.is_apart) == (is_open, is_apart)
    assert bool(cell.versions) == is_open
    assert is_open or cell.distance is None


def test_an_open_cell_keeps_every_version():
    cell = only_cell(story("J1=0 J2=2 J3=3 J1=1:seen J3=2:agreed"))

    assert {j: [v.value for v in found] for j, found in cell.versions.items()} == {
        "J1": ["0", "1"],
        "J2": ["2"],
        "J3": ["3", "2"],
    }
    assert cell.current("J1").reason == "seen"


def test_a_note_settles_a_distance_and_no_judgement():
    settled = {
        ("W1", code, '{"J1":"m1","J2":"m2","J3":"m3"}') for code in ("judged", "apart")
    }
    far = story("J1=2 J2=9 J3=5", "apart")

    assert only_cell(far).is_apart
    assert not only_cell(far, settled).is_apart
    assert only_cell(story("J1=0 J2=3 J3=1"), settled).is_apart


@pytest.mark.parametrize(
    ("text", "owing"),
    [
        pytest.param("J1=0 J1=3 J1=2", "", id="nobody else yet"),
        pytest.param("J1=1 J2=2 J3=2 J1=2", "", id="no call"),
        pytest.param("J1=0 J2=2 J3=2 J1=1", "J1", id="changed without a word"),
        pytest.param("J1=0 J2=2 J3=2 J1=1:seen", "", id="said why"),
        pytest.param("J1=0 J2=2 J3=2 J1=1 J1=1:seen", "", id="said why later"),
        pytest.param("J1=0 J2=2 J3=2 J1=1 J1=2", "J1", id="changed once more"),
        pytest.param("J1=0:old J2=2 J3=2 J1=1:old", "J1", id="an old comment"),
        pytest.param("J1=0:old J2=2 J3=2 J1=1:new", "", id="a new comment"),
        pytest.param("J1=0 J2=2 J3=2 J1=:why J1=1", "", id="withdrawn with a word"),
        pytest.param("J1=0 J2=3 J3=3 J2=2 J1=1", "J1 J2", id="two of them"),
        pytest.param("J1=0 J2=3 J3=3 J2=2:so J1=1", "J1", id="one of two"),
    ],
)
def test_who_owes_the_reason_of_a_new_judgement(text, owing):
    calls = list_owed(WATCHED, story(text))

    assert [call.judge for call in calls] == owing.split()
    assert {call.what for call in calls} <= {"rescore_reason"}
    assert list_owed(WATCHED, story(text), excused={"W1"}) == []


def test_after_a_note_nobody_owes_a_reason():
    stored = story("J1=2 J2=9 J3=5 J1=4", "apart")
    settled = {("W1", "apart", '{"J1":"m1","J2":"m2","J3":"m3"}')}

    assert [call.judge for call in list_owed(WATCHED, stored)] == ["J1"]
    assert list_owed(WATCHED, stored, settled=settled) == []


def test_closed_cells_are_those_that_lack_a_judge():
    marks = [
        *list_heads(story("J1=1 J2=2 J3=2")),
        *list_heads(story("J1=1 J2=2", "apart")),
        Counted("W2", "free", "J1", "1", "x", 9),
        Counted("W2", "judged", "J1", "1", "y", 10),
    ]

    assert find_closed(SCHEME, marks) == {("W1", "apart"), ("W2", "judged")}
