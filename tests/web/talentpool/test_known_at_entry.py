"""Somebody is entered who is there already, under a number with a slip."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from accounts.roles.rules import Scope
from ledger.log.models import LedgerEntry
from talentpool.admission.services import drafts
from talentpool.identity.models import Likeness
from talentpool.identity.services.judge import judge
from talentpool.identity.services.scan import scan
from tests.factories.accounts import make_user
from tests.factories.admission import actor_of, make_application, make_batch, send_in
from tests.factories.people import made_up_id, make_person, make_unit

NOW = datetime.now(UTC)  # the views read the clock
KNOWN, TYPED = made_up_id(411), made_up_id(413)


@pytest.fixture
def recommended(session):
    """A unit's draft about its welder, who is registered under another number."""
    unit = make_unit(session, district_code="330602")
    phone = "13755550001"
    there = make_person(session, name="裘建国", id_number=KNOWN, phone=phone, unit=unit)
    officer = make_user(session, "unit_officer", scope=Scope("unit", unit.uid))
    batch = make_batch(session, now=NOW)
    application = make_application(
        session, batch, way="unit", person=there, user=officer, now=NOW
    )
    values = {"name": "裘建国", "id_number": TYPED}
    drafts.save_answers(session, application, values=values, now=NOW)
    return application, there, officer


def test_the_unit_is_told_that_there_may_be_a_record_and_no_more(
    client, sign_in, recommended
):
    application, _there, officer = recommended
    sign_in(officer)

    page = client.get(f"/pool/applications/{application.uid}/check").text

    assert "此人可能已有登记" in page
    assert KNOWN not in page
    assert f"{KNOWN[:6]}********{KNOWN[-4:]}" not in page
    assert "/pool/identity" not in page


def test_the_office_sees_both_before_the_person_enters(
    client, session, sign_in, recommended
):
    application, there, _officer = recommended
    send_in(session, application, now=NOW)
    [pair] = session.scalars(select(Likeness))
    said = session.scalars(select(LedgerEntry.action)).all()
    sign_in(make_user(session, "pool_officer"))

    page = client.get(f"/pool/reviews/{application.uid}").text
    sides = client.get(f"/pool/identity/{pair.uid}").text

    assert {pair.first_id, pair.second_id} == {there.id, application.person_id}
    assert "identity.noticed" in said
    assert f"/pool/identity/{pair.uid}" in page
    assert sides.count(f"{KNOWN[:6]}********{KNOWN[-4:]}") >= 1


def test_somebody_else_is_remembered_and_not_asked_again(session, recommended):
    application, _there, officer = recommended
    send_in(session, application, now=NOW)
    [pair] = session.scalars(select(Likeness))
    actor = actor_of(officer)
    judge(session, pair, verdict="different", reason="证件已核", actor=actor, now=NOW)

    scan(session, actor=actor, now=NOW)

    assert pair.state == "different"
    assert session.scalar(select(func.count()).select_from(Likeness)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"name": "裘建国", "id_number": KNOWN}, id="the same number"),
        pytest.param({"name": "单立群", "id_number": TYPED}, id="another name"),
    ],
)
def test_where_there_is_no_doubt_nothing_is_said(
    client, session, sign_in, recommended, typed
):
    application, _there, officer = recommended
    values = {"phone": "13766660002", **typed}
    drafts.save_answers(session, application, values=values, now=NOW)
    sign_in(officer)

    page = client.get(f"/pool/applications/{application.uid}/check").text

    assert "此人可能已有登记" not in page
