"""A process that has imported the program and forks `python -m MODULE …` on request.

Importing takes longer than everything else a server does at its start, and the fault
tests start many. The child is what `python -m` would have made: a process group of its
own, with its own environment, output and working folder.

It reads one JSON object per line, {"module", "arguments", "environment", "output"}, and
answers each with the child's process id.
"""

import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from config import ROOT


class Forker:
    """The process, started at the first request and kept."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(
        self, module: str, arguments: list[str], environment: dict[str, str], out: Path
    ) -> int:
        """Start a module as a program and return its process id."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.forker"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        order = {
            "module": module,
            "arguments": arguments,
            "environment": environment,
            "output": str(out),
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait(30)
            self._process.stdout.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        # The figures' library looks for it once; a server names its own later.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _import_everything()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
        for line in sys.stdin:
            child = os.fork()
            if child == 0:
                _become(json.loads(line))
            print(child, flush=True)  # noqa: T201 - the answer


def _import_everything() -> None:
    import gunicorn.workers.gthread  # noqa: PLC0415, F401 - only this process needs it

    import app  # noqa: PLC0415
    import cli  # noqa: PLC0415, F401
    import web.cli  # noqa: PLC0415, F401

    for role in ("models", "services", "views", "api", "cli"):
        app.import_role(role)


def _become(order: dict[str, Any]) -> None:
    """Turn this child into the program that was asked for; does not return."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, handle in enumerate((nothing, output, output)):
        os.dup2(handle, number)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = [order["module"], *order["arguments"]]
    status = 1
    try:
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
