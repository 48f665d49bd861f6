"""The tablet in Python: every answer a network can give, and a store that survives."""

import json
from hashlib import sha256

import pytest

from outbox import body_hash as hash_of_server
from outbox import read_item
from tests.faults.tablet import NoAnswerError, Tablet, body_hash


class Server:
    """Answers as it is told, and keeps what it was sent."""

    def __init__(self):
        self.asked = []
        self.plan = []  # what to do with the next requests; then it stores
        self.bad = {}  # id → the answer to a request this mark is in

    def __call__(self, request):
        marks = json.loads(json.dumps(request))["marks"]
        self.asked.append([mark["id"] for mark in marks])
        if self.plan:
            answer = self.plan.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if answer is not None:
                return answer
        for mark in marks:
            if mark["id"] in self.bad:
                return self.bad[mark["id"]]
        return 200, {"marks": [stored(mark, seq) for seq, mark in enumerate(marks, 1)]}


def stored(mark, seq=1, **more):
    made = {"id": mark["id"], "status": "stored", "reason": None, "seq": seq}
    return {**made, "hash": body_hash(mark), "current": None, **more}


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def tablet(server):
    return Tablet(server, "judge", "event", chance=lambda: 0.5)


def fill(tablet, count):
    return [tablet.save(f"W{number}", "P1.1", "8") for number in range(count)]


def states(tablet):
    return [kept.state for kept in tablet.own()]


def test_its_hash_is_the_servers(tablet):
    first = tablet.save("W1", "P1.1", "8,5 ½", reason="häßlich 好")
    second = tablet.edit("W1", "P1.1", "9")

    assert second.body["based_on"] == first.id
    for kept in (first, second):
        assert body_hash(kept.body) == hash_of_server(read_item(kept.body))


def test_marks_go_in_batches_of_twenty_in_their_order(server, tablet):
    made = fill(tablet, 45)

    assert tablet.drain().problem == ""

    assert [len(ids) for ids in server.asked] == [20, 20, 5]
    assert [i for ids in server.asked for i in ids] == [kept.id for kept in made]
    assert [kept.body["device_seq"] for kept in made] == list(range(1, 46))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(NoAnswerError(), id="timeout"),
        pytest.param(ConnectionResetError(), id="reset"),
        pytest.param((200, None), id="a page of HTML"),
        pytest.param((200, {"ok": True}), id="other JSON"),
        pytest.param((200, {"marks": "all"}), id="other marks"),
        pytest.param((200, {"marks": [None, 1, {"id": 5}]}), id="answers of no kind"),
        pytest.param((200, {"marks": []}), id="no answer"),
        pytest.param(
            (200, {"marks": [{"id": "x", "status": "stored"}]}), id="other id"
        ),
        pytest.param((502, None), id="502"),
        pytest.param((503, None), id="503"),
        pytest.param((429, None), id="429"),
        pytest.param((408, None), id="408"),
    ],
)
def test_what_is_no_answer_keeps_the_marks_waiting(server, tablet, answer):
    fill(tablet, 3)
    server.plan = [answer]

    first = tablet.drain()

    assert (first.problem, first.wait) == ("offline", 0.5)
    assert states(tablet) == ["waiting"] * 3
    assert tablet.drain().problem == ""
    assert states(tablet) == ["delivered"] * 3


def test_a_401_keeps_the_marks_and_asks_to_sign_in(server, tablet):
    fill(tablet, 3)
    before = [dict(kept.body) for kept in tablet.own()]
    server.plan = [(401, {"status": 401})]

    assert tablet.drain().problem == "signIn"
    assert tablet.drain().problem == ""
    assert [kept.body for kept in tablet.own()] == before
    assert server.asked[0] == server.asked[1]


def test_retry_after_is_a_floor_and_jitter_comes_on_top(server, tablet):
    fill(tablet, 1)
    server.plan = [(503, None, 7), (503, None, 7), (503, None, 10**9)]

    assert [tablet.drain().wait for _ in range(3)] == [7.5, 8, 302]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422])
