"""The pages of a dossier's life: head, history, a day, exits, work lists, one's own."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from accounts.roles.rules import EVERYWHERE, Scope
from people.persons.queries import open_id_number, open_phone
from talentpool.dossiers.models import (
    Evidence,
    HonourAward,
    PoolStep,
    SkillCertificate,
)
from talentpool.life.models import Review, YearlyUpdate
from tests.factories.accounts import make_user
from tests.factories.life import make_finding, make_review
from tests.factories.people import picture
from tests.factories.talentpool import make_craftsman, make_fact
from tests.papers import page_texts

KINDS = (
    *("certificate", "honour", "competition", "achievement", "studio"),
    *("post", "service"),
)


@pytest.fixture
def craftsman(session):
    made = make_craftsman(session, term_ends_on=date(2020, 1, 1))
    for kind in KINDS:
        make_fact(session, made, kind)
    return made


@pytest.fixture
def url(craftsman):
    return f"/pool/craftsmen/{craftsman.uid}"


@pytest.fixture(params=["zh_CN", "en"])
def officer(session, sign_in, request):
    user = make_user(session, "pool_officer", scope=EVERYWHERE)
    user.locale = request.param
    sign_in(user)
    return user


@pytest.fixture
def person(session, sign_in, craftsman):
    user = make_user(session, "contestant", person=craftsman.person)
    sign_in(user)
    return user


HEAD = {
    "post": "班长",
    "post_kind": "operator",
    "employment": "in_service",
    "worker_type": "employee",
    "occupation": "6-18-02-04",
    "trade": "电焊工",
    "front_line": "no",
    "union_member": "yes",
    "district_code": "330602",
    "on": "2026-03-01",
    "reason": "竞聘上岗",
    "document": "人字3号",
    "education": "",
    "politics": "",
    "phone": "13912345678",
}


def test_the_head_changes_with_a_reason_and_a_dated_post(
    client, session, officer, craftsman, url
):
    refused = client.post(f"{url}/head", data=HEAD | {"reason": "", "phone": "12"})
    client.post(f"{url}/head", data=HEAD)

    assert refused.status_code == 422
    assert refused.text.count("form-errors") == 1
    assert (craftsman.post, craftsman.front_line) == ("班长", False)
    assert open_phone(craftsman.person) == "13912345678"
    page = client.get(f"{url}/history").text
    for text in ("班长", "竞聘上岗", "人字3号", officer.display_name):
        assert text in page
    assert "13912345678" not in page


def test_a_future_day_and_an_unknown_occupation_change_nothing(
    client, officer, craftsman, url
):
    for wrong in ({"on": "2999-01-01"}, {"occupation": "9-99-99-99"}):
        assert client.post(f"{url}/head", data=HEAD | wrong).status_code == 422

    assert craftsman.trade == "焊工"


def test_the_pages_of_a_dossier_open(client, officer, url):
    for page in ("/head", "/history", "/as-of", "/state", "/as-of?as_of=2026-05-02"):
        assert client.get(f"{url}{page}").status_code == 200
    for fault in ("as_of=soon", "as_of=2999-01-01", "valid_on=0001-01-01"):
        assert client.get(f"{url}/as-of?{fault}").status_code == 422


def test_the_paper_is_masked(client, officer, craftsman, url):
    answer = client.get(f"{url}/dossier.pdf")

    said = "".join(page_texts(answer.data))
    assert "薄板焊接变形控制" in said
    assert craftsman.certificate_number in said
    assert open_id_number(craftsman.person) not in said
    assert open_phone(craftsman.person) not in said


def test_an_honour_is_revoked_and_stays(client, session, officer, url):
    honour = session.scalars(select(HonourAward)).one()
    address = f"{url}/honours/{honour.uid}/revoke"
    data = {"on": "2025-03-01", "document": "撤字1号", "reason": "弄虚作假"}

    early = client.post(address, data=data | {"on": "2020-03-01"})
    client.post(address, data=data)

    assert early.status_code == 422
    rows = session.scalars(select(HonourAward).order_by(HonourAward.id)).all()
    assert [(r.is_current, r.revocation) for r in rows] == [
        (False, ""),
        (True, "撤字1号"),
    ]
    assert "撤字1号" in client.get(url).text
    assert client.get(address).status_code == 404


def test_a_claim_that_is_not_borne_out_is_disputed(
    client, session, officer, craftsman, url
):
    claim = make_fact(session, craftsman, "honour", verified=False, name="能手")

    client.post(f"{url}/facts/honour/{claim.uid}/dispute", data={"reason": ""})
    assert claim.state == "claimed"
    client.post(f"{url}/facts/honour/{claim.uid}/dispute", data={"reason": "查无此证"})

    assert claim.state == "disputed"


EXIT = {
    "deed": "exit:retirement",
    "on": "2026-04-01",
    "reason": "到龄退休",
    "level": "city",
    "pool_class": "skilled",
}
PAPER = {"document": "退字1号", "decided_by": "市总工会"}


def test_an_exit_needs_its_document_and_a_return_keeps_the_dossier(
    client, session, officer, craftsman, url
):
    bare = client.post(f"{url}/state", data=EXIT)
    client.post(f"{url}/state", data=EXIT | PAPER)
    left = craftsman.state
    shown = client.get(f"{url}/state")
    back = {"deed": "return", "on": "2026-05-01", "level": "district"}
    client.post(f"{url}/state", data=EXIT | PAPER | back)

    assert (bare.status_code, shown.status_code) == (422, 200)
    assert (left, craftsman.state, craftsman.level) == ("left", "active", "district")
    steps = session.scalars(select(PoolStep).order_by(PoolStep.id)).all()
    assert [(s.cause, s.document, s.decided_by) for s in steps] == [
        ("retirement", "退字1号", "市总工会"),
        ("re_entry", "退字1号", "市总工会"),
    ]


def test_a_return_after_a_revocation_is_barred(client, officer, craftsman, url):
    client.post(f"{url}/state", data=EXIT | PAPER | {"deed": "exit:false_material"})

    back = client.post(
        f"{url}/state", data=EXIT | PAPER | {"deed": "return", "on": "2026-05-01"}
    )

    assert back.status_code == 422
    assert craftsman.state == "revoked"
    assert "2032-04-01" in back.text


def test_the_work_list_runs_shows_and_confirms(client, session, officer):
    craftsman = make_craftsman(session, term_ends_on=date(2026, 5, 1))
    client.post("/pool/renewals/run")
    review = session.scalars(select(Review)).one()
    page = f"/pool/renewals/{review.uid}"

    listed, shown = client.get("/pool/renewals"), client.get(page)
    bare = client.post(f"{page}/confirm", data={"reason": "仍在一线"})
    client.post(f"{page}/confirm", data={"reason": "仍在一线", "document": "复1号"})

    assert craftsman.person.name in listed.text
    assert (shown.status_code, bare.status_code) == (200, 422)
    assert (review.state, craftsman.state) == ("confirmed", "active")
    assert client.get(f"{page}").status_code == 200
    assert client.get("/pool/renewals?state=all&code=no_activity").status_code == 200
    assert craftsman.person.name in client.get("/pool/renewals?state=confirmed").text


def test_work_lists_hold_only_ones_own_places(client, session, sign_in, craftsman):
    make_review(session, craftsman)
    make_finding(session, craftsman)
    scope = Scope("district", "330681")
    sign_in(make_user(session, "pool_officer", scope=scope))

    for page in ("/pool/renewals", "/pool/records"):
        assert craftsman.person.name not in client.get(page).text


def test_findings_are_listed_by_district_and_accepted(
    client, session, officer, craftsman
):
    finding = make_finding(session, craftsman, code="before_birth", first="1970-01-01")

    page = client.get("/pool/records?district=330602&code=before_birth")
    client.post(f"/pool/records/{finding.uid}/accept", data={"reason": ""})
    assert finding.state == "open"
    client.post(f"/pool/records/{finding.uid}/accept", data={"reason": "属实"})

    assert craftsman.person.name in page.text
    assert (finding.state, finding.accepted_by) == ("accepted", officer.uid)
    assert "属实" in client.get("/pool/records?state=accepted").text


def test_a_unit_says_that_its_dossiers_are_right(client, session, sign_in, craftsman):
    other = make_craftsman(session)
    unit = craftsman.person.unit
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", unit.uid)))
    for one in (craftsman, other):
        one.updated_at = one.updated_at.replace(year=2020)

    page = client.get("/pool/updates").text
    client.post("/pool/updates", data={"craftsman": [craftsman.uid, other.uid]})

    assert craftsman.person.name in page
    assert other.person.name not in page
    made = session.scalars(select(YearlyUpdate)).all()
    assert [(u.craftsman_id, u.role) for u in made] == [(craftsman.id, "unit")]
    assert craftsman.person.name not in client.get("/pool/updates").text


def test_one_sees_what_is_missing_and_proposes_it(client, session, person, craftsman):
    page = client.get("/pool/mine/next")
    data = {"level_code": "L6", "trade": "焊工", "number": "S1", "verified": "y"}
    bare = client.post("/pool/mine/facts/certificate/new", data=data)
    scan = {"document_file": (io.BytesIO(picture()), "证书.jpg")}
    client.post(
        "/pool/mine/facts/certificate/new",
        data=data | scan,
        content_type="multipart/form-data",
    )

    assert "高级技师" in page.text
    assert bare.status_code == 422
    made = session.scalars(
        select(SkillCertificate).where(SkillCertificate.level_code == "L6")
    ).one()
    paper = session.scalars(select(Evidence)).one()
    assert (made.source, made.state, paper.state) == ("self", "claimed", "claimed")
    assert client.get("/pool/mine/dossier.pdf").mimetype == "application/pdf"


def test_one_says_ones_dossier_is_right(client, session, person, craftsman):
    client.post("/pool/mine/update", data={"phone": "12"})
    assert session.scalars(select(YearlyUpdate)).all() == []
    client.post("/pool/mine/update", data={"phone": "13987654321"})

    assert open_phone(craftsman.person) == "13987654321"
    assert session.scalars(select(YearlyUpdate.role)).all() == ["self"]


def test_who_has_no_dossier_has_no_such_pages(client, session, sign_in):
    sign_in(make_user(session, "contestant"))

    for page in ("next", "facts/honour/new", "dossier.pdf"):
        assert client.get(f"/pool/mine/{page}").status_code == 404
