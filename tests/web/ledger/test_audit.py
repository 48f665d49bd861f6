"""The ledger's pages."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from accounts.roles.rules import Scope
from ledger.log import queries, services
from ledger.log.models import DayCheckpoint
from ledger.log.rules import Checkpoint
from ledger.log.services import SYSTEM, Actor, record
from tests.factories.accounts import make_user
from tests.factories.competition import make_event
from tests.factories.scoring import make_item, make_marked_event
from tests.papers import page_texts, pictures, read_qr

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def write(session, count=1, **values):
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "action": "thing.made",
        "subject": "thing:1",
        "now": NOW,
    }
    for _number in range(count):
        record(session, **(given | values))


@pytest.fixture
def auditor(session, sign_in):
    user = make_user(session, "audit_admin", display_name="审计员甲")
    sign_in(user)
    return user


def test_shows_who_did_what(client, session, auditor):
    write(session, actor=Actor("human", auditor.uid), action="person.revealed")

    page = client.get("/admin/ledger").text

    assert "审计员甲" in page
    assert "查看个人敏感信息" in page


@pytest.mark.parametrize(
    ("query", "shown"), [("", True), ("?about=event:7", True), ("?about=x", False)]
)
def test_filters(client, session, auditor, query, shown):
    write(session, subject="planted:1", scope="event:7")

    assert ("planted:1" in client.get(f"/admin/ledger{query}").text) is shown


def test_a_supervisor_of_one_event_sees_that_event(client, session, sign_in):
    write(session, subject="mark:own", scope="event:7")
    write(session, subject="mark:other", scope="event:8")
    sign_in(make_user(session, "supervisor", scope=Scope("event", "7")))

    page = client.get("/admin/ledger").text

    assert "mark:own" in page
    assert "mark:other" not in page


def test_a_supervisor_of_a_competition_sees_its_events(client, session, sign_in):
    event = make_event(session)
    write(session, subject="mark:own", scope=f"event:{event.uid}")
    write(session, subject="mark:other", scope="event:8")
    place = Scope("competition", event.competition.uid)
    sign_in(make_user(session, "supervisor", scope=place))

    page = client.get("/admin/ledger").text

    assert "mark:own" in page
    assert "mark:other" not in page


@pytest.mark.parametrize("role", ["judge", "committee", "sys_admin", "security_admin"])
@pytest.mark.parametrize("address", ["/admin/ledger", "/admin/ledger/checkpoint.json"])
def test_others_may_not(client, session, sign_in, role, address):
    sign_in(make_user(session, role))

    assert client.get(address).status_code == 403


def test_the_chain_is_checked_on_demand(client, session, auditor):
    write(session, 3)

    page = client.post("/admin/ledger/verify", follow_redirects=True).text

    assert "notice--success" in page


def test_a_disagreement_is_shown(client, session, auditor, monkeypatch):
    monkeypatch.setattr(services, "_checks", {"marks": lambda _s: ["mark 3"]})

    page = client.post("/admin/ledger/verify", follow_redirects=True).text

    assert "marks: mark 3" in page


def test_the_checkpoint_is_genuine(client, session, auditor):
    write(session)

    answer = client.get("/admin/ledger/checkpoint.json")

    assert services.is_genuine_checkpoint(Checkpoint(**json.loads(answer.text)))


def test_the_number_of_queries_is_fixed(client, session, auditor, count_queries):
    write(session, 2, actor=Actor("human", auditor.uid))
    with count_queries() as few:
        client.get("/admin/ledger")
    write(session, 60, actor=Actor("human", auditor.uid))

    with count_queries() as many:
        client.get("/admin/ledger?page=2")

    assert len(many) == len(few)


def test_todays_checkpoint_is_kept_once_and_listed(client, session, auditor):
    write(session, 2)

    client.post("/admin/ledger/checkpoints")
    page = client.post("/admin/ledger/checkpoints", follow_redirects=True).text

    [kept] = queries.list_kept(session)
    assert page.count(kept.checkpoint.hash[:16]) == 1
    assert kept.day in page


def test_its_sheet_says_the_same_as_its_file(client, session, auditor):
    write(session, 2)
    client.post("/admin/ledger/checkpoints")

    file = client.get("/admin/ledger/checkpoints/1.json").text
    sheet = client.get("/admin/ledger/checkpoints/1.pdf").data

    made = Checkpoint(**json.loads(file))
    assert services.is_genuine_checkpoint(made)
    [picture] = pictures(sheet, -1)
    assert json.loads(read_qr(picture)) == json.loads(file)
    [text] = page_texts(sheet)
    assert made.signature in text.replace("\u200b", "")


def test_a_ledger_written_anew_is_told_on_the_page(client, session, auditor):
    write(session, 3)
    services.keep_checkpoint(session, day=NOW.date(), actor=SYSTEM, now=NOW)
    session.execute(
        insert(DayCheckpoint).values(
            number=2,
            day=date(2026, 5, 2),
            seq=2,
            hash="f" * 64,
            at=NOW,
            public_key="0" * 64,
            signature="0" * 128,
        )
    )

    page = client.post("/admin/ledger/verify", follow_redirects=True).text
    listed = client.get("/admin/ledger/checkpoints").text

    assert "notice--danger" in page
    assert "检查点 2（2026-05-02）签名不符" in listed


def test_fields_are_shown_before_and_after_with_the_reason(client, session, auditor):
    write(
        session,
        body={
            "before": {"trade": "焊工", "state": "x"},
            "after": {"trade": "车工", "state": "x"},
            "reason": "转岗",
        },
    )

    page = client.get("/admin/ledger").text

    assert "<del>焊工</del> → <ins>车工</ins>" in page
    assert "转岗" in page
    assert "<del>x</del>" not in page


def test_a_revised_mark_is_joined_to_its_version_once_locked(client, session, auditor):
    made = make_marked_event(session, works=1)
    [first] = made.send_items("J2", make_item(made.works[0], "P1.1", "7.25"))
    revised = make_item(
        made.works[0], "P1.1", "6.5", based_on=first["id"], reason="漏看一处"
    )
    assert made.send_items("J2", revised)[0]["status"] == "stored"
    url = f"/admin/ledger?action=marks.received&about={made.event.uid}"

    before = client.get(url).text
    made.event.state = "locked"
    after = client.get(url).text

    assert "7.25" not in before
    assert "<del>7.25</del> → <ins>6.5</ins>" in after
    assert "漏看一处" in after
