"""The pages of award rounds, for the officer, the unit, the expert and the second."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from extensions import LOCAL
from talentpool.dossiers.models import HonourAward
from talentpool.growth.models.awards import AwardNomination, AwardRound, AwardSheet
from talentpool.growth.queries.awards import list_experts
from talentpool.growth.services import awards, juries, prizes
from tests.factories.accounts import make_user
from tests.factories.awards import (
    by,
    make_jury,
    make_round,
    nominated,
    sign,
    verified_project,
)
from tests.factories.people import make_unit
from tests.factories.talentpool import make_craftsman

CITY = Scope("district", "330600")
ROUND = {
    "name": "2026年度职工技术创新成果奖",
    "year": "2026",
    "district": "330600",
    "level": "city",
    "issuer": "市总工会",
    "kinds": ["innovation", "method"],
    "finished_from": "2020-01-01",
    "finished_to": "2040-12-31",
    "scheme": "achievement",
    "least": "60",
    "prizes-0-name": "一等奖",
    "prizes-0-places": "1",
    "prizes-1-name": "二等奖",
    "prizes-1-places": "",
    "prizes-2-name": "",
    "prizes-2-places": "",
}


def now():
    return datetime.now(UTC)


def window():
    today = now().astimezone(LOCAL).date()
    return {"opens_on": today, "closes_on": today + timedelta(days=9)}


@pytest.fixture
def officer(session):
    return make_user(session, "pool_officer", scope=CITY)


@pytest.fixture
def second(session):
    return make_user(session, "pool_officer", scope=CITY)


@pytest.fixture
def firm(session):
    unit = make_unit(session)
    return make_user(session, "unit_officer", scope=Scope("unit", unit.uid), unit=unit)


def marked(session, award, *totals, experts=5):
    """Nominate, mark and close; return the nominations."""
    found = [nominated(session, award, now=now()) for _ in totals]
    jury = make_jury(session, award, experts)
    office = by(make_user(session), now())
    awards.begin_scoring(session, award, reason="到齐", by=office)
    for nomination, total in zip(found, totals, strict=True):
        for user in jury:
            sign(session, nomination, user, total, now())
    juries.close_scoring(session, award, by=office)
    return found


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_whole_way(client, session, sign_in, officer, second, firm, language):
    for user in (officer, second, firm):
        user.locale = language
    lead = make_craftsman(session, unit=firm.unit)
    project = verified_project(session, lead=lead)

    sign_in(officer)
    assert client.get("/pool/awards/new").status_code == 200
    client.post("/pool/awards/new", data=ROUND | window())
    award = session.scalars(select(AwardRound)).one()
    page = f"/pool/awards/{award.uid}"
    experts = [make_user(session, "pool_expert") for _ in range(5)]
    for user in experts:
        user.locale = language
        client.post(f"{page}/experts", data={"username": user.username})

    sign_in(firm)
    own = f"/pool/innovations/{project.uid}"
    assert award.name in client.get(own).text
    data = {"award_round": award.uid, "statement": "已推广"}
    assert client.post(f"{own}/nominate", data=data).status_code == 302
    nomination = session.scalars(select(AwardNomination)).one()
    assert project.title in client.get(page).text

    sign_in(officer)
    assert client.post(f"{page}/begin", data={}).status_code == 422
    client.post(f"{page}/begin", data={"early_reason": "申报已齐"})
    assert award.state == "scoring"
    for number, user in enumerate(experts):
        sign_in(user)
        assert project.title in client.get("/pool/judging").text
        sheet = f"/pool/judging/{nomination.uid}"
        assert client.get(sheet).status_code == 200
        marks = {f"mark_{code}": str(12 + number % 2) for code in aspects(award)}
        assert client.post(sheet, data=marks).status_code == 302
        assert client.get(sheet).status_code == 200

    sign_in(officer)
    client.post(f"{page}/close")
    assert award.state == "closed"
    refused = client.post(f"{page}/publish", data={"document": "x"})
    assert (refused.status_code, award.state) == (422, "closed")

    sign_in(second)
    assert client.get(page).status_code == 200
    client.post(f"{page}/publish", data={"document": "〔2026〕8号"})
    assert award.state == "published"
    explained = client.get(f"/pool/awards/nominations/{nomination.uid}").text
    assert "74" in explained  # (72 + 72 + 78) / 3
    assert all(user.display_name not in explained for user in experts)
    dossier = client.get(f"/pool/craftsmen/{lead.uid}").text
    assert f"{award.name} · 一等奖" in dossier
    file = zipfile.ZipFile(io.BytesIO(client.get(f"{page}/awards.xlsx").data))
    assert project.title in file.read("xl/sharedStrings.xml").decode()


def aspects(award):
    return [aspect.code for aspect in awards.scheme_of(award).aspects]


def test_marks_of_others_are_nowhere_before_the_marking_is_closed(
    client, session, sign_in, officer
):
    award = make_round(session, now=now())
    nomination = nominated(session, award, now=now())
    one, other, *_ = make_jury(session, award)
    awards.begin_scoring(session, award, reason="到齐", by=by(officer, now()))
    sheet = sign(session, nomination, one, "87.5", now())
    given = set(json.loads(sheet.marks).values())

    sign_in(other)
    seen = client.get(f"/pool/judging/{nomination.uid}").text
    sign_in(officer)
    seen += client.get(f"/pool/awards/{award.uid}").text
    seen += client.get(f"/pool/awards/nominations/{nomination.uid}").text

    assert given
    assert not any(mark in seen for mark in given)
    assert client.get(f"/pool/awards/{award.uid}/awards.xlsx").status_code == 404


def test_a_tie_is_decided_on_the_page(client, session, sign_in, officer, second):
    award = make_round(session, opener=officer, now=now())
    one, two = marked(session, award, 80, 80)
    page = f"/pool/awards/{award.uid}"
    order = {f"place_{one.uid}": "2", f"place_{two.uid}": "1"}

    sign_in(second)
    assert client.post(f"{page}/publish", data={}).status_code == 422
    assert client.post(f"{page}/tie", data=order).status_code == 422  # no reason
    twice = {**order, f"place_{one.uid}": "1", "tie_reason": "推广面更广"}
    assert client.post(f"{page}/tie", data=twice).status_code == 422
    client.post(f"{page}/tie", data=order | {"tie_reason": "推广面更广"})
    assert "推广面更广" in client.get(page).text
    client.post(f"{page}/publish", data={})

    assert (two.prize, one.prize) == ("一等奖", "二等奖")
    assert client.post(f"{page}/tie", data=order).status_code == 409


def test_a_refusal_says_why(client, session, sign_in, officer):
    award = make_round(session, kinds=("invention",), now=now())
    project = verified_project(session)
    officer.locale = "en"
    sign_in(officer)

    answer = client.post(
        f"/pool/innovations/{project.uid}/nominate", data={"award_round": award.uid}
    )

    assert answer.status_code == 422
    assert "does not admit projects of this kind" in answer.text


def test_a_round_lacks_prizes_or_its_days_are_upside_down(
    client, session, sign_in, officer
):
    sign_in(officer)
    today = window()["opens_on"]

    wrongs: tuple[dict[str, Any], ...] = (
        {"prizes-0-places": ""},
        {"closes_on": today - timedelta(days=1)},
        {"finished_to": "2019-12-31"},
        {"kinds": []},
    )
    for wrong in wrongs:
        data = ROUND | window() | wrong
        assert client.post("/pool/awards/new", data=data).status_code == 422, wrong

    assert session.scalars(select(AwardRound)).all() == []


def test_who_has_a_part_finds_no_sheet(client, session, sign_in, officer):
    unit = make_unit(session)
    award = make_round(session, now=now())
    project = verified_project(session, lead=make_craftsman(session, unit=unit))
    nomination = nominated(session, award, project, now=now())
    make_jury(session, award)
    near = make_user(session, "pool_expert", unit=unit)
    juries.appoint(session, award, near, by=by(officer, now()))
    awards.begin_scoring(session, award, reason="到齐", by=by(officer, now()))
    sign_in(near)
    page = f"/pool/judging/{nomination.uid}"

    assert "mark_N1" not in client.get(page).text
    marks = {f"mark_{code}": "10" for code in aspects(award)}
    assert client.post(page, data=marks).status_code == 403
    assert client.post(f"{page}/stay-away", data={"recusal": ""}).status_code == 422
    client.post(f"{page}/stay-away", data={"recusal": "本单位"})

    assert [s.state for s in session.scalars(select(AwardSheet))] == ["recused"]


def test_withdrawing_cancelling_and_taking_back(
    client, session, sign_in, officer, second
):
    award = make_round(session, opener=officer, now=now())
    [first] = marked(session, award, 90)
    prizes.publish(session, award, document="", by=by(second, now()))
    other = make_round(session, opener=officer, now=now(), level="province")
    nomination = nominated(session, other, now=now())
    sign_in(second)

    took = f"/pool/awards/nominations/{first.uid}/take-back"
    assert client.post(took, data={}).status_code == 422
    client.post(took, data={"reason": "造假"})
    client.post(
        f"/pool/awards/nominations/{nomination.uid}/withdraw", data={"reason": "误报"}
    )
    client.post(f"/pool/awards/{other.uid}/cancel", data={"cancel_reason": "无项目"})

    assert (first.state, nomination.state, other.state) == (
        "taken_back",
        "withdrawn",
        "cancelled",
    )
    assert [f.state for f in session.scalars(select(HonourAward))] == ["disputed"]
    again = client.post(f"/pool/awards/{other.uid}/begin", data={"early_reason": "x"})
    assert again.status_code == 409


def test_an_expert_is_appointed_and_taken_off(client, session, sign_in, officer):
    award = make_round(session, opener=officer, now=now())
    expert = make_user(session, "pool_expert")
    page = f"/pool/awards/{award.uid}"
    sign_in(officer)

    for username in ("nobody-there", make_user(session).username):
        answer = client.post(f"{page}/experts", data={"username": username})
        assert answer.status_code == 422
    client.post(f"{page}/experts", data={"username": expert.username})
    [seat] = list_experts(session, award.id)
    client.post(f"{page}/experts/{seat.uid}/end")

    assert list_experts(session, award.id) == []


def test_what_is_elsewhere_stays_closed(client, session, sign_in):
    award = make_round(session, now=now())
    nomination = nominated(session, award, now=now())
    sign_in(make_user(session, "pool_officer", scope=Scope("district", "330681")))

    assert (
        nomination.innovation.title not in client.get(f"/pool/awards/{award.uid}").text
    )
    assert client.get(f"/pool/awards/nominations/{nomination.uid}").status_code == 404
    assert client.post(f"/pool/awards/{award.uid}/close").status_code == 403
    assert client.get(f"/pool/judging/{nomination.uid}").status_code == 403
