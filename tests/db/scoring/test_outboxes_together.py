"""Outboxes stored in one transaction are answered as if one after the other."""

import pytest
from sqlalchemy import select

from ledger.log.services import list_disagreements, verify
from scoring.marking.models import MarkEvent
from scoring.marking.services.receive import Outbox, receive_all
from tests.factories.scoring import actor_of, make_item, make_marked_event


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=3)


def outbox(marked, seat, *items):
    user = marked.judge(seat)
    return Outbox(user.id, user.uid, list(items), actor_of(user))


def crowd(marked):
    """Return outboxes with all that can meet in one moment."""
    work, other, third = marked.works
    first = make_item(work, "P1.1", "8")
    second = make_item(work, "P1.1", "7", based_on=first["id"])
    return [
        outbox(marked, "J1", first, make_item(other, "P1.1", "9")),
        outbox(marked, "J2", make_item(work, "P1.1", "6"), {"id": "?"}),
        outbox(marked, "J1", second, {**first}),  # follows, and comes again
        outbox(marked, "J1", make_item(work, "P1.1", "5")),  # knows of neither
        outbox(marked, "J2", {**first}),  # another judge's id
        outbox(
            marked, "J2", make_item(third, "P9.9", "1"), make_item("?", "P1.1", "1")
        ),
    ]


def rows(session):
    statement = select(
        MarkEvent.seq, MarkEvent.id, MarkEvent.status, MarkEvent.current, MarkEvent.base
    )
    return session.execute(statement.order_by(MarkEvent.seq)).all()


def test_together_is_as_one_after_the_other(session, marked):
    boxes, now = crowd(marked), marked.later()
    with session.begin_nested() as apart:
        one_by_one = [receive_all(session, [box], now)[0] for box in boxes]
        stored = rows(session)
        apart.rollback()
    session.expire_all()

    together = receive_all(session, boxes, now)

    assert together == one_by_one
    assert rows(session) == stored
    statuses = [[answer["status"] for answer in answers] for answers in together]
    assert statuses == [
        ["stored", "stored"],
        ["stored", "refused"],
        ["stored", "duplicate"],
        ["conflict"],
        ["refused"],
        ["refused", "refused"],
    ]
    assert list_disagreements(session) == []
    assert verify(session).fault is None
