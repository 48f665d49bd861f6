"""What accounts are told, on their page, and the outbox of who runs the house."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.messages.models import Message, MessageDelivery
from accounts.messages.services.addresses import read_address, read_asked
from accounts.messages.services.tell import tell
from competition.registration.services.review import reject_entry, return_entry
from competition.sessions.services import SessionValues, change_session, values_of
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_address, make_user
from tests.factories.competition import NOW, make_entry, make_event
from tests.factories.scoring import make_marked_event
from tests.web.competition.test_setting_up import make_session


def kinds_of(session, user):
    return list(
        session.scalars(
            select(Message.kind).where(Message.user_id == user.id).order_by(Message.id)
        )
    )


def test_a_verdict_is_told_with_its_reason(client, session, sign_in):
    entry = make_entry(session)
    given = {"entry": entry, "actor": SYSTEM, "now": NOW}
    return_entry(session, fields=["trade_years"], reason="工龄与证明不符", **given)
    accepted = make_entry(session, state="accepted")
    sign_in(entry.user)

    desk = client.get("/desk").text
    page = client.get("/messages").text
    client.post("/messages/read")

    assert kinds_of(session, entry.user) == ["entry_returned"]
    assert kinds_of(session, accepted.user) == ["entry_accepted"]
    assert "/messages" in desk
    assert "工龄与证明不符" in page
    assert f'href="/entries/{entry.uid}"' in page
    assert accepted.event.name not in page
    reject_entry(session, reason="不再受理", **given)
    assert kinds_of(session, entry.user) == ["entry_returned", "entry_rejected"]
    assert client.get("/messages").status_code == 200


def test_moving_up_a_new_timetable_and_the_result_are_told(session):
    marked = make_marked_event(session, works=2)
    marked.run_to_decoded()
    marked.publish()
    one, two = marked.entries
    event = make_event(session, quota=1)
    first = make_entry(session, event, state="accepted")
    waits = make_entry(session, event)
    held = make_session(session, event, event.starts_at)
    later = replaced(held, starts_at=held.starts_at + timedelta(hours=1))
    change_session(session, held=held, values=later, actor=SYSTEM, now=NOW)
    given: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    return_entry(session, entry=first, fields=["trade_years"], reason="补正", **given)
    reject_entry(session, entry=first, reason="不符", **given)

    for entry in (one, two):
        assert kinds_of(session, entry.user)[-1] == "result_published"
    assert kinds_of(session, waits.user) == ["schedule_changed", "place_offered"]
    assert "schedule_changed" in kinds_of(session, first.user)


def replaced(held, **changed):
    return SessionValues(**{**values_of(held), **changed})


def test_one_says_where_mail_goes(client, session, sign_in):
    user = make_user(session, "contestant")
    sign_in(user)
    assert "暂无消息" in client.get("/messages").text

    wrong = client.post("/messages/address", data={"address": "nobody@"})
    right = client.post("/messages/address", data={"address": " a@example.cn "})

    assert wrong.status_code == 422
    assert right.status_code == 302
    assert read_address(session, user.id) == ""
    page = client.get("/messages").text
    assert 'value="a@example.cn"' in page
    assert "a***@example.cn" in page
    code = read_asked(session, user.id).code
    assert code not in page
    client.post("/messages/address/confirm", data={"code": "x"})
    client.post("/messages/address/code")  # too soon
    client.post("/messages/address/confirm", data={"code": code})
    assert read_address(session, user.id) == "a@example.cn"
    assert 'value="a@example.cn"' in client.get("/messages").text
    client.post("/messages/address", data={"address": ""})
    assert read_address(session, user.id) == ""


@pytest.fixture
def given_up(session):
    user = make_user(session)
    make_address(session, user, "a@b.cn")
    tell(
        session,
        [user.id],
        kind="result_published",
        params={"event": "焊工"},
        link="/results/1",
        key="published:1",
        now=datetime.now(UTC),
    )
    delivery = session.scalars(select(MessageDelivery)).one()
    delivery.state, delivery.tries, delivery.fault = "failed", 8, "refused: 550"
    session.flush()
    return delivery


def test_who_runs_the_house_sees_what_did_not_go_out(
    client, session, sign_in, given_up
):
    again = f"/admin/messages/{given_up.uid}/again"
    sign_in(make_user(session, "committee"))
    assert client.get("/admin/messages").status_code == 403
    assert client.post(again).status_code == 403
    sign_in(make_user(session, "sys_admin"))

    page = client.get("/admin/messages").text
    done = client.post(again)

    assert "refused: 550" in page
    assert "a@b.cn" not in page
    assert done.status_code == 302
    session.refresh(given_up)
    assert (given_up.state, given_up.tries) == ("waiting", 0)
    assert client.post(again).status_code == 409
    assert "全部发出" in client.get("/admin/messages").text


def test_a_long_list_costs_as_much_as_a_short_one(
    client, session, sign_in, count_queries
):
    user = make_user(session)
    sign_in(user)
    costs = []
    for number in range(60):
        tell(
            session,
            [user.id],
            kind="result_published",
            params={"event": "很长的赛项名称" * 9},
            link="/results/1",
            key=f"published:{number}",
            now=NOW,
        )
        if number in {0, 59}:
            client.get("/messages")
            with count_queries() as queries:
                client.get("/messages")
            costs.append(len(queries))

    assert costs[0] == costs[1]
