"""Writing, reading and checking the log."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from ledger.log import queries, services
from ledger.log.models import LedgerEntry
from ledger.log.queries import LogFilter
from ledger.log.rules import GENESIS, examine, link_hash
from ledger.log.services import SYSTEM, Actor, record

NOW = datetime(2026, 5, 1, 8, 0, 0, 123456, tzinfo=UTC)


def write(session, count=3, **values):
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "action": "thing.made",
        "subject": "thing:1",
        "now": NOW,
    }
    return [
        record(session, **(given | {"body": {"number": n}} | values))
        for n in range(count)
    ]


def test_entries_follow_each_other(session):
    links = write(session)

    assert [link.seq for link in links] == [1, 2, 3]
    assert links[0].prev_hash == GENESIS
    assert links[2].prev_hash == links[1].hash == link_hash(links[1])


def test_what_is_read_back_is_what_was_written(session):
    written = write(session, now=NOW.astimezone())

    assert list(queries.iter_links(session)) == written
    assert services.verify(session).fault is None


@pytest.mark.parametrize(
    "statement", [update(LedgerEntry).values(body="{}"), delete(LedgerEntry)]
)
def test_the_database_refuses_to_change_an_entry(session, statement):
    write(session)

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(statement)

    assert services.verify(session).count == 3


def test_postgresql_refuses_to_empty_the_log(session):
    if session.get_bind().dialect.name != "postgresql":
        return  # SQLite has no such statement
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text("truncate ledger_entry"))


def test_a_change_and_its_entry_go_together(session):
    nested = session.begin_nested()
    write(session)
    nested.rollback()

    assert queries.head(session) is None


def test_lists_for_a_subject_and_a_scope(session):
    write(session, 2)
    [own] = write(session, 1, subject="thing:2", scope="event:7")

    assert queries.list_for_subject(session, "thing:2") == [own]
    assert queries.list_for_scope(session, "event:7") == [own]


@pytest.mark.parametrize(
    ("chosen", "seqs"),
    [
        (LogFilter(), [4, 3, 2, 1]),
        (LogFilter(action="mark.given"), [4]),
        (LogFilter(about="event:7"), [4]),
        (LogFilter(about="7"), [4]),
        (LogFilter(about="u1"), [4]),
        (LogFilter(about="thing:1"), [3, 2, 1]),
        (LogFilter(about="%"), []),
        (LogFilter(scopes=("event:7",)), [4]),
        (LogFilter(scopes=()), []),
        (LogFilter(scopes=("event:7",), about="thing:1"), []),
    ],
)
def test_filters(session, chosen, seqs):
    write(session)
    write(
        session,
        1,
        action="mark.given",
        subject="mark:1",
        scope="event:7",
        actor=Actor("human", "u1"),
    )

    page = queries.list_page(session, chosen, page=1)

    assert [link.seq for link in page.links] == seqs
    assert page.total == len(seqs)


@pytest.mark.parametrize(
    ("number", "shown", "seqs"),
    [(1, 1, [5, 4]), (3, 3, [1]), (9, 3, [1]), (0, 1, [5, 4])],
)
def test_pages(session, number, shown, seqs):
    write(session, 5)

    page = queries.list_page(session, LogFilter(), page=number, per_page=2)

    assert (page.page, page.pages, page.total) == (shown, 3, 5)
    assert [link.seq for link in page.links] == seqs


def test_actions_in_a_scope(session):
    write(session, 1)
    write(session, 1, action="mark.given", scope="event:7")

    assert queries.list_actions(session) == ["mark.given", "thing.made"]
    assert queries.list_actions(session, ("event:7",)) == ["mark.given"]


def test_a_room_adds_its_own_check(session, monkeypatch):
    monkeypatch.setattr(services, "_checks", {})
    services.register_check("marks", lambda _session: ["mark 3 is not in the ledger"])

    assert services.list_disagreements(session) == [
        "marks: mark 3 is not in the ledger"
    ]


def test_a_checkpoint_is_signed_and_holds(session):
    write(session)
    made = services.make_checkpoint(session, now=NOW + timedelta(hours=1))
    write(session)

    assert made.seq == 3
    assert services.is_genuine_checkpoint(made, made.public_key)
    assert examine(queries.iter_links(session), [made]).fault is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", 2),
        ("hash", GENESIS),
        ("at", "2026-05-01T08:00:00.000000+00:00"),
        ("signature", "00" * 64),
        ("signature", "no hex"),
        ("public_key", "00" * 32),
        ("public_key", "short"),
    ],
)
def test_an_altered_checkpoint_is_noticed(session, field, value):
    write(session)
    made = services.make_checkpoint(session, now=NOW)
    altered = type(made)(
        **({n: getattr(made, n) for n in made.__slots__} | {field: value})
    )

    assert not services.is_genuine_checkpoint(altered)


def test_somebody_elses_key_does_not_count(session):
    made = services.make_checkpoint(session, now=NOW)

    assert not services.is_genuine_checkpoint(made, "11" * 32)
