"""Reviews, notice, objection and entry, as their people see them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from talentpool.admission.models.notices import Notice, Objection
from talentpool.admission.queries.applications import list_claims
from talentpool.admission.queries.experts import list_sheets
from talentpool.admission.services import experts
from tests.factories.accounts import make_user
from tests.factories.admission import actor_of, make_application, make_batch, send_in

NOW = datetime.now(UTC)  # the views read the clock
COUNTY = Scope("district", "330602")
CITY = Scope("district", "330600")


@pytest.fixture
def batch(session):
    return make_batch(session, now=NOW)


@pytest.fixture
def application(session, batch):
    return send_in(session, make_application(session, batch, now=NOW), now=NOW)


@pytest.fixture
def office(session):
    return {
        "county": make_user(session, "pool_reviewer", scope=COUNTY),
        "city": make_user(session, "pool_officer", scope=CITY),
        "leader": make_user(session, "pool_officer", scope=CITY),
    }


def url(application, action=""):
    return f"/pool/reviews/{application.uid}{action}"


def pass_level(client, session, application):
    for claim in list_claims(session, application.id):
        if claim.state == "claimed":
            client.post(
                url(application, f"/claims/{claim.uid}"), data={"accepted": "yes"}
            )
    return client.post(url(application, "/pass"))


def to_notice(client, session, sign_in, application, office):
    for who in ("county", "city"):
        sign_in(office[who])
        assert pass_level(client, session, application).status_code == 302, who
    sign_in(office["leader"])
    data = {"pool_class": "skilled", "minute_number": "〔2026〕7号"}
    client.post(url(application, "/decide"), data=data)
    sign_in(office["city"])
    batch = application.batch
    answer = client.post(
        f"/pool/batches/{batch.uid}/notices",
        data={"chosen": [application.uid], "contact": "市总工会 0575-8000"},
    )
    assert answer.status_code == 302
    return session.scalars(select(Notice)).one()


def test_each_office_has_its_own_step(client, session, sign_in, application, office):
    sign_in(office["county"])
    listed = client.get("/pool/reviews").text
    assert application.person.name in listed
    page = client.get(url(application)).text
    assert application.person.name in page
    assert "****" in page  # the ID number
    unchecked = client.post(url(application, "/pass"))
    assert unchecked.status_code == 409
    assert pass_level(client, session, application).status_code == 302

    # It is with the city now: the county sees it, and passes nothing.
    assert application.step == "city"
    assert application.person.name not in client.get("/pool/reviews").text
    assert client.post(url(application, "/pass")).status_code == 403
    assert client.post(url(application, "/decide")).status_code == 403


def test_the_lists_are_narrowed(client, session, sign_in, application, office):
    other = make_application(session, application.batch, now=NOW)
    send_in(session, other, now=NOW)
    other.trade = "车工"
    sign_in(office["city"])
    desk = f"/pool/batches/{application.batch.uid}/desk"
    for page in (f"{desk}?", "/pool/reviews?show=all&"):
        shown = {
            query: [
                one.person.name in client.get(page + query).text
                for one in (application, other)
            ]
            for query in ("", "q=车工", "at=district", "at=city", "at=nonsense")
        }

        assert shown == {
            "": [True, True],
            "q=车工": [False, True],
            "at=district": [True, True],
            "at=city": [False, False],
            "at=nonsense": [True, True],
        }


def test_a_return_gives_its_reason_to_the_applicant(
    client, session, sign_in, application, office
):
    sign_in(office["county"])
    bare = client.post(url(application, "/return"), data={"to": ""})
    assert bare.status_code == 422
    data = {"to": "", "return_reason": "请补充工会证明"}
    client.post(url(application, "/return"), data=data)

    sign_in(application.submitter)
    assert application.state == "returned"
    own = f"/pool/applications/{application.uid}"
    assert "请补充工会证明" in client.get(own).text
    assert client.get(f"{own}/evidence").status_code == 200


def test_the_difference_to_today_is_shown(
    client, session, sign_in, application, office
):
    application.person.name = "改名者"
    sign_in(office["county"])

    page = client.get(url(application)).text

    assert "<ins>改名者</ins>" in page


def test_notice_objection_outcome_and_entry(
    client, session, sign_in, application, office
):
    notice = to_notice(client, session, sign_in, application, office)
    sign_in(None)
    page = client.get(f"/pool/notices/{notice.uid}")
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert 'name="robots"' in page.text
    person = application.person
    assert person.name in page.text
    assert person.birth_date.isoformat() not in page.text
    assert notice.uid in client.get("/pool/notices").text

    form = {"line": "0", "kind": "named", "name": "何平", "contact": "138"}
    incomplete = client.post(f"/pool/notices/{notice.uid}/object", data=form)
    assert incomplete.status_code == 422
    assert "何平" in incomplete.text  # nothing is lost
    form["text"] = "材料不实"
    answer = client.post(f"/pool/notices/{notice.uid}/object", data=form)
    objection = session.scalars(select(Objection)).one()
    assert objection.receipt in answer.text

    notice.last_day -= timedelta(days=30)
    notice.first_day -= timedelta(days=30)
    sign_in(office["city"])
    assert client.post(url(application, "/enter")).status_code == 409
    objections = f"/pool/objections/{objection.uid}"
    assert person.name in client.get("/pool/objections").text
    sealed = client.get(objections).text
    assert "材料不实" not in sealed
    opened = client.post(f"{objections}/open", data={"purpose": "核查情况"}).text
    assert "材料不实" in opened
    missing = client.post(f"{objections}/outcome", data={"verdict": "dismissed"})
    assert missing.status_code == 422
    client.post(
        f"{objections}/outcome", data={"verdict": "dismissed", "outcome": "经核查属实"}
    )
    follow = client.post(
        "/pool/objections/receipt", data={"receipt": objection.receipt.lower()}
    )
    assert "经核查属实" in follow.text

    assert client.post(url(application, "/enter")).status_code == 302
    session.expire_all()
    craftsman = application.craftsman
    pdf = client.get(f"/pool/craftsmen/{craftsman.uid}/certificate.pdf")
    assert pdf.mimetype == "application/pdf"
    sign_in(application.submitter)
    own = client.get("/pool/mine/certificate.pdf")
    assert own.data == pdf.data
    sign_in(None)
    number = craftsman.certificate_number
    assert number in client.get(f"/pool/certificates/{number}").text


def test_objections_come_page_by_page(
    client, session, sign_in, application, office, monkeypatch
):
    monkeypatch.setattr("talentpool.admission.queries.notices.PER_PAGE", 1)
    notice = to_notice(client, session, sign_in, application, office)
    for text in ("材料不实", "年限不足"):
        form = {"line": "0", "kind": "named", "name": "何平", "contact": "138"}
        client.post(f"/pool/notices/{notice.uid}/object", data=form | {"text": text})
    first, second = session.scalars(select(Objection.uid).order_by(Objection.id))

    pages = [client.get(f"/pool/objections?page={n}").text for n in (1, 2, 3)]

    assert [(first in page, second in page) for page in pages] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert "/pool/objections?page=2" in pages[0]
    assert 'href="/pool/objections"' in pages[2]  # back from beyond the end


def test_a_notice_takes_itself_down(client, session, sign_in, application, office):
    notice = to_notice(client, session, sign_in, application, office)
    sign_in(None)
    for part in ("first_day", "last_day"):
        setattr(notice, part, getattr(notice, part) - timedelta(days=30))
    session.flush()
    ended = client.get(f"/pool/notices/{notice.uid}/object")
    assert ended.status_code == 302  # too late to object, still shown
    assert client.get(f"/pool/notices/{notice.uid}").status_code == 200

    notice.shown_until -= timedelta(days=60)

    assert client.get(f"/pool/notices/{notice.uid}").status_code == 404
    assert notice.uid not in client.get("/pool/notices").text


def test_experts_see_their_own_sheet_only(client, session, sign_in):
    batch = make_batch(session, now=NOW, steps=("district", "experts"))
    application = send_in(session, make_application(session, batch, now=NOW), now=NOW)
    officer = make_user(session, "pool_officer", scope=CITY)
    sign_in(officer)
    pass_level(client, session, application)
    users = [make_user(session, "pool_expert", scope=CITY) for _ in range(5)]
    panel = f"/pool/batches/{batch.uid}/experts"
    assert client.post(panel, data={"username": "nobody"}).status_code == 422
    for user in users:
        client.post(panel, data={"username": user.username})
    names = ("skill", "merit", "passing_on", "conduct")
    marks = {
        f"mark_{name}": mark
        for name, mark in zip(names, ("40", "30", "20", "7.5"), strict=True)
    }
    for user in users:
        sign_in(user)
        assert "等待您评分的申报" in client.get("/desk").text
        assert application.person.name in client.get("/pool/assessments").text
        page = f"/pool/assessments/{application.uid}"
        assert client.post(page, data=marks | {"mark_skill": "41"}).status_code == 409
        assert "97.5" not in client.get(page).text
        assert client.post(page, data=marks).status_code == 302
    assert len(list_sheets(session, application)) == 5

    closer = make_user(session, "pool_officer", scope=CITY)
    sign_in(closer)
    assert "97.50" in client.get(url(application, "/experts")).text
    client.post(url(application, "/experts"))

    session.expire_all()
    assert application.step == "decision"


def test_an_expert_finds_what_is_not_signed_first(
    client, session, sign_in, monkeypatch
):
    monkeypatch.setattr("talentpool.admission.queries.experts.PER_PAGE", 1)
    batch = make_batch(session, now=NOW, steps=("district", "experts"))
    sign_in(make_user(session, "pool_officer", scope=CITY))
    first, second = (
        send_in(session, make_application(session, batch, now=NOW), now=NOW)
        for _ in range(2)
    )
    for application in (first, second):
        pass_level(client, session, application)
    expert = make_user(session, "pool_expert", scope=CITY)
    panel = f"/pool/batches/{batch.uid}/experts"
    client.post(panel, data={"username": expert.username})
    sign_in(expert)
    assert first.uid in client.get("/pool/assessments").text

    client.post(
        f"/pool/assessments/{first.uid}/stay-away", data={"recusal": "曾是同事"}
    )

    assert second.uid in client.get("/pool/assessments").text
    assert first.uid in client.get("/pool/assessments?page=2").text


def test_ones_applications_come_page_by_page(
    client, session, sign_in, batch, monkeypatch
):
    monkeypatch.setattr("talentpool.admission.queries.applications.PER_PAGE", 1)
    user = make_user(session)
    older, newer = (
        make_application(session, batch, way="unit", user=user, now=NOW)
        for _ in range(2)
    )
    sign_in(user)

    pages = [client.get(f"/pool/applications?page={n}").text for n in (1, 2)]

    assert [(newer.uid in page, older.uid in page) for page in pages] == [
        (True, False),
        (False, True),
    ]
    assert f"/pool/applications/{older.uid}" in client.get("/desk").text
    monkeypatch.setattr("talentpool.admission.views.own.BEGUN", 1)
    desk = client.get("/desk").text
    assert f"/pool/applications/{older.uid}" not in desk
    assert 'href="/pool/applications"' in desk


def test_a_unit_hangs_its_notice(client, session, sign_in):
    batch = make_batch(session, now=NOW, steps=("unit_notice", "district"))
    application = make_application(session, batch, way="unit", now=NOW)
    send_in(session, application, now=NOW)
    scope = Scope("unit", application.unit.uid)
    sign_in(make_user(session, "unit_officer", scope=scope))
    page = f"/pool/applications/{application.uid}/unit-notice"
    assert page in client.get("/desk").text
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 422
    client.post(page, data={"place": "厂区公告栏"})
    assert page not in client.get("/desk").text  # until its days are over
    assert client.post(f"{page}/clear").status_code == 409

    data = {"return_reason": "职工反映材料不实"}
    client.post(f"{page}/objected", data=data)

    assert application.state == "returned"


def test_experts_are_appointed_among_experts(session, batch):
    somebody = make_user(session)

    with pytest.raises(experts.NoExpertError):
        experts.appoint(session, batch, somebody, actor=actor_of(somebody), now=NOW)
