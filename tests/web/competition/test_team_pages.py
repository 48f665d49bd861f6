"""Teams on the web: the unit's officer, the leader, the committee, and strangers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from competition.registration.models import Entry
from competition.registration.services.review import accept_entry
from competition.teams.models import Team
from competition.teams.queries.teams import list_roster
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_entry
from tests.factories.people import make_person, make_unit
from tests.factories.teams import make_team, make_team_event


@pytest.fixture
def event(session):
    """Return an event for teams that is open now."""
    soon = datetime.now(UTC) + timedelta(days=9)
    return make_team_event(
        session,
        until="checkin",
        unit_quota=3,
        quota=30,
        registration_closes_at=soon,
        starts_at=soon,
    )


@pytest.fixture
def unit(session):
    return make_unit(session)


@pytest.fixture
def officer(session, unit):
    return make_user(session, "unit_officer", scope=Scope("unit", unit.uid))


def form(members, substitutes=(), **values):
    return {
        "name": "越城一队",
        "leader_name": "周领队",
        "leader_account": "",
        "coach-name": "吴教练",
        "coach-unit": "",
        "coach-id_number": "",
        "second_coach-name": "",
        "members": [entry.uid for entry in members],
        "substitutes": [entry.uid for entry in substitutes],
        **values,
    }


def test_an_officer_registers_a_team_and_its_leader_changes_it(
    client, session, sign_in, event, unit, officer
):
    first, second, third = (make_entry(session, event, unit=unit) for _ in range(3))
    leader = make_user(session, "contestant", username="zhou")
    sign_in(officer)

    empty = client.get(f"/events/{event.uid}/teams/new").text
    made = client.post(
        f"/events/{event.uid}/teams/new",
        data=form([first, second], [third], leader_account="ZHOU"),
    )
    team = session.scalars(select(Team)).one()
    shown = client.get(f"/teams/{team.uid}").text
    sign_in(leader)
    desk = client.get("/desk").text
    led = client.get(f"/teams/{team.uid}").text
    roster = client.get(f"/competitions/{event.competition.uid}/delegation").text
    renamed = client.post(
        f"/teams/{team.uid}/edit", data=form([first], [third], name="越城二队")
    )

    assert first.person.name in empty
    assert made.status_code == renamed.status_code == 302
    assert made.location.endswith(f"/teams/{team.uid}")
    assert all(e.person.name in shown for e in (first, second, third))
    assert "吴教练" in shown
    assert f"/teams/{team.uid}" in desk
    assert second.person.name in led
    assert second.person.name in roster
    session.refresh(team)
    assert team.name == "越城二队"
    assert [row.role for row in list_roster(session, team.id)] == [
        *("member", "substitute"),
    ]


def test_everything_wrong_with_a_team_is_said_at_once(
    client, session, sign_in, event, unit, officer
):
    people = [make_entry(session, event, unit=unit) for _ in range(3)]
    sign_in(officer)
    where = f"/events/{event.uid}/teams/new"

    unknown = client.post(
        where,
        data=form(people, leader_account="nobody", **{"coach-unit": "无此单位"}),
    )
    twice = client.post(where, data=form(people, people))

    assert unknown.status_code == twice.status_code == 422
    assert unknown.text.count("field__errors") >= 2
    assert all(entry.person.name in twice.text for entry in people)
    assert session.scalars(select(Team)).all() == []


def test_strangers_see_no_team(client, session, sign_in, event):
    team = make_team(session, event)
    other = make_unit(session)
    competition = f"/competitions/{event.competition.uid}/delegation"
    for user in (
        make_user(session, "unit_officer", scope=Scope("unit", other.uid)),
        make_user(session, "unit_officer"),  # everywhere: speaks for no unit
        make_user(session, "contestant"),
    ):
        sign_in(user)
        assert client.get(f"/teams/{team.uid}").status_code == 404
        assert client.post(f"/teams/{team.uid}/end").status_code == 404
        assert client.get(competition).status_code == 404
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", other.uid)))
    assert "empty" in client.get(f"/events/{event.uid}/teams/new").text


def test_the_committee_lists_teams_and_lets_a_substitute_in(
    client, session, sign_in, event
):
    team = make_team(session, event, members=2, substitutes=1)
    roster = list_roster(session, team.id)
    for row in roster:
        accept_entry(session, entry=row.entry, actor=SYSTEM, now=NOW)
    out, _stays, comes = roster
    sign_in(make_user(session, "committee"))
    where = f"/teams/{team.uid}/replace"

    listed = client.get(f"/events/{event.uid}/teams").text
    offered = client.get(where).text
    silent = client.post(where, data={"member": out.uid, "substitute": comes.uid})
    done = client.post(
        where, data={"member": out.uid, "substitute": comes.uid, "reason": "受伤"}
    )
    page = client.get(f"/teams/{team.uid}").text
    edit = client.get(f"/teams/{team.uid}/edit")

    assert team.name in listed
    assert comes.entry.person.name in offered
    assert silent.status_code == 422
    assert done.status_code == 302
    assert "受伤" in page
    assert comes.entry.state == "accepted"
    assert edit.status_code == 404  # the unit's and the leader's


def test_a_team_is_taken_back_with_a_reason(
    client, session, sign_in, event, unit, officer
):
    team = make_team(session, event, unit=unit)
    sign_in(officer)

    silent = client.post(f"/teams/{team.uid}/end")
    done = client.post(f"/teams/{team.uid}/end", data={"reason": "误报"})
    page = client.get(f"/teams/{team.uid}")

    assert silent.status_code == 422
    assert done.status_code == 302
    assert page.status_code == 200
    assert f"/teams/{team.uid}/edit" not in page.text


def test_a_delegation_shows_its_places_whatever_its_size(
    client, session, sign_in, event, unit, officer, count_queries
):
    single = make_team_event(session, competition=event.competition, unit_quota=9)
    team = make_team(session, event, unit=unit, members=2, substitutes=1)
    for _ in range(4):
        make_entry(session, single, unit=unit)
    small = make_unit(session)
    for entered in (event, single):
        make_entry(session, entered, unit=small)
    where = f"/competitions/{event.competition.uid}/delegation"

    sign_in(make_user(session, "unit_officer", scope=Scope("unit", small.uid)))
    client.get(where)
    with count_queries() as few:
        other = client.get(where).text
    sign_in(officer)
    client.get(where)
    with count_queries() as many:
        page = client.get(where).text
    only = client.get(where, query_string={"event": single.uid}).text

    assert len(many) == len(few)
    assert 'max="3"' in page
    assert 'value="2"' in page
    assert f"/teams/{team.uid}" in page
    assert f"/teams/{team.uid}" not in only
    assert f"/teams/{team.uid}" not in other
    assert event.competition.name in client.get("/delegations").text


def test_a_long_roster_is_paged_and_narrowed(
    client, session, sign_in, event, unit, officer, count_queries
):
    first = make_entry(session, event, unit=unit)
    template = {c: getattr(first, c) for c in ("event_id", "group_id", "unit_id")}
    others = [
        make_person(session, name=f"赵{chr(0x4E00 + number)}") for number in range(120)
    ]
    session.add_all(
        Entry(**template, person=person, state="accepted", started_at=NOW)
        for person in others
    )
    session.flush()
    where = f"/competitions/{event.competition.uid}/delegation"
    sign_in(officer)
    client.get(where)
    costs = []
    for page in (1, 3):
        with count_queries() as queries:
            text = client.get(where, query_string={"page": page}).text
        costs.append((len(queries), text.count('<th scope="row"')))

    name, other = others[7].name, others[8].name
    found = client.get(where, query_string={"q": name, "state": "accepted"}).text
    none = client.get(where, query_string={"q": name, "state": "submitted"}).text

    assert costs[0][0] == costs[1][0] < 25
    assert [rows for _cost, rows in costs] == [51, 22]  # one row of places besides
    assert name in found
    assert other not in found
    assert "/unit/entries/" not in none


def test_rules_of_teams_are_set_on_the_page_of_rules(client, session, sign_in, event):
    sign_in(make_user(session, "committee"))
    where = f"/events/{event.uid}/rules"
    data = {"level": "", "papers_asked": ["id_card"], "reason": "x", "action": "save"}

    parts = {"team_min": "3", "team_max": "", "team_substitutes": "1"}
    alone = client.post(where, data={**data, **parts})
    odd = client.post(where, data={**data, "team_min": "3", "team_max": "2"})
    saved = client.post(
        where,
        data={**data, "team_min": "", "team_max": "5", "team_substitutes": "2"}
        | {"team_replace_until": "checkin"},
    )

    assert (alone.status_code, odd.status_code, saved.status_code) == (422, 422, 302)
    text = client.get(f"{where}.toml").text
    assert "[team]\nmax = 5\nsubstitutes = 2\n" in text
    assert 'replace_until = "checkin"' in text
