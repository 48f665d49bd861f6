"""The hall's installation page and files, and a server that speaks https with them."""

import http.client
import os
import plistlib
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest
from cryptography.x509 import load_der_x509_certificate

from config import ROOT
from web import authority
from web.authority import Files, Venue
from web.security import HEADERS
from web.tls import PatientSocket, make_context


@pytest.fixture
def hall(app, tmp_path):
    """A hall set up for the application of the test."""
    before = app.config["INSTANCE"]
    app.config["INSTANCE"] = tmp_path
    files = authority.files_in(tmp_path)
    venue = Venue(hosts=["192.168.8.2", "hall.lan"])
    authority.set_up(files, venue, now=datetime.now(UTC))
    yield files
    app.config["INSTANCE"] = before


def test_without_a_hall_the_page_says_what_to_do(client, session):
    answer = client.get("/venue")

    assert answer.status_code == 404
    assert "jiangcai venue" in answer.text
    for name in ("ca.crt", "ca.pem", "hall.mobileconfig"):
        assert client.get(f"/venue/{name}").status_code == 404


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_page_shows_fingerprint_and_address(client, session, hall, language):
    client.set_cookie("language", language)

    page = client.get("/venue")

    root = authority.load_certificate(hall.authority)
    assert page.status_code == 200
    assert authority.fingerprint(root) in page.text.replace("<wbr>", "")
    assert f"{root.serial_number:x}" in page.text
    assert "http://192.168.8.2:8080/venue" in page.text
    assert "https://192.168.8.2:8443/judging" in page.text
    # It is read over plain http, where nothing may be sent.
    assert "<form" not in page.text
    assert "Set-Cookie" not in page.headers


def test_tablets_get_the_certificate_in_their_own_form(client, session, hall):
    crt = client.get("/venue/ca.crt")
    pem = client.get("/venue/ca.pem")
    profile = client.get("/venue/hall.mobileconfig")

    root = authority.load_certificate(hall.authority)
    [content] = plistlib.loads(profile.data)["PayloadContent"]
    assert crt.mimetype == "application/x-x509-ca-cert"
    assert profile.mimetype == "application/x-apple-aspen-config"
    assert content["PayloadContent"] == crt.data
    assert pem.data == hall.authority.read_bytes()
    assert load_der_x509_certificate(crt.data) == root
    assert b"PRIVATE" not in crt.data + pem.data + profile.data


@pytest.mark.parametrize(("private", "promised"), [(True, False), (False, True)])
def test_https_is_promised_for_a_year_only_where_it_will_last(
    app, client, session, monkeypatch, private, promised
):
    monkeypatch.setitem(app.config, "PRIVATE_AUTHORITY", private)

    answer = client.get("/healthz", base_url="https://localhost")

    assert ("Strict-Transport-Security" in answer.headers) is promised


def command(*arguments):
    return [sys.executable, "-m", "cli", *arguments]


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture
def served(tmp_path):
    """A server of a hall as people run it: its process, its ports, its files."""
    https, plain = free_ports(2)
    environment = {
        **os.environ,
        "JIANGCAI_INSTANCE": str(tmp_path),
        "LANG": "C.UTF-8",
    }
    for name in ("DATABASE_URL", "JIANGCAI_HTTPS", "JIANGCAI_PRIVATE_CA"):
        environment.pop(name, None)
    ports = ("--port", str(https), "--http-port", str(plain))
    for arguments in (("init",), ("venue", "127.0.0.1", *ports)):
        subprocess.run(command(*arguments), cwd=ROOT, env=environment, check=True)
    with subprocess.Popen(
        command("serve", "--https", "--host", "127.0.0.1", "--workers", "1"),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _line in range(2)]
        assert lines[1].split()[-1] == f"https://127.0.0.1:{https}", lines
        yield process, https, plain, Files(tmp_path / "venue")
        if process.poll() is None:
            process.kill()


def ask(connection, path):
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer, answer.read()


def wait_for(port):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("The side door does not open.")


def test_a_hall_is_served_over_https_with_a_side_door(served):
    process, https, plain, files = served
    trusting = ssl.create_default_context(cafile=str(files.authority))
    wait_for(plain)

    def over_https(path, context=trusting):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", https, timeout=30, context=context
        )
        return ask(connection, path)

    def plainly(path):
        return ask(http.client.HTTPConnection("127.0.0.1", plain, timeout=30), path)

    door, _page = over_https("/badge")
    cookies = door.msg.get_all("Set-Cookie")
    assert [cookie.split("=")[0] for cookie in cookies] == ["__Host-session"]
    assert all("Secure" in cookie for cookie in cookies)
    assert door.getheader("Strict-Transport-Security") is None
    assert (
        door.getheader("Content-Security-Policy") == HEADERS["Content-Security-Policy"]
    )
    with pytest.raises(ssl.SSLCertVerificationError):
        over_https("/badge", ssl.create_default_context())

    page, text = plainly("/venue")
    der, body = plainly("/venue/ca.crt")
    style, _css = plainly("/static/css/venue.css")
    assert [a.status for a in (page, der, style)] == [200, 200, 200]
    assert f"http://127.0.0.1:{plain}/venue" in text.decode()
    assert der.getheader("Content-Type") == "application/x-x509-ca-cert"
    assert load_der_x509_certificate(body)

    for path in (
        "/",
        "/badge",
        "/venues",
        "/login?next=/x",
        "//evil.example/",
        "/healthz",
    ):
        sent, _empty = plainly(path)
        assert sent.status == 302
        assert sent.getheader("Location").startswith(f"https://127.0.0.1:{https}/"), (
            path
        )

    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", plain)) != 0:
                break
        time.sleep(0.05)
    else:
        pytest.fail("The side door outlives the server.")


def test_without_a_hall_https_is_refused_with_what_to_do(tmp_path):
    environment = {**os.environ, "JIANGCAI_INSTANCE": str(tmp_path), "LANG": "C.UTF-8"}

    def serve(*arguments):
        return subprocess.run(
            command("serve", *arguments),
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    without = serve("--https")
    half = serve("--tls-cert", __file__)

    assert (without.returncode, "jiangcai venue" in without.stderr) == (2, True)
    assert (half.returncode, "--tls-key" in half.stderr) == (2, True)


def test_a_tablet_that_leaves_during_the_handshake_is_let_go(tmp_path, monkeypatch):
    files = authority.files_in(tmp_path)
    authority.set_up(files, Venue(hosts=["127.0.0.1"]), now=datetime.now(UTC))
    context = make_context(str(files.server), str(files.server_key))
    monkeypatch.setattr("web.tls.PATIENCE", 0.2)
    ours, theirs = socket.socketpair()

    with ours, theirs:
        waiting = context.wrap_socket(
            ours, server_side=True, do_handshake_on_connect=False
        )
        assert isinstance(waiting, PatientSocket)
        with pytest.raises(ssl.SSLError) as gone:
            waiting.do_handshake()
        waiting.setblocking(True)
        patience = waiting.gettimeout()
        waiting.close()

    assert gone.value.args[0] == ssl.SSL_ERROR_EOF
    assert patience == 0.2
