"""The dossier page, its facts and its masked fields."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.models import LedgerEntry
from people.persons.queries import open_id_number, open_phone
from talentpool.dossiers.models import Evidence, SkillCertificate
from tests.factories.accounts import make_user
from tests.factories.people import make_person, make_unit, picture
from tests.factories.talentpool import make_craftsman, make_fact, make_pair

KINDS = (
    *("certificate", "honour", "competition", "achievement", "studio"),
    *("post", "service"),
)


@pytest.fixture
def craftsman(session):
    made = make_craftsman(session)
    for kind in KINDS:
        make_fact(session, made, kind)
    return made


@pytest.fixture
def url(craftsman):
    return f"/pool/craftsmen/{craftsman.uid}"


@pytest.fixture
def officer(session, sign_in):
    user = make_user(session, "pool_officer")
    sign_in(user)
    return user


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_shows_every_fact(client, session, officer, craftsman, url, language):
    officer.locale = language
    make_pair(session, craftsman)

    page = client.get(url).text

    for text in ("市五一劳动奖章", "薄板焊接变形控制", "焊接创新工作室", "12.5"):
        assert text in page
    assert craftsman.certificate_number in page


def test_masks_personal_fields(client, officer, craftsman, url):
    page = client.get(url).text

    assert open_id_number(craftsman.person) not in page
    assert open_phone(craftsman.person) not in page
    assert "********" in page


def test_a_look_in_clear_is_logged_with_its_purpose(
    client, session, officer, craftsman, url
):
    response = client.post(
        f"{url}/reveal", data={"field": "phone", "purpose": "联系技能服务"}
    )

    assert open_phone(craftsman.person) in response.text
    entry = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "person.revealed")
    ).one()
    assert entry.actor == officer.uid
    assert "联系技能服务" in entry.body


def test_nothing_is_shown_without_a_purpose(client, session, officer, craftsman, url):
    response = client.post(f"{url}/reveal", data={"field": "phone", "purpose": ""})

    assert response.status_code == 422
    assert open_phone(craftsman.person) not in response.text


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        pytest.param("pool_officer", EVERYWHERE, 200, id="everywhere"),
        pytest.param("hr_official", Scope("district", "330602"), 200, id="district"),
        pytest.param("hr_official", Scope("district", "330600"), 200, id="its city"),
        pytest.param("hr_official", Scope("district", "330603"), 403, id="next door"),
        pytest.param("judge", EVERYWHERE, 403, id="another role"),
    ],
)
def test_who_may_see_it(client, session, sign_in, url, role, scope, status):
    sign_in(make_user(session, role, scope=scope))

    assert client.get(url).status_code == status


def test_a_unit_sees_its_own(client, session, sign_in):
    own, other = make_unit(session), make_unit(session)
    people = [make_craftsman(session, unit=unit) for unit in (own, other)]
    sign_in(make_user(session, "unit_officer", scope=Scope("unit", own.uid)))

    answers = [client.get(f"/pool/craftsmen/{c.uid}").status_code for c in people]

    assert answers == [200, 403]


def test_one_sees_ones_own(client, session, sign_in, craftsman):
    sign_in(make_user(session, "contestant", person=craftsman.person))

    assert craftsman.certificate_number in client.get("/pool/mine").text


def test_somebody_outside_the_pool_has_none(client, session, sign_in):
    sign_in(make_user(session, "contestant", person=make_person(session)))

    assert 'href="/pool/batches"' in client.get("/pool/mine").text


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("certificate", {"level_code": "L6", "trade": "焊工"}),
        ("honour", {"honour_id": "0", "name": "首席工人", "level": "enterprise"}),
        (
            "competition",
            {
                "competition_name": "省赛",
                "event_name": "焊工",
                "tier": "province",
                "trade": "焊工",
                "place": "1",
                "of_count": "40",
            },
        ),
        ("achievement", {"kind": "patent", "title": "一种夹具", "benefit": "12.3456"}),
        (
            "studio",
            {
                "name": "工作室",
                "kind": "skill_master",
                "level": "city",
                "role": "leader",
            },
        ),
        (
            "post",
            {
                "unit_name": "机床厂",
                "post": "车工",
                "post_kind": "",
                "valid_from": "2012-03-01",
            },
        ),
        (
            "service",
            {
                "title": "走访",
                "visits": "2",
                "firms": "1",
                "problems": "0",
                "trained": "12",
            },
        ),
    ],
)
def test_adds_a_fact(client, officer, url, kind, data):
    form = client.get(f"{url}/facts/{kind}/new")

    response = client.post(f"{url}/facts/{kind}/new", data=data)

    assert (form.status_code, response.status_code) == (200, 302)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        pytest.param("achievement", {"kind": "patent", "title": ""}, id="no title"),
        pytest.param(
            "achievement",
            {"kind": "patent", "title": "夹具", "benefit": "0.00001"},
            id="less than a yuan",
        ),
        pytest.param(
            "competition",
            {
                "competition_name": "省赛",
                "event_name": "焊工",
                "tier": "province",
                "trade": "焊工",
                "place": "5",
                "of_count": "4",
            },
            id="a place beyond the field",
        ),
        pytest.param(
            "post",
            {
                "unit_name": "机床厂",
                "post": "车工",
                "valid_from": "2012-03-01",
                "valid_to": "2012-02-01",
            },
            id="ended before it began",
        ),
        pytest.param(
            "certificate",
            {
                "level_code": "L5",
                "trade": "焊工",
                "issued_on": "2024-03-01",
                "valid_to": "2024-02-01",
            },
            id="expired before it was issued",
        ),
    ],
)
def test_says_what_is_wrong_with_a_fact(client, officer, url, kind, data):
    response = client.post(f"{url}/facts/{kind}/new", data=data)

    assert response.status_code == 200
    assert "field__errors" in response.text


def test_keeps_the_scan_with_its_digest(client, session, officer, url):
    data = {
        "level_code": "L6",
        "trade": "焊工",
        "verified": "y",
        "document_file": (io.BytesIO(picture()), "证书.jpg"),
    }

    client.post(
        f"{url}/facts/certificate/new", data=data, content_type="multipart/form-data"
    )

    piece = session.scalars(select(Evidence)).one()
    assert piece.sha256 == piece.attachment.sha256
    assert client.get(f"{url}/evidence/{piece.uid}").mimetype == "image/jpeg"
    assert "证书.jpg" in client.get(url).text


def test_a_level_of_the_old_scale_is_mapped_and_kept(client, session, officer, url):
    data = {"level_code": "old-2", "trade": "焊工", "issued_on": "2015-06-01"}

    client.post(f"{url}/facts/certificate/new", data=data)

    made = session.scalars(
        select(SkillCertificate).where(SkillCertificate.printed_level != "")
    ).one()
    assert (made.level_code, made.printed_level) == ("L5", "2")
    again = client.get(f"{url}/facts/certificate/{made.uid}").text
    assert 'selected value="old-2"' in again


def test_an_odd_certificate_is_kept_and_warned_of(client, session, officer, url):
    other = make_craftsman(session)
    number = "S00013300000123410003"  # one character short
    make_fact(session, other, "certificate", number=number)
    data = {"level_code": "L6", "trade": "焊工", "number": number}
    data["valid_to"] = "2020-01-01"
    officer.locale = "en"

    response = client.post(
        f"{url}/facts/certificate/new", data=data, follow_redirects=True
    )

    for said in ("22 characters", "Another dossier holds", "has expired"):
        assert response.text.count(said) >= 2  # told at once, and in the dossier


def test_a_correction_supersedes(client, session, officer, craftsman, url):
    old = session.scalars(select(SkillCertificate)).one()
    data = {
        "level_code": "L6",
        "trade": "焊工",
        "issued_on": "2020-05-01",
        "correction": "等级录错",
    }

    refused = client.post(
        f"{url}/facts/certificate/{old.uid}", data=data | {"correction": ""}
    )
    client.post(f"{url}/facts/certificate/{old.uid}", data=data)

    rows = session.scalars(select(SkillCertificate).order_by(SkillCertificate.id)).all()
    assert refused.status_code == 200
    assert [(r.level_code, r.is_current) for r in rows] == [("L5", False), ("L6", True)]
    assert (rows[1].reason, rows[1].issued_on) == ("等级录错", date(2020, 5, 1))
    gone = client.get(f"{url}/facts/certificate/{old.uid}")
    assert gone.status_code == 404


def test_verifies_a_claim(client, session, officer, craftsman, url):
    claim = make_fact(session, craftsman, "honour", verified=False, name="能手")

    client.post(f"{url}/facts/honour/{claim.uid}/verify")

    assert (claim.state, claim.verified_by) == ("verified", officer.uid)


def test_an_official_who_only_looks_cannot_edit(client, session, sign_in, url):
    sign_in(make_user(session, "hr_official"))

    assert client.get(f"{url}/facts/honour/new").status_code == 403
    assert "/facts/" not in client.get(url).text


def test_costs_a_fixed_number_of_statements(
    client, session, officer, craftsman, url, count_queries
):
    client.get(url)
    with count_queries() as before:
        client.get(url)
    for kind in KINDS:
        for _ in range(3):
            make_fact(session, craftsman, kind)
    make_pair(session, craftsman)

    with count_queries() as after:
        client.get(url)

    assert len(after) == len(before)
