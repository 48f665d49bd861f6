"""No page, answer, export or address of a judge tells whose work it is."""

import json

import pytest
from sqlalchemy import select

from competition.codes.models import ContestCode, StationCode
from people.units.models import Unit
from tests.factories.accounts import make_user
from tests.factories.people import make_unit
from tests.factories.scoring import make_item, make_marked_event


@pytest.fixture
def marked(session):
    made = make_marked_event(session, works=3)
    made.fill()
    return made


@pytest.fixture
def canaries(session, marked):
    """Everything that would lead from a work to a person."""
    found = set()
    for entry in marked.entries:
        found |= {entry.person.name, entry.uid, entry.person.uid, entry.user.username}
        found.add(session.get_one(Unit, entry.unit_id).name)
    for model, column in ((ContestCode, "contest_no"), (StationCode, "station")):
        found |= set(session.scalars(select(getattr(model, column))))
    return found


def judge_pages(marked):
    event, work = marked.event.uid, marked.works[0]
    return [
        "/desk",
        "/judging",
        f"/judging/{event}",
        f"/judging/{event}/mark",
        f"/judging/{event}/sheet.json",
        f"/judging/{event}/sign",
        f"/events/{event}/scheme",
    ], [
        "/panels",
        f"/events/{event}/marks",
        f"/events/{event}/marks/{work}",
        f"/events/{event}/standing",
        f"/events/{event}/review",
        f"/events/{event}/paper",
    ]


def assert_blind(response, canaries):
    text = response.text + json.dumps(dict(response.headers), ensure_ascii=False)
    assert {c for c in canaries if c in text} == set()


def test_a_judges_pages_are_blind(client, marked, canaries, sign_in):
    sign_in(marked.judge("J2"))
    own, chiefs = judge_pages(marked)

    for page in own:
        response = client.get(page)
        assert response.status_code == 200, page
        assert_blind(response, canaries)
    for page in chiefs[1:]:
        assert client.get(page).status_code == 403, page


def test_the_chief_judges_pages_are_blind_to_the_lock(
    client, marked, canaries, sign_in
):
    sign_in(marked.judge("J1"))
    own, chiefs = judge_pages(marked)
    for page in (*own, *chiefs):
        response = client.get(page)
        assert response.status_code == 200, page
        assert_blind(response, canaries)

    marked.sign_all()
    marked.lock()

    for page in chiefs:
        assert_blind(client.get(page), canaries)


def test_the_api_is_blind(client, marked, canaries, sign_in):
    sign_in(marked.judge("J1"))
    items = [make_item(w, "P1.1", "3") for w in (*marked.works, "W-none")]

    response = client.post(
        "/api/v1/marks",
        json={"marks": [*items, *items]},
        headers={"X-Requested-With": "jiangcai"},
    )

    assert_blind(response, canaries)


def test_a_contest_number_opens_nothing(client, marked, sign_in):
    sign_in(marked.judge("J1"))
    page = client.get(f"/events/{marked.event.uid}/marks/C00001")

    assert "C00001" in page.text  # what was asked for, and nothing with it
    assert marked.works[0] not in page.text


def test_the_chief_judge_does_not_see_names_after_decoding(
    client, marked, canaries, sign_in
):
    marked.sign_all()
    marked.lock()
    marked.decode()
    sign_in(marked.judge("J1"))

    assert_blind(client.get(f"/events/{marked.event.uid}/review"), canaries)


def test_the_recusal_check_does_not_say_who(client, session, marked, sign_in):
    entry = marked.entries[0]
    unit = session.get_one(Unit, entry.unit_id)
    make_user(session, username="related", unit=unit)
    make_user(session, username="stranger", unit=make_unit(session))
    sign_in(marked.committee)
    url = f"/events/{marked.event.uid}/judges"

    refused = client.post(url, data={"username": "related", "marks_nothing": "y"})
    accepted = client.post(url, data={"username": "stranger", "marks_nothing": "y"})
    excused = client.post(
        url,
        data={
            "username": "related",
            "marks_nothing": "y",
            "recusal_reason": "the only expert in the province",
        },
    )

    assert refused.status_code == 200
    assert entry.person.name not in refused.text
    assert (accepted.status_code, excused.status_code) == (302, 302)
