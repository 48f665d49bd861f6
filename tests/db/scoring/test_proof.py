"""The log and the marks say the same; a mark changed by hand is found and named."""

import pytest
from sqlalchemy import text

from ledger.log.services import list_disagreements
from tests.factories.scoring import make_marked_event


@pytest.fixture
def marked(session):
    made = make_marked_event(session, works=2)
    made.fill()
    return made


def test_untouched_marks_agree_with_the_log(session, marked):
    assert list_disagreements(session) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param("value = '10'", "differs", id="the value"),
        pytest.param("status = 'late'", "differs", id="what became of it"),
        pytest.param("exact = '10'", "differs", id="the exact value"),
        pytest.param("body_hash = ''", "another hash", id="the hash alone"),
    ],
)
def test_a_mark_changed_by_hand_is_named(session, marked, change, problem):
    changed = f"update mark_event set {change} where seq = 2"  # noqa: S608
    found = _with_triggers_off(session, changed)

    assert len(found) == 1
    assert problem in found[0]


def test_a_mark_taken_away_is_named(session, marked):
    found = _with_triggers_off(session, "delete from mark_event where seq = 12")

    assert found == [f for f in found if "nowhere else" in f]
    assert len(found) == 1


def _with_triggers_off(session, statement):
    """Do what only the owner of the database file can do."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("alter table mark_event disable trigger all"))
    else:
        for name in ("no_update", "no_delete"):
            session.execute(text(f"drop trigger mark_event_{name}"))
    session.execute(text(statement))
    session.expire_all()
    return list_disagreements(session)
