"""The unit's word on its people's entries, before the committee decides."""

import pytest

from accounts.roles.rules import Scope
from competition.registration.rules.document import Document
from competition.registration.services.rulebook import change_rules
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_entry, make_event
from tests.factories.people import make_unit


@pytest.fixture
def entry(session):
    event = make_event(session)
    change_rules(
        session,
        event=event,
        document=Document(papers_asked=("id_card",), review_unit_first=True),
        reason="两级审核",
        actor=SYSTEM,
        now=NOW,
    )
    return make_entry(session, event)


def decide(client, session, sign_in, entry):
    sign_in(make_user(session, "committee"))
    where = f"/reviews/{entry.uid}/decision"
    return client.post(where, data={"verdict": "accepted"})


@pytest.mark.parametrize("kind", ["unit", "district"])
def test_the_unit_goes_first(client, session, sign_in, entry, kind):
    key = entry.unit.uid if kind == "unit" else entry.unit.district_code
    officer = make_user(session, "unit_officer", scope=Scope(kind, key))
    where = f"/unit/entries/{entry.uid}"

    early = decide(client, session, sign_in, entry)
    sign_in(officer)
    listed = client.get("/unit/entries").text
    page = client.get(where)
    paper = client.get(f"/papers/{entry.papers[0].uid}")
    silent = client.post(f"{where}/word", data={"word": "objected"})
    client.post(f"{where}/word", data={"word": "objected", "reason": "已离职"})
    objected = decide(client, session, sign_in, entry)
    sign_in(officer)
    client.post(f"{where}/word", data={"word": "confirmed"})
    accepted = decide(client, session, sign_in, entry)

    session.refresh(entry)
    assert early.status_code == silent.status_code == objected.status_code == 422
    assert "已离职" in objected.text
    assert where in listed
    assert page.status_code == paper.status_code == 200
    assert accepted.status_code == 302
    assert entry.state == "accepted"


def test_another_units_people_are_not_there(client, session, sign_in, entry):
    other = make_unit(session, district_code="330681")
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", other.uid)))

    assert client.get(f"/unit/entries/{entry.uid}").status_code == 404
    assert client.get(f"/papers/{entry.papers[0].uid}").status_code == 404
    assert f"/unit/entries/{entry.uid}" not in client.get("/unit/entries").text
