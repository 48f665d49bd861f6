"""Entering without an account until the entry is submitted."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from competition.registration.models import Entry, GuestDraft
from competition.registration.services.checks import check_entry
from competition.registration.services.drafts import answers_of
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.attachments.models import Attachment
from talentpool.privacy.services import retain
from tests.factories.accounts import make_user
from tests.factories.competition import make_entry, make_event
from tests.factories.people import made_up_id, make_unit, picture

ID = made_up_id(77)


@pytest.fixture
def event(session):
    soon = datetime.now(UTC) + timedelta(days=9)
    return make_event(session, registration_closes_at=soon, starts_at=soon)


def begin(client, event):
    answer = client.post(f"/events/{event.uid}/enter/guest")
    return answer.location.split("/")[2]


def fill(client, session, event, uid, *, papers=("photo", "id_card")):
    identity = {"name": "王秉元", "id_number": ID, "phone": "13712345678"}
    work = {"unit_uid": make_unit(session).uid, "group": event.groups[0].uid}
    session.commit()
    where = f"/entries/{uid}"
    client.post(f"{where}/identity", data={**identity, "action": "next"})
    client.post(f"{where}/work", data={**work, "trade_years": "5", "action": "next"})
    for kind in papers:
        client.post(
            f"{where}/papers/{kind}",
            data={"file": (io.BytesIO(picture(70, 80)), f"{kind}.jpg")},
            content_type="multipart/form-data",
        )


def only_entry(session):
    session.expire_all()
    return session.scalars(select(Entry)).one()


def test_a_visitor_fills_in_everything_and_needs_an_account_to_submit(
    client, session, sign_in, event
):
    start = client.get(f"/events/{event.uid}/enter").text
    uid = begin(client, event)
    fill(client, session, event, uid)
    confirm = client.get(f"/entries/{uid}/confirm").text
    refused = client.post(f"/entries/{uid}/confirm", data={"consent": "y"})
    entry = only_entry(session)
    assert (entry.state, entry.user_id) == ("draft", None)
    again = client.get(f"/events/{event.uid}/enter")
    user = make_user(session, "contestant")
    sign_in(user)
    done = client.post(f"/entries/{uid}/confirm", data={"consent": "y"})

    assert "免登录开始填写" in start
    assert "提交需要账号" in confirm
    assert "王秉元" in confirm
    assert ID not in confirm
    assert refused.status_code == 200
    assert again.location == f"/entries/{uid}"
    entry = only_entry(session)
    assert done.location == f"/entries/{uid}"
    assert (entry.state, entry.user_id) == ("submitted", user.id)
    assert entry.guest is None
    actions = session.scalars(
        select(LedgerEntry.action).where(LedgerEntry.subject == f"entry:{uid}")
    ).all()
    assert actions == [
        "registration.guest_started",
        "registration.guest_claimed",
        "registration.submitted",
    ]


def test_what_is_missing_is_told_before_there_is_an_account(client, session, event):
    uid = begin(client, event)

    page = client.get(f"/entries/{uid}/confirm").text

    assert "还未填写" in page
    assert f"/entries/{uid}/identity" in page


def test_a_draft_is_its_browsers_alone(client, session, sign_in, event):
    uid = begin(client, event)
    fill(client, session, event, uid)
    paper = only_entry(session).papers[0].uid
    own = client.get(f"/papers/{paper}").status_code
    cookie = client.get_cookie("draft").value
    where = (f"/entries/{uid}", f"/entries/{uid}/identity", f"/papers/{paper}")

    assert own == 200
    client.delete_cookie("draft")
    for guess in ("", "x" * 43, cookie[:-1]):
        client.set_cookie("draft", guess)
        for url in where:
            assert "/login" in client.get(url).location
        assert "/login" in client.post(f"/entries/{uid}/discard").location
    for role in ("contestant", "committee", "hr_official"):
        sign_in(make_user(session, role))
        for url in where:
            assert client.get(url).status_code == 404
    assert session.scalar(select(func.count(GuestDraft.id))) == 1


def test_the_token_lies_nowhere_on_the_server(client, session, event):
    answer = client.post(f"/events/{event.uid}/enter/guest")
    cookie = client.get_cookie("draft")

    guest = session.scalars(select(GuestDraft)).one()
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert len(cookie.value) == 43
    assert cookie.value not in guest.token_hash
    assert cookie.value not in answer.location


def test_a_guest_learns_of_nobody_whether_they_are_entered(client, session, event):
    make_entry(session, event, id_number=ID)
    uid = begin(client, event)
    identity = {"name": "王秉元", "id_number": ID, "phone": "13712345678"}
    client.post(f"/entries/{uid}/identity", data=identity)
    draft = session.scalars(select(Entry).where(Entry.uid == uid)).one()

    checks = check_entry(session, entry=draft, now=datetime.now(UTC))

    assert answers_of(draft).id_number == ID
    assert {c.rule: c.verdict for c in checks}["one_entry"] == "met"


def test_a_discarded_draft_is_gone_with_its_files(client, session, event):
    uid = begin(client, event)
    fill(client, session, event, uid)
    fill(client, session, event, uid, papers=["photo"])

    client.post(f"/entries/{uid}/discard")

    session.expire_all()
    assert session.scalar(select(func.count(Entry.id))) == 0
    names = set(session.scalars(select(Attachment.file_name)))
    assert names == {"erased"}
    assert client.get(f"/entries/{uid}").status_code in (302, 404)


def test_a_draft_ends_after_fourteen_days(client, session, event):
    uid = begin(client, event)
    fill(client, session, event, uid)
    entry = only_entry(session)
    entry.guest.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    session.commit()

    assert "/login" in client.get(f"/entries/{uid}").location
    proofs = retain.purge(session, actor=SYSTEM, now=datetime.now(UTC))

    assert [(proof.rule, proof.rows) for proof in proofs] == [("guest_drafts", 1)]
    assert session.scalar(select(func.count(Entry.id))) == 0


def test_an_account_with_an_entry_takes_no_second(client, session, sign_in, event):
    other = make_entry(session, event)
    uid = begin(client, event)
    fill(client, session, event, uid)
    sign_in(other.user)

    answer = client.post(f"/entries/{uid}/confirm", data={"consent": "y"})

    assert answer.status_code == 422
    assert "您的账号已报名该赛项" in answer.text
    entry = session.scalars(select(Entry).where(Entry.uid == uid)).one()
    assert (entry.state, entry.user_id) == ("draft", None)
    assert entry.guest is not None


def test_who_is_no_contestant_cannot_take_a_draft(client, session, sign_in, event):
    uid = begin(client, event)
    fill(client, session, event, uid)
    sign_in(make_user(session, "committee"))

    answer = client.post(f"/entries/{uid}/confirm", data={"consent": "y"})

    assert answer.status_code == 422
    assert only_entry(session).state == "draft"


def test_nothing_begins_while_registration_is_closed(client, session):
    event = make_event(session, state="closed")

    answer = client.post(f"/events/{event.uid}/enter/guest")

    assert answer.location == f"/events/{event.uid}/enter"
    assert session.scalar(select(func.count(Entry.id))) == 0
