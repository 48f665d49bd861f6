"""A process full of board readers; `bench_board` starts it with one line of JSON.

Each reader keeps its connection, asks once a second what changed since the state it
has, and follows. It prints one line of JSON: seconds of each answer, bytes on the wire.
"""

import asyncio
import json
import re
import sys
import time
from typing import Any

_ETAG = re.compile(rb'etag: "([0-9]+)-[0-9]+-([0-9a-f]+)"', re.IGNORECASE)
_LENGTH = re.compile(rb"content-length: ([0-9]+)", re.IGNORECASE)


class Told:
    def __init__(self) -> None:
        self.times: list[float] = []
        self.bytes: list[int] = []
        self.failed = 0


async def read(plan: dict[str, Any], phase: float, told: Told) -> None:
    streams = None
    seq, known, etag = 0, "", b""
    due = time.perf_counter() + phase
    until = time.perf_counter() + plan["seconds"]
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        due += 1.0
        path = plan["path"]
        if plan["follows"]:
            path += f"since/{seq}/{known}.json" if known else "state.json"
        began = time.perf_counter()
        try:
            if streams is None:
                streams = await asyncio.open_connection("127.0.0.1", plan["port"])
            head, size = await ask(streams, path, etag)
        except (OSError, asyncio.IncompleteReadError):
            told.failed += 1
            streams = None
            continue
        told.times.append(time.perf_counter() - began)
        told.bytes.append(len(head) + size)
        is_fine = head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304"))
        told.failed += not is_fine
        found = _ETAG.search(head)
        if found:
            etag = found[0].partition(b" ")[2]
            seq, known = int(found[1]), found[2].decode()


async def ask(
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], path: str, etag: bytes
) -> tuple[bytes, int]:
    reader, writer = streams
    lines = [f"GET {path} HTTP/1.1", "Host: board", "Accept-Encoding: gzip"]
    request = "\r\n".join(lines).encode()
    request += b"\r\nIf-None-Match: " + etag if etag else b""
    writer.write(request + b"\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    size = int(length[1]) if length and not head.startswith(b"HTTP/1.1 304") else 0
    if size:
        await reader.readexactly(size)
    return head, size


async def run(plan: dict[str, Any]) -> Told:
    told, count = Told(), plan["readers"]
    await asyncio.gather(*(read(plan, at / count, told) for at in range(count)))
    return told


if __name__ == "__main__":
    found = asyncio.run(run(json.loads(sys.stdin.readline())))
    print(json.dumps(vars(found)))
