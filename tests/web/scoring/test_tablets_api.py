"""`POST /api/v1/tablets/report` as a tablet meets it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from scoring.tablets.models import Tablet
from tests.factories.accounts import make_user
from tests.factories.scoring import make_marked_event
from tests.factories.tablets import make_report

URL = "/api/v1/tablets/report"
OURS = {"X-Requested-With": "jiangcai"}


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=1)


@pytest.fixture
def judge(marked, sign_in):
    sign_in(marked.judge("J1"))
    return marked.judge("J1")


def send(client, marked, device="a", **more):
    if "event" not in more:
        more["event"] = marked.event.uid
    report = make_report(device, now=datetime.now(UTC), **more)
    return client.post(URL, json=report, headers=OURS)


def test_a_report_is_kept_and_answered_with_our_clock(client, session, marked, judge):
    before = datetime.now(UTC)

    answer = send(client, marked, head=3, waiting=3, battery=41).get_json()

    assert set(answer) == {"now", "wipe"}
    assert datetime.fromisoformat(answer["now"]) >= before.replace(microsecond=0)
    assert answer["wipe"] is False
    tablet = session.scalars(select(Tablet)).one()
    assert (tablet.device, tablet.waiting, tablet.battery) == ("a", 3, 41)


def test_a_report_without_news_writes_nothing(
    client, session, marked, judge, count_queries
):
    send(client, marked)

    event = marked.event.uid
    with count_queries() as queries:
        send(client, marked, battery=40, event=event)

    assert not [q for q in queries if not q.startswith("SELECT")]
    assert len(queries) <= 6
    assert session.scalars(select(Tablet)).one().battery is None


def test_a_start_page_reports_without_an_event(client, session, marked, judge):
    assert send(client, marked, event="").status_code == 200
    assert session.scalars(select(Tablet)).one().event_id is None


def test_a_tablet_is_wiped_after_the_lock_and_only_when_all_is_in(
    client, session, marked, judge
):
    marked.fill()
    marked.sign_all()
    marked.lock()

    assert send(client, marked, "b", head=0).get_json()["wipe"] is True
    assert send(client, marked, "b", head=1).get_json()["wipe"] is False
    assert send(client, marked, "b", head=1, waiting=1).get_json()["wipe"] is False
    refused = send(client, marked, "b", head=1, refused=[1])
    assert refused.get_json()["wipe"] is True


@pytest.mark.parametrize(
    ("options", "status"),
    [
        pytest.param({"headers": {}}, 403, id="not from our page"),
        pytest.param({"json": []}, 400, id="a list"),
        pytest.param({"json": {"device": "a"}}, 400, id="half a report"),
        pytest.param(
            {"json": None, "data": b"{", "content_type": "application/json"},
            400,
            id="cut off",
        ),
    ],
)
def test_what_is_no_report_is_refused(client, session, judge, options, status):
    now = datetime.now(UTC)
    asked = {"json": make_report(now=now), "headers": OURS, **options}

    response = client.post(URL, **asked)

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert session.scalars(select(Tablet)).all() == []


def test_only_judges_report(client, session, marked, sign_in):
    assert send(client, marked).status_code == 401
    sign_in(make_user(session, "committee"))
    assert send(client, marked).status_code == 403
