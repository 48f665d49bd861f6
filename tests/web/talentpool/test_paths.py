"""The pages of paths."""

from datetime import date

import pytest

from accounts.roles.rules import Scope
from tests.factories.accounts import make_user
from tests.factories.growth import attend, make_training
from tests.factories.talentpool import make_craftsman, make_fact


@pytest.fixture
def walker(session):
    craftsman = make_craftsman(session)
    held = make_training(session, last_on=date(2026, 3, 1), state="held")
    attend(session, held, craftsman.person)
    make_fact(session, craftsman, "competition", held_on=date(2026, 4, 1))
    return craftsman


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_each_number_opens_the_people_counted(
    client, session, sign_in, walker, language
):
    officer = make_user(session, "pool_officer", scope=Scope("district", "330600"))
    officer.locale = language
    sign_in(officer)

    page = client.get("/pool/paths?first=2024&last=2026&place=330602")
    assert page.status_code == 200
    assert "/pool/paths/contest?year=2026&amp;place=330602" in page.text
    people = client.get("/pool/paths/contest?year=2026&place=330602").text
    assert walker.person.name in people
    assert f"/pool/craftsmen/{walker.uid}/path" in people
    assert walker.person.name not in client.get("/pool/paths/contest?year=2025").text
    assert walker.person.name not in client.get("/pool/paths/leader").text
    path = client.get(f"/pool/craftsmen/{walker.uid}/path").text
    assert "焊接新工艺培训" in path


def test_one_sees_ones_own_path(client, session, sign_in, walker):
    user = make_user(session)
    user.person = walker.person
    sign_in(user)

    assert "焊接新工艺培训" in client.get("/pool/mine/path").text
    assert client.get(f"/pool/craftsmen/{walker.uid}/path").status_code == 403


def test_nobody_sees_people_of_other_places(client, session, sign_in, walker):
    sign_in(make_user(session, "pool_officer", scope=Scope("district", "330681")))

    assert walker.person.name not in client.get("/pool/paths/contest").text
    assert client.get(f"/pool/craftsmen/{walker.uid}/path").status_code == 403


@pytest.mark.parametrize(
    "query", ["first=x&last=9999", "place=33", "first=1&last=2026"]
)
def test_odd_addresses_are_put_right(client, session, sign_in, query):
    sign_in(make_user(session, "pool_officer", scope=Scope("district", "330600")))

    assert client.get(f"/pool/paths?{query}").status_code == 200
