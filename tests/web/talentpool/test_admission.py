"""The officer's queue, the proposal page, the public check of a certificate."""

from datetime import date, timedelta

import pytest

from accounts.roles.rules import Scope
from ledger.log.services import SYSTEM
from talentpool.admission.services.propose import propose
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.services.craftsmen import change_state
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_entry, make_event
from tests.factories.people import make_unit
from tests.factories.talentpool import make_craftsman, publication

LATER = NOW + timedelta(days=50)


@pytest.fixture
def event(session):
    return make_event(session, name="焊工")


@pytest.fixture
def proposal(session, event):
    entry = make_entry(session, event, state="accepted")
    return propose(session, publication((entry, 1)), actor=SYSTEM, now=LATER)[0]


@pytest.fixture
def url(proposal):
    return f"/pool/proposals/{proposal.uid}"


@pytest.fixture
def officer(session, sign_in):
    user = make_user(session, "pool_officer")
    sign_in(user)
    return user


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_whole_way(client, session, officer, proposal, url, language):
    officer.locale = language
    listed = client.get("/pool/proposals").text
    statements = {
        "document": "单位证明3号",
        "post_kind": "operator",
        "front_line": "yes",
        "union_member": "yes",
        "law_abiding": "yes",
        "trade_since": "2010-07-01",
    }

    client.get(url)
    client.post(f"{url}/statements", data=statements)
    judged = client.get(url).text
    response = client.post(
        f"{url}/admit",
        data={
            "level": "city",
            "pool_class": "competition",
            "minute_number": "〔2026〕5号",
            "consent_document": "同意书第7号",
        },
    )

    assert proposal.person.name in listed
    assert "单位证明3号" in judged
    craftsman = find_by_person(session, proposal.person_id)
    assert response.location.endswith(f"/pool/craftsmen/{craftsman.uid}")
    dossier = client.get(response.location).text
    assert proposal.event.competition.name in dossier
    assert "〔2026〕5号" in client.get(url).text


@pytest.mark.parametrize(
    ("action", "data"),
    [
        pytest.param("statements", {"document": ""}, id="no document"),
        pytest.param("statements", {"document": "3号"}, id="nothing stated"),
        pytest.param("admit", {"level": "city"}, id="no minute"),
        pytest.param(
            "admit",
            {"level": "city", "pool_class": "folk", "minute_number": "5"},
            id="no reason against the verdict",
        ),
        pytest.param(
            "admit",
            {
                "level": "city",
                "pool_class": "folk",
                "minute_number": "5",
                "admit_reason": "名次",
            },
            id="no consent",
        ),
        pytest.param("refuse", {"reason": ""}, id="no reason"),
    ],
)
def test_asks_for_what_is_missing(
    client, session, officer, proposal, url, action, data
):
    response = client.post(f"{url}/{action}", data=data)

    assert response.status_code == 422
    assert "form-errors" in response.text
    assert proposal.state == "open"


def test_a_return_is_told_and_opened_when_its_bar_has_run_out(
    client, session, officer, proposal, url
):
    craftsman = make_craftsman(session, person=proposal.person)
    change_state(
        session, craftsman, to="left", reason="x", clause="", actor=SYSTEM, now=NOW
    )
    proposal.state, proposal.barred_until = "suspended", date(2031, 5, 1)
    session.flush()

    page = client.get(url).text
    assert "2031" in page
    assert f"{url}/open" not in page
    assert client.post(f"{url}/open").status_code == 302
    assert proposal.state == "open"
    assert craftsman.uid in client.get(url).text
    assert client.post(f"{url}/open").status_code == 409


def test_refuses(client, officer, proposal, url):
    client.post(f"{url}/refuse", data={"reason": "材料不实"})

    assert proposal.state == "refused"
    assert "材料不实" in client.get(url).text


@pytest.mark.parametrize(
    ("district", "allowed"),
    [
        pytest.param("330602", True, id="own district"),
        pytest.param("330600", True, id="its city"),
        pytest.param("330603", False, id="another district"),
    ],
)
def test_officers_keep_to_their_places(
    client, session, sign_in, proposal, district, allowed
):
    url = f"/pool/proposals/{proposal.uid}"
    sign_in(make_user(session, "pool_officer", scope=Scope("district", district)))

    shown = client.get(url).status_code
    listed = client.get("/pool/proposals").text
    refused = client.post(f"{url}/refuse", data={"reason": "x"}).status_code

    assert (shown, refused) == ((200, 302) if allowed else (403, 403))
    assert (proposal.person.name in listed) is allowed


def test_others_see_no_proposals(client, session, sign_in, url):
    sign_in(make_user(session, "hr_official"))

    assert client.get("/pool/proposals").status_code == 403
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("state", ["open", "admitted", "nonsense"])
def test_filters(client, officer, proposal, state):
    listed = client.get(f"/pool/proposals?state={state}").text

    assert (proposal.person.name in listed) is (state != "admitted")


def test_the_queue_costs_a_fixed_number_of_statements(
    client, session, officer, event, proposal, count_queries
):
    client.get("/pool/proposals")
    with count_queries() as before:
        client.get("/pool/proposals")
    entries = [
        make_entry(session, event, state="accepted", unit=make_unit(session))
        for _ in range(3)
    ]
    places = [(entry, rank) for rank, entry in enumerate(entries, 1)]
    propose(session, publication(*places), actor=SYSTEM, now=LATER)

    with count_queries() as after:
        client.get("/pool/proposals")

    assert len(after) == len(before)


def test_the_desk_says_how_many_wait(client, officer, proposal):
    assert "/pool/proposals?state=open" in client.get("/desk").text


def test_anybody_can_check_a_certificate(client, session):
    craftsman = make_craftsman(session)
    number = craftsman.certificate_number

    page = client.get(f"/pool/certificates/{number}")
    answer = client.get(f"/api/v1/certificates/{number}")

    assert page.status_code == 200
    assert craftsman.person.name not in page.text + answer.text
    assert answer.json == {
        "kind": "pool",
        "number": number,
        "name": craftsman.person.name[0] + "*",
        "level": "city",
        "trade": "焊工",
        "entered_on": "2025-01-10",
        "state": "active",
        "valid": True,
    }


def test_a_revoked_certificate_is_shown_as_such(client, session):
    craftsman = make_craftsman(session)
    change_state(
        session,
        craftsman,
        to="revoked",
        reason="材料虚假",
        clause="6.2.5",
        actor=SYSTEM,
        now=LATER,
    )

    answer = client.get(f"/api/v1/certificates/{craftsman.certificate_number}").json

    assert (answer["state"], answer["valid"]) == ("revoked", False)


@pytest.mark.parametrize("number", ["JC-2026-00000000", "JC-2026-0000000A", "x"])
def test_an_unknown_number_is_not_found(client, session, number):
    assert client.get(f"/pool/certificates/{number}").status_code == 404
    assert client.get(f"/api/v1/certificates/{number}").status_code == 404


def test_asks_for_a_number(client, session):
    assert client.get("/pool/certificates").status_code == 200
    assert client.get("/pool/certificates?number=jc-1").location.endswith("/JC-1")
