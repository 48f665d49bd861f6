"""`jiangcai serve` as people run it: a process, a port, an end."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from config import ROOT

PROXYLESS = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def command(*arguments):
    return [sys.executable, "-m", "cli", *arguments]


@pytest.fixture
def environment(tmp_path):
    """The environment of an installation of the test's own, initialised."""
    made = {**os.environ, "JIANGCAI_INSTANCE": str(tmp_path), "LANG": "C.UTF-8"}
    made.pop("DATABASE_URL", None)
    subprocess.run(command("init"), cwd=ROOT, env=made, check=True)
    return made


@pytest.fixture
def server(environment):
    """A running server: its process and the address it printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with subprocess.Popen(
        command("serve", "--port", port, "--workers", "2"),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        yield process, process.stdout.readline().split()[-1]
        if process.poll() is None:
            process.kill()


def read(address):
    with PROXYLESS.open(address, timeout=30) as answer:
        return answer.read().decode()


def test_serves_counts_and_ends(server, environment):
    process, address = server

    assert read(f"{address}/readyz") == '{"status":"ok"}\n'
    assert read(f"{address}/readyz") == '{"status":"ok"}\n'
    # Both workers' figures, whichever of them answers.
    assert (
        'jiangcai_requests_total{endpoint="site.readyz",method="GET",status="200"} 2.0'
        in read(f"{address}/metrics")
    )

    taken = subprocess.run(
        command("serve", "--port", address.rsplit(":", 1)[1]),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (taken.returncode, "is not free" in taken.stderr) == (2, True)

    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
