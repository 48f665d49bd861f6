"""The papers of the day: each a PDF that says what it should."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from competition.registration.services.review import accept_entry
from competition.teams.queries.teams import list_roster
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.codes import make_desk
from tests.factories.competition import NOW
from tests.factories.gates import make_gate
from tests.factories.teams import make_team


@pytest.fixture
def place(session, sign_in):
    event, entries = make_desk(session, 3)
    make_gate(session, event, "赛场")
    sign_in(make_user(session, "committee"))
    return event, entries, f"/events/{event.uid}/prints"


def fonts_of(page: Any) -> Any:
    return page["/Resources"]["/Font"].get_object()


def read(client, url):
    answer = client.get(url)
    assert answer.content_type == "application/pdf"
    pdf = PdfReader(io.BytesIO(answer.data))
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages
        for font in fonts_of(page).values()
    }
    assert all("NotoSansSC" in name for name in fonts)
    return ["".join(page.extract_text().split()) for page in pdf.pages]


def test_each_paper_says_what_it_should(client, place):
    event, entries, url = place
    names = [entry.person.name for entry in entries]
    assert all(kind in client.get(url).text for kind in ("准考证", "赛位", "时间安排"))

    tickets = read(client, f"{url}/tickets.pdf")
    [badges] = read(client, f"{url}/badges.pdf")
    [listed] = read(client, f"{url}/names.pdf")
    doors = read(client, f"{url}/doors.pdf")
    stations = read(client, f"{url}/stations.pdf?stations=8&in_row=4")
    [timetable] = read(client, f"{url}/timetable.pdf")

    assert len(tickets) == 3
    for entry in entries:
        assert sum(entry.ticket.number in page for page in tickets) == 1
        assert entry.ticket.number in badges
    assert all(name in badges and name in listed for name in names)
    assert len(doors) == 2
    assert "赛场" in doors[1]
    assert len(stations) == 3  # the plan, and two pages of cards
    assert all(f"{number:02d}" in stations[0] for number in range(1, 9))
    assert event.name in timetable


def test_papers_of_one_group_leave_the_others_out(client, session, sign_in):
    event, entries = make_desk(session, 3, groups=("职工组", "学生组"))
    sign_in(make_user(session, "committee"))
    url = f"/events/{event.uid}/prints"
    group = event.groups[0]
    chosen = {e.person.name for e in entries if e.group == group}
    assert 0 < len(chosen) < len(entries)
    page = client.get(f"{url}?group={group.uid}").text
    assert f"names.pdf?group={group.uid}" in page

    for paper in ("tickets", "badges", "names"):
        said = "".join(read(client, f"{url}/{paper}.pdf?group={group.uid}"))
        named = {e.person.name for e in entries if e.person.name in said}
        assert named == chosen, paper
    assert client.get(f"{url}/names.pdf?group=none").status_code == 404


def test_papers_of_a_team_event_name_the_teams(client, session, sign_in):
    team = make_team(session, members=2, name="鉴湖一队")
    for row in list_roster(session, team.id):
        accept_entry(session, entry=row.entry, actor=SYSTEM, now=NOW)
    sign_in(make_user(session, "committee"))
    url = f"/events/{team.event.uid}/prints"

    [badges] = read(client, f"{url}/badges.pdf")
    [listed] = read(client, f"{url}/names.pdf")

    assert badges.count("鉴湖一队") == 2
    assert listed.count("鉴湖一队") == 2


def test_papers_of_one_unit(client, session, place):
    _event, (first, second, _third), url = place

    [page] = read(client, f"{url}/names.pdf?unit={first.unit.uid}")

    assert first.person.name in page
    assert second.person.name not in page
    assert client.get(f"{url}/nothing.pdf").status_code == 404
    assert client.get(f"{url}/stations.pdf?stations=501").status_code == 404
