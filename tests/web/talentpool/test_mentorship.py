"""Recording, listing and moving pairs."""

import pytest

from accounts.roles.rules import Scope
from talentpool.mentorship.models import Pair
from tests.factories.accounts import make_user
from tests.factories.people import made_up_id
from tests.factories.talentpool import make_craftsman, make_fact, make_pair

FORM = {
    "name": "何志远",
    "id_number": made_up_id(901),
    "phone": "13800000901",
    "apprentice_level": "L3",
    "trade": "焊工",
    "relation": "assigned",
    "state": "active",
    "agreement_number": "师徒1号",
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
}


@pytest.fixture
def mentor(session):
    made = make_craftsman(session)
    make_fact(session, made, "certificate", level_code="L5")
    return made


@pytest.fixture
def officer(session, sign_in):
    user = make_user(session, "pool_officer")
    sign_in(user)
    return user


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_pair_shows_on_both_dossiers(client, session, officer, mentor, language):
    officer.locale = language
    url = f"/pool/craftsmen/{mentor.uid}"

    form = client.get(f"{url}/pairs/new")
    client.post(f"{url}/pairs/new", data=FORM)

    assert form.status_code == 200
    assert "何志远" in client.get(url).text
    pair = session.query(Pair).one()
    apprentice = make_craftsman(session, person=pair.apprentice)
    theirs = client.get(f"/pool/craftsmen/{apprentice.uid}").text
    assert mentor.person.name in theirs
    assert client.get(f"/pool/pairs/{pair.uid}").status_code == 200


def test_says_all_that_is_wrong(client, session, officer, mentor):
    data = FORM | {"ends_on": "2026-01-09", "apprentice_level": "L6"}
    data["agreement_number"] = ""

    page = client.post(f"/pool/craftsmen/{mentor.uid}/pairs/new", data=data).text

    assert page.count("7.1") >= 4  # the notice and three breaches
    assert session.query(Pair).count() == 0


def test_moves_a_pair_on(client, session, officer, mentor):
    pair = make_pair(session, mentor)

    client.post(
        f"/pool/pairs/{pair.uid}",
        data={"to": "due", "cause": "", "on": "2026-06-01"},
    )
    by_hand = client.post(
        f"/pool/pairs/{pair.uid}",
        data={"to": "graduated", "cause": "", "on": "2026-06-01"},
    )

    assert by_hand.status_code == 200  # the form again: an assessment comes first
    assert pair.state == "due"


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", True), ("?state=active", True), ("?state=draft", False), ("?q=车工", False)],
)
def test_filters(client, session, officer, mentor, query, shown):
    make_pair(session, mentor)

    page = client.get(f"/pool/pairs{query}").text

    assert (mentor.person.name in page) is shown


def test_officers_keep_to_their_places(client, session, sign_in, mentor):
    pair = make_pair(session, mentor)
    scope = Scope("district", "330681")
    sign_in(make_user(session, "pool_officer", scope=scope))

    assert mentor.person.name not in client.get("/pool/pairs").text
    assert client.get(f"/pool/pairs/{pair.uid}").status_code == 403
    new = f"/pool/craftsmen/{mentor.uid}/pairs/new"
    assert client.get(new).status_code == 403


def test_the_list_costs_a_fixed_number_of_statements(
    client, session, officer, mentor, count_queries
):
    make_pair(session, mentor)
    client.get("/pool/pairs")
    with count_queries() as before:
        client.get("/pool/pairs")
    for _ in range(4):
        make_pair(session, make_craftsman(session))

    with count_queries() as after:
        client.get("/pool/pairs")

    assert len(after) == len(before)
