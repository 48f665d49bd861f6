"""The work list of duplicates, and the way from two records to one and back."""

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from people.persons.queries import open_id_number, open_phone
from talentpool.dossiers.models import Craftsman
from talentpool.identity.models import Judgement
from tests.factories.accounts import make_user
from tests.factories.identity import make_likeness
from tests.factories.talentpool import make_craftsman, make_fact


@pytest.fixture
def likeness(session):
    found = make_likeness(session)
    for person in (found.first, found.second):
        craftsman = make_craftsman(session, person=person)
        make_fact(session, craftsman, "honour")
    return found


@pytest.fixture
def officer(session, sign_in):
    user = make_user(session, "pool_officer")
    sign_in(user)
    return user


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_two_become_one_and_two_again(client, session, officer, likeness, language):
    officer.locale = language
    url = f"/pool/identity/{likeness.uid}"
    other = likeness.second

    assert "周建新" in client.get("/pool/identity").text
    page = client.get(url).text
    assert open_id_number(other) not in page
    assert open_phone(other) not in page
    assert client.post(url, data={"verdict": "same"}).status_code == 422
    answer = client.post(url, data={"verdict": "same", "reason": "查验原件"})
    preview = client.get(answer.location + "?keep=second&take=name")
    assert "市五一劳动奖章" in preview.text
    data = {"keep": "second", "take": "name", "reason": "查验原件"}
    client.post(f"{url}/merge", data=data)
    assert likeness.first.merged_into_id == other.id

    assert client.get(f"{url}/split").status_code == 200
    client.post(f"{url}/split", data={"reason": "两人"})
    assert likeness.first.merged_into_id is None
    assert "两人" in client.get(url).text
    assert session.scalars(select(Judgement.verdict)).all() == [
        *("same", "same", "different")
    ]


def test_an_old_address_leads_to_the_kept_dossier(client, session, officer, likeness):
    first, second = session.scalars(select(Craftsman.uid).order_by(Craftsman.id))
    data = {"keep": "first", "take": "", "reason": "查验原件"}
    client.post(f"/pool/identity/{likeness.uid}/merge", data=data)

    answer = client.get(f"/pool/craftsmen/{second}")

    assert answer.status_code == 302
    assert answer.location.endswith(f"/pool/craftsmen/{first}")
    assert client.get(answer.location).status_code == 200


def test_a_pair_is_seen_where_both_are(client, session, sign_in, likeness):
    here = make_user(session, "pool_officer", scope=Scope("district", "330602"))
    there = make_user(session, "pool_officer", scope=Scope("district", "330681"))

    sign_in(here)
    assert "周建新" in client.get("/pool/identity").text
    sign_in(there)
    assert "周建新" not in client.get("/pool/identity").text
    assert client.get(f"/pool/identity/{likeness.uid}").status_code == 403
