"""The yardstick of boards: prepared bytes, handed out under the same server.

python -m benchmarks.prepared FILE PORT WORKERS
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from web.server import serve


def make_app(body: bytes) -> Callable[..., Any]:
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", str(len(body))),
    ]

    def app(
        _environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> list[bytes]:
        start_response("200 OK", headers)
        return [body]

    return app


if __name__ == "__main__":
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", "")
    path, port, workers = sys.argv[1:]
    body = Path(path).read_bytes()
    serve(lambda: make_app(body), "127.0.0.1", int(port), int(workers))  # type: ignore[arg-type,return-value]
