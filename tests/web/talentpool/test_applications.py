"""Applying, recommending and agreeing, as their people see it."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from extensions import LOCAL
from talentpool.admission.models.applications import (
    Application,
    Batch,
    Claim,
)
from talentpool.admission.services import drafts
from tests.factories.accounts import make_user
from tests.factories.admission import CLAIMS, make_application, make_batch
from tests.factories.people import made_up_id, make_person, make_unit, picture

NOW = datetime.now(UTC)  # the views read the clock


@pytest.fixture
def batch(session):
    return make_batch(session, now=NOW)


@pytest.fixture
def unit(session):
    return make_unit(session, name="鉴湖重型机械有限公司")


def posted(client, url, **data):
    return client.post(url, data=data)


def put_evidence(client, uid, field, value):
    part = {
        "years_in_trade": "since",
        "certificate_rank": "word",
        "employment": "word",
        "post_kind": "word",
    }.get(field, "flag")
    return posted(
        client,
        f"/pool/applications/{uid}/evidence/{field}",
        **{
            f"{field}-{part}": value,
            f"{field}-document": "单位证明3号",
            f"{field}-scan": (io.BytesIO(picture()), "scan.jpg"),
        },
    )


def test_the_window_is_on_the_public_page(client, batch):
    page = client.get("/pool/batches")
    assert batch.name in page.text

    assert (
        f"/pool/batches/{batch.uid}/apply"
        in client.get(f"/pool/batches/{batch.uid}").text
    )


def test_somebody_applies_for_themselves(client, session, sign_in, batch, unit):
    sign_in(make_user(session, username="13805750001"))
    client.post(f"/pool/batches/{batch.uid}/apply")
    own = session.scalars(select(Application)).one()
    url = f"/pool/applications/{own.uid}"

    wrong = posted(client, f"{url}/person", name="单立群", id_number="33", phone="1")
    assert wrong.status_code == 422
    assert client.get(f"{url}/person").text.count("单立群")  # nothing is lost
    number = made_up_id(7)
    person = {"name": "单立群", "id_number": number, "phone": "13805750001"}
    assert posted(client, f"{url}/person", **person).location.endswith("/work")
    found = posted(
        client, f"{url}/work", unit_search="鉴湖", trade="焊工", action="search"
    )
    assert unit.uid in found.text
    assert "6-18-02-04" in found.text
    posted(
        client, f"{url}/work", unit_uid=unit.uid, trade="焊工", occupation="6-18-02-04"
    )
    missing = client.get(f"{url}/check").text
    assert "gap-list" in missing
    for field, value in CLAIMS.items():
        assert put_evidence(client, own.uid, field, value).status_code == 302, field
    assert "gap-list" not in client.get(f"{url}/check").text
    assert posted(client, f"{url}/check").status_code == 422  # no consent
    posted(client, f"{url}/check", consent_pool="y", consent_publication="y")

    session.expire_all()
    assert (own.state, own.step) == ("running", "district")
    assert number not in client.get(url).text
    scan = session.scalars(select(Claim).where(Claim.application_id == own.id)).first()
    assert client.get(f"{url}/claims/{scan.uid}").mimetype == "image/jpeg"


def test_a_draft_is_saved_while_it_is_typed(client, session, sign_in, batch):
    sign_in(make_user(session))
    client.post(f"/pool/batches/{batch.uid}/apply")
    own = session.scalars(select(Application)).one()

    answer = posted(
        client, f"/pool/applications/{own.uid}/person", name="单", action="autosave"
    )

    assert answer.get_json()["saved"]
    assert drafts.answers_of(own).name == "单"


def test_a_wrong_value_is_named_and_a_right_one_can_be_taken_back(
    client, session, sign_in, batch
):
    user = make_user(session)
    application = make_application(session, batch, user=user, now=NOW)
    sign_in(user)
    url = f"/pool/applications/{application.uid}/evidence/competitions"

    wrong = posted(
        client,
        url,
        **{
            "competitions-tier": "city",
            "competitions-place": 5,
            "competitions-of_count": 3,
        },
    )
    assert wrong.status_code == 422
    ahead = datetime.now(UTC).astimezone(LOCAL).date() + timedelta(days=2)
    early = posted(
        client,
        url,
        **{
            "competitions-tier": "city",
            "competitions-place": 1,
            "competitions-of_count": 3,
            "competitions-held_on": ahead.isoformat(),
        },
    )
    assert early.status_code == 422
    assert "日期晚于今天" in early.text
    put_evidence(client, application.uid, "front_line", "")

    fields = session.scalars(select(Claim.field).where(Claim.is_current)).all()
    assert "front_line" not in fields
    assert "competitions" not in fields


def test_a_unit_recommends_and_its_nominee_agrees(
    client, session, sign_in, batch, unit
):
    officer = make_user(session, "unit_officer", scope=Scope("unit", unit.uid))
    sign_in(officer)
    page = client.get(f"/pool/batches/{batch.uid}").text
    assert unit.name in page
    refused = posted(client, f"/pool/batches/{batch.uid}/recommend", nominator="x")
    assert refused.status_code == 422
    posted(client, f"/pool/batches/{batch.uid}/recommend", nominator=unit.uid)
    own = session.scalars(select(Application)).one()
    assert (own.way, own.nominator) == ("unit", unit.name)

    person = make_person(session, unit=unit)
    application = make_application(
        session, batch, way="unit", person=person, user=officer, now=NOW
    )
    url = f"/pool/applications/{application.uid}"
    sent = posted(client, f"{url}/check")
    assert sent.status_code == 302
    assert f"/pool/nominations/{application.uid}" in client.get(url).text
    sign_in(make_user(session))
    stranger = client.get(f"/pool/nominations/{application.uid}").text
    assert person.name not in stranger
    sign_in(make_user(session, person=person))
    assert person.name in client.get(f"/pool/nominations/{application.uid}").text
    posted(
        client,
        f"/pool/nominations/{application.uid}",
        consent_pool="y",
        consent_publication="y",
    )

    session.expire_all()
    assert application.state == "running"


def test_an_association_recommends_by_name(client, session, sign_in, batch):
    sign_in(
        make_user(session, "association_officer", scope=Scope("district", "330600"))
    )
    url = f"/pool/batches/{batch.uid}/recommend"
    assert posted(client, url, nominator="association").status_code == 422

    posted(client, url, nominator="association", association="绍兴市焊接行业协会")

    own = session.scalars(select(Application)).one()
    assert (own.way, own.nominator) == ("association", "绍兴市焊接行业协会")


def test_an_application_is_its_owners(client, session, sign_in, batch):
    application = make_application(session, batch, now=NOW)
    sign_in(make_user(session, "pool_officer"))

    for path in ("", "/person", "/work", "/evidence", "/check"):
        answer = client.get(f"/pool/applications/{application.uid}{path}")
        assert answer.status_code == 404, path


def test_a_batch_is_announced_in_ones_own_place(client, session, sign_in):
    officer = make_user(session, "pool_officer", scope=Scope("district", "330600"))
    sign_in(officer)
    today = NOW.astimezone(LOCAL).date()
    values = {
        "name": "2026年第二批",
        "district_code": "330600",
        "level": "city",
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=9)).isoformat(),
        "steps": ["district", "experts"],
        "references_needed": 0,
        "experts_min": 5,
        "trim": 1,
        "pass_mark": 60,
        "unit_notice_days": 5,
        "review_days": 10,
        "notice_days": 5,
        "objection_days": 10,
        "shown_days": 5,
    }
    assert "330602" in client.get("/pool/batches/new").text
    elsewhere = posted(
        client, "/pool/batches/new", **values | {"district_code": "330100"}
    )
    assert elsewhere.status_code == 422
    backwards = posted(client, "/pool/batches/new", **values | {"steps": ["experts"]})
    assert backwards.status_code == 422

    posted(client, "/pool/batches/new", **values)

    batch = session.scalars(select(Batch)).one()
    assert batch.chain == "district experts decision notice entry"
    client.post(f"/pool/batches/{batch.uid}/close")
    session.expire_all()
    assert batch.closed_at is not None
