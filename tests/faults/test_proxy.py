"""The fault proxy does what each mode says; else tests through it prove nothing."""

import http.client
import threading
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.faults.proxy import Proxy, portal_answer

ANSWER = b"stored " * 20


class Echo(BaseHTTPRequestHandler):
    """A server that remembers what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[bytes]

    def do_POST(self):
        self.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def asked():
    return []


@pytest.fixture
def proxy(asked):
    handler = type("Handler", (Echo,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        with Proxy(server.server_address[1]) as proxy:
            yield proxy
        server.shutdown()
        thread.join()


def post(proxy, body=b"a mark", timeout=5):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=timeout)
    with closing(connection):
        connection.request("POST", "/marks", body)
        return connection.getresponse().read()


def test_pass_is_as_without_a_proxy(proxy, asked):
    assert post(proxy) == ANSWER
    assert asked == [b"a mark"]


def test_lose_answer_reaches_the_server_and_not_the_client(proxy, asked):
    proxy.set("lose_answer")

    with pytest.raises(http.client.RemoteDisconnected):
        post(proxy)

    assert asked == [b"a mark"]


def test_reset_reaches_nobody(proxy, asked):
    proxy.set("reset")

    with pytest.raises(ConnectionResetError):
        post(proxy)

    assert asked == []


def test_truncate_cuts_the_answer(proxy, asked):
    proxy.set("truncate")
    # The head of the answer and a few bytes more.
    proxy.cut_after = 150

    with pytest.raises(http.client.IncompleteRead) as error:
        post(proxy)

    assert ANSWER.startswith(error.value.partial)
    assert asked == [b"a mark"]


def test_delay_holds_the_answer_back(proxy, asked):
    proxy.set("delay")
    proxy.delays = (0.6, 0.6)

    with pytest.raises(TimeoutError):
        post(proxy, timeout=0.3)
    assert post(proxy) == ANSWER

    assert len(asked) == 2


def test_black_hole_takes_everything_and_says_nothing(proxy, asked):
    proxy.set("black_hole")

    with pytest.raises(TimeoutError):
        post(proxy, timeout=0.3)

    assert asked == []


def test_portal_answers_in_the_servers_place(proxy, asked):
    proxy.set("portal")
    proxy.portal = portal_answer('{"marks": []}', "application/json")

    assert post(proxy) == b'{"marks": []}'
    assert asked == []


def test_the_mode_changes_on_an_open_connection(proxy, asked):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
    with closing(connection):
        connection.request("POST", "/marks", b"first")
        assert connection.getresponse().read() == ANSWER
        proxy.set("lose_answer")
        connection.request("POST", "/marks", b"second")
        with pytest.raises(http.client.RemoteDisconnected):
            connection.getresponse()

    assert asked == [b"first", b"second"]


def test_a_seed_gives_the_same_faults_again(proxy):
    def run():
        with Proxy(proxy.target, seed=6) as other:
            other.set("pass", "reset", "lose_answer")
            for _number in range(12):
                with suppress(OSError, http.client.HTTPException):
                    post(other)
                yield dict(other.turns)

    first = list(run())

    assert first == list(run())
    assert set(first[-1]) == {"pass", "reset", "lose_answer"}


def test_only_the_named_requests_suffer(proxy, asked):
    proxy.only = b"POST /api/"
    proxy.set("reset")

    assert post(proxy) == ANSWER
