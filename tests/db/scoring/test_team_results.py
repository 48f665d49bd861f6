"""Registered teams in published results, in the medals table, and in bundles."""

import json

import pytest

from competition.teams.models import Team, TeamMember
from scoring.bundle import verify
from scoring.results.services import beside, publish
from tests.factories.bundle import bundle_of, make_audited, unpack
from tests.factories.scoring import NOW, SCHEME, make_marked_event

TEAMS = '[teams]\nmethod = "sum"\n'


def put_together(session, event, name, *entries):
    """Make a team of entries that take part, as if it had been registered in time."""
    team = Team(event=event, unit=entries[0].unit, name=name, registered_at=NOW)
    session.add(team)
    session.flush()
    for entry in entries:
        session.add(
            TeamMember(team=team, entry=entry, role="member", since=event.starts_at)
        )
    session.flush()
    return team


@pytest.fixture
def made(session):
    """Four at work: two teams of two, of people of four units."""
    found = make_marked_event(session, works=4, text=SCHEME + TEAMS)
    first, second, third, fourth = found.entries
    put_together(session, found.event, "甲队", first, fourth)
    put_together(session, found.event, "乙队", second, third)
    return found


def test_teams_are_ranked_by_their_rosters(client, made):
    made.run_to_decoded()
    made.publish()

    page = client.get(f"/results/{made.event.uid}").text
    signed = client.get(f"/results/{made.event.uid}/json").get_json()
    table = client.get(f"/results/{made.event.uid}/csv").text

    assert [row["team"] for row in signed["rows"]] == ["甲队", "乙队", "乙队", "甲队"]
    teams = {team["team"]: team for team in signed["teams"]}
    assert teams["甲队"]["members"] == [1, 4]
    assert [team["rank"] for team in signed["teams"]] == [1, 1]  # both add up the same
    assert page.count("乙队") == 3
    assert "甲队" in table


def test_the_medals_of_a_team_event_go_to_the_teams(client, made):
    made.run_to_decoded()
    competition = made.event.competition.uid
    before = client.get(f"/competitions/{competition}/medals").text
    made.publish()

    page = client.get(f"/competitions/{competition}/medals").text
    book = client.get(f"/competitions/{competition}/medals.xlsx")
    paper = client.get(f"/competitions/{competition}/medals.pdf")

    assert "empty" in before
    assert "甲队" not in before
    assert "甲队" in page
    assert "乙队" in page
    assert "=1" in page
    assert book.data[:2] == b"PK"
    assert paper.data[:5] == b"%PDF-"


def test_medals_of_individuals_follow_the_awards(client, session):
    made = make_marked_event(session, works=3)
    made.run_to_decoded()
    made.publish()
    competition = made.event.competition.uid

    page = client.get(f"/competitions/{competition}/medals").text
    made.event.state = "draft"
    session.flush()

    assert made.entries[0].unit.name in page
    assert made.entries[1].unit.name not in page
    assert client.get(f"/competitions/{competition}/medals").status_code == 404


def test_a_bundle_adds_the_teams_up_again(session):
    def register(marked):
        put_together(session, marked.event, "甲队", *marked.entries[:2])
        put_together(session, marked.event, "乙队", *marked.entries[2:4])

    audited = make_audited(session, text=SCHEME + TEAMS, before=register)
    files = unpack(bundle_of(session, audited.event))
    named = unpack(bundle_of(session, audited.event, names=True))
    [*_others, last] = named["publications.jsonl"].splitlines()
    snapshot = json.loads(last)["snapshot"]

    def held(text):
        options = verify.Options(published=[("r.json", text.encode())])
        return verify.verify(verify.MemorySource(files), options)

    assert verify.verify(verify.MemorySource(named), verify.Options()).holds
    assert held(snapshot).holds
    assert "甲队" not in files["publications.jsonl"].decode()


@pytest.mark.parametrize("wrong", ["total", "rank", "members", "left out"])
def test_a_publication_with_other_teams_is_found(session, monkeypatch, wrong):
    """Signed by us, so that nothing but the sums can tell."""
    real = beside.list_beside

    def change(*given):
        told = real(*given)
        first, second = told["teams"]
        if wrong == "total":
            first["total"] = str(float(first["total"]) + 1)
        elif wrong == "rank":
            first["rank"], second["rank"] = 2, 1
        elif wrong == "members":
            first["members"].append(second["members"].pop())
        else:
            told["teams"].pop()
        return told

    def register(marked):
        put_together(session, marked.event, "甲队", *marked.entries[:2])
        put_together(session, marked.event, "乙队", *marked.entries[2:5])
        monkeypatch.setattr(publish, "list_beside", change)

    audited = make_audited(session, text=SCHEME + TEAMS, before=register)
    named = unpack(bundle_of(session, audited.event, names=True))

    report = verify.verify(verify.MemorySource(named), verify.Options())

    assert set(report.faults) == {"published"}
    assert "team" in report.faults["published"].where
