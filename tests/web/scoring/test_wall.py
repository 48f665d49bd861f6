"""The organiser's wall: what it shows, to whom, at what cost, and its stream."""

import json
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore

import pytest

from accounts.roles.rules import Scope
from scoring.wall import services
from scoring.wall.queries import find_version
from tests.factories.accounts import make_user
from tests.factories.scoring import make_item, make_marked_event
from tests.factories.tablets import tell


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=3)


@pytest.fixture
def chief(marked, sign_in):
    sign_in(marked.judge("J1"))
    return marked.judge("J1")


def url(marked, tail=""):
    return f"/events/{marked.event.uid}/wall{tail}"


def read(client, marked):
    return client.get(url(marked, ".json")).get_json()


def now(marked):
    """Let marks and reports of the factory come now: the wall looks at the clock.

    Each act of the factory is a second later; none may lie ahead of the clock.
    """
    marked.now = datetime.now(UTC) - timedelta(seconds=10)


def test_the_wall_tells_of_tablets_judges_works_and_pace(client, marked, chief):
    now(marked)
    marked.send("J1", marked.works[0], "P1.1", "8", device="a", device_seq=1)
    tell(marked, "J1", "a", head=3, waiting=2, battery=15, persisted=True)
    tell(marked, "J2", "b", attention=1)

    wall = read(client, marked)

    first, second = wall["tablets"]
    assert (first["seats"], first["state"], first["waiting"]) == (["J1"], "unsent", 2)
    assert (first["battery"], first["persisted"]) == (15, True)
    assert second["state"] == "attention"
    assert [(s["seat"], s["done"], s["unsent"]) for s in wall["seats"]] == [
        ("J1", 1, 2),
        ("J2", 0, 0),
    ]
    assert sum(wall["pace"]) == 1
    assert {row["work"] for row in wall["works"]} == set(marked.works)
    assert wall["totals"]["unsent"] == 2
    page = client.get(url(marked)).text
    assert "平板" in page
    assert marked.judge("J2").display_name in page


def test_trouble_is_told_the_gravest_first(client, marked, chief):
    now(marked)
    old = marked.now - timedelta(minutes=6)
    tell(marked, "J1", "silent", now=old)
    tell(marked, "J1", "gap", head=4)
    off = (marked.now - timedelta(days=3)).isoformat()
    tell(marked, "J2", "clock", clock=off)
    marked.send(
        "J2", marked.works[0], "P1.1", "8", device="api", device_seq=1, marked_at=off
    )

    states = {t["name"]: t["state"] for t in read(client, marked)["tablets"]}
    odd = [t["odd"] for t in read(client, marked)["tablets"]]

    assert list(states.values()) == ["silent", "missing", "clock", "clock"]
    assert odd == [0, 0, 0, 1]


def test_judges_who_lie_apart_and_marks_that_wait_are_alarms(client, marked, chief):
    for seat, value in (("J1", "0"), ("J2", "3")):
        marked.send(seat, marked.works[0], "P1.3", value)
    marked.send("J1", marked.works[1], "P1.1", "8")
    marked.send("J1", marked.works[1], "P1.1", "7")

    alarms = read(client, marked)["alarms"]

    assert [(a["kind"], a["work"], a["aspect"]) for a in alarms] == [
        ("rescore", marked.works[0], "P1.3"),
        ("conflict", marked.works[1], "P1.1"),
    ]


def test_the_wall_is_blind(client, session, marked, chief):
    tell(marked, "J1", "a")

    told = client.get(url(marked, ".json")).text + client.get(url(marked)).text

    for entry in marked.entries:
        assert entry.user.display_name not in told
        assert entry.uid not in told


def test_a_committee_sees_seats_and_no_names(client, session, marked, sign_in):
    tell(marked, "J1", "a")
    sign_in(marked.committee)

    answer = client.get(url(marked, ".json"))

    assert answer.status_code == 200
    assert marked.judge("J2").display_name not in answer.text
    assert marked.judge("J2").display_name not in client.get(url(marked)).text


def test_others_do_not_see_it(client, session, marked, sign_in):
    scope = Scope("event", make_marked_event(session, works=1).event.uid)
    strangers = [marked.judge("J2"), make_user(session, "supervisor", scope=scope)]
    for user in strangers:
        sign_in(user)
        for tail in ("", ".json", "/stream"):
            assert client.get(url(marked, tail)).status_code == 403
        assert client.get("/events/nothing/wall").status_code == 404


