"""Copies of competitions, sessions, and the calendar of a year."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from competition.events.models import Competition, Event
from competition.sessions.models import EventSession
from competition.sessions.queries import list_sessions
from competition.sessions.services import SessionValues, add_session
from ledger.log.services import SYSTEM
from scoring.judges.services import Appointment, assign_judge
from scoring.scheme.queries import find_draft, find_newest
from scoring.scheme.services.drafts import begin_draft
from scoring.scheme.services.versions import attach_scheme
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_competition, make_event
from tests.factories.scoring import SCHEME
from workbooks import read_workbook

HOUR = timedelta(hours=1)
SESSION_FORM = {
    "round": "final",
    "part": "practical",
    "starts_at": "2026-06-20T08:30",
    "ends_at": "2026-06-20T11:30",
    "stations": "12",
    "equipment": "五轴加工中心，示波器",
}


def make_session(session, event, begins, hours=3, **values):
    return add_session(
        session,
        event=event,
        values=SessionValues(
            **{
                "round": "final",
                "part": "practical",
                "name": "",
                "starts_at": begins,
                "ends_at": begins + hours * HOUR,
                **values,
            }
        ),
        actor=SYSTEM,
        now=NOW,
    )


@pytest.fixture
def organiser(session, sign_in):
    user = make_user(session, "committee", scope=Scope("district", "330600"))
    sign_in(user)
    return user


def test_a_competition_is_copied_whole(client, session, organiser):
    source = make_competition(session, name="2026年职工技能大赛")
    one = make_event(session, competition=source, groups=("职工组", "学生组"), quota=9)
    two = make_event(session, competition=source, notice="2026年6月20日开赛")
    left = make_event(session, competition=source)
    make_session(session, one, one.starts_at, stations=12)
    attach_scheme(session, event=one, text=SCHEME, actor=SYSTEM, now=NOW)
    begin_draft(session, event=two, text=SCHEME, origin="", actor=SYSTEM, now=NOW)

    page = client.get(f"/competitions/{source.uid}/clone").text
    assert "2027年职工技能大赛" in page
    client.post(
        f"/competitions/{source.uid}/clone",
        data={
            "name": "2027年职工技能大赛",
            "starts_on": str(source.starts_on + timedelta(days=364)),
            "events": [one.uid, two.uid],
        },
    )

    copy = session.scalars(
        select(Competition).where(Competition.name == "2027年职工技能大赛")
    ).one()
    first, second = copy.events
    assert left.name not in {event.name for event in copy.events}
    assert (copy.year, copy.ends_on - copy.starts_on) == (2027, timedelta(days=2))
    assert [g.name for g in first.groups] == ["职工组", "学生组"]
    assert (first.quota, first.state) == (9, "draft")
    assert first.starts_at - one.starts_at == timedelta(days=364)
    [held] = list_sessions(session, [first.id])
    assert (held.starts_at, held.stations) == (first.starts_at, 12)
    version = find_newest(session, first.id)
    assert (version.text, version.frozen_at) == (
        find_newest(session, one.id).text,
        None,
    )
    assert find_draft(session, second.id).text == SCHEME
    page = client.get(f"/competitions/{copy.uid}/prepare").text
    assert "2026" in page.split(f">{second.name}</a>")[1].split("</tr>")[0]


def test_nothing_chosen_makes_nothing(client, session, organiser):
    event = make_event(session)
    before = session.query(Competition).count()

    answer = client.post(
        f"/competitions/{event.competition.uid}/clone",
        data={"name": "无", "starts_on": "2027-06-20"},
    )

    assert "请至少选择一个赛项。" in answer.text
    assert session.query(Competition).count() == before


def test_who_organises_one_competition_makes_no_other(client, session, sign_in):
    event = make_event(session)
    scope = Scope("competition", event.competition.uid)
    sign_in(make_user(session, "committee", scope=scope))
    before = session.query(Competition).count()

    client.post(
        f"/competitions/{event.competition.uid}/clone",
        data={"name": "又一届", "starts_on": "2027-06-20", "events": [event.uid]},
    )

    assert session.query(Competition).count() == before


def test_registration_of_all_opens_or_of_none(client, session, organiser):
    competition = make_competition(session)
    coming = datetime.now(UTC) + timedelta(days=30)
    dates = {
        "registration_opens_at": coming - 20 * 24 * HOUR,
        "registration_closes_at": coming,
        "starts_at": coming + 24 * HOUR,
    }
    ready = make_event(session, state="draft", competition=competition, **dates)
    late = make_event(session, state="draft", competition=competition)
    late.registration_closes_at = NOW - 24 * HOUR
    address = f"/competitions/{competition.uid}/prepare"

    refused = client.post(address, data={"events": [ready.uid, late.uid]}).text
    states = {ready.id: "draft", late.id: "draft"}
    assert late.name in refused.split("<table")[0]
    assert {e.id: e.state for e in session.scalars(select(Event))} == states

    client.post(address, data={"events": [ready.uid]})
    assert session.get(Event, ready.id).state == "registration"


def test_a_session_is_made_changed_and_removed(client, session, organiser):
    event = make_event(session)
    event.starts_at = datetime(2026, 6, 20, tzinfo=UTC)
    client.get(f"/events/{event.uid}/timetable")
    client.post(f"/events/{event.uid}/sessions/new", data=SESSION_FORM)

    held = session.scalars(select(EventSession)).one()
    assert held.starts_at == datetime(2026, 6, 20, 0, 30, tzinfo=UTC)
    assert held.equipment == "五轴加工中心, 示波器"
    page = client.get(f"/events/{event.uid}/timetable").text
    assert "08:30 – 11:30" in page

    # The next one begins where this one ends.
    assert "2026-06-20 11:30" in client.get(f"/events/{event.uid}/sessions/new").text
    address = f"/events/{event.uid}/sessions/{held.uid}"
    client.post(address, data={**SESSION_FORM, "stations": "20"})
    assert session.scalars(select(EventSession.stations)).one() == 20
    client.post(f"{address}/remove")
    assert session.scalars(select(EventSession)).all() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ends_at": "2026-06-20T08:30"}, "结束时间须晚于开始时间。"),
        ({"starts_at": "2026-05-01T08:30"}, "场次须在报名截止之后开始。"),
        ({"stations": "0"}, "请填写 1 到 2000 之间的整数。"),
    ],
)
def test_a_session_that_cannot_be(client, session, organiser, change, said):
    event = make_event(session)

    answer = client.post(
        f"/events/{event.uid}/sessions/new", data={**SESSION_FORM, **change}
    )

    assert said in answer.text
    assert session.scalars(select(EventSession)).all() == []


def test_a_session_of_another_event_is_not_there(client, session, organiser):
    event, other = make_event(session), make_event(session)
    held = make_session(session, other, other.starts_at)

    assert client.get(f"/events/{event.uid}/sessions/{held.uid}").status_code == 404


def test_the_timetable_of_a_draft_is_not_public(client, session):
    event = make_event(session, state="draft")

    assert client.get(f"/events/{event.uid}/timetable").status_code == 404


def test_clashes_of_place_machine_and_judge_are_shown(client, session, organiser):
    one, two, far = (make_event(session, venue=f"车间{n}") for n in range(3))
    begins = one.starts_at
    make_session(session, one, begins, venue="实训 中心", equipment="示波器")
    make_session(session, two, begins + HOUR, venue="实训中心", equipment="示波器")
    make_session(session, far, begins + 9 * HOUR, venue="实训中心")
    judge = make_user(session)
    for event in (one, far):
        assign_judge(
            session,
            event=event,
            user=judge,
            appointment=Appointment(),
            actor=SYSTEM,
            now=NOW,
        )
    other = make_event(session, competition=make_competition(session))
    make_session(session, other, begins, venue="别处")
    assign_judge(
        session,
        event=other,
        user=judge,
        appointment=Appointment(),
        actor=SYSTEM,
        now=NOW,
    )

    page = client.get("/competitions/calendar?year=2026&clashing=y").text

    rows = {
        n: p for n in (one, two, other) for p in [page.split(f">{n.name}</a>", 1)[1]]
    }
    first = rows[one].split("</tr>")[0]
    assert first.count("地点</span>") == first.count("设备</span>") == 1
    assert judge.display_name in first
    assert judge.display_name in rows[other].split("</tr>")[0]
    assert f">{far.name}<" not in page


def test_a_calendar_is_taken_along(client, session, organiser):
    made = make_competition(session, name="技能大赛，" + "很" * 40)
    one = make_event(session, competition=made, name="=焊工", venue="一处")
    two = make_event(session, competition=made, venue="一处")
    later = make_event(session, starts_at=NOW + timedelta(days=400))

    text = client.get("/competitions/calendar.ics?year=2026").data
    book = read_workbook(client.get("/competitions/calendar.xlsx?year=2026").data)
    none = client.get("/competitions/calendar.ics?year=1999")

    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    whole = text.replace(b"\r\n ", b"").decode()
    assert whole.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:=焊工 · 技能大赛，" + "很" * 40 in whole
    assert f"UID:{one.uid}@jiangcai" in whole
    assert "DTSTART;VALUE=DATE:20260619\r\nDTEND;VALUE=DATE:20260620" in whole
    assert later.uid not in whole
    [rows] = book.values()
    assert [row[2] for row in rows[1:]] == ["=焊工", two.name]
    assert two.name in str(rows[1][8])
    assert none.status_code == 200  # another year is this one


def test_a_calendar_costs_a_fixed_number_of_queries(
    client, session, organiser, count_queries
):
    for _number in range(2):
        make_event(session, venue="一处")
    client.get("/competitions/calendar?year=2026")
    with count_queries() as few:
        client.get("/competitions/calendar?year=2026")
    for _number in range(6):
        make_event(session, venue="一处")

    with count_queries() as many:
        client.get("/competitions/calendar?year=2026")

    assert len(many) == len(few)


def test_an_empty_year_says_so(client, organiser):
    assert "年没有赛项" in client.get("/competitions/calendar").text
