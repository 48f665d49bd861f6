"""Candidates, their answers, and places given by the optimiser or by hand."""

import pytest
from sqlalchemy import select

from ledger.log.services import SYSTEM
from scoring.assignment.services import Grade, answer, invite, qualify, train
from scoring.judges.models import JudgeSeat
from scoring.scheme.services.versions import attach_scheme
from tests.factories.accounts import NOW, make_user
from tests.factories.competition import make_entry, make_event
from tests.factories.people import make_unit
from tests.factories.scoring import SCHEME


@pytest.fixture
def place(session, sign_in):
    event = make_event(session)
    make_scheme(session, event)
    sign_in(make_user(session, "committee"))
    return event, f"/events/{event.uid}/judges"


def make_scheme(session, event):
    attach_scheme(session, event=event, text=SCHEME, actor=SYSTEM, now=NOW)
    session.flush()


def make_candidate(session, event, **values):
    user = make_user(session, unit=make_unit(session), **values)
    invitation = invite(session, event=event, user=user, actor=SYSTEM, now=NOW)
    answer(session, invitation=invitation, says="yes", actor=SYSTEM, now=NOW)
    train(session, invitation=invitation, actor=SYSTEM, now=NOW)
    grade = Grade(occupation_code="6-18", level="national")
    qualify(session, user=user, grade=grade, actor=SYSTEM, now=NOW)
    return user


def seats_of(session, event):
    return session.scalars(
        select(JudgeSeat).where(JudgeSeat.event_id == event.id)
    ).all()


def places_in(page):
    """Return what the form of the places holds: {select: chosen}."""
    found = {}
    for part in page.split('<select class="form-select"')[1:]:
        name = part.split('name="')[1].split('"')[0]
        chosen = part.split("selected>")[0].rsplit('value="', 1)[1].split('"')[0]
        found[name] = chosen if "selected>" in part.split("</select>")[0] else ""
    return found


def actions_in(page, tail):
    """Return where the page's forms of this kind lead."""
    found = {part.split('"')[0] for part in page.split('action="')[1:]}
    return {address for address in found if address.endswith(tail)}


def test_a_judge_is_asked_answers_is_trained_and_qualified(
    client, session, sign_in, place
):
    _event, url = place
    judge = make_user(session, "judge")

    client.post(f"{url}/candidates", data={"username": judge.username})
    assert client.post(f"{url}/candidates", data={"username": "x"}).status_code == 422
    page = client.get(f"{url}/candidates").text
    [trained] = actions_in(page, "/train")
    client.post(trained)
    client.post(
        trained.replace("/train", "/qualify"),
        data={"occupation_code": "6-18", "level": "city"},
    )
    sign_in(judge)
    own = client.get("/judging/own").text
    [accept] = actions_in(own, "/yes")
    client.post(accept)

    sign_in(make_user(session, "committee"))
    page = client.get(f"{url}/candidates").text
    assert "可安排" in page
    assert "尚未" not in page


def test_places_as_proposed(client, session, place):
    event, url = place
    for _judge in range(6):
        make_candidate(session, event)

    proposed = places_in(client.get(f"{url}/places").text)
    client.post(f"{url}/places", data=proposed)

    seats = seats_of(session, event)
    assert len(seats) == len(proposed) > 0
    assert all(proposed.values())
    assert sum(seat.is_chair for seat in seats) == len({seat.panel for seat in seats})


def test_places_by_hand_say_what_they_break_and_need_a_reason(client, session, place):
    event, url = place
    judges = [make_candidate(session, event) for _judge in range(6)]
    entry = make_entry(session, event, state="accepted")
    judges[0].unit_id = entry.unit_id
    session.flush()
    chosen = places_in(client.get(f"{url}/places").text)
    assert judges[0].uid not in chosen.values()
    first = min(chosen)

    refused = client.post(f"{url}/places", data=chosen | {first: judges[0].uid})
    assert refused.status_code == 422
    assert "存在回避关系" in refused.text
    assert entry.person.name not in refused.text
    assert seats_of(session, event) == []
    client.post(
        f"{url}/places", data=chosen | {first: judges[0].uid, "reason": "全市仅此一人"}
    )

    recused = {s.user_id: s.recusal_reason for s in seats_of(session, event)}
    assert recused[judges[0].id] == "全市仅此一人"


def test_a_tie_is_declared_and_withdrawn(client, session, sign_in):
    judge, unit = make_user(session, "judge"), make_unit(session)
    sign_in(judge)

    assert client.post("/judging/own", data={"kind": "coach"}).status_code == 422
    client.post("/judging/own", data={"kind": "unit", "unit": unit.name})
    page = client.get("/judging/own").text
    assert unit.name in page
    [withdraw] = actions_in(page, "/withdraw")
    client.post(withdraw)

    assert unit.name not in client.get("/judging/own").text
