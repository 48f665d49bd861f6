"""The check-in desk's pages."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from competition.checkin.models import CheckIn, CheckInRefusal
from competition.checkin.queries import find_session
from tests.factories.accounts import PASSWORD
from tests.factories.codes import check_in, close, make_desk, make_officers
from tests.factories.competition import make_entry


@pytest.fixture
def desk(session, sign_in):
    """An open desk whose event begins in an hour, and its officer signed in."""
    event, entries = make_desk(session, 3)
    event.starts_at = datetime.now(UTC) + timedelta(hours=1)
    officers = make_officers(session, event)
    sign_in(officers["checkin"])
    return event, entries, officers, f"/events/{event.uid}/checkin"


def begin_long_ago(session, event):
    event.starts_at = datetime.now(UTC) - timedelta(hours=3)
    session.flush()


def status_of(session, entry):
    return session.scalar(select(CheckIn.status).where(CheckIn.entry_id == entry.id))


def test_scan_compare_let_in(client, session, desk):
    _event, (entry, *_others), _officers, url = desk

    found = client.post(f"{url}/find", data={"text": entry.ticket.text})
    assert found.location == f"{url}?entry={entry.uid}"
    card = client.get(found.location).text
    assert entry.person.name in card
    assert entry.unit.name in card
    assert f"{url}/{entry.uid}/photo" in card
    client.post(f"{url}/{entry.uid}/confirm")

    assert status_of(session, entry) == "present"
    assert 'data-present="1"' in client.get(url).text


def test_the_id_number_is_shown_masked(client, desk):
    _event, (entry, *_others), _officers, url = desk

    card = client.get(f"{url}?entry={entry.uid}").text

    assert "********" in card


def test_the_photo_is_the_one_handed_in(client, desk):
    _event, (entry, *_others), _officers, url = desk

    photo = client.get(f"{url}/{entry.uid}/photo")

    assert photo.content_type == "image/jpeg"
    assert photo.headers["Cache-Control"] == "private, no-store"


def test_a_forged_ticket_is_shown_and_kept(client, session, desk):
    _event, _entries, _officers, url = desk

    page = client.post(f"{url}/find", data={"text": "JC1.AAAA.BBBB"})

    assert page.status_code == 200
    assert session.scalars(select(CheckInRefusal.code)).all() == ["forged_ticket"]


def test_several_of_a_unit_are_offered(client, session, desk):
    _event, (first, second, _third), _officers, url = desk
    second.unit = first.unit
    session.flush()

    page = client.post(f"{url}/find", data={"text": first.unit.name}).text

    assert first.person.name in page
    assert second.person.name in page


def test_nobody_found(client, desk):
    _event, _entries, _officers, url = desk

    page = client.post(f"{url}/find", data={"text": "<查无此人>"})

    assert "&lt;查无此人&gt;" in page.text
    assert client.post(f"{url}/find", data={}).status_code == 422


def test_turning_away_needs_a_reason(client, session, desk):
    _event, (entry, *_others), _officers, url = desk

    assert client.get(f"{url}/{entry.uid}/refuse").status_code == 200
    assert client.post(f"{url}/{entry.uid}/refuse", data={}).status_code == 422
    client.post(f"{url}/{entry.uid}/refuse", data={"code": "no_id", "note": "忘带"})

    kept = session.scalars(select(CheckInRefusal)).one()
    assert (kept.code, kept.note, kept.entry_id) == ("no_id", "忘带", entry.id)
    assert len(kept.device) == 6
    assert "忘带" in client.get(url).text


def test_a_latecomer_takes_part_by_the_chief_judges_password(client, session, desk):
    event, (entry, *_others), officers, url = desk
    begin_long_ago(session, event)
    client.post(f"{url}/{entry.uid}/confirm")
    assert status_of(session, entry) == "late"
    answers = {"reason": "堵车", "username": officers["chief"].username}

    wrong = client.post(
        f"{url}/{entry.uid}/accept-late", data={**answers, "password": "wrong"}
    )
    right = client.post(
        f"{url}/{entry.uid}/accept-late", data={**answers, "password": PASSWORD}
    )

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert status_of(session, entry) == "present"


def test_the_officer_alone_cannot_accept_a_latecomer(client, session, desk):
    event, (entry, *_others), officers, url = desk
    begin_long_ago(session, event)
    client.post(f"{url}/{entry.uid}/confirm")

    response = client.post(
        f"{url}/{entry.uid}/accept-late",
        data={
            "reason": "堵车",
            "username": officers["checkin"].username,
            "password": PASSWORD,
        },
    )

    assert response.status_code == 403
    assert status_of(session, entry) == "late"


def test_guessing_the_second_password_is_throttled(client, session, desk):
    event, (entry, *_others), officers, url = desk
    begin_long_ago(session, event)
    client.post(f"{url}/{entry.uid}/confirm")
    answers = {"reason": "堵车", "username": officers["chief"].username}
    for _try in range(5):
        client.post(f"{url}/{entry.uid}/accept-late", data={**answers, "password": "x"})

    client.post(
        f"{url}/{entry.uid}/accept-late", data={**answers, "password": PASSWORD}
    )

    assert status_of(session, entry) == "late"


def test_a_mistake_is_taken_back(client, session, desk):
    event, (entry, *_others), _officers, url = desk
    check_in(session, event, [entry])

    assert client.get(f"{url}/{entry.uid}/take-back").status_code == 200
    client.post(f"{url}/{entry.uid}/take-back", data={"reason": "认错人"})

    assert status_of(session, entry) is None


def test_open_count_and_close(client, session, desk):
    event, _entries, _officers, url = desk
    session.delete(find_session(session, event.id))
    event.state = "closed"
    session.flush()

    assert client.get(url).status_code == 200
    client.post(f"{url}/open")
    assert 'data-present="0"' in client.get(f"{url}/count").text
    client.post(f"{url}/close")

    opened = find_session(session, event.id)
    assert opened is not None
    assert opened.closed_at is not None
    assert client.get(url).status_code == 200
    assert client.post(f"{url}/close").status_code == 409


@pytest.mark.parametrize("query", ["", "?status=missing", "?status=present&q=王"])
def test_the_list(client, session, desk, query):
    event, entries, _officers, url = desk
    check_in(session, event, entries[:1])

    page = client.get(f"{url}/list{query}")

    assert page.status_code == 200


def test_the_list_costs_a_fixed_number_of_queries(client, session, desk, count_queries):
    _event, entries, _officers, url = desk
    for entry in entries[1:]:
        entry.state = "rejected"
    client.get(f"{url}/list")
    with count_queries() as for_one:
        client.get(f"{url}/list")
    for entry in entries[1:]:
        entry.state = "accepted"
    session.flush()

    with count_queries() as for_three:
        client.get(f"{url}/list")

    assert len(for_three) == len(for_one)


def test_entries_of_other_events_are_not_found(client, session, desk):
    _event, _entries, _officers, url = desk
    stranger = make_entry(session, state="accepted")

    assert client.get(f"{url}?entry={stranger.uid}").status_code == 404
    assert client.get(f"{url}/{stranger.uid}/photo").status_code == 404
    assert client.post(f"{url}/{stranger.uid}/confirm").status_code == 404


def test_the_officers_desk_leads_here(client, session, desk):
    event, _entries, _officers, url = desk

    assert url in client.get("/desk").text
    assert url in client.get("/checkin").text
    close(session, event)
    assert client.get("/checkin").status_code == 200


@pytest.mark.parametrize("who", [1, 2, 3, "supervisor", "judge", "chief"])
def test_nobody_else_stands_at_the_desk(client, session, desk, sign_in, who):
    _event, (entry, *_others), officers, url = desk
    sign_in(officers[who])

    for page in ("", "/list", "/count", f"/{entry.uid}/photo", f"/{entry.uid}/refuse"):
        assert client.get(url + page).status_code == 403
    for step in ("find", "open", "close", f"{entry.uid}/confirm"):
        assert client.post(f"{url}/{step}").status_code == 403
    assert client.get("/checkin").status_code == 403


def test_officers_of_other_events_do_not_stand_at_this_desk(
    client, session, desk, sign_in
):
    _event, _entries, _officers, url = desk
    other, _none = make_desk(session, 0)
    sign_in(make_officers(session, other)["checkin"])

    assert client.get(url).status_code == 403


def test_visitors_are_asked_to_sign_in(client, session, desk, sign_in):
    _event, _entries, _officers, url = desk
    sign_in(None)

    assert client.get(url).location.startswith("/login")
