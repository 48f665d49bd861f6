"""What lies ready is given in the worker's loop, and is what a thread would give."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from config import ROOT
from web.server import THREADS

# A program of its own: Gunicorn wants signals and the main thread. What the loop gave
# says so; `/results/big` is more than a socket takes at once.
PROGRAM = """
import sys
import time
from pathlib import Path
from flask import Flask, request
from scoring.results.views.pages import SHARED
from web.door import Door
from web.server import prepare_metrics, serve

def create():
    app = Flask("test")
    made = []

    @app.get("/results/<name>")
    def show(name):
        made.append(name)
        if name != "own":
            request.environ[SHARED] = f"{name}-{request.accept_languages.best}"
        body = f"{name} {request.accept_languages.best} "
        body += "x" * (9_000_000 if name == "big" else 10)
        tag = f"{name}-{request.accept_languages.best}"
        return body, {"ETag": f'"{tag}"', "X-Made": str(len(made))}

    @app.get("/slow")
    def wait():
        time.sleep(0.8)
        return ""

    app.wsgi_app = Door(app.wsgi_app, 600.0)
    inner = app.wsgi_app.find_ready
    app.wsgi_app.find_ready = lambda asked: in_loop(inner(asked))
    return app

def in_loop(answer):
    return answer and (answer[0], [*answer[1], ("X-Loop", "1")], answer[2])

prepare_metrics(Path(sys.argv[2]))
serve(create, "127.0.0.1", int(sys.argv[1]), 1)
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("metrics")
    command = [sys.executable, "-c", PROGRAM, str(found), str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        for _try in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", found)).close()
                break
            time.sleep(0.05)
        yield found
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.fixture
def ask(port):
    """Ask several times on one connection."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as line:

        def ask(path, **headers):
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            return answer, answer.read()

        yield ask


def facts(answer):
    own = {"Date", "X-Loop"}
    return answer.status, {k: v for k, v in answer.getheaders() if k not in own}


def test_what_is_known_is_given_in_the_loop_and_is_the_same(ask):
    found = [ask("/results/one", Accept="text/html") for _ in range(5)]

    # New on this connection, then learned as another request of it, then known.
    assert [a.getheader("X-Loop") for a, _ in found] == [None, None, "1", "1", "1"]
    assert {str((facts(a), body)) for a, body in found} == {
        str((facts(found[0][0]), b"one None xxxxxxxxxx"))
    }


def test_who_has_it_is_told_so_in_the_loop_too(ask):
    ask("/results/two")
    has = {"If-None-Match": '"two-None"'}
    found = [ask("/results/two", **has) for _ in range(3)]

    assert [(a.status, a.getheader("X-Loop"), body) for a, body in found] == [
        (304, None, b""),
        (304, "1", b""),
        (304, "1", b""),
    ]
    assert found[2][0].getheader("Content-Length") is None
    assert ask("/results/two")[1] == b"two None xxxxxxxxxx"


def test_other_bytes_are_another_request(ask):
    for _ in range(3):
        ask("/results/three")

    answer, body = ask("/results/three", **{"Accept-Language": "zh"})

    assert (answer.getheader("X-Loop"), body) == (None, b"three zh xxxxxxxxxx")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/results/own", {}),
        ("/results/four", {"Cookie": "session=mine"}),
        ("/results/four", {"Authorization": "Bearer x"}),
        ("/results/four?q=1", {}),
        ("/results/four", {"Content-Length": "0"}),
        ("/results/four", {"Expect": "100-continue"}),
        ("/results/four", {"X-One": "x" * 5000, "X-Two": "x" * 5000}),
    ],
    ids=["not shared", "cookie", "key", "query", "body", "expects", "long"],
)
def test_what_is_not_for_all_goes_the_usual_way_every_time(ask, path, headers):
    found = [ask(path, **headers)[0] for _ in range(4)]

    assert [a.getheader("X-Loop") for a in found] == [None] * 4


def test_one_that_is_read_with_another_is_not_taken_for_it(port):
    """A poisoned memory would give every visitor the second page for the first."""
    one = b"GET /results/five HTTP/1.1\r\nHost: x\r\nX-Which: poison\r\n\r\n"
    two = one.replace(b"five", b"six")
    with contextlib.ExitStack() as lines:
        line, *busy = (
            lines.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _line in range(1 + THREADS)
        )
        read_pages(line, one, 1)
        read_pages(line, two, 1)
        known = one.replace(b"poison", b"anew")  # the loop has not seen these bytes
        for other in busy:
            other.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        # No thread is free to read the first before the second is there.
        time.sleep(0.2)
        line.sendall(known)
        time.sleep(0.2)
        read_pages(line, two, 2)

        answers = [read_pages(line, known, 1) for _try in range(3)]

    assert all(b"five None" in answer and b"six" not in answer for answer in answers)
    assert b"X-Loop" in answers[-1]


def read_pages(line, request, count):
    line.sendall(request)
    line.settimeout(5)
    found = b""
    while found.count(b"xxxxxxxxxx") < count:
        found += line.recv(65536)
    return found


def test_a_visitor_who_reads_slowly_gets_all_of_it_and_holds_nobody_up(port, ask):
    asked = b"GET /results/big HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(10)
        for number in range(4):
            line.sendall(asked)
            head = b""
            while b"\r\n\r\n" not in head:
                head += line.recv(1000)
            assert (b"X-Loop: 1" in head) == (number > 1)
            assert ask("/results/seven")[1].startswith(b"seven")  # meanwhile
            begun = len(head.partition(b"\r\n\r\n")[2])
            wanted = 9_000_000 + len("big None ")
            while begun < wanted:
                begun += len(line.recv(1 << 20))
            assert begun == wanted


def test_one_who_leaves_in_the_middle_harms_nobody(port, ask):
    asked = b"GET /results/big HTTP/1.1\r\nHost: x\r\n\r\n"
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port)) as line:
            for _ in range(3):
                line.sendall(asked)
                line.recv(1000)
    assert ask("/results/eight")[1].startswith(b"eight")
