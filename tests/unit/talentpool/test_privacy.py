"""Looks that stand out, guardians, and the register against its own mistakes."""

from datetime import date, datetime, timedelta

import pytest

from extensions import LOCAL
from people.consent.rules import guardian_part
from talentpool.privacy.rules.looks import BULK, Look, find_anomalies
from talentpool.privacy.rules.register import FILE, read_register

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=LOCAL)


def look(seq, *, minutes=0, **values):
    defaults = {"by": "a", "at_whom": f"p{seq}", "fields": "phone", "purpose": "x"}
    at = values.pop("at", NOON) + timedelta(minutes=minutes)
    return Look(seq=seq, at=at, **(defaults | values))


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([look(1)], {}, id="one look"),
        pytest.param([look(1, at=NOON.replace(hour=23))], {1: ["night"]}, id="night"),
        pytest.param([look(1, at=NOON.replace(hour=5))], {1: ["night"]}, id="early"),
        pytest.param([look(1, at=NOON.replace(hour=6))], {}, id="morning"),
        pytest.param([look(1, by_unit=3, whom_unit=3)], {1: ["own_unit"]}, id="unit"),
        pytest.param([look(1, by_unit=None, whom_unit=None)], {}, id="no unit"),
        pytest.param([look(1, by_person="p1")], {1: ["self"]}, id="oneself"),
        pytest.param(
            [look(n, minutes=n) for n in range(BULK)], {}, id="as many as one may"
        ),
        pytest.param(
            [look(n, minutes=n) for n in range(BULK + 1)],
            {n: ["bulk"] for n in range(BULK + 1)},
            id="bulk",
        ),
        pytest.param(
            [look(n, minutes=4 * n) for n in range(BULK + 1)], {}, id="slowly"
        ),
        pytest.param(
            [look(n, minutes=60 * n, at_whom="p") for n in range(5)],
            {n: ["again"] for n in range(5)},
            id="again and again",
        ),
    ],
)
def test_what_stands_out(looks, expected):
    assert find_anomalies(looks) == expected


@pytest.mark.parametrize(
    ("born", "part"),
    [
        (date(2012, 5, 2), "consent"),
        (date(2012, 5, 1), "notice"),
        (date(2008, 5, 2), "notice"),
        (date(2008, 5, 1), ""),
    ],
)
def test_what_a_guardian_does(born, part):
    assert guardian_part(born, date(2026, 5, 1)) == part


def test_a_column_without_an_entry_is_named():
    text = FILE.read_text()
    tables = {
        name: {field.column for field in entry.fields}
        for name, entry in read_register(text).entries.items()
    } | {name: set() for name in read_register(text).without_persons}
    assert read_register(text).faults(tables) == []

    more = tables | {"person": tables["person"] | {"blood_group"}, "diary": {"id"}}
    less = {k: v for k, v in tables.items() if k != "consent"}

    assert read_register(text).faults(more) == [
        "diary: no entry",
        "person.blood_group: no entry",
    ]
    assert read_register(text).faults(less) == ["consent: no such table"]
