"""A process full of tablets, each a thread; `bench_tablets` starts several.

It reads one line of JSON, does what it says, and prints one line of JSON with the
figures. Every tablet is the one of `tests.faults.tablet`.
"""

import http.client
import json
import sys
import threading
import time
from random import Random  # noqa: TID251 - seeded, so that a run can be repeated
from typing import Any

from tests.faults.tablet import NoAnswerError, Tablet

TIMEOUT = 60


class Line:
    """A tablet's connection, kept open as a browser does; some answers are lost."""

    def __init__(
        self, plan: dict[str, Any], headers: dict[str, str], seed: int
    ) -> None:
        self.port, self.headers = plan["port"], headers
        self.loses = plan.get("loses", 0.0)
        self.random = Random(seed)  # noqa: S311
        self.times: list[float] = []
        self.repeats = self.failed = 0
        self._open: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: str | None = None
    ) -> tuple[int, str, float]:
        if self._open is None:
            host = "127.0.0.1"
            self._open = http.client.HTTPConnection(host, self.port, timeout=TIMEOUT)
        is_lost = self.random.random() < self.loses
        began = time.perf_counter()
        try:
            self._open.request(method, path, body, self.headers)
            if is_lost:
                # The server works on it; what it says is thrown away.
                time.sleep(0.05)
                raise NoAnswerError  # noqa: TRY301
            answer = self._open.getresponse()
            text = answer.read().decode()
        except (NoAnswerError, OSError, http.client.HTTPException) as error:
            self._open.close()
            self._open = None
            self.failed += not is_lost
            raise NoAnswerError from error
        self.times.append(time.perf_counter() - began)
        retry = float(answer.headers.get("Retry-After") or 0)
        return answer.status, text, retry

    def send(self, request: dict[str, Any]) -> tuple[Any, ...]:
        status, text, retry = self.ask("POST", "/api/v1/marks", json.dumps(request))
        answer = json.loads(text)
        if status != 200:
            self.failed += 1
        else:
            self.repeats += sum(m["status"] == "duplicate" for m in answer["marks"])
        return status, answer, retry


class Pace:
    """When the next one is due; what is late is not skipped."""

    def __init__(self, every: float, until: float, phase: float) -> None:
        self.due, self.every, self.until = time.monotonic() + phase, every, until

    def wait(self) -> bool:
        time.sleep(max(0.0, self.due - time.monotonic()))
        self.due += self.every
        return time.monotonic() < self.until


def headers_of(own: dict[str, str]) -> dict[str, str]:
    key = f"Bearer {own['key']}"
    return {"Content-Type": "application/json", "Authorization": key}


def mark(plan: dict[str, Any], own: dict[str, Any], seed: int) -> dict[str, Any]:
    """Mark at the judge's pace and send at once; then until nothing waits."""
    line = Line(plan, headers_of(own), seed)
    tablet = Tablet(line.send, own["judge"], own["event"], own["device"])
    queued = plan.get("queued", 0)
    for number in range(queued):
        save(tablet, own, number)
    threads_ready.wait()
    began = time.monotonic()
    every = plan["every"]
    phase = line.random.random() * every if every else 0
    pace = Pace(every, began + plan["seconds"], phase)
    count = queued
    while every and pace.wait():
        save(tablet, own, count)
        count += 1
        tablet.drain()
    while wait := tablet.drain().wait:
        time.sleep(wait)
    took = time.monotonic() - began
    states = [kept.state for kept in tablet.own()]
    return {
        "times": line.times,
        "saved": count,
        "took": took,
        "repeats": line.repeats,
        "failed": line.failed,
        "delivered": states.count("delivered"),
    }


def save(tablet: Tablet, own: dict[str, Any], number: int) -> None:
    entry, aspect = own["cells"][number % len(own["cells"])]
    tablet.save(entry, aspect, str(number % 2))


def look(plan: dict[str, Any], own: dict[str, Any], seed: int) -> dict[str, Any]:
    """Look at a page again and again, as a viewer of the results does."""
    line = Line(plan, {}, seed)
    threads_ready.wait()
    pace = Pace(plan["every"], time.monotonic() + plan["seconds"], own["phase"])
    while pace.wait():
        try:
            line.failed += line.ask("GET", plan["path"])[0] != 200
        except NoAnswerError:
            continue
    return {"times": line.times, "failed": line.failed}


def floor(plan: dict[str, Any], _own: dict[str, Any], seed: int) -> dict[str, Any]:
    """Send what a mark weighs to the bare handler, at the judge's pace."""
    line = Line(plan, {"Content-Type": "application/json"}, seed)
    threads_ready.wait()
    phase = line.random.random() * plan["every"]
    pace = Pace(plan["every"], time.monotonic() + plan["seconds"], phase)
    while pace.wait():
        try:
            line.ask("POST", "/", "x" * 400)
        except NoAnswerError:
            continue
    return {"times": line.times, "failed": line.failed}


def main() -> None:
    plan = json.loads(sys.stdin.readline())
    work = {"mark": mark, "look": look, "floor": floor}[plan["work"]]
    told: list[dict[str, Any]] = []

    def run(own: dict[str, Any], seed: int) -> None:
        told.append(work(plan, own, seed))

    threads = [
        threading.Thread(target=run, args=(own, plan["seed"] + at))
        for at, own in enumerate(plan["tablets"])
    ]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    threads_ready.set()
    for thread in threads:
        thread.join()
    print(json.dumps(told))


threads_ready = threading.Event()

if __name__ == "__main__":
    threading.stack_size(256 * 1024)
    main()
