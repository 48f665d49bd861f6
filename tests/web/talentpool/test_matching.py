"""The pages of the demand desk, for the firm, the liaison and the craftsman."""

from datetime import UTC, datetime

import pytest

from accounts.roles.rules import Scope
from talentpool.dossiers.models import FirmService
from talentpool.matching.models import Assignment, Demand, Outcome
from tests.factories.accounts import make_user
from tests.factories.matching import make_assignment, make_demand, make_outcome
from tests.factories.people import make_unit
from tests.factories.talentpool import make_craftsman, make_fact

ASKED = {
    "kind": "problem",
    "title": "薄壁管焊接变形",
    "problem": "不锈钢薄壁管对接焊后变形。",
    "trade": "焊工",
    "level": "L4",
    "apprentice_level": "",
    "place": "一号车间",
    "since": "2026-05-01",
    "until": "2026-06-01",
}


@pytest.fixture
def unit(session):
    return make_unit(session)


@pytest.fixture
def firm(session, unit):
    return make_user(session, "unit_officer", scope=Scope("unit", unit.uid), unit=unit)


@pytest.fixture
def liaison(session):
    return make_user(session, "pool_officer", scope=Scope("district", "330600"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_whole_way(client, session, sign_in, unit, firm, liaison, language):
    firm.locale = liaison.locale = language
    craftsman = make_craftsman(session, willing_to_serve=True)
    make_fact(session, craftsman, "achievement", title="薄壁管焊接变形控制")

    sign_in(firm)
    assert client.get("/pool/demands/new").status_code == 200
    data = ASKED | {"unit": unit.uid, "district": "330602"}
    client.post("/pool/demands/new", data=data)
    demand = session.query(Demand).one()
    assert demand.title in client.get("/pool/demands/own").text

    sign_in(liaison)
    desk = f"/pool/demands/{demand.uid}"
    assert demand.title in client.get("/pool/demands").text
    page = client.get(desk).text
    assert craftsman.person.name in page
    assert "薄壁管焊接变形控制" in page
    asked = {"craftsman": craftsman.uid, "note": "解决过同类问题"}
    client.post(f"{desk}/assign", data=asked)
    made = session.query(Assignment).one()
    assert made.position == 1
    client.post(
        f"{desk}/assignments/{made.uid}/answer",
        data={f"{made.uid}-answer": "accepted"},
    )
    client.post(
        f"{desk}/assignments/{made.uid}/outcomes",
        data={
            f"{made.uid}-{name}": value
            for name, value in {
                "served_on": datetime.now(UTC).date().isoformat(),
                "visits": 1,
                "problems": 1,
                "trained": 8,
                "text": "改了装配顺序",
            }.items()
        },
    )
    outcome = session.query(Outcome).one()
    assert client.get(desk).status_code == 200

    sign_in(firm)
    own = f"/pool/demands/own/{demand.uid}"
    assert craftsman.person.name in client.get(own).text
    answer = {f"{outcome.uid}-answer": "confirmed", f"{outcome.uid}-settles": "y"}
    client.post(f"{own}/outcomes/{outcome.uid}", data=answer)

    assert demand.state == "done"
    assert session.query(FirmService).one().trained == 8
    sign_in(liaison)
    assert "改了装配顺序" in client.get(f"/pool/craftsmen/{craftsman.uid}").text


def test_an_unknown_trade_is_told_with_what_is_near(
    client, session, sign_in, unit, firm
):
    sign_in(firm)
    data = ASKED | {"unit": unit.uid, "district": "330602", "trade": "焊"}

    answer = client.post("/pool/demands/new", data=data)

    assert answer.status_code == 422
    assert "焊工" in answer.text
    assert "一号车间" in answer.text  # nothing typed is lost
    assert session.query(Demand).count() == 0


def test_all_faults_are_told_at_once(client, sign_in, firm):
    sign_in(firm)

    answer = client.post("/pool/demands/new", data={"kind": "problem"})

    assert answer.status_code == 422
    for field in ("title", "problem", "trade", "since", "until", "unit"):
        assert f'href="#{field}"' in answer.text


def test_a_firm_sees_neither_others_demands_nor_who_fits(
    client, session, sign_in, unit, firm
):
    foreign = make_demand(session)
    own = make_demand(session, unit=unit)
    craftsman = make_craftsman(session)
    make_assignment(session, own, craftsman, state="asked")
    sign_in(firm)

    assert client.get(f"/pool/demands/own/{foreign.uid}").status_code == 403
    assert client.get(f"/pool/demands/{own.uid}").status_code == 403
    assert craftsman.person.name not in client.get(f"/pool/demands/own/{own.uid}").text


def test_a_craftsman_reads_why_and_answers(client, session, sign_in, liaison):
    craftsman = make_craftsman(session, willing_to_serve=True)
    demand = make_demand(session)
    sign_in(liaison)
    data = {"craftsman": craftsman.uid, "note": "离得近"}
    client.post(f"/pool/demands/{demand.uid}/assign", data=data)
    made = session.query(Assignment).one()
    url = f"/pool/demands/asked/{made.uid}"
    assert client.get(url).status_code == 404  # only for the one who is asked

    sign_in(make_user(session, person=craftsman.person))
    assert "/pool/mine" in client.get("/desk").text
    assert url in client.get("/pool/mine").text
    page = client.get(url).text
    assert "离得近" in page
    assert page.count("reasons__item") >= 6
    client.post(url, data={"answer": "declined", "text": "在外地"})

    assert (made.state, demand.state) == ("declined", "open")


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("assign", {"craftsman": "x", "note": ""}),
        ("assign", {"craftsman": "x", "note": "没有这个人"}),
        ("close", {"reason": ""}),
        ("assignments/{a}/answer", {}),
        ("assignments/{a}/outcomes", {}),
    ],
)
def test_what_cannot_be_taken_is_said(client, session, sign_in, liaison, path, data):
    demand = make_demand(session)
    made = make_assignment(session, demand, make_craftsman(session))
    made.state = "asked" if path.endswith("answer") else "accepted"
    sign_in(liaison)

    answer = client.post(
        f"/pool/demands/{demand.uid}/{path.format(a=made.uid)}", data=data
    )

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_firm_says_what_is_wrong(client, session, sign_in, unit, firm):
    demand = make_demand(session, unit=unit)
    outcome = make_outcome(
        session, make_assignment(session, demand, make_craftsman(session))
    )
    sign_in(firm)
    url = f"/pool/demands/own/{demand.uid}/outcomes/{outcome.uid}"

    bare = client.post(url, data={f"{outcome.uid}-answer": "disputed"})
    data = {f"{outcome.uid}-answer": "disputed", f"{outcome.uid}-reason": "没有来"}
    client.post(url, data=data)

    assert bare.status_code == 422
    assert (outcome.state, outcome.answer) == ("disputed", "没有来")


def test_withdraws_and_closes(client, session, sign_in, unit, firm, liaison):
    ours, other = make_demand(session, unit=unit), make_demand(session)
    sign_in(firm)
    client.post(f"/pool/demands/own/{ours.uid}/withdraw", data={"reason": "解决了"})
    sign_in(liaison)
    client.post(f"/pool/demands/{other.uid}/close", data={"reason": "没有合适人选"})

    assert (ours.state, other.state) == ("withdrawn", "unmet")
    assert "没有合适人选" in client.get(f"/pool/demands/{other.uid}").text


@pytest.mark.parametrize("path", ["/pool/demands", "/pool/demands/own"])
def test_lists_cost_a_fixed_number_of_statements(
    client, session, sign_in, request, count_queries, path
):
    user = request.getfixturevalue("firm" if path.endswith("own") else "liaison")
    sign_in(user)
    unit = user.unit or make_unit(session)
    make_demand(session, unit=unit)
    client.get(path)
    with count_queries() as few:
        assert client.get(path).status_code == 200
    for _ in range(4):
        make_demand(session, unit=unit)

    with count_queries() as many:
        client.get(f"{path}?state=open")

    assert len(many) == len(few)
