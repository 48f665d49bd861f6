"""The first page, an event's page, and the committee's pages."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from competition.events.models import Competition, Event
from tests.factories.accounts import make_user
from tests.factories.competition import make_competition, make_entry, make_event

TODAY = datetime.now(UTC)
OPEN = {
    "registration_opens_at": TODAY - timedelta(days=2),
    "registration_closes_at": TODAY + timedelta(days=2),
    "starts_at": TODAY + timedelta(days=20),
}
EVENT_FORM = {
    "name": "电工",
    "occupation": "焊工",
    "groups": "职工组\n学生组",
    "registration_opens_at": "2026-05-01T09:00",
    "registration_closes_at": "2026-05-20T17:00",
    "starts_at": "2026-06-20T08:30",
    "late_after_minutes": "15",
    "papers": ["id_card"],
    "min_level_code": "",
}


def test_the_first_page_is_for_everybody(client, session):
    event = make_event(session, name="数控车工", **OPEN)
    make_event(session, name="草稿赛项", state="draft")

    page = client.get("/events").text

    assert "数控车工" in page
    assert "草稿赛项" not in page
    assert f"/events/{event.uid}" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=数控", True),
        ("q=没有这个", False),
        ("stage=open", True),
        ("year=2026", True),
    ],
)
def test_events_are_found(client, session, query, found):
    make_event(session, name="数控车工", **OPEN)

    assert ("数控车工" in client.get(f"/events?{query}").text) is found


def test_an_empty_house_says_so(client, session):
    assert "empty__title" in client.get("/events").text


@pytest.mark.parametrize("count", [1, 9])
def test_the_first_page_costs_a_fixed_number_of_queries(
    client, session, count_queries, count
):
    for _number in range(count):
        make_event(session, **OPEN)

    with count_queries() as queries:
        client.get("/events")

    assert len(queries) == 5


def test_places_left_are_shown(client, session):
    event = make_event(session, quota=3)
    make_entry(session, event)
    event.registration_opens_at, event.registration_closes_at = TODAY, OPEN["starts_at"]
    event.starts_at = OPEN["starts_at"]

    assert ">2<" in client.get("/events").text
    client.set_cookie("language", "en")
    assert "2 of 3 places left" in client.get(f"/events/{event.uid}").text


def test_a_draft_is_not_public(client, session, sign_in):
    event = make_event(session, state="draft")

    assert client.get(f"/events/{event.uid}").status_code == 404
    sign_in(make_user(session, "committee"))
    assert client.get(f"/events/{event.uid}").status_code == 200


def test_only_the_committee_organises(client, session, sign_in):
    event = make_event(session)
    addresses = (
        "/competitions",
        "/competitions/new",
        f"/competitions/{event.competition.uid}/edit",
        f"/competitions/{event.competition.uid}/events/new",
        f"/events/{event.uid}/edit",
        f"/events/{event.uid}/clone",
        f"/events/{event.uid}/desk",
    )
    for role, status in (("committee", 200), ("contestant", 403), ("judge", 403)):
        sign_in(make_user(session, role))
        assert {client.get(address).status_code for address in addresses} == {status}


def test_a_district_organises_its_own_only(client, session, sign_in):
    there = make_event(session, competition=make_competition(session))
    elsewhere = make_event(
        session, competition=make_competition(session, district_code="320000")
    )
    sign_in(make_user(session, "committee", scope=Scope("district", "330600")))

    assert client.get(f"/events/{there.uid}/desk").status_code == 200
    assert client.get(f"/events/{elsewhere.uid}/desk").status_code == 403
    listed = client.get("/competitions").text
    assert there.competition.name in listed
    assert elsewhere.competition.name not in listed


def test_a_competition_and_its_event_are_made(client, session, sign_in):
    sign_in(make_user(session, "committee"))
    client.post(
        "/competitions/new",
        data={
            "name": "市职工职业技能大赛",
            "tier": "city",
            "grade": "1",
            "district_code": "330600",
            "organiser": "市总工会",
            "starts_on": "2026-06-20",
            "ends_on": "2026-06-22",
        },
    )
    made = session.scalars(select(Competition)).one()

    response = client.post(f"/competitions/{made.uid}/events/new", data=EVENT_FORM)

    event = session.scalars(select(Event)).one()
    assert response.status_code == 302
    assert made.year == 2026
    assert event.state == "draft"
    assert [(g.code, g.name) for g in event.groups] == [
        ("worker", "职工组"),
        ("student", "学生组"),
    ]
    assert event.registration_opens_at == datetime(2026, 5, 1, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "values",
    [
        {"occupation": "没有这个职业"},
        {"starts_at": "2026-05-19T00:00"},
        {"registration_closes_at": "2026-04-01T00:00"},
        {"age_min": "40", "age_max": "30"},
        {"quota": "0"},
        {"name": ""},
    ],
)
def test_a_wrong_event_is_not_made(client, session, sign_in, values):
    competition = make_competition(session)
    sign_in(make_user(session, "committee"))

    page = client.post(
        f"/competitions/{competition.uid}/events/new", data={**EVENT_FORM, **values}
    )

    assert "field__errors" in page.text
    assert session.scalars(select(Event)).all() == []


def test_an_event_goes_step_by_step(client, session, sign_in):
    event = make_event(session, state="draft", **OPEN)
    sign_in(make_user(session, "committee"))
    move = f"/events/{event.uid}/move/"

    assert client.post(move + "closed").status_code == 409
    assert client.post(move + "registration").status_code == 302
    assert client.post(move + "closed").status_code == 302
    assert client.post(move + "registration").status_code == 409  # no reason
    assert (
        client.post(move + "registration", data={"reason": "补报"}).status_code == 302
    )
    assert session.get(Event, event.id).state == "registration"


def test_a_copy_moves_its_dates(client, session, sign_in):
    event = make_event(session)
    later = make_competition(
        session,
        starts_on=event.competition.starts_on + timedelta(days=100),
        ends_on=event.competition.ends_on + timedelta(days=100),
    )
    sign_in(make_user(session, "committee"))

    client.post(
        f"/events/{event.uid}/clone", data={"competition": later.uid, "name": "焊工二"}
    )

    copy = session.scalars(select(Event).where(Event.name == "焊工二")).one()
    assert copy.starts_at - event.starts_at == timedelta(days=100)
    assert (copy.state, copy.competition) == ("draft", later)


def test_the_list_of_competitions_costs_a_fixed_number_of_queries(
    client, session, sign_in, count_queries
):
    sign_in(make_user(session, "committee"))
    for _number in range(3):
        make_event(session)

    client.get("/desk")
    with count_queries() as few:
        client.get("/competitions")
    for _number in range(5):
        make_event(session)
    with count_queries() as many:
        client.get("/competitions")

    assert len(few) == len(many)
