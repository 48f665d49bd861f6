"""The waiting list: joined when full, moved up when a place is free."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from competition.registration import queries
from competition.registration.models import WaitingPlace
from competition.registration.rules.document import Document
from competition.registration.services import waiting
from competition.registration.services.review import (
    ReviewError,
    accept_entry,
    reject_entry,
)
from competition.registration.services.rulebook import change_rules
from competition.registration.services.submissions import withdraw_entry
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM, verify
from tests.factories.competition import NOW, make_entry, make_event

HOUR = timedelta(hours=1)


@pytest.fixture
def event(session):
    return make_event(session, quota=2)


@pytest.fixture
def entries(session, event):
    """Two with a place, two that wait."""
    return [make_entry(session, event) for _number in range(4)]


def states(session, entries):
    found = [queries.find_waiting(session, entry.id) for entry in entries]
    return [place.state if place else "" for place in found]


def withdraw(session, entry, now=NOW):
    withdraw_entry(session, entry=entry, reason="病假", actor=SYSTEM, now=now)


def test_who_comes_late_waits_and_a_freed_place_is_offered(session, event, entries):
    first, _second, third, fourth = entries
    waits = states(session, entries)
    place = queries.find_waiting(session, fourth.id)
    assert place is not None
    before = queries.count_before(session, place)
    counts = queries.count_states(session, event.id)

    with pytest.raises(ReviewError):
        accept_entry(session, entry=third, actor=SYSTEM, now=NOW)
    withdraw(session, first)
    offered = states(session, entries)
    with pytest.raises(waiting.NoOfferError):
        waiting.take_place(session, entry=fourth, actor=SYSTEM, now=NOW)
    waiting.take_place(session, entry=third, actor=SYSTEM, now=NOW + HOUR)
    accept_entry(session, entry=third, actor=SYSTEM, now=NOW + HOUR)

    assert waits == ["", "", "waiting", "waiting"]
    assert before == 1
    assert (counts["submitted"], counts["waiting"]) == (2, 2)
    assert offered == ["", "", "offered", "waiting"]
    assert states(session, entries) == ["", "", "", "waiting"]
    assert queries.count_taken(session, event.id) == 2
    assert verify(session).fault is None


def test_an_offer_that_runs_out_goes_to_the_next(session, event, entries):
    first, _second, third, _fourth = entries
    withdraw(session, first)

    early = waiting.move_up(session, event=event, now=NOW + 47 * HOUR)
    late = waiting.move_up(session, event=event, now=NOW + 48 * HOUR)
    with pytest.raises(waiting.NoOfferError):
        waiting.take_place(session, entry=third, actor=SYSTEM, now=NOW + 49 * HOUR)

    assert (early, late) == (0, 1)
    assert third.state == "withdrawn"
    assert states(session, entries) == ["", "", "", "offered"]
    written = session.scalar(
        select(func.count())
        .select_from(LedgerEntry)
        .where(LedgerEntry.action == "registration.place_lapsed")
    )
    assert written == 1


def test_more_places_and_a_rejection_move_the_list_too(session, event, entries):
    _first, second, *_waiting = entries

    change_rules(
        session,
        event=event,
        document=Document(places_event=3, places_offer_hours=2),
        reason="扩容",
        actor=SYSTEM,
        now=NOW,
    )
    waiting.move_up(session, event=event, now=NOW)
    one = states(session, entries)
    reject_entry(session, entry=second, reason="材料不符", actor=SYSTEM, now=NOW)

    assert one == ["", "", "offered", "waiting"]
    assert states(session, entries) == ["", "", "offered", "offered"]
    [place, _other] = queries.list_waiting(session, event.id)
    assert place.expires_at == NOW + 2 * HOUR


def test_nobody_passes_those_who_wait(session, event, entries):
    first, _second, third, _fourth = entries
    withdraw(session, third)
    withdraw(session, first)

    late = make_entry(session, event)

    assert states(session, [*entries, late]) == ["", "", "", "offered", "waiting"]
    left = select(func.count()).where(WaitingPlace.state == "left")
    assert session.scalar(left) == 1
