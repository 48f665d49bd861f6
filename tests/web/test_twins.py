"""Printed twins of the day's forms: what stands on them, and what their codes open."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from competition.checkin.models import CheckIn, CheckInSession, GateScan
from competition.checkin.services import desk
from competition.draw.models import DrawContribution
from competition.draw.queries import find_live
from extensions import LOCAL
from ledger.log.queries import list_for_subject
from scoring.appeals.models import Appeal
from scoring.incidents.models import Incident
from scoring.recheck import queries as recheck
from tests.factories.accounts import make_user
from tests.factories.codes import (
    at_desk,
    check_in,
    close,
    make_desk,
    make_officers,
)
from tests.factories.gates import make_gate
from tests.factories.scoring import make_marked_event
from tests.papers import page_texts, pictures, read_qr
from twins import NUMBER_SHAPE, blanks_of, paper_field


def read_code(answer, page=0):
    """Return what the code on a page opens here, and the number of the sheet."""
    assert answer.status_code == 200
    [picture] = pictures(answer.data, page)
    parts = urlsplit(read_qr(picture))
    [number] = parse_qs(parts.query)["paper"]
    assert NUMBER_SHAPE.fullmatch(number)
    assert number in page_texts(answer.data)[page]
    return f"{parts.path}?{parts.query}", number


class EveryForm(FlaskForm):
    code = SelectField("Work", choices=[str(n) for n in range(20)])
    kind = RadioField("Kind", choices=["One", "Two"])
    sure = BooleanField("Sure")
    text = TextAreaField("Course")
    name = StringField("Name")
    file = FileField("Photo")
    known = StringField("Known")
    hidden = HiddenField("Hidden")
    paper = paper_field()


def test_a_sheet_asks_what_the_form_asks(app):
    with app.test_request_context():
        blanks = blanks_of(EveryForm(formdata=None), leave_out=["known"])

    assert [(b.label, list(b.choices), b.lines) for b in blanks] == [
        ("Work", [], 1),  # too many to tick
        ("Kind", ["One", "Two"], 1),
        ("", ["Sure"], 1),
        ("Course", [], 5),
        ("Name", [], 1),
        (blanks[5].label, [], 1),
    ]
    assert "Photo" in blanks[5].label


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("k7m-4qx", "K7M4QX"), ("", ""), ("K7M4Q", None), ("K7M4Q0", None)],
)
def test_the_number_of_a_sheet(app, typed, kept):
    with app.test_request_context(method="POST", data={"paper": typed}):
        form = EveryForm(meta={"csrf": False})
        form.validate()
        found = None if form.paper.errors else form.paper.data

    assert found == kept


def an_incident(made, **changes):
    at = datetime.now(UTC).astimezone(LOCAL) - timedelta(hours=1)
    return {
        "entry": made.works[0],
        "kind": "equipment",
        "happened_at": at.strftime("%Y-%m-%dT%H:%M"),
        "what": "电源中断",
        "asked": "",
        "value": "",
        "lost_minutes": "7",
        **changes,
    }


def test_incidents_are_keyed_in_from_paper_once(client, session, sign_in):
    made = make_marked_event(session, works=2)
    supervisor = make_user(session, "supervisor")
    sign_in(supervisor)
    base = f"/events/{made.event.uid}/incidents"

    answer = client.get(f"{base}/sheets.pdf?copies=2&entry={made.works[0]}")

    first, second = page_texts(answer.data)
    for text in (first, second):
        assert made.works[0] in text
        assert "设备" in text  # a kind to tick
        assert not any(entry.person.name in text for entry in made.entries)
    url, number = read_code(answer)
    _url, other = read_code(answer, 1)
    assert number != other
    page = client.get(url).text
    assert f'value="{number}"' in page
    assert f'<option selected value="{made.works[0]}">' in page
    assert client.post(base, data=an_incident(made, paper=number)).status_code == 302
    assert client.post(base, data=an_incident(made, paper=number)).status_code == 422
    [incident] = session.scalars(select(Incident)).all()
    assert (incident.paper, incident.recorded_by) == (number, supervisor.uid)
    [link] = list_for_subject(session, f"incident:{incident.uid}")
    assert json.loads(link.body)["paper"] == number
    assert number in client.get(base).text
    assert number in page_texts(client.get(f"{base}.pdf").data)[0]
    assert client.get(f"{base}/sheets.pdf?entry=none").status_code == 404
    sign_in(make_user(session, "contestant"))
    assert client.get(f"{base}/sheets.pdf").status_code == 403
    assert client.get(url).status_code == 403


def test_the_decision_on_an_incident_has_a_sheet(client, session, sign_in):
    made = make_marked_event(session, works=2)
    sign_in(make_user(session, "supervisor"))
    base = f"/events/{made.event.uid}/incidents"
    client.post(base, data=an_incident(made))
    [incident] = session.scalars(select(Incident)).all()
    sign_in(made.judge("J1"))

    answer = client.get(f"{base}/{incident.uid}/sheet.pdf")

    assert "电源中断" in page_texts(answer.data)[0]
    url, number = read_code(answer)
    assert f'value="{number}"' in client.get(url).text
    client.post(
        url, data={"verdict": "declined", "reason": "证据不足", "paper": number}
    )
    assert (incident.state, incident.decision_paper) == ("declined", number)
    assert number in client.get(f"{base}/{incident.uid}").text


def test_works_left_to_recheck_have_a_sheet_each(client, session, sign_in):
    made = make_marked_event(session, works=8)
    made.fill()
    made.sign_all()
    made.lock()
    sign_in(made.supervisor)
    row = recheck.find_row(session, made.event.id, 1)
    assert row is not None
    works = recheck.find_state(session, row).works
    base = f"/events/{made.event.uid}/recheck"

    answer = client.get(f"{base}/sheets.pdf")

    texts = page_texts(answer.data)
    assert len(texts) == len(works)
    for work, text in zip(works, texts, strict=True):
        assert work in text
        assert "P1.1" in text
        assert not any(entry.person.name in text for entry in made.entries)
    url, number = read_code(answer)
    assert urlsplit(url).path == f"{base}/{works[0]}"
    assert client.get(url).text.count(f'value="{number}"') == 2
    client.post(url, data={"outcome": "right", "paper": number})
    [finding] = recheck.list_findings(session, row)
    assert (finding.entry, finding.paper) == (works[0], number)
    assert number in client.get(base).text
    left = page_texts(client.get(f"{base}/sheets.pdf").data)
    assert len(left) == len(works) - 1
    assert client.get(f"{base}/sheets.pdf?work={works[0]}").status_code == 404
    sign_in(made.committee)
    assert client.get(f"{base}/sheets.pdf").status_code == 403


def test_the_numbers_of_a_draw_are_keyed_in_from_one_sheet(client, session, sign_in):
    event, entries = make_desk(session, 3)
    check_in(session, event, entries)
    close(session, event)
    officers = make_officers(session, event)
    sign_in(officers[1])
    base = f"/events/{event.uid}/codes/contest"
    before = page_texts(client.get(f"{base}/sheet.pdf").data)[0]
    client.post(f"{base}/commit")
    draw = find_live(session, event.id, "contest_no")

    answer = client.get(f"{base}/sheet.pdf")

    [text] = page_texts(answer.data)
    assert draw.commitment[:8] in text
    assert draw.commitment[:8] not in before
    assert not any(entry.person.name in text for entry in entries)
    url, number = read_code(answer)
    assert f'value="{number}"' in client.get(url).text
    called = {"kind": "leader", "by": "越城区", "value": "7", "paper": number}
    followed = client.post(f"{base}/contribute", data=called)
    assert number in followed.location  # the next number of the same sheet
    client.post(f"{base}/contribute", data={**called, "kind": "dice", "value": "35"})
    rows = session.scalars(select(DrawContribution).order_by(DrawContribution.seq))
    assert [(row.value, row.paper) for row in rows] == [("7", number), ("35", number)]
    assert number in client.get(f"/draws/{draw.uid}").text  # and the public reads it
    for other in (2, "chief"):
        sign_in(officers[other])
        assert client.get(f"{base}/sheet.pdf").status_code == 403
        assert client.get(url).status_code == 403


def test_an_appeal_on_paper_is_keyed_in_once(client, session, sign_in):
    made = make_marked_event(session, works=3)
    made.run_to_decoded()
    made.now = datetime.now(UTC) - timedelta(minutes=5)
    made.publish()
    entry, other = made.entries[:2]
    sign_in(entry.user)

    answer = client.get(f"/appeals/new/{entry.uid}/sheet.pdf")

    [text] = page_texts(answer.data)
    assert entry.person.name in text
    url, number = read_code(answer)
    assert f'value="{number}"' in client.get(url).text
    written = {"grounds": "得分有误", "paper": number}
    assert client.post(f"/appeals/new/{entry.uid}", data=written).status_code == 302
    [appeal] = session.scalars(select(Appeal)).all()
    assert (appeal.paper, appeal.filed_by) == (number, entry.user.uid)
    assert number in client.get(f"/appeals/{appeal.uid}").text
    sign_in(other.user)
    again = client.post(f"/appeals/new/{other.uid}", data=written)
    assert number in again.text
    assert session.scalars(select(Appeal)).all() == [appeal]
    assert client.get(f"/appeals/new/{entry.uid}/sheet.pdf").status_code == 404
    assert client.get(url).status_code == 404


@pytest.fixture
def gates(session, sign_in):
    """Check-in of a morning two hours ago, a room, and its officer at the desk."""
    event, entries = make_desk(session, 3, groups=("职工组", "学生组"))
    opened = datetime.now(UTC) - timedelta(hours=2)
    session.scalars(select(CheckInSession)).one().opened_at = opened
    event.starts_at = opened + timedelta(hours=1)
    room = make_gate(session, event)
    officers = make_officers(session, event)
    sign_in(officers["checkin"])
    return event, entries, room, officers


def clock(minutes):
    """Return the time on paper, so many minutes after the check-in was opened."""
    at = datetime.now(UTC) - timedelta(hours=2) + timedelta(minutes=minutes)
    return at.astimezone(LOCAL).strftime("%H:%M")


def test_the_check_in_is_keyed_in_from_a_list_of_names(client, session, gates):
    event, entries, _room, officers = gates
    base = f"/events/{event.uid}/checkin"

    answer = client.get(f"{base}/sheet.pdf")
    url, number = read_code(answer)
    assert urlsplit(url).path == f"{base}/paper"
    page = client.get(url)
    times = {f"in-{entries[0].uid}": clock(5), f"in-{entries[1].uid}": clock(100)}
    done = client.post(f"{base}/paper", data={"paper": number, **times})

    [text] = page_texts(answer.data)
    for entry in entries:
        assert entry.person.name in text
        assert entry.ticket.number in text
    assert (
        entries[0].person.name
        not in page_texts(client.get(f"{base}/sheet.pdf?empty=1").data)[0]
    )
    assert f'value="{number}"' in page.text
    assert done.status_code == 302
    found = {c.entry_id: c for c in session.scalars(select(CheckIn))}
    assert {found[e.id].status for e in entries[:2]} == {"present", "late"}
    assert found[entries[0].id].device == f"paper:{number}"
    assert found[entries[0].id].at.astimezone(LOCAL).strftime("%H:%M") == clock(5)
    assert entries[2].id not in found
    scans = client.get(f"{base}/scans").text
    assert scans.count(number) == 2
    assert scans.count(officers["checkin"].display_name) >= 2
    assert number in client.get(f"{base}/list").text
    again = client.get(url).text
    assert f'name="in-{entries[0].uid}"' not in again  # not twice
    assert f'name="in-{entries[2].uid}"' in again


def test_a_room_is_keyed_in_from_its_list_in_the_order_of_time(
    client, session, gates, sign_in
):
    event, entries, room, officers = gates
    opened = session.scalars(select(CheckInSession)).one().opened_at
    desk.confirm(session, at_desk(event, opened + timedelta(minutes=2)), entries[0])
    base = f"/events/{event.uid}/checkin"
    first, second = entries[:2]

    answer = client.get(f"{base}/sheet.pdf?gate={room.uid}&group={event.groups[0].uid}")
    url, number = read_code(answer)
    lines = {
        f"in-{first.uid}": clock(10),
        f"out-{first.uid}": clock(30),
        f"in-{second.uid}": clock(12),  # never checked in
    }
    done = client.post(url, data={"paper": number, **lines})

    text = page_texts(answer.data)[0]
    expected = [e.person.name in text for e in entries]
    assert expected == [e.group == event.groups[0] for e in entries]
    assert len({*expected}) == 2
    assert room.name in text
    assert done.status_code == 302
    scans = session.scalars(select(GateScan).order_by(GateScan.seq)).all()
    assert [(s.entry_id, s.value, s.status, s.device_seq) for s in scans] == [
        (first.id, "in", "stored", 1),
        (second.id, "in", "conflict", 2),
        (first.id, "out", "stored", 3),
    ]
    assert {s.gate_id for s in scans} == {room.id}
    assert client.get(f"{base}/sheet.pdf?gate=none").status_code == 404
    assert client.get(f"{base}/sheet.pdf?group=none").status_code == 404
    for other in (1, "chief", "supervisor"):
        sign_in(officers[other])
        assert client.get(f"{base}/sheet.pdf").status_code == 403
        assert client.get(url).status_code == 403


@pytest.mark.parametrize(
    ("sheet", "typed"),
    [
        pytest.param("K7M4QX", "", id="nothing"),
        pytest.param("K7M4QX", "8 o'clock", id="no time"),
        pytest.param("K7M4QX", clock(-30), id="before the check-in"),
        pytest.param("", clock(5), id="no sheet"),
    ],
)
def test_what_cannot_stand_on_a_sheet_is_said(client, session, gates, sheet, typed):
    event, entries, _room, _officers = gates

    answer = client.post(
        f"/events/{event.uid}/checkin/paper",
        data={"paper": sheet, f"in-{entries[0].uid}": typed},
    )

    assert answer.status_code == 422
    assert session.scalars(select(GateScan)).all() == []
