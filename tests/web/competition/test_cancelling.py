"""Cancelling an event or a competition: two persons, one reason, no way on."""

import pytest
from sqlalchemy import select

from accounts.messages.models import Message
from accounts.roles.rules import Scope
from competition.bulk.queries import count_other_events
from competition.cancelling.models import Cancellation
from competition.cancelling.services import (
    CancellingError,
    ReasonMissingError,
    ask,
    confirm,
)
from competition.events import rules as life
from competition.events.services import StepRefusedError, move_event
from competition.registration.queries import count_rivals
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import (
    NOW,
    make_competition,
    make_draft,
    make_entry,
    make_event,
)
from tests.factories.scoring import actor_of, make_marked_event
from tests.web.competition.test_events import OPEN

WHY = "台风红色预警，赛场停用"


@pytest.fixture
def event(session):
    return make_event(session)


def cancel(session, target, by=SYSTEM):
    wish = ask(session, target=target, reason=WHY, actor=by, now=NOW)
    if wish.state == "asked":
        other = actor_of(make_user(session))
        confirm(session, wish=wish, actor=other, now=NOW)
    session.flush()
    return wish


def test_two_persons_cancel_what_somebody_has_entered(client, session, sign_in, event):
    entry, begun = make_entry(session, event), make_draft(session, event)
    url = f"/events/{event.uid}/cancel"
    first = make_user(session, "committee", display_name="组委会甲")
    second = make_user(session, "committee")

    sign_in(first)
    empty = client.post(url, data={"reason": " "})
    assert empty.status_code == 422
    assert 'href="#reason"' in empty.text
    client.post(url, data={"reason": WHY})
    assert client.post(url, data={"action": "confirm"}).status_code == 409
    assert event.state == life.REGISTRATION
    assert url not in client.get("/desk").text
    sign_in(second)
    assert url in client.get("/desk").text
    assert "组委会甲 于 " in client.get(url).text
    assert client.post(url, data={"action": "confirm"}).status_code == 302

    assert (event.state, event.cancelled_reason) == (life.CANCELLED, WHY)
    told = session.scalars(
        select(Message.user_id).where(Message.kind == "event_cancelled")
    )
    assert set(told) == {entry.user_id, begun.user_id}
    actions = session.scalars(
        select(LedgerEntry.action).where(LedgerEntry.scope == f"event:{event.uid}")
    ).all()
    assert actions[-3:] == [
        *("events.cancelling_asked", "events.cancelling_confirmed", "events.moved"),
    ]
    assert WHY in client.get(f"/events/{event.uid}/desk").text
    sign_in(None)
    assert WHY in client.get(f"/events/{event.uid}").text


def test_one_person_cancels_what_nobody_has_entered(client, session, sign_in, event):
    make_draft(session, event)
    sign_in(make_user(session, "committee"))

    client.post(f"/events/{event.uid}/cancel", data={"reason": WHY})

    assert event.state == life.CANCELLED


def test_a_wish_is_declined_and_can_come_again(client, session, sign_in, event):
    make_entry(session, event)
    url = f"/events/{event.uid}/cancel"
    sign_in(make_user(session, "committee"))

    client.post(url, data={"reason": WHY})
    assert client.post(url, data={"reason": "again"}).status_code == 409
    client.post(url, data={"action": "decline"})
    client.post(url, data={"reason": "again"})

    states = session.scalars(select(Cancellation.state).order_by(Cancellation.id))
    assert states.all() == ["declined", "asked"]
    assert event.state == life.REGISTRATION
    assert WHY in client.get(url).text


