"""The pages and posters of lineages and studios."""

import pytest

from accounts.roles.rules import Scope
from tests.factories.accounts import make_user
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import make_craftsman, make_fact, make_pair
from tests.papers import page_texts

SVG = b"<svg"


@pytest.fixture
def school(session):
    """A master, an apprentice with a dossier, and theirs without one."""
    master, second = make_craftsman(session), make_craftsman(session)
    make_pair(session, master, apprentice=second.person)
    third = make_person(session, unit=make_unit(session))
    make_pair(session, second, apprentice=third)
    return master, second, third


@pytest.fixture
def officer(session, sign_in):
    user = make_user(session, "pool_officer")
    sign_in(user)
    return user


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_shows_masters_and_successors(client, officer, school, language):
    officer.locale = language
    master, second, third = school

    page = client.get(f"/pool/craftsmen/{second.uid}/lineage").text

    for name in (master.person.name, second.person.name, third.name):
        assert page.count(name) >= 2  # in the drawing and in the list
    assert f"/pool/craftsmen/{master.uid}/lineage" in page


def test_the_dossier_leads_there(client, session, officer, school):
    master, _second, _third = school
    make_fact(session, master, "studio")

    page = client.get(f"/pool/craftsmen/{master.uid}").text

    assert f"/pool/craftsmen/{master.uid}/lineage" in page
    assert f"/pool/craftsmen/{master.uid}/studios/" in page


def test_nobody_outside_the_places_is_named_twice_removed(
    client, session, sign_in, school
):
    master, second, _third = school
    far = make_person(session, unit=make_unit(session, district_code="330681"))
    grandmaster = make_craftsman(session, person=far)
    other = make_person(session, unit=make_unit(session, district_code="330681"))
    between = make_craftsman(session, person=other)
    make_pair(session, grandmaster, apprentice=between.person)
    make_pair(session, between, apprentice=master.person)
    scope = Scope("district", "330602")
    sign_in(make_user(session, "pool_officer", scope=scope))

    page = client.get(f"/pool/craftsmen/{second.uid}/lineage").text

    assert between.person.name in page
    assert grandmaster.person.name not in page
    assert f"/pool/craftsmen/{between.uid}/lineage" not in page
    assert client.get(f"/pool/craftsmen/{between.uid}/lineage").status_code == 403


def test_ones_own_lineage_names_those_one_knows(client, session, sign_in, school):
    master, second, third = school
    fourth = make_craftsman(session)
    make_pair(session, fourth, apprentice=master.person)
    sign_in(make_user(session, person=second.person))

    page = client.get("/pool/mine/lineage").text

    assert master.person.name in page
    assert third.name in page
    assert fourth.person.name not in page


def test_finds_a_common_master(client, session, officer, school):
    master, second, _third = school
    brother = make_craftsman(session)
    make_pair(session, master, apprentice=brother.person)
    url = f"/pool/craftsmen/{second.uid}/lineage"

    found = client.get(url, query_string={"other": brother.person.name}).text
    nobody = client.get(url, query_string={"other": "没有这个人"}).text

    status = found.partition('role="status"')[2].partition("</div>")[0]
    assert master.person.name in status
    assert 'role="status"' in nobody


@pytest.mark.parametrize("kind", ["pdf", "svg"])
def test_prints_a_poster(client, officer, school, kind):
    master, second, _third = school

    answer = client.get(f"/pool/craftsmen/{second.uid}/lineage/poster.{kind}")

    assert answer.status_code == 200
    if kind == "pdf":
        assert master.person.name in "".join("".join(page_texts(answer.data)).split())
    else:
        assert answer.mimetype == "image/svg+xml"
        assert SVG in answer.data[:200]


def test_a_poster_to_hang_up_names_nobody_who_did_not_agree(client, officer, school):
    master, second, _third = school

    answer = client.get(
        f"/pool/craftsmen/{second.uid}/lineage/poster.pdf", query_string={"display": 1}
    )

    text = "".join("".join(page_texts(answer.data)).split())
    assert master.person.name not in text
    assert second.person.name not in text


def test_a_studio_page_and_its_poster(client, session, officer, school):
    master, _second, _third = school
    studio = make_fact(session, master, "studio", alliance="焊接联盟")
    url = f"/pool/craftsmen/{master.uid}/studios/{studio.uid}"

    page = client.get(url).text

    assert "焊接联盟" in page
    assert master.person.name in page
    assert client.get(f"{url}/poster.pdf").data.startswith(b"%PDF")
    assert (
        client.get(f"/pool/craftsmen/{_second.uid}/studios/{studio.uid}").status_code
        == 404
    )


def test_finds_masters_by_name_and_trade(client, session, officer, school):
    master, second, _third = school

    assert master.person.name not in client.get("/pool/lineage").text
    by_name = client.get("/pool/lineage", query_string={"name": master.person.name})
    by_trade = client.get("/pool/lineage", query_string={"trade": "焊工"}).text
    nobody = client.get("/pool/lineage", query_string={"trade": "茶艺师"}).text

    assert f"/pool/craftsmen/{master.uid}/lineage" in by_name.text
    assert second.person.name in by_trade
    assert master.person.name not in nobody


def test_costs_a_fixed_number_of_statements(
    client, session, officer, school, count_queries
):
    master, second, _third = school
    url = f"/pool/craftsmen/{master.uid}/lineage"
    client.get(url)
    with count_queries() as few:
        client.get(url)
    for _ in range(6):
        make_pair(session, second, apprentice=make_craftsman(session).person)

    with count_queries() as many:
        client.get(url)

    assert len(many) == len(few)
