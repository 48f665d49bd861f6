"""The kiosk's pages: what a device keeps, and what it may ask for."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from competition.checkin.queries import list_gates
from competition.registration.services.tickets import revoke_ticket
from ledger.log.services import SYSTEM
from ledger.signatures.services import is_genuine
from tests.factories.codes import check_in, make_desk, make_officers
from tests.factories.gates import make_gate, scan

HEADERS = {"X-Requested-With": "jiangcai"}


@pytest.fixture
def place(session, sign_in):
    event, entries = make_desk(session, 3)
    event.starts_at = datetime.now(UTC) + timedelta(hours=1)
    sign_in(make_officers(session, event)["checkin"])
    return event, entries, f"/events/{event.uid}/checkin"


def test_everything_a_device_keeps_is_served_as_the_worker_expects(client):
    head, _worker = client.get("/checkin/worker.js?lang=en").text.split(";\n\n", 1)
    shell = json.loads(head.removeprefix("const SHELL = "))

    for key, source, expected in shell["items"]:
        with client.get(source) as answer:
            digest = base64.b64encode(hashlib.sha256(answer.data).digest()).decode()
            assert f"sha256-{digest}" == expected, key
    keys = {key for key, _source, _hash in shell["items"]}
    assert {"app", "/static/js/kiosk/rules.js", "/static/js/marking/outbox.js"} <= keys
    vendor = {f"/static/vendor/noble/hashes/{n}.js" for n in ("sha2", "_md", "utils")}
    assert {"/static/vendor/noble/ed25519.js", *vendor} <= keys
    assert "/static/vendor/jsqr/jsQR.js" in keys
    assert client.get("/checkin/app.webmanifest").json["start_url"] == "/checkin/app"


def test_the_list_says_who_may_pass(client, session, place):
    event, (first, second, third), url = place
    check_in(session, event, [first])
    revoke_ticket(session, entry=third, actor=SYSTEM, now=datetime.now(UTC))
    third.state = "rejected"
    session.flush()

    found = client.get(f"{url}/list.json").json

    people = {person["entry"]: person for person in found["people"]}
    assert {key: person["status"] for key, person in people.items()} == {
        first.uid.replace("-", ""): "present",
        second.uid.replace("-", ""): "",
    }
    assert "********" in people[first.uid.replace("-", "")]["id_number"]
    signed = found["revocations"]
    assert json.loads(signed["text"])["numbers"] == [third.ticket.number]
    assert is_genuine(
        signed["text"].encode(),
        base64.b64decode(signed["signature"]),
        "ticket-revocations",
    )


def test_scans_come_in_and_are_listed(client, session, place):
    event, (entry, *_others), url = place
    items = [
        scan(event, entry, at=datetime.now(UTC)),
        scan(event, entry, at=datetime.now(UTC)),
        scan(event, None, "refused:forged_ticket"),
    ]

    answers = client.post("/api/v1/scans", json={"marks": items}, headers=HEADERS).json

    assert [a["status"] for a in answers["marks"]] == ["stored", "conflict", "stored"]
    page = client.get(f"{url}/scans").text
    assert page.count(entry.person.name) == 2
    assert entry.person.name not in client.get(f"{url}/scans?outcome=refused").text
    assert f"{url}/scans" in client.get(url).text  # a question is open


def test_rooms_are_made_and_ended(client, session, place):
    event, _entries, url = place
    make_gate(session, event, "候考室")

    assert client.post(f"{url}/gates", data={}).status_code == 422
    assert client.post(f"{url}/gates", data={"name": "候考室"}).status_code == 422
    client.post(f"{url}/gates", data={"name": "赛场", "closes_at": "2026-06-20T09:15"})
    gates = client.get(f"{url}/list.json").json["gates"]
    assert [gate["name"] for gate in gates] == ["候考室", "赛场"]
    assert gates[1]["closes_at"].startswith("2026-06-20T01:15")
    for gate in list_gates(session, event.id):
        client.post(f"{url}/gates/{gate.uid}/end")

    assert client.get(f"{url}/list.json").json["gates"] == []


def test_the_status_names_ones_own_events_only(client, session, place):
    event, _entries, _url = place
    make_desk(session, 1)

    found = client.get("/checkin/app/status.json").json

    assert [line["event"] for line in found["events"]] == [event.uid]
