"""The waiting list as contestant and committee see it."""

from datetime import UTC, datetime, timedelta

from competition.registration.services.submissions import withdraw_entry
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import make_entry, make_event


def test_too_few_entries_are_told_once_registration_is_over(client, session, sign_in):
    event = make_event(session, min_entries=2)
    other = make_event(session, competition=event.competition)
    make_entry(session, event)
    sign_in(make_user(session, "committee"))
    event.state = "closed"
    session.flush()

    desk = client.get("/desk").text
    page = client.get(f"/events/{event.uid}/entries").text

    assert f"报名人数不足：{event.name}" in desk
    assert other.name in page


def test_a_place_is_shown_offered_and_taken(client, session, sign_in):
    soon = datetime.now(UTC) + timedelta(days=5)
    event = make_event(session, quota=1, registration_closes_at=soon, starts_at=soon)
    first, second = make_entry(session, event), make_entry(session, event)
    where = f"/entries/{second.uid}"
    sign_in(second.user)
    waiting = client.get(where).text
    too_early = client.post(f"{where}/take-place", follow_redirects=True).text
    withdraw_entry(
        session, entry=first, reason="病假", actor=SYSTEM, now=datetime.now(UTC)
    )
    offered = client.get(where).text
    client.post(f"{where}/take-place")
    taken = client.get(where).text
    third = make_entry(session, event)
    sign_in(make_user(session, "committee"))
    listed = client.get(f"/events/{event.uid}/waiting").text
    moved = client.post(f"/events/{event.uid}/waiting/move-up", follow_redirects=True)
    review = client.get(f"/reviews/{third.uid}").text

    assert "第 1 位" in waiting
    assert "目前没有为您保留的名额" in too_early
    assert "接受名额" in offered
    assert "接受名额" not in taken
    assert third.person.name in listed
    assert moved.status_code == 200
    assert "候补名单" in review
