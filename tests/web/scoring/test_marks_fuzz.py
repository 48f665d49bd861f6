"""`POST /api/v1/marks` against whatever a broken or hostile tablet sends.

Thousands of bodies, made by Hypothesis from the shape of a mark: no answer is a defect,
and what is not answered with "stored" or "late" or "conflict" has changed nothing.
"""

import json
from contextvars import Context
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from accounts.sessions import services as sessions
from ledger.log.models import LedgerEntry
from scoring.marking.models import MarkEvent
from tests.factories.scoring import make_id, make_item, make_marked_event

URL = "/api/v1/marks"
EXAMPLES = 200  # thousands were run once; these keep it so
OURS = {"X-Requested-With": "jiangcai"}
FIELDS = (*make_item("W", "A", "1"), "kind", "reason", "event")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NASTY: st.SearchStrategy[object] = st.sampled_from(
    [
        *("", " ", "\x00", "\ud800", "８", "1e3", "-1", "NaN", "9" * 300, "0.1" * 60),
        *(
            "' or 1=1 --",
            "<script>",
            "../../etc",
            "{{7*7}}",
            "void",
            "mark",
            "W\u202e1",
        ),
        *("2026-02-30T10:00:00Z", "2026-06-20T10:00:00+99:99", "9999-12-31T23:59:59Z"),
        *(2**31, 2**63, -1, 1.5, True, [], {}, None),
    ]
)


@pytest.fixture
def desk(app, session):
    """A judge's cookie and what it may mark; two more events to go astray in."""
    marked, other = (make_marked_event(session, works=2) for _ in range(2))
    locked = make_marked_event(session, works=1)
    locked.fill()
    locked.sign_all()
    locked.lock()
    client = FlaskClient(app, app.response_class, use_cookies=True)
    now = datetime.now(UTC)
    token = sessions.start(session, user=marked.judge("J1"), device="t", now=now)
    session.flush()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=token, _fresh=True)

    def post(**body):
        return Context().run(client.post, URL, **body)

    return marked, other, locked, post


def counts(session):
    connection = session.connection()
    return [
        connection.scalar(select(func.count()).select_from(model))
        for model in (MarkEvent, LedgerEntry)
    ]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    changes=st.lists(
        st.dictionaries(st.sampled_from(FIELDS), NASTY | ANYTHING, max_size=3),
        min_size=1,
        max_size=8,
    ),
    drops=st.sets(st.sampled_from(FIELDS), max_size=1),
)
def test_no_mark_breaks_it(session, desk, changes, drops):
    marked, _other, _locked, post = desk
    items = []
    for change in changes:
        item = {**make_item(marked.works[0], "P1.1", "8"), **change}
        items.append({k: v for k, v in item.items() if k not in drops})
    before = counts(session)

    answer = post(
        data=json.dumps({"marks": items}),
        headers=OURS,
        content_type="application/json",
    )

    assert answer.status_code == 200
    said = answer.get_json()["marks"]
    assert len(said) == len(items)
    kept = {a["id"] for a in said if a["status"] in {"stored", "late", "conflict"}}
    assert counts(session)[0] - before[0] <= len(kept)
    if not kept and all(a["reason"] != "key_reuse" for a in said):
        assert counts(session) == before


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=st.binary(max_size=60)
    | ANYTHING.map(lambda value: json.dumps(value).encode())
    | ANYTHING.map(lambda value: json.dumps({"marks": value}).encode())
)
def test_no_body_breaks_it(session, desk, body):
    before = counts(session)

    answer = desk[-1](data=body, headers=OURS, content_type="application/json")

    assert answer.status_code in {200, 400, 413}
    assert counts(session) == before


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "text/json"]
)
def test_only_json_is_taken(session, desk, content_type):
    marked, _other, _locked, post = desk
    body = json.dumps({"marks": [make_item(marked.works[0], "P1.1", "8")]})
    before = counts(session)

    answer = post(data=body, headers=OURS, content_type=content_type)

    assert answer.status_code == 403
    assert counts(session) == before


def test_a_replay_after_the_lock_repeats_the_answer_and_counts_nothing(session):
    marked = make_marked_event(session, works=1)
    item = make_item(marked.works[0], "P1.1", "8")
    first = marked.send_items("J1", item)[0]
    assert first["status"] == "stored"

    for work in marked.works:
        for code in ("P1.2", "P1.3"):
            marked.send("J1", work, code, "1")
        for code in ("P1.1", "P1.2", "P1.3"):
            marked.send("J2", work, code, "1")
    marked.sign_all()
    marked.lock()
    before = counts(session)
    again = marked.send_items("J1", item)[0]
    late = marked.send("J1", marked.works[0], "P1.1", "9")
    stolen = marked.send_items("J2", item)[0]
    changed = marked.send_items("J1", {**item, "value": "9"})[0]

    assert again == {**first, "status": "duplicate"}
    assert (late["status"], late["reason"]) == ("late", "locked")
    assert (stolen["status"], stolen["reason"]) == ("refused", "key_reuse")
    assert (changed["status"], changed["reason"]) == ("refused", "key_reuse")
    assert counts(session)[0] - before[0] == 1


def test_ids_of_others_lead_nowhere(session, desk):
    marked, other, locked, post = desk
    theirs = make_item(other.works[0], "P1.1", "8")
    other.send_items("J1", theirs)
    own = make_item(marked.works[0], "P1.1", "8", based_on=theirs["id"])
    cases = [
        ({**theirs}, "refused", "key_reuse"),
        (make_item(other.works[0], "P1.1", "8"), "refused", "unknown_entry"),
        (make_item(locked.works[0], "P1.1", "8"), "refused", "unknown_entry"),
        (
            make_item(locked.works[0], "P1.1", "8", event=locked.event.uid),
            "refused",
            "not_your_seat",
        ),
        (make_item(marked.works[0], "P1.1", "8", based_on=make_id()), "conflict", None),
        (own, "conflict", None),
    ]

    for item, status, reason in cases:
        said = post(json={"marks": [item]}, headers=OURS).get_json()["marks"][0]

        assert said["status"] == status, item
        assert reason is None or said["reason"] == reason
        assert other.works[0] not in json.dumps(said)
        assert said["current"] is None
