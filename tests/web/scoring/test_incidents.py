"""The register: one records, another decides, the frozen scheme says what follows."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from extensions import LOCAL
from scoring.incidents.models import Incident
from scoring.results.models import Decision
from tests.factories.accounts import make_user
from tests.factories.scoring import SCHEME, make_marked_event
from tests.papers import page_texts

PENALTY = """
[[penalties]]
code = "K1"
points = 2
approver = "裁判长"
applies_to = "total"
"""


@pytest.fixture
def place(session, sign_in):
    made = make_marked_event(session, works=2, text=SCHEME + PENALTY)
    sign_in(make_user(session, "supervisor"))
    return made, f"/events/{made.event.uid}/incidents"


def record(client, made, url, **changes):
    at = datetime.now(UTC).astimezone(LOCAL) - timedelta(hours=1)
    data = {
        "entry": made.works[0],
        "kind": "conduct",
        "happened_at": at.strftime("%Y-%m-%dT%H:%M"),
        "what": "未戴护目镜",
        "asked": "penalty K1",
        "value": "1",
        **changes,
    }
    return client.post(url, data=data)


def decide(client, session, url, **values):
    incident = session.scalars(select(Incident)).one()
    data = {"verdict": "approved", "reason": "属实", **values}
    return client.post(f"{url}/{incident.uid}", data=data)


def test_an_approved_incident_becomes_a_penalty(client, session, sign_in, place):
    made, url = place
    assert record(client, made, url).status_code == 302
    assert session.scalars(select(Decision)).all() == []

    sign_in(made.judge("J1"))
    assert decide(client, session, url).status_code == 302

    decision = session.scalars(select(Decision)).one()
    assert (decision.entry, decision.kind) == (made.works[0], "penalty")
    assert (decision.target, decision.value) == ("K1", "1")
    assert "属实" in decision.reason
    assert session.scalars(select(Incident.decision_id)).one() == decision.id
    assert decide(client, session, url).status_code == 422  # once
    [page] = page_texts(client.get(f"{url}.pdf").data)
    assert "未戴护目镜" in page


def test_a_declined_one_stays_and_nothing_follows(client, session, sign_in, place):
    made, url = place
    record(client, made, url, asked="disqualify")

    sign_in(made.judge("J1"))
    assert decide(client, session, url, reason="").status_code == 422
    decide(client, session, url, verdict="declined", reason="证据不足")

    assert session.scalars(select(Incident.state)).one() == "declined"
    assert session.scalars(select(Decision)).all() == []
    assert "证据不足" in client.get(url).text


def test_nobody_decides_what_they_recorded(client, session, sign_in, place):
    made, url = place
    sign_in(made.judge("J1"))
    record(client, made, url)

    assert decide(client, session, url).status_code == 422
    assert session.scalars(select(Incident.state)).one() == "open"


def test_what_the_chief_judge_records_the_supervisor_decides(
    client, session, sign_in, place
):
    made, url = place
    sign_in(made.judge("J1"))
    record(client, made, url)
    sign_in(make_user(session, "supervisor"))
    incident = session.scalars(select(Incident)).one()

    assert f"/incidents/{incident.uid}" in client.get(url).text
    assert decide(client, session, url).status_code == 302
    assert session.scalars(select(Decision)).one().target == "K1"


def test_a_supervisor_does_not_decide_for_another(client, session, sign_in, place):
    made, url = place
    record(client, made, url)
    sign_in(make_user(session, "supervisor"))
    incident = session.scalars(select(Incident)).one()

    assert f"/incidents/{incident.uid}" not in client.get(url).text
    assert client.get(f"{url}/{incident.uid}").status_code == 200
    assert decide(client, session, url).status_code == 422
    assert session.scalars(select(Incident.state)).one() == "open"


def test_time_lost_by_equipment_is_given_back(client, session, sign_in, place):
    made, url = place
    assert record(client, made, url, kind="equipment", asked="").status_code == 422
    record(client, made, url, kind="equipment", asked="", lost_minutes="10")

    sign_in(made.judge("J1"))
    assert decide(client, session, url, clock="x").status_code == 422
    decide(client, session, url, clock="3600.5")

    decision = session.scalars(select(Decision)).one()
    assert (decision.kind, decision.value) == ("time", "3000.5")


@pytest.mark.parametrize(
    "changes",
    [
        {"entry": "XXXX"},
        {"what": ""},
        {"asked": "penalty K9"},
        {"value": "-1"},
        {"happened_at": "2999-01-01T00:00"},
    ],
)
def test_what_cannot_be_is_refused(client, session, place, changes):
    made, url = place

    assert record(client, made, url, **changes).status_code == 422
    assert session.scalars(select(Incident)).all() == []