def test_a_refused_mark_is_shown_and_stops_no_other(server, tablet, status):
    made = fill(tablet, 5)
    server.bad[made[1].id] = (status, {"status": status})

    assert tablet.drain().problem == ""

    assert states(tablet) == ["delivered", "attention", *["delivered"] * 3]
    kept = tablet.store.events[made[1].id]
    assert kept.body == made[1].body
    assert kept.answer == {"status": "refused", "reason": f"http {status}"}


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 500])
def test_a_mark_that_only_fails_is_shown_once_others_pass(server, tablet, status):
    """The answer is no word of the server's: a proxy's page, or a defect."""
    made = fill(tablet, 5)
    server.bad[made[1].id] = (status, None)

    runs = [tablet.drain().problem for _ in range(3)]

    assert runs == ["offline", "offline", ""]
    assert states(tablet) == ["delivered", "attention", *["delivered"] * 3]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_page_that_stands_before_everything_puts_no_mark_aside(
    server, tablet, status
):
    made = fill(tablet, 30)
    server.bad = dict.fromkeys((kept.id for kept in made), (status, None))
    for _ in range(20):
        assert tablet.drain().problem == "offline"
    assert len(server.asked) <= 3 * 20
    assert states(tablet) == ["waiting"] * 30

    server.bad = {}
    server.asked.clear()

    assert tablet.drain().problem == ""
    assert states(tablet) == ["delivered"] * 30
    assert len(server.asked) <= 3


def test_many_bad_marks_do_not_block_the_good_ones(server, tablet):
    made = fill(tablet, 50)
    server.bad = dict.fromkeys((kept.id for kept in made[:10]), (500, None))

    for _ in range(40):
        tablet.drain()

    assert states(tablet) == ["attention"] * 10 + ["delivered"] * 40


def test_an_answer_that_misses_a_mark_is_asked_again_without_haste(server, tablet):
    made = fill(tablet, 3)
    server.plan = [(200, {"marks": [stored(kept.body) for kept in made[:2]]})]

    first = tablet.drain()

    assert (first.problem, len(server.asked)) == ("offline", 1)
    assert states(tablet) == ["delivered", "delivered", "waiting"]
    assert tablet.drain().problem == ""


@pytest.mark.parametrize("status", ["stored", "duplicate", "conflict", "late"])
def test_another_hash_is_never_green(server, tablet, status):
    kept = fill(tablet, 1)[0]
    wrong = sha256(b"another mark").hexdigest()
    server.plan = [
        (200, {"marks": [stored(kept.body, status=status, hash=wrong)]}),
    ]

    tablet.drain()

    found = tablet.own()[0]
    assert (found.state, found.answer["reason"]) == ("attention", "hash")


def test_what_was_saved_survives_the_page_and_a_torn_line(server, tmp_path):
    file = tmp_path / "tablet"
    tablet = Tablet(server, "judge", "event", file=file)
    made = fill(tablet, 3)
    server.plan = [NoAnswerError()]
    tablet.drain()
    tablet.kill()
    with file.open("ab") as torn:
        torn.write(b'{"kept": {"id": "')

    tablet.reload()
    tablet.save("W9", "P1.1", "1")

    assert [kept.id for kept in tablet.own()[:3]] == [kept.id for kept in made]
    assert [kept.seq for kept in tablet.own()] == [1, 2, 3, 4]
    assert [body["id"] for body in tablet.export()] == [k.id for k in tablet.own()]
    assert tablet.drain().problem == ""
    tablet.wipe()
    again = Tablet(server, "judge", "event", file=file)
    assert (again.own(), again.save("W9", "P1.1", "2").seq) == ([], 5)


def test_another_judge_on_the_device_neither_sees_nor_sends(server, tablet):
    fill(tablet, 2)
    other = Tablet(server, "other", "event", store=tablet.store)

    assert other.drain().problem == ""

    assert (server.asked, other.own(), other.export()) == ([], [], [])
    assert states(tablet) == ["waiting"] * 2
    assert other.save("W0", "P1.1", "1").body["based_on"] is None
