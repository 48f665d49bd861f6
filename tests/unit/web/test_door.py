"""The door hands out what all may have, and nothing that somebody else may not."""

import threading

import pytest
from werkzeug.test import Client

from scoring.results.views.pages import SHARED
from web.door import Door

PAGE = "/results/one"


class Inner:
    """An application that counts how often it is asked."""

    def __init__(self):
        self.asked = 0
        self.status = "200 OK"
        self.is_shared = True
        self.more: list[tuple[str, str]] = []
        self.before = lambda: None

    def __call__(self, environ, start):
        self.asked += 1
        number = self.asked
        self.before()
        if self.is_shared:
            environ[SHARED] = f"tag{number}"
        headers = [("Content-Type", "text/plain"), ("ETag", f'"tag{number}"')]
        start(self.status, headers + self.more)
        return [f"page {number}".encode()]


@pytest.fixture
def inner():
    return Inner()


@pytest.fixture
def clock(monkeypatch):
    """Let a test say how late it is."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr("web.door.monotonic", lambda: Clock.now)
    return Clock


@pytest.fixture
def visitor(inner, clock):
    return Client(Door(inner, 1.0), use_cookies=False)


def test_a_page_is_made_once_and_again_when_it_has_rested(visitor, inner, clock):
    assert [visitor.get(PAGE).text for _ in range(3)] == ["page 1"] * 3
    clock.now += 1.5

    assert visitor.get(PAGE).text == "page 2"
    assert inner.asked == 2


def test_who_has_it_is_told_so(visitor):
    visitor.get(PAGE)

    answer = visitor.get(PAGE, headers={"If-None-Match": '"tag1"'})

    assert (answer.status_code, answer.data) == (304, b"")
    assert "Content-Type" not in answer.headers
    assert visitor.get(PAGE, headers={"If-None-Match": '"old"'}).text == "page 1"


def test_who_has_it_already_may_be_the_one_who_makes_it(visitor):
    answer = visitor.get(PAGE, headers={"If-None-Match": '"tag1"'})

    assert answer.status_code == 304
    assert visitor.get(PAGE).text == "page 1"


@pytest.mark.parametrize(
    "request_",
    [
        {"headers": {"Cookie": "session=x"}},
        {"headers": {"Authorization": "Bearer x"}},
        {"headers": {"Range": "bytes=0-1"}},
        {"query_string": "q=1"},
        {"method": "HEAD"},
        {"method": "POST"},
        {"path": "/elsewhere"},
        {"headers": {"Accept-Language": "en"}},
        {"headers": {"Host": "other.example"}},
        {"base_url": "https://localhost"},
    ],
    ids=str,
)
def test_another_request_is_not_answered_with_it(visitor, inner, request_):
    visitor.get(PAGE)

    visitor.open(**{"path": PAGE, "method": "GET", **request_})

    assert inner.asked == 2


@pytest.mark.parametrize("spoil", ["status", "is_shared", "more"])
def test_only_what_was_declared_shared_is_kept(visitor, inner, spoil):
    wrong = {
        "status": "404 NOT FOUND",
        "is_shared": False,
        "more": [("Set-Cookie", "session=mine")],
    }
    setattr(inner, spoil, wrong[spoil])

    assert [visitor.get(PAGE).text for _ in range(2)] == ["page 1", "page 2"]


def test_a_page_that_is_gone_is_not_handed_out_any_more(visitor, inner, clock):
    visitor.get(PAGE)
    clock.now += 1.5
    inner.status, inner.is_shared = "404 NOT FOUND", False

    assert visitor.get(PAGE).status_code == 404
    assert visitor.get(PAGE).status_code == 404


def test_while_one_makes_it_anew_the_others_get_the_last_one(visitor, inner, clock):
    visitor.get(PAGE)
    clock.now += 1.5
    has_begun, may_end = threading.Event(), threading.Event()

    def wait():
        has_begun.set()
        assert may_end.wait(30)

    inner.before = wait
    slow = threading.Thread(target=visitor.get, args=(PAGE,))
    slow.start()
    assert has_begun.wait(30)
    try:
        assert visitor.get(PAGE).text == "page 1"
    finally:
        may_end.set()
        slow.join()
    assert visitor.get(PAGE).text == "page 2"


def test_the_first_page_is_made_by_one_for_all(inner, clock):
    door = Door(inner, 1.0)
    has_begun, may_end = threading.Event(), threading.Event()

    def wait():
        has_begun.set()
        assert may_end.wait(30)

    inner.before = wait
    told = []
    visitors = [
        threading.Thread(target=lambda: told.append(Client(door).get(PAGE).text))
        for _ in range(4)
    ]
    visitors[0].start()
    assert has_begun.wait(30)
    for visitor in visitors[1:]:
        visitor.start()
    may_end.set()
    for visitor in visitors:
        visitor.join()

    assert told == ["page 1"] * 4
    assert inner.asked == 1


def test_a_defect_leaves_no_page_and_no_lock(visitor, inner, clock):
    visitor.get(PAGE)
    clock.now += 1.5

    def fail():
        raise ValueError("a defect")

    inner.before = fail
    with pytest.raises(ValueError, match="a defect"):
        visitor.get(PAGE)
    inner.before = lambda: None

    assert visitor.get(PAGE).text == "page 3"
