"""The processes of a server under a benchmark, and what they hold in memory."""

from collections.abc import Iterator
from pathlib import Path


def group(leader: int) -> Iterator[str]:
    """Yield the processes of a process group."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == leader:
            yield folder.name


def memory(process: str = "self", kind: str = "VmRSS") -> float:
    """Return the megabytes a process holds now, or held at most ("VmHWM")."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1024