def test_an_unchanged_wall_is_not_sent_again(client, marked, chief):
    first = client.get(url(marked, ".json"))
    tag = {"If-None-Match": first.headers["ETag"]}

    assert client.get(url(marked, ".json"), headers=tag).status_code == 304
    tell(marked, "J1", "a")
    assert client.get(url(marked, ".json"), headers=tag).status_code == 200


def test_an_unchanged_wall_is_not_computed_again(client, marked, chief, monkeypatch):
    first = read(client, marked)
    computed = []

    def compute(*_args):
        computed.append(1)
        return {"pace": [0] * 15}

    same = find_version(client.test_session, marked.event, datetime.now(UTC))
    monkeypatch.setattr("scoring.wall.queries.find_version", lambda *_args: same)
    monkeypatch.setattr("scoring.wall.queries.read_wall", compute)

    assert read(client, marked) == first
    monkeypatch.setattr("scoring.wall.queries.find_version", lambda *_args: "other")
    services.read_wall(client.test_session, marked.event, datetime.now(UTC))

    assert computed == [1]


def test_the_wall_costs_the_same_for_many_tablets_and_works(
    client, session, count_queries
):
    def cost(works, tablets):
        marked = make_marked_event(session, works=works)
        marked.fill()
        for number in range(tablets):
            tell(marked, "J2", f"{works}-{number}", head=2)
        with count_queries() as queries:
            services.read_wall(session, marked.event, datetime.now(UTC))
        return len(queries)

    assert cost(2, 1) == cost(6, 5)


def test_the_walls_of_all_events_that_are_marked(client, session, marked, sign_in):
    other = make_marked_event(session, works=1, state="checkin")
    sign_in(make_user(session, "supervisor"))

    page = client.get("/walls")
    again = client.get("/walls", headers={"If-None-Match": page.headers["ETag"]})

    assert marked.event.name in page.text
    assert f"/events/{other.event.uid}/wall" not in page.text
    assert again.status_code == 304
    sign_in(marked.judge("J2"))
    assert client.get("/walls").status_code == 403


def test_the_stream_tells_what_is_new_and_knows_what_is_known(
    client, session, marked, chief
):
    tell(marked, "J1", "a")
    first = next_event(client, marked)

    assert first["event"] == "wall"
    assert json.loads(first["data"])["totals"]["tablets"] == 1
    assert first["id"] == read(client, marked)["tag"]
    known = {"Last-Event-ID": first["id"]}
    assert next_event(client, marked, known) is None
    tell(marked, "J1", "a", waiting=1, head=1)
    assert next_event(client, marked, known)["id"] != first["id"]


def next_event(client, marked, headers=None):
    """Return the first event of a stream, None where it only says it is there."""
    answer = client.get(url(marked, "/stream"), headers=headers or {})
    told = answer.text
    answer.close()  # as a server does: the place is given back
    assert answer.mimetype == "text/event-stream"
    for text in told.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
        if "event" in fields:
            return fields
    return None


@pytest.fixture(autouse=True)
def short_streams(monkeypatch):
    monkeypatch.setattr(services, "STREAM_LIFE", 0.05)
    monkeypatch.setattr(services, "LOOK", 0.01)
    # Places that other tests of this process took and never gave back are not ours.
    monkeypatch.setattr(services, "_streams", BoundedSemaphore(services.MOST_STREAMS))


def test_few_streams_are_given_and_each_is_given_back(client, marked, chief):
    taken = [services.take_stream() for _ in range(services.MOST_STREAMS)]

    assert all(taken)
    assert client.get(url(marked, "/stream")).status_code == 204
    for _ in taken:
        services.give_back_stream()
    for _ in taken:
        assert client.get(url(marked, "/stream")).close() is None
    assert services.take_stream()
    services.give_back_stream()


def test_metrics_count_tablets_that_want_somebody(client, marked):
    now(marked)
    tell(marked, "J1", "a", head=2, waiting=2)
    tell(marked, "J2", "b", attention=1, now=marked.now - timedelta(minutes=6))

    lines = client.get("/metrics").text.splitlines()

    assert "jiangcai_tablets_unsent 1.0" in lines
    assert "jiangcai_tablets_attention 1.0" in lines
    assert "jiangcai_tablets_silent 1.0" in lines


def test_a_marked_cell_changes_the_wall_though_no_tablet_reports(client, marked, chief):
    before = read(client, marked)["tag"]
    marked.send_items("J2", make_item(marked.works[0], "P1.1", "8"))

    assert read(client, marked)["tag"] != before
