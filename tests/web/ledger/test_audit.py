"""The ledger's pages."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.roles.rules import Scope
from ledger.log import services
from ledger.log.rules import Checkpoint
from ledger.log.services import SYSTEM, Actor, record
from tests.factories.accounts import make_user
from tests.factories.competition import make_event

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