def test_nothing_about_a_cancelled_event_changes_any_more(
    client, session, sign_in, event
):
    entry = make_entry(session, event)
    cancel(session, event)
    sign_in(make_user(session, "committee"))
    rows = len(session.scalars(select(LedgerEntry.seq)).all())

    for address in ("edit", "rules", "sessions/new", "judges", "move/closed", "cancel"):
        answer = client.post(f"/events/{event.uid}/{address}", data={"reason": "x"})
        assert answer.status_code == 409, address
    for after in life.STATES:
        with pytest.raises(StepRefusedError):
            move_event(
                session, event=event, to=after, actor=SYSTEM, now=NOW, reason="x"
            )
    assert len(session.scalars(select(LedgerEntry.seq)).all()) == rows
    assert client.get(f"/events/{event.uid}/clone").status_code == 200
    sign_in(entry.user)
    client.post(f"/entries/{entry.uid}/withdraw", data={"reason": "x"})
    assert entry.state == "submitted"
    assert WHY in client.get(f"/entries/{entry.uid}").text


def test_what_is_not_held_takes_no_place_among_ones_events(session, event):
    entry = make_entry(session, event)
    other = make_event(session, competition=event.competition)
    draft = make_draft(session, other)

    def elsewhere():
        rivals = count_rivals(
            session, entry=draft, person_id=entry.person_id, unit_id=None
        )
        in_bulk = count_other_events(session, other, [entry.person_id])
        return rivals.other_events, in_bulk.get(entry.person_id, 0)

    assert elsewhere() == (1, 1)
    cancel(session, event)
    assert elsewhere() == (0, 0)


def test_what_is_locked_or_not_announced_is_not_cancelled(session):
    marked = make_marked_event(session, works=2)
    marked.run_to_decoded()
    for event in (marked.event, make_event(session, state="draft")):
        with pytest.raises(CancellingError):
            ask(session, target=event, reason=WHY, actor=SYSTEM, now=NOW)
    judged = make_marked_event(session, works=2)
    running = judged.event
    with pytest.raises(ReasonMissingError):
        ask(session, target=running, reason="\n", actor=SYSTEM, now=NOW)

    cancel(session, running)

    assert running.state == life.CANCELLED
    told = session.scalars(
        select(Message.user_id).where(Message.kind == "event_cancelled")
    ).all()
    assert {seat.user_id for seat in judged.seats.values()} < set(told)


def test_a_competition_is_cancelled_but_for_what_was_held(
    client, session, sign_in, event
):
    competition = event.competition
    held = make_marked_event(session, competition=competition)
    held.run_to_decoded()
    held.publish()
    draft = make_event(session, competition=competition, state="draft", **OPEN)
    make_entry(session, event)
    url = f"/competitions/{competition.uid}/cancel"
    wish = ask(session, target=event, reason="x", actor=SYSTEM, now=NOW)

    sign_in(make_user(session, "committee", scope=Scope("district", "330600")))
    client.post(url, data={"reason": WHY})
    assert competition.cancelled_reason == ""
    sign_in(make_user(session, "committee"))
    client.post(url, data={"action": "confirm"})

    assert competition.cancelled_reason == WHY
    assert (event.state, event.cancelled_reason) == (life.CANCELLED, WHY)
    assert (held.event.state, draft.state) == (life.PUBLISHED, life.DRAFT)
    assert wish.state == "confirmed"
    assert client.get(f"/results/{held.event.uid}").status_code == 200
    with pytest.raises(StepRefusedError):
        move_event(session, event=draft, to=life.REGISTRATION, actor=SYSTEM, now=NOW)
    assert WHY in client.get("/competitions").text
    listed = client.get(f"/events/{held.event.uid}/clone").text
    assert competition.uid not in listed


def test_strangers_cancel_nothing(client, session, sign_in, event):
    elsewhere = make_competition(session, district_code="330681")
    sign_in(make_user(session, "committee", scope=Scope("competition", elsewhere.uid)))

    for url in (
        f"/events/{event.uid}/cancel",
        f"/competitions/{event.competition.uid}/cancel",
    ):
        assert client.post(url, data={"reason": WHY}).status_code == 403
    assert event.state == life.REGISTRATION
