"""The pages of innovation projects, for the unit, the person and the officer."""

import io

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from talentpool.dossiers.models import Achievement
from talentpool.growth.models.innovations import Innovation
from tests.factories.accounts import make_user
from tests.factories.growth import make_project
from tests.factories.people import make_person, make_unit, picture
from tests.factories.talentpool import make_craftsman

PROJECT = {
    "kind": "method",
    "title": "薄板焊接变形控制",
    "method_name": "王五操作法",
    "trade": "焊工",
    "finished_on": "2026-03-01",
    "benefit": "120.5",
    "benefit_from": "2025-04-01",
    "benefit_to": "2026-03-31",
    "benefit_confirmed_by": "财务科",
}


@pytest.fixture
def unit(session):
    return make_unit(session)


@pytest.fixture
def firm(session, unit):
    return make_user(session, "unit_officer", scope=Scope("unit", unit.uid), unit=unit)


@pytest.fixture
def officer(session):
    return make_user(session, "pool_officer", scope=Scope("district", "330600"))


@pytest.fixture
def lead(session, unit):
    return make_craftsman(session, person=make_person(session, unit=unit, name="王五"))


def paper():
    return {"document": (io.BytesIO(picture()), "验收意见.jpg")}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_whole_way(client, session, sign_in, firm, officer, lead, language):
    unit, firm.locale, officer.locale = firm.unit, language, language
    mate = make_craftsman(session, unit=unit)

    sign_in(firm)
    assert client.get("/pool/innovations/new").status_code == 200
    client.post(
        "/pool/innovations/new", data=PROJECT | {"unit": unit.uid, "lead": "王五"}
    )
    project = session.scalars(select(Innovation)).one()
    page = f"/pool/innovations/{project.uid}"
    assert project.benefit_yuan == 1_205_000
    client.post(f"{page}/people", data={"who": mate.person.name, "role": "participant"})
    client.post(f"{page}/papers", data=paper())
    assert client.get(page).status_code == 200
    client.post(f"{page}/submit")
    assert project.state == "submitted"

    sign_in(officer)
    assert project.title in client.get("/pool/innovations?state=submitted").text
    client.post(f"{page}/decide", data={"answer": "verified"})
    assert project.state == "verified"
    for craftsman in (lead, mate):
        assert project.title in client.get(f"/pool/craftsmen/{craftsman.uid}").text
    proof = f"{page}/papers/{project.papers[0].uid}"
    assert client.get(proof).data.startswith(b"\xff\xd8")
    assert len(session.scalars(select(Achievement)).all()) == 2


def test_somebody_of_the_pool_records_their_own(client, session, sign_in, lead):
    user = make_user(session)
    user.person = lead.person
    sign_in(user)

    for page in ("innovations", "innovations/new"):
        assert client.get(f"/pool/mine/{page}").status_code == 200
    client.post("/pool/mine/innovations/new", data=PROJECT)

    project = session.scalars(select(Innovation)).one()
    assert [share.craftsman for share in project.shares] == [lead]
    assert project.unit == lead.person.unit
    assert project.title in client.get("/pool/mine/innovations").text
    assert client.get(f"/pool/innovations/{project.uid}/edit").status_code == 200
    edited = client.post(
        f"/pool/innovations/{project.uid}/edit", data=PROJECT | {"title": "新题目"}
    )
    assert (edited.status_code, project.title) == (302, "新题目")


def test_what_is_missing_is_told_at_once(client, session, sign_in, officer, lead):
    project = make_project(session, lead, benefit_yuan=5, kind="method")
    sign_in(officer)

    answer = client.post(f"/pool/innovations/{project.uid}/submit")

    assert answer.status_code == 422
    assert project.state == "draft"
    assert answer.text.count("财务") or "first and last day" in answer.text


def test_people_of_one_name_are_told_apart(client, session, sign_in, unit, firm, lead):
    twin = make_craftsman(session, person=make_person(session, unit=unit, name="王五"))
    project = make_project(session, lead)
    sign_in(firm)
    people = f"/pool/innovations/{project.uid}/people"

    answer = client.post(people, data={"who": "王五", "role": "adviser"})
    assert answer.status_code == 422
    assert twin.certificate_number in answer.text

    client.post(people, data={"who": twin.certificate_number, "role": "adviser"})
    session.expire(project)
    assert [share.craftsman for share in project.shares] == [lead, twin]


def test_a_project_is_nobody_elses_business(client, session, sign_in, lead):
    project = make_project(session, lead)
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", "elsewhere")))

    page = f"/pool/innovations/{project.uid}"
    assert client.get(page).status_code == 404
    assert client.post(f"{page}/submit").status_code == 404
    assert client.post(f"{page}/decide", data={"answer": "verified"}).status_code == 403
    assert project.title not in client.get("/pool/innovations").text
