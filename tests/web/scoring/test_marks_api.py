"""`POST /api/v1/marks` as a tablet meets it: whole-request faults and guards."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from accounts.tokens import services as tokens
from ledger.log.services import SYSTEM
from scoring.marking.models import MarkEvent
from tests.factories.accounts import make_user
from tests.factories.calls import CALLING, make_picture
from tests.factories.scoring import make_item, make_marked_event

URL = "/api/v1/marks"
OURS = {"X-Requested-With": "jiangcai"}


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=2)


@pytest.fixture
def judge(marked, sign_in):
    sign_in(marked.judge("J1"))
    return marked.judge("J1")


def send(client, *items, **options):
    body = {"json": {"marks": list(items)}, "headers": OURS, **options}
    return client.post(URL, **body)


def test_a_tablet_is_answered_mark_by_mark(client, marked, judge):
    good = make_item(marked.works[0], "P1.1", "8")
    bad = make_item(marked.works[0], "P1.1", "80")

    response = send(client, good, bad)

    assert response.status_code == 200
    first, second = response.get_json()["marks"]
    assert set(first) == {"id", "status", "reason", "seq", "hash", "current"}
    assert (first["status"], second["status"]) == ("stored", "refused")


def test_repeating_a_batch_gets_the_same_receipts(client, marked, judge):
    items = [make_item(w, "P1.1", "8") for w in marked.works]

    first, *again = [send(client, *items).data for _ in range(4)]

    assert set(again) == {first.replace(b'"stored"', b'"duplicate"')}


def test_an_empty_outbox_is_no_fault(client, judge):
    assert send(client).get_json() == {"marks": []}


def test_a_machine_sends_with_its_key(client, session, marked):
    key = tokens.make(
        session,
        user=marked.judge("J1"),
        name="tablet",
        permissions=frozenset({"marks.enter"}),
        lifetime=timedelta(days=1),
        actor=SYSTEM,
        now=datetime.now(UTC),
    )

    response = send(
        client,
        make_item(marked.works[0], "P1.1", "8"),
        headers={"Authorization": f"Bearer {key}"},
    )

    assert response.get_json()["marks"][0]["status"] == "stored"


def test_nobody_sends_without_signing_in(client, marked):
    response = send(client, make_item(marked.works[0], "P1.1", "8"))

    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        pytest.param({"headers": {}}, 403, id="not from our page"),
        pytest.param(
            {"headers": {**OURS, "Origin": "http://elsewhere.example"}},
            403,
            id="from another site",
        ),
        pytest.param({"json": None, "data": "marks"}, 403, id="a form"),
        pytest.param({"json": []}, 400, id="a list"),
        pytest.param({"json": {}}, 400, id="no marks"),
        pytest.param({"json": {"marks": {}}}, 400, id="marks an object"),
        pytest.param({"json": {"marks": [{}] * 101}}, 413, id="101 marks"),
    ],
)
def test_a_request_that_is_no_outbox_is_refused(client, judge, options, status):
    response = send(client, **options)

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["status"] == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"marks": [' + b"[" * 100_000,
        b'{"marks": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "cut off", "not UTF-8", "too deep", "too long a number"],
)
def test_a_body_that_is_no_json_is_refused(client, judge, body):
    response = client.post(
        URL, data=body, headers=OURS, content_type="application/json"
    )

    assert response.status_code == 400


def test_infinities_are_no_numbers(client, session, marked, judge):
    item = json.dumps(make_item(marked.works[0], "P1.1", "8"))
    for word in ("NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400):
        for name in ('"value": "8"', '"based_on": null', '"device": "tablet-1"'):
            broken = item.replace(name, name.split(":")[0] + f": {word}")
            body = '{"marks": [' + broken + "]}"

            response = client.post(
                URL, data=body, headers=OURS, content_type="application/json"
            )

            assert response.get_json()["marks"][0]["status"] == "refused"
    assert session.scalar(select(func.count(MarkEvent.id))) == 0


@pytest.mark.parametrize("role", ["contestant", "committee", "supervisor"])
def test_only_judges_mark(client, session, marked, sign_in, role):
    sign_in(make_user(session, role))

    response = send(client, make_item(marked.works[0], "P1.1", "8"))

    assert response.status_code == 403


def test_a_judge_of_another_event_has_no_seat_here(client, session, marked, sign_in):
    other = make_marked_event(session, works=1)
    sign_in(other.judge("J1"))

    response = send(
        client, make_item(marked.works[0], "P1.1", "8", event=marked.event.uid)
    )

    answer = response.get_json()["marks"][0]
    assert (answer["status"], answer["reason"]) == ("refused", "not_your_seat")


def test_the_machine_addresses_are_described(client):
    spec = client.get("/api/v1/openapi.json").get_json()

    assert {"/api/v1/marks", "/api/v1/events/{event_uid}/results"} <= set(spec["paths"])


def test_a_photo_follows_its_mark_and_is_answered_the_same_for_ever(
    client, session, sign_in
):
    marked = make_marked_event(session, works=1, text=CALLING)
    sign_in(marked.judge("J1"))
    item = make_item(marked.works[0], "P1.1", "8")
    send(client, item)
    data = make_picture()
    url = f"{URL}/{item['id']}/photos/{sha256(data).hexdigest()}"
    ours = {"headers": OURS, "content_type": "image/jpeg"}

    first = client.put(url, data=data, **ours)
    again = client.put(url, data=data, **ours)
    refused = {
        "another hash": client.put(url[:-1] + "x", data=data, **ours),
        "a form of another site": client.put(url, data=data, content_type="text/plain"),
        "too large": client.put(url, data=b"x" * (5 * 2**20 + 1), **ours),
    }
    sign_in(marked.judge("J2"))
    foreign = client.put(url, data=data, **ours)

    assert (first.status_code, first.get_json()["status"]) == (200, "stored")
    assert again.get_json() == {**first.get_json(), "status": "duplicate"}
    assert [r.status_code for r in refused.values()] == [422, 403, 413]
    assert foreign.get_json()["reason"] == "unknown_mark"
