"""The pages of trainings."""

import io

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from talentpool.growth.models.trainings import Attendance, Training
from tests.factories.accounts import make_user
from tests.factories.growth import attend, make_training
from tests.factories.people import made_up_id, make_person, make_unit
from tests.factories.talentpool import make_craftsman

TRAINING = {
    "kind": "practice",
    "title": "焊接岗位练兵",
    "first_on": "2026-03-01",
    "last_on": "2026-03-02",
    "hours": "7.5",
    "organiser": "镜湖区总工会",
}


@pytest.fixture
def unit(session):
    return make_unit(session)


@pytest.fixture
def firm(session, unit):
    return make_user(session, "unit_officer", scope=Scope("unit", unit.uid), unit=unit)


def send(client, page, text):
    data = {"document": (io.BytesIO(text.encode()), "名单.csv")}
    return client.post(f"{page}/list", data=data)


@pytest.mark.parametrize(("language", "word"), [("zh_CN", "合格"), ("en", "passed")])
def test_the_whole_way(client, session, sign_in, firm, language, word):
    firm.locale = language
    mate = make_craftsman(session, unit=firm.unit)
    sign_in(firm)
    assert client.get("/pool/trainings/new").status_code == 200
    host = f"unit:{firm.unit.uid}"
    client.post("/pool/trainings/new", data=TRAINING | {"host": host})
    training = session.scalars(select(Training)).one()
    assert (training.minutes, training.unit) == (450, firm.unit)
    page = f"/pool/trainings/{training.uid}"

    client.post(
        f"{page}/people", data={"who": mate.person.name, "result": "", "mark": "91"}
    )
    assert send(client, page, f"李四,{made_up_id(7)},,,{word}").status_code == 302
    shown = client.get(page).text
    assert mate.person.name in shown
    assert "李四" in shown
    assert made_up_id(7) not in shown
    client.post(f"{page}/hold")

    assert training.state == "held"
    assert training.title in client.get("/pool/trainings?state=held&year=2026").text
    client.post(f"{page}/reopen", data={"reason": "漏了人"})
    assert 'value="7.5' in client.get(f"{page}/edit").text
    client.post(
        f"{page}/edit", data=TRAINING | {"title": "练兵", "last_on": "2026-03-03"}
    )
    assert (training.state, training.title) == ("open", "练兵")


def test_all_faults_of_a_list_are_shown_at_once(client, session, sign_in, firm):
    training = make_training(session, unit=firm.unit)
    sign_in(firm)

    page = f"/pool/trainings/{training.uid}"
    answer = send(client, page, f"李四,{made_up_id(7)}\n王五,1\n,{made_up_id(8)}")

    assert answer.status_code == 422
    assert session.scalars(select(Attendance)).all() == []
    assert answer.text.count("<li>第 ") == 2


def test_all_faults_of_the_form_are_told_at_once(client, sign_in, firm):
    sign_in(firm)

    answer = client.post("/pool/trainings/new", data={"hours": "0.3"})

    assert answer.status_code == 422
    for field in ("title", "first_on", "last_on", "hours", "organiser", "host"):
        assert f'href="#{field}"' in answer.text


def test_an_officer_records_for_a_place(client, session, sign_in):
    officer = make_user(session, "pool_officer", scope=Scope("district", "330600"))
    sign_in(officer)

    client.post("/pool/trainings/new", data=TRAINING | {"host": "district:330602"})
    made = session.scalars(select(Training)).one()
    assert (made.unit, made.district_code) == (None, "330602")
    elsewhere = TRAINING | {"host": "district:330100"}
    assert client.post("/pool/trainings/new", data=elsewhere).status_code == 422


def test_it_is_nobody_elses_business(client, session, sign_in, firm):
    training = make_training(session)
    line = attend(session, training, make_person(session))
    sign_in(firm)

    page = f"/pool/trainings/{training.uid}"
    assert client.get(page).status_code == 403
    assert client.post(f"{page}/people/{line.uid}/remove").status_code == 403
    assert training.title not in client.get("/pool/trainings").text


def test_the_empty_list_has_the_columns(client, sign_in, firm):
    sign_in(firm)

    answer = client.get("/pool/trainings/template.xlsx")

    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"
