"""One's own data, looks, the register, and erasing by two officers."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from ledger.log.services import SYSTEM, Actor
from people.consent.queries import list_consenting
from talentpool.admission.models.proposals import Proposal
from talentpool.dossiers.models import DossierLook
from talentpool.dossiers.rules import LOOKED_AT as LOOKED_AT_IN_ORDER
from talentpool.dossiers.services.facts import add_evidence
from talentpool.privacy import queries
from talentpool.privacy.services import erase
from talentpool.privacy.services.export import make_export
from tests.factories.accounts import make_user
from tests.factories.admission import make_application, make_batch, send_in
from tests.factories.people import NOW, make_attachment, make_person, make_unit
from tests.factories.scoring import make_marked_event
from tests.factories.talentpool import make_craftsman, make_fact, make_pair


@pytest.fixture
def owner(session, sign_in):
    person = make_person(session, unit=make_unit(session))
    user = make_user(session, "contestant")
    user.person = person
    sign_in(user)
    return user


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_person_agrees_and_withdraws(client, session, owner, language):
    owner.locale = language
    craftsman = make_craftsman(session, person=owner.person)

    assert client.get("/privacy/mine").status_code == 200
    for purpose in ("competition", "pool", "publication"):
        assert client.get(f"/privacy/mine/{purpose}").status_code == 200
    assert client.post("/privacy/mine/pool", data={}).status_code == 422
    client.post("/privacy/mine/pool", data={"read": "y"})
    assert craftsman.state == "active"
    client.post("/privacy/mine/pool", data={"read": "y"})
    assert craftsman.state == "left"
    assert client.get("/privacy/mine").status_code == 200


def test_takes_everything_along(client, owner):
    answer = client.post("/privacy/mine/export.zip")

    assert answer.mimetype == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert {"data.json", "data.xlsx"} <= set(names)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_two_officers_erase(client, session, sign_in, owner, language):
    owner.locale = language
    assert client.get("/privacy/mine/erase").status_code == 200
    client.post("/privacy/mine/erase", data={"read": "y", "reason": "不再需要"})
    person = owner.person
    for step in ("confirm", "carry-out"):
        officer = make_user(session, "pool_officer")
        officer.locale = language
        sign_in(officer)
        page = client.get("/privacy/erasures").text
        [_head, rest] = page.split("/privacy/erasures/", 1)
        uid = rest[:36]
        client.post(f"/privacy/erasures/{uid}/{step}")
    assert person.name == "***"
    told = client.get("/privacy/erasures").text
    assert {"en": "Persons × 1", "zh_CN": "个人基本信息 × 1"}[language] in told


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_pages_about_an_erased_person_say_so(client, session, sign_in, language):
    """No page fails for want of what was removed."""
    marked = make_marked_event(session, works=2)
    marked.run_to_decoded()
    marked.publish()
    [proposal, *_rest] = session.scalars(select(Proposal).order_by(Proposal.place))
    person = proposal.person
    application = make_application(session, make_batch(session), person=person)
    send_in(session, application)
    craftsman = make_craftsman(session, person=person)
    fact = make_fact(session, craftsman, "honour")
    make_pair(session, make_craftsman(session), apprentice=person)
    pair = make_pair(session, craftsman)
    wish = erase.ask(session, person, reason="", actor=SYSTEM, now=NOW)
    officers = [make_user(session, "pool_officer") for _ in range(3)]
    first, second = (Actor("human", user.uid) for user in officers[:2])
    erase.confirm(session, wish, actor=first, now=NOW)
    name = person.name
    erase.carry_out(session, wish, actor=second, now=NOW)
    session.expire_all()
    officers[2].locale = language
    sign_in(officers[2])
    dossier = f"/pool/craftsmen/{craftsman.uid}"
    erased = "Erased" if language == "en" else "已删除"

    for url in (
        dossier,
        f"/pool/proposals/{proposal.uid}",
        f"/pool/reviews/{application.uid}",
    ):
        assert erased in client.get(url).text, url
    for url in (
        *(f"{dossier}/{page}" for page in ("history", "as-of", "head", "state")),
        f"{dossier}/facts/honour/{fact.uid}",
        f"{dossier}/dossier.pdf",
        f"{dossier}/certificate.pdf",
        f"/pool/pairs/{pair.uid}",
        f"/pool/certificates/{craftsman.certificate_number}",
        *("/pool/pairs", "/pool/proposals", "/pool/reviews", "/pool/applications"),
        *("/pool?state=left", "/privacy/erasures", "/pool/compliance"),
    ):
        answer = client.get(url)
        # No certificate is printed of who left.
        expected = {404} if "certificate.pdf" in url else {200, 302}
        assert answer.status_code in expected, url
        assert answer.mimetype != "text/html" or name not in answer.text, url


def test_two_hundred_facts_with_scans_go_along(session):
    craftsman = make_craftsman(session)
    for number in range(200):
        fact = make_fact(session, craftsman, "honour", name=f"奖状{number}")
        if number % 10 == 0:
            add_evidence(
                session,
                fact,
                title="扫描件",
                attachment=make_attachment(session),
                actor=SYSTEM,
                now=NOW,
            )

    data = make_export(session, craftsman.person, now=NOW)

    archive = zipfile.ZipFile(io.BytesIO(data))
    told = json.loads(archive.read("data.json"))["tables"]
    assert len(told["honour_award"]) == 200
    assert len([n for n in archive.namelist() if n.startswith("files/")]) == 20


def test_a_minor_names_the_guardian(client, session, owner):
    today = datetime.now(UTC).date()
    owner.person.birth_date = today.replace(year=today.year - 16, day=1)
    session.flush()
    url = "/privacy/mine/publication"

    client.post(url, data={"read": "y"})
    asked = list_consenting(
        session, "publication", persons=[owner.person.id], adults_on=today
    )
    assert asked == set()
    client.post(url, data={"read": "y", "guardian": "王母, 告知书1号"})

    listed = list_consenting(
        session, "publication", persons=[owner.person.id], adults_on=today
    )
    assert listed == {owner.person.id}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_looks_are_listed_for_the_auditor(client, session, sign_in, language):
    unit = make_unit(session)
    craftsman = make_craftsman(session, person=make_person(session, unit=unit))
    officer = make_user(session, "pool_officer", unit=unit)
    sign_in(officer)
    client.post(
        f"/pool/craftsmen/{craftsman.uid}/reveal",
        data={"field": "phone", "purpose": "核对电话"},
    )

    auditor = make_user(session, "audit_admin")
    auditor.locale = language
    sign_in(auditor)
    page = client.get("/privacy/looks").text

    assert "核对电话" in page
    assert officer.display_name in page
    assert client.get("/privacy/looks?only=0").status_code == 200
    assert "核对电话" not in client.get("/privacy/looks?only=0&by=nobody").text
    assert "核对电话" not in client.get("/privacy/looks?only=0&page=2").text


def test_whoever_opens_a_dossier_is_noted_and_bulk_stands_out(
    client, session, sign_in, owner, monkeypatch
):
    monkeypatch.setattr(queries, "BULK_DOSSIERS", 4)
    craftsman = make_craftsman(session, person=owner.person)
    fact = make_fact(session, craftsman, "honour")
    piece = add_evidence(
        session,
        fact,
        title="扫描件",
        attachment=make_attachment(session),
        actor=SYSTEM,
        now=NOW,
    )
    base = f"/pool/craftsmen/{craftsman.uid}"
    client.get("/pool/mine")
    assert session.scalars(select(DossierLook)).all() == []

    official = make_user(session, "hr_official")
    sign_in(official)
    pages = ["", "/history", "/as-of", "/dossier.pdf", f"/evidence/{piece.uid}"]
    for page in pages:
        assert client.get(base + page).status_code == 200

    looks = session.scalars(select(DossierLook).order_by(DossierLook.id)).all()
    assert [look.page for look in looks] == list(LOOKED_AT_IN_ORDER)
    assert {look.user_id for look in looks} == {official.id}
    sign_in(owner)
    assert official.display_name in client.get("/privacy/mine").text
    sign_in(make_user(session, "audit_admin"))
    page = client.get("/privacy/looks").text
    assert official.display_name in page
    assert "一小时内 5 次" in page


def test_the_register_is_public(client, sign_in):
    sign_in(None)

    assert "id_number_sealed" in client.get("/privacy/register").text
