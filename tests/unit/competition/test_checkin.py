from datetime import UTC, datetime, timedelta

import pytest

from competition.checkin import rules

START = datetime(2026, 5, 20, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "limit", "status"),
    [
        pytest.param(timedelta(hours=-1), 15, "present", id="early"),
        pytest.param(timedelta(0), 15, "present", id="on the dot"),
        pytest.param(timedelta(minutes=15), 15, "present", id="at the limit"),
        pytest.param(
            timedelta(minutes=15, microseconds=1), 15, "late", id="just after it"
        ),
        pytest.param(timedelta(seconds=1), 0, "late", id="no grace"),
    ],
)
def test_arrival_status(after, limit, status):
    assert rules.arrival_status(START + after, START, limit) == status


@pytest.mark.parametrize(
    ("text", "is_ticket"),
    [
        pytest.param("JC1.abc.def", True, id="scanned"),
        pytest.param("张三", False, id="a name"),
        pytest.param("jc1", False, id="something typed"),
    ],
)
def test_what_looks_like_a_ticket(text, is_ticket):
    assert rules.is_ticket_text(text) is is_ticket
